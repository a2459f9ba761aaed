"""The terminology of FHIR R4 itself, as the vendoring command extracted it (see `LICENCE.md`)."""

from functools import cache
from importlib.resources import files

import msgspec
import zstandard


class Definitions(msgspec.Struct, frozen=True, rename="pascal"):
    """Resources as JSON."""

    code_system: list[msgspec.Raw]
    value_set: list[msgspec.Raw]
    concept_map: list[msgspec.Raw]


class _Url(msgspec.Struct):
    url: str


@cache
def r4() -> dict[str, dict[str, bytes]]:
    """The resources of FHIR R4, 4.0.1: by type (CodeSystem, ValueSet, ConceptMap) and canonical url."""
    packed = files(__name__).joinpath("r4.json.zst").read_bytes()
    found = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(packed), type=Definitions)
    kinds = {"CodeSystem": found.code_system, "ValueSet": found.value_set, "ConceptMap": found.concept_map}
    read = msgspec.json.Decoder(_Url)
    return {kind: {read.decode(raw).url: bytes(raw) for raw in raws} for kind, raws in kinds.items()}
