"""References: what they lead to, as far as that can be told without asking anybody."""

from collections.abc import Mapping
from typing import Any

from verbund.fhir.definitions import r4
from verbund.fhir.profiles.run import Scope
from verbund.fhir.references import conditional, parse_reference


def resolved(reference: object, scope: Scope) -> dict[str, Any] | None:
    """The resource that a Reference leads to, if it is contained or in the same bundle."""
    text = reference.get("reference") if isinstance(reference, Mapping) else None
    return scope.found(text) if isinstance(text, str) else None


def kind_of(reference: object, scope: Scope) -> str | None:
    """The resource type that a Reference leads to; None where nothing tells."""
    found = resolved(reference, scope)
    if found is not None:
        return str(found.get("resourceType"))
    if not isinstance(reference, Mapping):
        return None
    said, text = reference.get("type"), reference.get("reference")
    if isinstance(text, str) and (literal := _literal(text)):
        return literal
    return said if isinstance(said, str) and said in r4().resources else None


def _literal(text: str) -> str | None:
    """The type that a literal or conditional reference names, if it names one."""
    target, search = parse_reference(text), conditional(text)
    name = target.type if target is not None else search[0] if search is not None else ""
    return name if name in r4().resources else None


def claimed(resource: object) -> tuple[str, ...]:
    """The canonical urls, without versions, of the profiles that a resource claims."""
    meta = resource.get("meta") if isinstance(resource, Mapping) else None
    listed = meta.get("profile") if isinstance(meta, Mapping) else None
    return tuple(one.partition("|")[0] for one in (listed if isinstance(listed, list) else ()) if isinstance(one, str))


def entries_of(whole: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The resources of a bundle, by full url and by type and id (http://hl7.org/fhir/R4/bundle.html#references)."""
    found: dict[str, dict[str, Any]] = {}
    listed = whole.get("entry")
    for entry in listed if isinstance(listed, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            names = (entry.get("fullUrl"), f"{resource.get('resourceType')}/{resource.get('id')}")
            found.update({name: resource for name in names if isinstance(name, str)})
    return found
