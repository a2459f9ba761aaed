"""What a record says, read from raw FHIR R4 of any origin: pure functions from resources to views."""

from verbund.portal.record.assembly import EVERYTHING, Period, record
from verbund.portal.record.documents import attachment_of, readable
from verbund.portal.record.model import Record
from verbund.portal.record.person import full_name, insurance_number, name_order, person
from verbund.portal.record.plot import LARGE, SPARK, plot
from verbund.portal.record.telling import TYPES, Teller, Told, section_of, title_of

__all__ = [
    "EVERYTHING",
    "LARGE",
    "SPARK",
    "TYPES",
    "Period",
    "Record",
    "Teller",
    "Told",
    "attachment_of",
    "full_name",
    "insurance_number",
    "name_order",
    "person",
    "plot",
    "readable",
    "record",
    "section_of",
    "title_of",
]
