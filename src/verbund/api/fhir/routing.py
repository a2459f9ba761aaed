"""Which interaction or operation an address and a method mean."""

import re
from dataclasses import dataclass

from verbund.api.fhir.addresses import CORE, PLACES, Address, Interaction
from verbund.api.fhir.operations import OPERATIONS
from verbund.errors import Incorrect, NotFound, Unsupported, WrongMethod
from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.generated.compartments import COMPARTMENTS

_WHOLE_COMPARTMENT = ("TYPE", "ID", "_search")
_WORDS = frozenset("_$")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_VERSION = re.compile(r"[1-9]\d{0,8}")

INTERACTIONS: tuple[Interaction, ...] = (*CORE, *(one for op in OPERATIONS.values() for one in op.interactions()))
"""Everything that is answered below the base, with its rule."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One shape: what is offered by which method, and where type, id, version and target stand (-1: nowhere).

    `type` and `target` are those that the shape itself names.
    """

    by_method: dict[str, Interaction]
    type_at: int
    id_at: int
    version_at: int
    target_at: int
    type: str
    target: str


def _row(shape: tuple[str, ...]) -> _Row:
    by_method = {method: one for one in INTERACTIONS if one.shape == shape for method in one.methods}
    at = {part: place for place, part in enumerate(shape)}
    return _Row(
        by_method,
        type_at=at.get("TYPE", -1),
        id_at=at.get("ID", -1),
        version_at=at.get("VERSION", -1),
        target_at=at.get("TARGET", -1),
        type=shape[0] if shape and shape[0] in RESOURCE_TYPES else "",
        target="*" if shape == _WHOLE_COMPARTMENT else "",
    )


_ROWS = {shape: _row(shape) for shape in dict.fromkeys(one.shape for one in INTERACTIONS)}
# Places to fill are None; words that begin with "_" or "$" can be no ids, so they need no place. A resource type may
# stand in a shape by name (operations of some types only) or as a place.
_FILLED = {tuple(None if part in PLACES else part for part in shape): shape for shape in _ROWS}


def _at(segments: tuple[str, ...], place: int) -> str:
    return "" if place < 0 else segments[place]


class NotAllowed(WrongMethod):
    """The address exists, but not for this method; `allowed` are those it knows."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method[:16]} is not offered at this address; it takes {', '.join(allowed)}.")
        self.allowed = allowed


def interpret(method: str, segments: tuple[str, ...]) -> Address:
    """What is asked for.

    Raises NotFound for an address of no known shape or an unknown type, Incorrect for an impossible id, Unsupported for
    operations that are not offered there, and NotAllowed, which names the methods that are, for a method that the
    address does not know.
    """
    shape = _shape(segments)
    if shape is None:
        raise _nothing(segments)
    row = _ROWS[shape]
    resource_type, resource_id = row.type or _at(segments, row.type_at), _at(segments, row.id_at)
    version, target = _at(segments, row.version_at), row.target or _at(segments, row.target_at)
    for name in (resource_type, target if target != "*" else ""):
        if name and name not in RESOURCE_TYPES:
            raise NotFound(f"'{name[:64]}' is not a resource type of FHIR R4; mind upper and lower case.")
    if target and resource_type not in COMPARTMENTS:
        raise NotFound(f"There are no compartments of {resource_type}, only of {', '.join(sorted(COMPARTMENTS))}.")
    interaction = row.by_method.get(method)
    if interaction is None:
        raise NotAllowed(method, tuple(row.by_method))
    if resource_id and not _ID.fullmatch(resource_id):
        raise Incorrect("An id has 1 to 64 letters, digits, '-' and '.' (FHIR R4, data type id).")
    if version and not _VERSION.fullmatch(version):
        raise NotFound("There is no such version; versions are numbers from 1 on.")
    return Address(interaction, resource_type, resource_id, int(version or 0), target)


def _nothing(segments: tuple[str, ...]) -> NotFound | Unsupported:
    if any(segment.startswith("$") for segment in segments):
        return Unsupported(f"The operation '{segments[-1][:64]}' is not offered here; see /fhir/metadata for what is.")
    return NotFound(f"There is nothing at '/{'/'.join(segments)[:120]}'; see /fhir/metadata for what there is.")


def _shape(segments: tuple[str, ...]) -> tuple[str, ...] | None:
    if segments in _ROWS:
        return segments
    key = tuple([part if part[:1] in _WORDS else None for part in segments])
    found = _FILLED.get(key)
    if found is None and len(segments) > 1:
        found = _FILLED.get((segments[0], *key[1:]))
    return found
