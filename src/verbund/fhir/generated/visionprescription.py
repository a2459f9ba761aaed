"""The resource type VisionPrescription of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known, patient_id
from verbund.fhir.generated.datatypes import Annotation, BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import DateTime, Decimal, Integer, String

class VisionPrescriptionLensSpecificationPrism(BackboneElement, kw_only=True):
    amount: Decimal | None = None
    amount_element: Element | None = named(default=None, name="_amount")
    base: Literal['up', 'down', 'in', 'out'] | None = None
    base_element: Element | None = named(default=None, name="_base")
    def __post_init__(self) -> None:
        if self.amount is None and self.amount_element is None:
            raise ValueError("VisionPrescriptionLensSpecificationPrism.amount is required")
        if self.base is None and self.base_element is None:
            raise ValueError("VisionPrescriptionLensSpecificationPrism.base is required")

class VisionPrescriptionLensSpecification(BackboneElement, kw_only=True):
    product: CodeableConcept
    eye: Literal['right', 'left'] | None = None
    eye_element: Element | None = named(default=None, name="_eye")
    sphere: Decimal | None = None
    sphere_element: Element | None = named(default=None, name="_sphere")
    cylinder: Decimal | None = None
    cylinder_element: Element | None = named(default=None, name="_cylinder")
    axis: Integer | None = None
    axis_element: Element | None = named(default=None, name="_axis")
    prism: tuple[VisionPrescriptionLensSpecificationPrism, ...] = ()
    add: Decimal | None = None
    add_element: Element | None = named(default=None, name="_add")
    power: Decimal | None = None
    power_element: Element | None = named(default=None, name="_power")
    backCurve: Decimal | None = None
    backCurve_element: Element | None = named(default=None, name="_backCurve")
    diameter: Decimal | None = None
    diameter_element: Element | None = named(default=None, name="_diameter")
    duration: Quantity | None = None
    color: String | None = None
    color_element: Element | None = named(default=None, name="_color")
    brand: String | None = None
    brand_element: Element | None = named(default=None, name="_brand")
    note: tuple[Annotation, ...] = ()
    def __post_init__(self) -> None:
        if self.eye is None and self.eye_element is None:
            raise ValueError("VisionPrescriptionLensSpecification.eye is required")

class VisionPrescription(DomainResource, kw_only=True, tag_field="resourceType", tag="VisionPrescription"):
    identifier: tuple[Identifier, ...] = ()
    status: Literal['active', 'cancelled', 'draft', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    created: DateTime | None = None
    created_element: Element | None = named(default=None, name="_created")
    patient: Reference
    encounter: Reference | None = None
    dateWritten: DateTime | None = None
    dateWritten_element: Element | None = named(default=None, name="_dateWritten")
    prescriber: Reference
    lensSpecification: tuple[VisionPrescriptionLensSpecification, ...]
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("VisionPrescription.status is required")
        if (v := self.created) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("VisionPrescription.created is malformed")
        if self.created is None and self.created_element is None:
            raise ValueError("VisionPrescription.created is required")
        if (v := self.dateWritten) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("VisionPrescription.dateWritten is malformed")
        if self.dateWritten is None and self.dateWritten_element is None:
            raise ValueError("VisionPrescription.dateWritten is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a VisionPrescription into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    patient0 = date0 = None
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    if (v6 := r.dateWritten) is not None:
        v6l, v6h = date_range(v6)
        date(('datewritten', v6l, v6h))
        if date0 is None: date0 = known(v6l, v6h)
    if (v7 := r.prescriber) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('prescriber', v7r))
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('prescriber', v7i.system, v7i.value))
    if (v8 := r.status) is not None:
        token(('status', 'http://hl7.org/fhir/fm-status', v8))
    if (v9 := r.encounter) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('encounter', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('encounter', v9i.system, v9i.value))
    for v10 in r.identifier:
        if v10.value is not None:
            token(('identifier', v10.system, v10.value))
    if (v11 := r.patient) is not None:
        if (v11r := v11.reference) is not None and v11r[0] != '#':
            reference(('patient', v11r))
            if patient0 is None: patient0 = patient_id(v11r)
        if (v11i := v11.identifier) is not None and v11i.value is not None:
            identifier(('patient', v11i.system, v11i.value))
    return patient0, date0
