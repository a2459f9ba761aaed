"""The resource type Group of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, attributes, chosen, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, sole_member
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Period, Quantity, Range, Reference, Resource
from verbund.fhir.generated.primitives import String, UnsignedInt

_GROUPCHARACTERISTIC_VALUE = attributes('valueBoolean', 'valueCodeableConcept', 'valueQuantity', 'valueRange', 'valueReference', 'valueBoolean_element')
class GroupCharacteristic(BackboneElement, kw_only=True):
    code: CodeableConcept
    valueBoolean: bool | None = None
    valueBoolean_element: Element | None = named(default=None, name="_valueBoolean")
    valueCodeableConcept: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueRange: Range | None = None
    valueReference: Reference | None = None
    exclude: bool | None = None
    exclude_element: Element | None = named(default=None, name="_exclude")
    period: Period | None = None
    def __post_init__(self) -> None:
        given = 6 - _GROUPCHARACTERISTIC_VALUE(self).count(None)
        if given > 1:
            given = chosen(_GROUPCHARACTERISTIC_VALUE(self), 5)
        if given != 1:
            raise ValueError("GroupCharacteristic.value[x] takes exactly one type")
        if self.exclude is None and self.exclude_element is None:
            raise ValueError("GroupCharacteristic.exclude is required")

class GroupMember(BackboneElement, kw_only=True):
    entity: Reference
    period: Period | None = None
    inactive: bool | None = None
    inactive_element: Element | None = named(default=None, name="_inactive")

class Group(DomainResource, kw_only=True, tag_field="resourceType", tag="Group"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    active_element: Element | None = named(default=None, name="_active")
    type: Literal['person', 'animal', 'practitioner', 'device', 'medication', 'substance'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    actual: bool | None = None
    actual_element: Element | None = named(default=None, name="_actual")
    code: CodeableConcept | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    quantity: UnsignedInt | None = None
    quantity_element: Element | None = named(default=None, name="_quantity")
    managingEntity: Reference | None = None
    characteristic: tuple[GroupCharacteristic, ...] = ()
    member: tuple[GroupMember, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.type is None and self.type_element is None:
            raise ValueError("Group.type is required")
        if self.actual is None and self.actual_element is None:
            raise ValueError("Group.actual is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a Group into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    if (v1 := r.actual) is not None:
        token(('actual', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v1 else "false"))
    for v2 in r.characteristic:
        if (v3 := v2.code) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('characteristic', c.system, c.code))
        if (v4 := v2.exclude) is not None:
            token(('exclude', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v4 else "false"))
        if (v5 := v2.valueCodeableConcept) is not None:
            for c in v5.coding:
                if c.code is not None:
                    token(('value', c.system, c.code))
        if (v6 := v2.valueBoolean) is not None:
            token(('value', 'http://terminology.hl7.org/CodeSystem/special-values', "true" if v6 else "false"))
    if (v7 := r.code) is not None:
        for c in v7.coding:
            if c.code is not None:
                token(('code', c.system, c.code))
    for v8 in r.identifier:
        if v8.value is not None:
            token(('identifier', v8.system, v8.value))
    if (v9 := r.managingEntity) is not None:
        if (v9r := v9.reference) is not None and v9r[0] != '#':
            reference(('managing-entity', v9r))
        if (v9i := v9.identifier) is not None and v9i.value is not None:
            identifier(('managing-entity', v9i.system, v9i.value))
    for v10 in r.member:
        if (v11 := v10.entity) is not None:
            if (v11r := v11.reference) is not None and v11r[0] != '#':
                reference(('member', v11r))
            if (v11i := v11.identifier) is not None and v11i.value is not None:
                identifier(('member', v11i.system, v11i.value))
    if (v12 := r.type) is not None:
        token(('type', 'http://hl7.org/fhir/group-type', v12))
    if (v13 := r.meta) is not None:
        for v14 in v13.profile:
            if v14 is not None:
                uri(('_profile', v14))
                if '|' in v14:
                    v14w = v14.partition('|')[0]
                    uri(('_profile', v14w))
        for v15 in v13.security:
            if v15.code is not None:
                token(('_security', v15.system, v15.code))
        if (v16 := v13.source) is not None:
            uri(('_source', v16))
        for v17 in v13.tag:
            if v17.code is not None:
                token(('_tag', v17.system, v17.code))
    return sole_member([one.entity for one in r.member]), None
