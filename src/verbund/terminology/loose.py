"""Terminologies without a node: the standard's own and those of resources at hand, all in memory."""

from collections.abc import Iterable

import msgspec

from verbund.errors import VerbundError
from verbund.terminology import resources
from verbund.terminology.catalogue import Catalogue, Entry
from verbund.terminology.membership import KnownTerms
from verbund.terminology.memory import MemorySystem
from verbund.terminology.model import System, ValueSet


class _Head(msgspec.Struct):
    resource_type: str = msgspec.field(name="resourceType", default="")


_head = msgspec.json.Decoder(_Head).decode


def in_memory(raws: Iterable[bytes]) -> KnownTerms:
    """What these CodeSystems and ValueSets say, beside those of FHIR R4; what cannot be read is left out."""
    systems: dict[str, list[System]] = {}
    entries: dict[tuple[str, str], list[Entry]] = {}
    at_hand: dict[int, ValueSet] = {}
    whole: dict[str, System] = {}
    for number, raw in enumerate(raws):
        try:
            if _head(raw).resource_type == "CodeSystem":
                system = MemorySystem(*resources.code_system(raw))
                systems.setdefault(system.head.url, []).insert(0, system)
                if system.head.value_set is not None:
                    whole[system.head.value_set] = system
            else:
                found = resources.value_set(raw)
                entries.setdefault(("ValueSet", found.url), []).insert(0, Entry(number, found.version, "active"))
                at_hand[number] = found
        except (VerbundError, msgspec.DecodeError):
            continue
    return KnownTerms(Catalogue(-1, systems=systems, whole=whole, entries=entries, _at_hand=at_hand))
