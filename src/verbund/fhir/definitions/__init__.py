"""The official definitions, as the vendoring command extracted them (see `LICENCE.md`); read when first needed."""

from functools import cache
from importlib.resources import files

import zstandard
from msgspec import Struct, field, json


class Element(Struct, frozen=True):
    """One element of a type; `name` ends with `[x]` for a choice of types, `max` is `*` or `1`.

    `summary`: it is part of the summary; `modifier`: it may change the meaning of the rest.
    """

    name: str
    min: int
    max: str
    types: tuple[str, ...]
    targets: tuple[str, ...] = ()
    binding: str | None = None
    summary: bool = False
    modifier: bool = False


class Type(Struct, frozen=True):
    """A resource type, a data type, or the type of a backbone element."""

    kind: str
    base: str
    abstract: bool
    elements: tuple[Element, ...]


class Search(Struct, frozen=True):
    """A search parameter of the standard: the types that it is for, and its FHIRPath, empty where it has none."""

    code: str
    kind: str
    base: tuple[str, ...]
    url: str
    expression: str = ""


class Definitions(Struct, frozen=True):
    """Types by name, required value sets by URL (system and codes), compartments by type, search parameters."""

    source: str
    resources: tuple[str, ...]
    types: dict[str, Type]
    codes: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]
    compartments: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    search: tuple[Search, ...] = ()


@cache
def r4() -> Definitions:
    """The definitions of FHIR R4, 4.0.1."""
    packed = files(__name__).joinpath("r4.json.zst").read_bytes()
    return json.decode(zstandard.ZstdDecompressor().decompress(packed), type=Definitions)
