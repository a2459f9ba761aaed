"""The resource type BiologicallyDerivedProduct of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import attributes, chosen
from verbund.fhir.extraction import Collector, named_patient
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Reference
from verbund.fhir.generated.primitives import CheckedDateTime, Decimal, Integer, String

_BIOLOGICALLYDERIVEDPRODUCTCOLLECTION_COLLECTED = attributes('collectedDateTime', 'collectedPeriod', 'collectedDateTime_element')
class BiologicallyDerivedProductCollection(BackboneElement, kw_only=True):
    collector: Reference | None = None
    source: Reference | None = None
    collectedDateTime: CheckedDateTime | None = None
    collectedDateTime_element: Element | None = named(default=None, name="_collectedDateTime")
    collectedPeriod: Period | None = None
    def __post_init__(self) -> None:
        given = 3 - _BIOLOGICALLYDERIVEDPRODUCTCOLLECTION_COLLECTED(self).count(None)
        if given > 1:
            given = chosen(_BIOLOGICALLYDERIVEDPRODUCTCOLLECTION_COLLECTED(self), 2)
        if given > 1:
            raise ValueError("BiologicallyDerivedProductCollection.collected[x] takes at most one type")

_BIOLOGICALLYDERIVEDPRODUCTPROCESSING_TIME = attributes('timeDateTime', 'timePeriod', 'timeDateTime_element')
class BiologicallyDerivedProductProcessing(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    procedure: CodeableConcept | None = None
    additive: Reference | None = None
    timeDateTime: CheckedDateTime | None = None
    timeDateTime_element: Element | None = named(default=None, name="_timeDateTime")
    timePeriod: Period | None = None
    def __post_init__(self) -> None:
        given = 3 - _BIOLOGICALLYDERIVEDPRODUCTPROCESSING_TIME(self).count(None)
        if given > 1:
            given = chosen(_BIOLOGICALLYDERIVEDPRODUCTPROCESSING_TIME(self), 2)
        if given > 1:
            raise ValueError("BiologicallyDerivedProductProcessing.time[x] takes at most one type")

_BIOLOGICALLYDERIVEDPRODUCTMANIPULATION_TIME = attributes('timeDateTime', 'timePeriod', 'timeDateTime_element')
class BiologicallyDerivedProductManipulation(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    timeDateTime: CheckedDateTime | None = None
    timeDateTime_element: Element | None = named(default=None, name="_timeDateTime")
    timePeriod: Period | None = None
    def __post_init__(self) -> None:
        given = 3 - _BIOLOGICALLYDERIVEDPRODUCTMANIPULATION_TIME(self).count(None)
        if given > 1:
            given = chosen(_BIOLOGICALLYDERIVEDPRODUCTMANIPULATION_TIME(self), 2)
        if given > 1:
            raise ValueError("BiologicallyDerivedProductManipulation.time[x] takes at most one type")

class BiologicallyDerivedProductStorage(BackboneElement, kw_only=True):
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    temperature: Decimal | None = None
    temperature_element: Element | None = named(default=None, name="_temperature")
    scale: Literal['farenheit', 'celsius', 'kelvin'] | None = None
    scale_element: Element | None = named(default=None, name="_scale")
    duration: Period | None = None

class BiologicallyDerivedProduct(DomainResource, kw_only=True, tag_field="resourceType", tag="BiologicallyDerivedProduct"):
    identifier: tuple[Identifier, ...] = ()
    productCategory: Literal['organ', 'tissue', 'fluid', 'cells', 'biologicalAgent'] | None = None
    productCategory_element: Element | None = named(default=None, name="_productCategory")
    productCode: CodeableConcept | None = None
    status: Literal['available', 'unavailable'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    request: tuple[Reference, ...] = ()
    quantity: Integer | None = None
    quantity_element: Element | None = named(default=None, name="_quantity")
    parent: tuple[Reference, ...] = ()
    collection: BiologicallyDerivedProductCollection | None = None
    processing: tuple[BiologicallyDerivedProductProcessing, ...] = ()
    manipulation: BiologicallyDerivedProductManipulation | None = None
    storage: tuple[BiologicallyDerivedProductStorage, ...] = ()


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a BiologicallyDerivedProduct into `out`; its patient and its clinical date."""
    token = out.tokens.append
    uri = out.uris.append
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
    return named_patient(r.collection and r.collection.source), None
