"""The profiles that are known, in memory: packed, and made ready when they are first asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

import msgspec
import zstandard

from verbund.fhir.definitions import r4
from verbund.fhir.profiles.compiling import compiled, element_id
from verbund.fhir.profiles.model import CORE, Profile
from verbund.fhir.profiles.reading import Definition, Element, definition

MOST_READY = 600
"""Profiles that are kept ready; beyond, those that were made ready first are made ready again when asked for."""

MOST_BASES = 20
_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(Definition, float_hook=Decimal).decode
_zip = zstandard.ZstdCompressor(level=3)
_unzip = zstandard.ZstdDecompressor()


class Packed(NamedTuple):
    """A StructureDefinition reduced to what checking needs: url, type, version, and the rest in a few kilobytes."""

    url: str
    type: str
    version: str
    data: bytes


def pack(raw: bytes) -> Packed:
    """Reduce a StructureDefinition. Incorrect or Invalid where it cannot be used."""
    read = definition(raw)
    return Packed(read.url, read.type, read.version, _zip.compress(_encode(read)))


class Profiles:
    """StructureDefinitions by canonical url; the one that was added last stands for its url.

    Nothing here waits. A definition takes some twelve kilobytes until it is asked for.
    """

    def __init__(self) -> None:
        self._packed: dict[str, Packed] = {}
        self._ready: dict[str, Profile] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def add(self, raw: bytes) -> str:
        """Learn a StructureDefinition; its url. Incorrect or Invalid where it cannot be used."""
        packed = pack(raw)
        self.put(packed)
        return packed.url

    def put(self, packed: Packed) -> None:
        """Learn what was packed before."""
        self._packed[packed.url] = packed
        # Others may be built on it.
        self._ready.clear()

    def remove(self, url: str) -> None:
        """Forget a definition; one that is not known is no error."""
        if self._packed.pop(url, None) is not None:
            self._ready.clear()

    def get(self, canonical: str) -> Profile | None:
        """The profile of this canonical url, whatever its version; None where it is not known."""
        url = canonical.partition("|")[0]
        found = self._ready.get(url)
        if found is None and url in self._packed:
            if len(self._ready) >= MOST_READY:
                del self._ready[next(iter(self._ready))]
            found = self._ready[url] = self._made(url)
        return found

    def type_of(self, canonical: str) -> str | None:
        """The type that a profile is on, or that a definition of FHIR's own defines; None where it is not known."""
        url = canonical.partition("|")[0]
        if url in self._packed:
            return self._packed[url].type
        name = url.removeprefix(CORE)
        return name if url.startswith(CORE) and name in r4().types else None

    def _made(self, url: str) -> Profile:
        own = self._definition(url)
        layers, missing = self._layers(own)
        made = compiled(own, _merged(layers))
        if not missing:
            return made
        text = (
            f"The profile {own.name} builds on {missing}, which is not known here; what that asks for is not checked."
        )
        return replace(made, faults=(text,))

    def _definition(self, url: str) -> Definition:
        return _decode(_unzip.decompress(self._packed[url].data))

    def _layers(self, own: Definition) -> tuple[list[Sequence[Element]], str]:
        """A differential with all that it builds on down to a snapshot; the url of what is missing, else empty.

        FHIR's own types need no snapshot: what they ask for is checked in decoding.
        """
        layers: list[Sequence[Element]] = [own.elements]
        step = own
        while not step.complete and len(layers) <= MOST_BASES:
            base = step.base.partition("|")[0]
            if base not in self._packed:
                return layers, "" if base.startswith(CORE) or not base else base
            step = self._definition(base)
            layers.append(step.elements)
        return layers, ""


def _merged(layers: Sequence[Sequence[Element]]) -> Sequence[Element]:
    """The elements of the last layer, changed and added to by those before it (http://hl7.org/fhir/R4/profiling.html)."""
    if len(layers) == 1:
        return layers[0]
    elements = {element_id(element): element for element in layers[-1]}
    for layer in reversed(layers[:-1]):
        for element in layer:
            identity = element_id(element)
            elements[identity] = _over(elements.get(identity, {}), element)
    return tuple(elements.values())


def _over(below: Element, element: Element) -> Element:
    """An element as a differential leaves it: what is not said again stays, constraints are added."""
    said = {key: value for key, value in element.items() if value not in ([], None)}
    whole = below | said
    if constraints := [*below.get("constraint", ()), *element.get("constraint", ())]:
        whole["constraint"] = list({one["key"]: one for one in constraints}.values())
    return whole
