"""Parameters of operations, in and out (https://hl7.org/fhir/R4/parameters.html)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from verbund.api.forms import Pairs
from verbund.errors import Incorrect, Issue
from verbund.fhir import decode, type_of
from verbund.fhir.generated import datatypes

_encode = msgspec.json.Encoder(decimal_format="number").encode


class _Rows(msgspec.Struct):
    parameter: tuple[dict[str, msgspec.Raw], ...] = ()


_rows = msgspec.json.Decoder(_Rows).decode
_value = msgspec.json.Decoder(float_hook=Decimal).decode
_parts = msgspec.json.Decoder(tuple[dict[str, msgspec.Raw], ...]).decode
_name = msgspec.json.Decoder(str).decode


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: a value, a resource, or parts.

    `kind` is the data type of `value` (`Coding`, `uri`), empty for one of an address, whose value is its text.
    """

    name: str
    value: Any = None
    kind: str = ""
    resource: bytes | None = None
    parts: tuple["Parameter", ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a call, in their order."""

    listed: tuple[Parameter, ...] = ()

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self.listed)

    def all(self, name: str) -> tuple[Parameter, ...]:
        """Every parameter of this name."""
        return tuple(one for one in self.listed if one.name == name)

    def one(self, name: str) -> Parameter | None:
        """The parameter of this name. Incorrect when there are several."""
        found = self.all(name)
        if len(found) > 1:
            raise refused(name, "is given more than once.")
        return found[0] if found else None

    def text(self, name: str) -> str | None:
        """A value that is a text: a string, code, uri, date. Incorrect for any other."""
        found = self.one(name)
        if found is None or isinstance(found.value, str):
            return None if found is None else found.value
        raise refused(name, "takes a text, for example a code or an address.")

    def texts(self, name: str, *, divided: bool = True) -> tuple[str, ...]:
        """All values of a repeated parameter; in an address also divided by commas, if `divided`."""
        found: list[str] = []
        for one in self.all(name):
            if not isinstance(one.value, str):
                raise refused(name, "takes texts.")
            found += one.value.split(",") if divided and not one.kind else [one.value]
        return tuple(text for text in found if text)

    def flag(self, name: str) -> bool | None:
        """A boolean; None where it is not given."""
        found = self.one(name)
        value = None if found is None else {"true": True, "false": False}.get(found.value, found.value)
        if value is None or isinstance(value, bool):
            return value
        raise refused(name, "takes true or false.")

    def number(self, name: str) -> int | None:
        """A whole number from 0 on; None where it is not given."""
        found = self.one(name)
        value = None if found is None else found.value
        if isinstance(value, str) and value.isascii() and value.isdecimal():
            value = int(value[:18])
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        raise refused(name, "takes a whole number from 0 on.")

    def structure(self, name: str) -> Mapping[str, Any] | None:
        """A value that has elements, such as a Coding; None where it is not given."""
        found = self.one(name)
        if found is None or isinstance(found.value, dict):
            return None if found is None else found.value
        raise refused(name, "takes a structure, such as a Coding; send it in a Parameters resource.")

    def resource(self, name: str) -> bytes | None:
        """The JSON of a resource; None where it is not given."""
        found = self.one(name)
        if found is None or found.resource is not None:
            return None if found is None else found.resource
        raise refused(name, "takes a resource; send it in a Parameters resource.")


NO_PARAMETERS = Parameters()


def refused(name: str, problem: str) -> Incorrect:
    """What to raise for a parameter that is missing or wrong; `problem` begins with a verb."""
    sentence = f"The parameter {name[:64]} {problem}"
    return Incorrect(sentence, issues=(Issue("value", sentence, (f"Parameters.parameter.where(name='{name[:64]}')",)),))


def from_address(pairs: Pairs) -> Parameters:
    """The parameters of a query string."""
    return Parameters(tuple(Parameter(name, value) for name, value in pairs))


def from_body(raw: bytes, *, resource_type: str = "", strict: bool = True) -> Parameters:
    """The parameters in a body: those of a Parameters resource, or another resource as the parameter `resource`.

    Incorrect or Invalid for what is no resource, or a broken Parameters resource. Where not `strict`, what is no
    resource is the parameter `resource` as well, and resources in parameters may be broken; a Parameters resource
    without the parameter `resource` is the resource itself where one of its `resource_type` is asked for.
    """
    if not raw:
        return NO_PARAMETERS
    name = type_of(raw)
    if name != "Parameters" and (name is not None or not strict):
        return Parameters((Parameter("resource", resource=raw),))
    if strict:
        decode(raw)
    try:
        found = Parameters(tuple(_parameter(row) for row in _rows(raw).parameter))
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError, KeyError):
        if strict:
            raise
        return Parameters((Parameter("resource", resource=raw),))
    if resource_type == "Parameters" and found.one("resource") is None:
        return Parameters((Parameter("resource", resource=raw),))
    return found


def _parameter(row: Mapping[str, msgspec.Raw]) -> Parameter:
    name = _name(row["name"])
    if "resource" in row:
        return Parameter(name, resource=bytes(row["resource"]))
    if "part" in row:
        return Parameter(name, parts=tuple(_parameter(part) for part in _parts(row["part"])))
    key = next((key for key in row if key.startswith("value")), None)
    return Parameter(name) if key is None else Parameter(name, _value(row[key]), _kind(key))


def _kind(key: str) -> str:
    """`valueCoding` is a Coding, `valueUri` a uri."""
    kind = key.removeprefix("value")
    structured = isinstance(getattr(datatypes, kind, None), type(msgspec.Struct))
    return kind if structured else kind[:1].lower() + kind[1:]


def answer_of(listed: Iterable[Parameter]) -> bytes:
    """A Parameters resource of these."""
    return _encode({"resourceType": "Parameters", "parameter": [_row(one) for one in listed]})


def _row(one: Parameter) -> dict[str, Any]:
    row: dict[str, Any] = {"name": one.name}
    if one.resource is not None:
        row["resource"] = msgspec.Raw(one.resource)
    elif one.parts:
        row["part"] = [_row(part) for part in one.parts]
    elif one.value is not None:
        row[f"value{one.kind[:1].upper()}{one.kind[1:]}"] = one.value
    return row
