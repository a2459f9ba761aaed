"""What a record says, read from raw FHIR R4 of any origin: pure functions from resources to views."""

from verbund.portal.record.assembly import EVERYTHING, Period, record
from verbund.portal.record.documents import attachment_of, readable
from verbund.portal.record.model import Record
from verbund.portal.record.person import full_name, name_order, person
from verbund.portal.record.plot import LARGE, SPARK, plot

__all__ = [
    "EVERYTHING",
    "LARGE",
    "SPARK",
    "Period",
    "Record",
    "attachment_of",
    "full_name",
    "name_order",
    "person",
    "plot",
    "readable",
    "record",
]
