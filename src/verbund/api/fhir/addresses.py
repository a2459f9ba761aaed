"""The addresses of the interactions: one table, and what is not in it is not answered.

FHIR R4, RESTful API (https://hl7.org/fhir/R4/http.html#summary). Operations have a registry of their own.
"""

from dataclasses import dataclass

from verbund.api.rules import PUBLIC, Rule, scope

_LOOK = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class Interaction:
    """What can be done at addresses of one shape, by which methods, under which rule."""

    name: str
    methods: tuple[str, ...]
    shape: tuple[str, ...]
    rule: Rule


CORE = (
    Interaction("capabilities", _LOOK, ("metadata",), PUBLIC),
    Interaction("smart-configuration", _LOOK, (".well-known", "smart-configuration"), PUBLIC),
    Interaction("bundle", ("POST",), (), scope("")),
    Interaction("search-type", _LOOK, ("TYPE",), scope("s")),
    Interaction("create", ("POST",), ("TYPE",), scope("c")),
    Interaction("search-form", ("POST",), ("TYPE", "_search"), scope("s")),
    Interaction("read", _LOOK, ("TYPE", "ID"), scope("r")),
    Interaction("update", ("PUT",), ("TYPE", "ID"), scope("u")),
    Interaction("delete", ("DELETE",), ("TYPE", "ID"), scope("d")),
    Interaction("history-instance", _LOOK, ("TYPE", "ID", "_history"), scope("r")),
    Interaction("vread", _LOOK, ("TYPE", "ID", "_history", "VERSION"), scope("r")),
)
"""Everything that is answered below the base but operations. `scope("r")` asks for that SMART letter on the type."""

PLACES = frozenset({"TYPE", "ID", "VERSION"})
"""What stands in a shape for what varies."""


@dataclass(frozen=True, slots=True)
class Address:
    """An interaction on a type, a resource or a version."""

    interaction: Interaction
    type: str = ""
    id: str = ""
    version: int = 0
