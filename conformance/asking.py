"""The text that a search asks for an element by its type, as http://hl7.org/fhir/R4/search.html says for each kind."""

from collections.abc import Callable, Mapping
from typing import Any

from verbund.fhir.fhirpath import Node

Json = dict[str, Any]
Writer = Callable[[Any], str | None]

_POINTING = frozenset({"Reference", "canonical", "uri", "url", "oid"})
CURRENCIES = "urn:iso:std:iso:4217"


def escaped(text: str) -> str:
    r"""A value with `\`, `,`, `|` and `$` marked as themselves."""
    for sign in "\\,|$":
        text = text.replace(sign, f"\\{sign}")
    return text


def asked(kind: str, node: Node, targets: tuple[str, ...] = ()) -> str | None:
    """The value that finds an element by a parameter of a kind; None where the element says nothing to it."""
    value = node.value
    if value is None or (kind == "date" and str(node.type) == "string"):
        return None
    if kind == "reference":
        return _reference(value, targets) if str(node.type) in _POINTING else None
    writer = _WRITERS.get((kind, str(node.type)))
    if writer is not None:
        return writer(value)
    if isinstance(value, bool):
        return str(value).lower()
    if kind == "quantity":
        return _quantity(value) if isinstance(value, dict) else None
    return None if isinstance(value, dict) else escaped(str(value))


def _token(value: Json, code: str = "code") -> str | None:
    return f"{escaped(value.get('system', ''))}|{escaped(value[code])}" if value.get(code) else None


def _concept(value: Json) -> str | None:
    return _token((value.get("coding") or [{}])[0])


def _reference(value: Any, targets: tuple[str, ...]) -> str | None:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        return value
    text = value.get("reference") if isinstance(value, dict) else None
    fits = text and (not targets or text.split("/")[0] in targets)
    return str(text) if fits else None


def _quantity(value: Json) -> str | None:
    if "value" not in value:
        return None
    return f"{value['value']}|{escaped(value.get('system', ''))}|{escaped(value.get('code', ''))}"


def _money(value: Json) -> str:
    return f"{value['value']}|{CURRENCIES}|{value['currency']}"


def _first(*names: str) -> Writer:
    def write(value: Json) -> str | None:
        for name in names:
            if found := value.get(name):
                return escaped(found[0] if isinstance(found, list) else found)
        return None

    return write


def _low(value: Json) -> str | None:
    return _quantity(value.get("low", {}))


_WRITERS: Mapping[tuple[str, str], Writer] = {
    ("token", "Coding"): _token,
    ("token", "CodeableConcept"): _concept,
    ("token", "Identifier"): lambda value: _token(value, "value"),
    ("token", "ContactPoint"): _first("value"),
    ("string", "HumanName"): _first("family", "given", "text"),
    ("string", "Address"): _first("city", "line", "text"),
    ("date", "Period"): _first("start", "end"),
    ("date", "Timing"): _first("event"),
    ("quantity", "Money"): _money,
    ("quantity", "Range"): _low,
    ("quantity", "SampledData"): lambda _: None,  # no one number: R4 does not say what would be compared
    ("special", "LocationPosition"): lambda value: f"{value['latitude']}|{value['longitude']}|1|km",
    ("number", "Range"): _low,
}
