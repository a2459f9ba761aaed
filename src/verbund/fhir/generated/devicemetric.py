"""The resource type DeviceMetric of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Reference, Resource, Timing
from verbund.fhir.generated.primitives import CheckedInstant

class DeviceMetricCalibration(BackboneElement, kw_only=True):
    type: Literal['unspecified', 'offset', 'gain', 'two-point'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    state: Literal['not-calibrated', 'calibration-required', 'calibrated', 'unspecified'] | None = None
    state_element: Element | None = named(default=None, name="_state")
    time: CheckedInstant | None = None
    time_element: Element | None = named(default=None, name="_time")

class DeviceMetric(DomainResource, kw_only=True, tag_field="resourceType", tag="DeviceMetric"):
    identifier: tuple[Identifier, ...] = ()
    type: CodeableConcept
    unit: CodeableConcept | None = None
    source: Reference | None = None
    parent: Reference | None = None
    operationalStatus: Literal['on', 'off', 'standby', 'entered-in-error'] | None = None
    operationalStatus_element: Element | None = named(default=None, name="_operationalStatus")
    color: Literal['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] | None = None
    color_element: Element | None = named(default=None, name="_color")
    category: Literal['measurement', 'setting', 'calculation', 'unspecified'] | None = None
    category_element: Element | None = named(default=None, name="_category")
    measurementPeriod: Timing | None = None
    calibration: tuple[DeviceMetricCalibration, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.category is None and self.category_element is None:
            raise ValueError("DeviceMetric.category is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a DeviceMetric into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.category) is not None:
        token(('category', 'http://hl7.org/fhir/metric-category', v1))
    for v2 in r.identifier:
        if v2.value is not None:
            token(('identifier', v2.system, v2.value))
    if (v3 := r.parent) is not None:
        if (v3r := v3.reference) is not None and v3r[0] != '#':
            reference(('parent', v3r))
        if (v3i := v3.identifier) is not None and v3i.value is not None:
            identifier(('parent', v3i.system, v3i.value))
    if (v4 := r.source) is not None:
        if (v4r := v4.reference) is not None and v4r[0] != '#':
            reference(('source', v4r))
        if (v4i := v4.identifier) is not None and v4i.value is not None:
            identifier(('source', v4i.system, v4i.value))
    if (v5 := r.type) is not None:
        for c in v5.coding:
            if c.code is not None:
                token(('type', c.system, c.code))
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
