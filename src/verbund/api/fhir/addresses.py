"""The addresses of the interactions: one table, and what is not in it is not answered.

FHIR R4, RESTful API (https://hl7.org/fhir/R4/http.html#summary). Operations have a registry of their own.
"""

from dataclasses import dataclass

import msgspec

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
    Interaction("search-system", _LOOK, (), scope("")),
    Interaction("search-system-form", ("POST",), ("_search",), scope("")),
    Interaction("history-system", _LOOK, ("_history",), scope("")),
    Interaction("bulk-status", ("GET", "HEAD", "DELETE"), ("$bulk-status", "ID"), scope("")),
    Interaction("import-status", ("GET", "HEAD", "DELETE"), ("$import-status", "ID"), scope("")),
    Interaction("bulk-file", _LOOK, ("$bulk-file", "ID", "VERSION"), scope("")),
    Interaction("search-type", _LOOK, ("TYPE",), scope("s")),
    Interaction("create", ("POST",), ("TYPE",), scope("c")),
    Interaction("conditional-update", ("PUT",), ("TYPE",), scope("us")),
    Interaction("conditional-patch", ("PATCH",), ("TYPE",), scope("us")),
    Interaction("conditional-delete", ("DELETE",), ("TYPE",), scope("ds")),
    Interaction("search-form", ("POST",), ("TYPE", "_search"), scope("s")),
    Interaction("history-type", _LOOK, ("TYPE", "_history"), scope("s")),
    Interaction("read", _LOOK, ("TYPE", "ID"), scope("r")),
    Interaction("update", ("PUT",), ("TYPE", "ID"), scope("u")),
    Interaction("patch", ("PATCH",), ("TYPE", "ID"), scope("u")),
    Interaction("delete", ("DELETE",), ("TYPE", "ID"), scope("d")),
    Interaction("search-compartment", _LOOK, ("TYPE", "ID", "TARGET"), scope("")),
    Interaction("search-compartment-all-form", ("POST",), ("TYPE", "ID", "_search"), scope("")),
    Interaction("search-compartment-form", ("POST",), ("TYPE", "ID", "TARGET", "_search"), scope("")),
    Interaction("history-instance", _LOOK, ("TYPE", "ID", "_history"), scope("r")),
    Interaction("vread", _LOOK, ("TYPE", "ID", "_history", "VERSION"), scope("r")),
)
"""Everything that is answered below the base but operations.

`scope("r")` asks for that SMART letter on the type of the address. Where no letter is asked for, several types may be
meant, and the gate checks each.
"""

PLACES = frozenset({"TYPE", "ID", "VERSION", "TARGET"})
"""What stands in a shape for what varies; TARGET is a type, or `*` for all, within a compartment."""


class Address(msgspec.Struct, frozen=True, gc=False):
    """An interaction on a type, a resource, a version, or the types in a compartment (`target`, `*` for all)."""

    interaction: Interaction
    type: str = ""
    id: str = ""
    version: int = 0
    target: str = ""
