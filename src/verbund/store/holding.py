"""A Bundle or Parameters belongs to the one patient whose data it holds.

So a document that is kept (http://hl7.org/fhir/R4/documents.html) is sealed, restricted and erased with the record. Of
several patients none could be restricted or erased alone: such a Bundle is not kept. References inside are understood
by the addresses of the entries (http://hl7.org/fhir/R4/bundle.html#references); the id of a Patient is one of ours.
"""

from collections.abc import Iterable, Iterator

from verbund.errors import Invalid, Issue
from verbund.fhir import Resource, decode, index, replace_references, type_of
from verbund.fhir.decoding import nested

HOLDERS = frozenset({"Bundle", "Parameters"})
_SEVERAL = "holds the data of {} patients; one that is kept holds those of one. Store one for each, or the entries."


def held_patient(resource: Resource) -> str | None:
    """The id of the patient whose data this holds; None where it is nobody's, several people's, or not to be told."""
    found = _held(resource)
    name = next(iter(found)) if len(found) == 1 else ""
    return None if not name or ":" in name else name


def check_one_patient(resource: Resource | None) -> None:
    """Invalid for what holds the data of several patients."""
    kind = type(resource).__name__
    if resource is None or kind not in HOLDERS or (number := len(_held(resource))) < 2:
        return
    text = f"This {kind} {_SEVERAL.format(number)}"
    raise Invalid(text, issues=(Issue("business-rule", text, (kind,)),))


def _held(resource: Resource) -> frozenset[str]:
    """The patients of all that is inside, by id, or by their address in a Bundle where they have no id.

    A document is its subject's, whoever else it mentions.
    """
    addresses = dict(_addresses(resource))
    names = {address: f"Patient/{identity}" for address, identity in addresses.items() if identity is not None}
    inner = [decode(replace_references(raw, names)) for raw in nested(resource)]
    if getattr(resource, "type", None) == "document" and (subject := _patients(inner[:1])):
        return subject
    return _patients(inner) | (addresses.keys() - names.keys())


def _addresses(bundle: Resource) -> Iterator[tuple[str, str | None]]:
    """The addresses of the Patients in a Bundle, each with the id."""
    for entry in getattr(bundle, "entry", ()):
        if entry.fullUrl is not None and entry.resource is not None and type_of(bytes(entry.resource)) == "Patient":
            yield entry.fullUrl, decode(bytes(entry.resource)).id


def _patients(resources: Iterable[Resource]) -> frozenset[str]:
    found: set[str] = set()
    for one in resources:
        if type(one).__name__ in HOLDERS:
            found |= _held(one)
        elif (patient := index(one).patient) is not None:
            found.add(patient)
    return frozenset(found)
