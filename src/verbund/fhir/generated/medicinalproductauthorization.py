"""The resource type MedicinalProductAuthorization of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, attributes, chosen, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference, Resource
from verbund.fhir.generated.primitives import CheckedDateTime, DateTime

class MedicinalProductAuthorizationJurisdictionalAuthorization(BackboneElement, kw_only=True):
    identifier: tuple[Identifier, ...] = ()
    country: CodeableConcept | None = None
    jurisdiction: tuple[CodeableConcept, ...] = ()
    legalStatusOfSupply: CodeableConcept | None = None
    validityPeriod: Period | None = None

_MEDICINALPRODUCTAUTHORIZATIONPROCEDURE_DATE = attributes('dateDateTime', 'datePeriod', 'dateDateTime_element')
class MedicinalProductAuthorizationProcedure(BackboneElement, kw_only=True):
    identifier: Identifier | None = None
    type: CodeableConcept
    dateDateTime: CheckedDateTime | None = None
    dateDateTime_element: Element | None = named(default=None, name="_dateDateTime")
    datePeriod: Period | None = None
    application: "tuple[MedicinalProductAuthorizationProcedure, ...]" = ()
    def __post_init__(self) -> None:
        given = 3 - _MEDICINALPRODUCTAUTHORIZATIONPROCEDURE_DATE(self).count(None)
        if given > 1:
            given = chosen(_MEDICINALPRODUCTAUTHORIZATIONPROCEDURE_DATE(self), 2)
        if given > 1:
            raise ValueError("MedicinalProductAuthorizationProcedure.date[x] takes at most one type")

class MedicinalProductAuthorization(DomainResource, kw_only=True, tag_field="resourceType", tag="MedicinalProductAuthorization"):
    identifier: tuple[Identifier, ...] = ()
    subject: Reference | None = None
    country: tuple[CodeableConcept, ...] = ()
    jurisdiction: tuple[CodeableConcept, ...] = ()
    status: CodeableConcept | None = None
    statusDate: DateTime | None = None
    statusDate_element: Element | None = named(default=None, name="_statusDate")
    restoreDate: DateTime | None = None
    restoreDate_element: Element | None = named(default=None, name="_restoreDate")
    validityPeriod: Period | None = None
    dataExclusivityPeriod: Period | None = None
    dateOfFirstAuthorization: DateTime | None = None
    dateOfFirstAuthorization_element: Element | None = named(default=None, name="_dateOfFirstAuthorization")
    internationalBirthDate: DateTime | None = None
    internationalBirthDate_element: Element | None = named(default=None, name="_internationalBirthDate")
    legalBasis: CodeableConcept | None = None
    jurisdictionalAuthorization: tuple[MedicinalProductAuthorizationJurisdictionalAuthorization, ...] = ()
    holder: Reference | None = None
    regulator: Reference | None = None
    procedure: MedicinalProductAuthorizationProcedure | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if (v := self.statusDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicinalProductAuthorization.statusDate is malformed")
        if (v := self.restoreDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicinalProductAuthorization.restoreDate is malformed")
        if (v := self.dateOfFirstAuthorization) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicinalProductAuthorization.dateOfFirstAuthorization is malformed")
        if (v := self.internationalBirthDate) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("MedicinalProductAuthorization.internationalBirthDate is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MedicinalProductAuthorization into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    for v1 in r.country:
        for c in v1.coding:
            if c.code is not None:
                token(('country', c.system, c.code))
    if (v2 := r.holder) is not None:
        if (v2r := v2.reference) is not None and v2r[0] != '#':
            reference(('holder', v2r))
        if (v2i := v2.identifier) is not None and v2i.value is not None:
            identifier(('holder', v2i.system, v2i.value))
    for v3 in r.identifier:
        if v3.value is not None:
            token(('identifier', v3.system, v3.value))
    if (v4 := r.status) is not None:
        for c in v4.coding:
            if c.code is not None:
                token(('status', c.system, c.code))
    if (v5 := r.subject) is not None:
        if (v5r := v5.reference) is not None and v5r[0] != '#':
            reference(('subject', v5r))
        if (v5i := v5.identifier) is not None and v5i.value is not None:
            identifier(('subject', v5i.system, v5i.value))
    if (v6 := r.meta) is not None:
        for v7 in v6.profile:
            if v7 is not None:
                uri(('_profile', v7))
                if '|' in v7:
                    v7w = v7.partition('|')[0]
                    uri(('_profile', v7w))
        for v8 in v6.security:
            if v8.code is not None:
                token(('_security', v8.system, v8.code))
        if (v9 := v6.source) is not None:
            uri(('_source', v9))
        for v10 in v6.tag:
            if v10.code is not None:
                token(('_tag', v10.system, v10.code))
    return None, None
