"""Which interaction an address and a method mean: one table, and what is not in it is not answered.

FHIR R4, RESTful API (https://hl7.org/fhir/R4/http.html#summary).
"""

import re
from dataclasses import dataclass

from verbund.api.rules import PUBLIC, Rule, scope
from verbund.errors import Incorrect, NotFound, Unsupported, WrongMethod
from verbund.fhir import RESOURCE_TYPES

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_VERSION = re.compile(r"[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True)
class Interaction:
    """What can be done at addresses of one shape, by which methods, under which rule."""

    name: str
    methods: tuple[str, ...]
    shape: tuple[str, ...]
    rule: Rule


INTERACTIONS = (
    Interaction("capabilities", ("GET", "HEAD"), ("metadata",), PUBLIC),
    Interaction("smart-configuration", ("GET", "HEAD"), (".well-known", "smart-configuration"), PUBLIC),
    Interaction("bundle", ("POST",), (), scope("")),
    Interaction("search-type", ("GET", "HEAD"), ("TYPE",), scope("s")),
    Interaction("create", ("POST",), ("TYPE",), scope("c")),
    Interaction("search-form", ("POST",), ("TYPE", "_search"), scope("s")),
    Interaction("read", ("GET", "HEAD"), ("TYPE", "ID"), scope("r")),
    Interaction("update", ("PUT",), ("TYPE", "ID"), scope("u")),
    Interaction("delete", ("DELETE",), ("TYPE", "ID"), scope("d")),
    Interaction("history-instance", ("GET", "HEAD"), ("TYPE", "ID", "_history"), scope("r")),
    Interaction("vread", ("GET", "HEAD"), ("TYPE", "ID", "_history", "VERSION"), scope("r")),
)
"""Everything that is answered below the base, with its rule. `scope("r")` asks for that SMART letter on the type."""

_PLACES = frozenset({"TYPE", "ID", "VERSION"})


def _by_shape() -> dict[tuple[str, ...], dict[str, Interaction]]:
    found: dict[tuple[str, ...], dict[str, Interaction]] = {}
    for interaction in INTERACTIONS:
        found.setdefault(interaction.shape, {}).update(dict.fromkeys(interaction.methods, interaction))
    return found


_BY_SHAPE = _by_shape()
_FIXED = {shape: shape for shape in _BY_SHAPE if not _PLACES.intersection(shape)}
# Places to fill are None; words that begin with "_" can be no ids, so they need no place.
_FILLED = {
    tuple(None if part in _PLACES else part for part in shape): shape for shape in _BY_SHAPE if shape not in _FIXED
}


@dataclass(frozen=True, slots=True)
class Address:
    """An interaction on a type, a resource or a version."""

    interaction: Interaction
    type: str = ""
    id: str = ""
    version: int = 0


def interpret(method: str, segments: tuple[str, ...]) -> Address:
    """What is asked for.

    Raises NotFound for an address of no known shape or an unknown type, Incorrect for an impossible id, Unsupported for
    operations, and NotAllowed, which names the methods that are, for a method that the address does not know.
    """
    if any(segment.startswith("$") for segment in segments):
        raise Unsupported(f"The operation '{segments[-1][:64]}' is not offered; see /fhir/metadata for what is.")
    shape = () if not segments else _shape(segments)
    if shape is None:
        raise NotFound(f"There is nothing at '/{'/'.join(segments)[:120]}'; see /fhir/metadata for what there is.")
    places = dict(zip(shape, segments, strict=True))
    resource_type, resource_id, version = places.get("TYPE", ""), places.get("ID", ""), places.get("VERSION", "")
    if resource_type and resource_type not in RESOURCE_TYPES:
        raise NotFound(f"'{resource_type[:64]}' is not a resource type of FHIR R4; mind upper and lower case.")
    interaction = _BY_SHAPE[shape].get(method)
    if interaction is None:
        raise NotAllowed(method, tuple(_BY_SHAPE[shape]))
    if "ID" in places and not _ID.fullmatch(resource_id):
        raise Incorrect("An id has 1 to 64 letters, digits, '-' and '.' (FHIR R4, data type id).")
    if "VERSION" in places and not _VERSION.fullmatch(version):
        raise NotFound("There is no such version; versions are numbers from 1 on.")
    return Address(interaction, resource_type, resource_id, int(version or 0))


class NotAllowed(WrongMethod):
    """The address exists, but not for this method; `allowed` are those it knows."""

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method[:16]} is not offered at this address; it takes {', '.join(allowed)}.")
        self.allowed = allowed


def _shape(segments: tuple[str, ...]) -> tuple[str, ...] | None:
    key = tuple([part if part[:1] == "_" else None for part in segments])
    return _FIXED.get(segments) or _FILLED.get(key)
