"""What names no patient belongs to the patient of what it is about: a Binary, a Provenance, a List of entries.

So it is sealed under that patient's key, and restricted and erased with the record. A patient who is named as such is
found when it is indexed; what else may be named must be looked up: in the same unit, or among what is stored. While it
is not there, and where it is of several patients, what is about it belongs to nobody. Of a Binary see
http://hl7.org/fhir/R4/binary.html#Binary.securityContext.
"""

from collections.abc import Iterator, Mapping

from verbund.fhir import RESOURCE_TYPES, Resource
from verbund.fhir.references import parse_reference

BINARY = "Binary"
# By which elements a resource says what it is about.
_ABOUT: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "AppointmentResponse": (("appointment",),),
    "Basic": (("subject",),),
    BINARY: (("securityContext",),),
    "Communication": (("about",), ("basedOn",), ("partOf",)),
    "CommunicationRequest": (("about",), ("basedOn",)),
    "DetectedIssue": (("implicated",),),
    "DeviceMetric": (("source",), ("parent",)),
    "DocumentManifest": (("content",),),
    "EnrollmentResponse": (("request",),),
    "Linkage": (("item", "resource"),),
    "List": (("entry", "item"),),
    "MessageHeader": (("focus",),),
    "PaymentNotice": (("request",), ("response",)),
    "PaymentReconciliation": (("request",), ("detail", "request"), ("detail", "response")),
    "Provenance": (("target",),),
    "Task": (("focus",), ("basedOn",)),
    "VerificationResult": (("target",),),
}
MAY_BE_ABOUT = frozenset(_ABOUT)


def belongs_to(resource: Resource | None) -> tuple[tuple[str, str], ...]:
    """Types and ids of what a resource is about, where only looking these up tells the patient."""
    paths = _ABOUT.get(type(resource).__name__, ())
    found = (_target(one) for path in paths for one in _at(resource, path))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _at(value: object, path: tuple[str, ...]) -> Iterator[object]:
    """What lies at a path, each of many."""
    if value is None:
        return
    if isinstance(value, tuple):
        for one in value:
            yield from _at(one, path)
    elif path:
        yield from _at(getattr(value, path[0]), path[1:])
    else:
        yield value


def _target(said: object) -> tuple[str, str] | None:
    text = getattr(said, "reference", None)
    target = parse_reference(text) if text else None
    if target is None or target.base is not None or target.type == BINARY or target.type not in RESOURCE_TYPES:
        return None
    return target.type, target.id
