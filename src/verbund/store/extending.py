"""What search parameters that were added find in rows that were there before: opened, extracted, indexed.

Pure, so that another process can do it.
"""

import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import zstandard

from verbund.crypto import Hasher, Sealer
from verbund.fhir import type_name
from verbund.fhir.extracting import NOTHING
from verbund.fhir.parameters import Added, Parameters
from verbund.store.bodies import NO_DICTIONARY, decompressor_of
from verbund.store.bulk import MOST_REMEMBERED, Plan
from verbund.store.indexing import Indexer, Quantity
from verbund.store.lines import Identity, identity_of, opened, patient_of


class Rows(NamedTuple):
    """Packed rows, the keys that open them by patient, dictionaries not given before, and the parameters."""

    packed: Sequence[bytes]
    keys: Mapping[int, bytes]
    dictionaries: Mapping[int, bytes | None]
    added: tuple[Added, ...]


class Found(NamedTuple):
    """What the index is to keep of a row in which there is something: keys, dates, quantities."""

    row: Identity
    keys: tuple[int, ...]
    dates: tuple[tuple[int, int, int], ...]
    quantities: tuple[Quantity, ...]


class Extended(NamedTuple):
    """What was found, the units of UCUM that were met, and the seconds that it took."""

    found: list[Found]
    units: frozenset[str]
    seconds: float


class Extender:
    """Looks at rows; keeps dictionaries and keys made ready."""

    def __init__(self, plan: Plan) -> None:
        self._indexer = Indexer(Hasher(plan.index_key), plan.classify)
        self._decompressors: dict[int, zstandard.ZstdDecompressor] = {NO_DICTIONARY: decompressor_of(None)}
        self._sealers: dict[bytes, Sealer] = {}

    def extend(self, rows: Rows) -> Extended:
        """What the parameters find. Rows of patients without a key are left out: nobody can open them."""
        begun = time.perf_counter()
        self._decompressors |= {number: decompressor_of(given) for number, given in rows.dictionaries.items()}
        if len(self._sealers) > MOST_REMEMBERED:
            self._sealers.clear()
        sealers = {patient: self._sealer(key) for patient, key in rows.keys.items()}
        packed = [row for row in rows.packed if patient_of(row) in sealers]
        parameters, found = _parameters(rows.added), list[Found]()
        for row, (number, body) in zip(packed, opened(packed, sealers, self._decompressors), strict=True):
            kind = type_name(number)
            extractor = parameters.extractor(kind)
            if extractor is not None:
                entries = extractor.entries(body)
                if entries is not NOTHING and any(entries.rows):
                    of = self._indexer.added(kind, entries)
                    found.append(Found(identity_of(row), of.keys, of.dates, of.quantities))
        return Extended(found, frozenset(self._indexer.units), time.perf_counter() - begun)

    def _sealer(self, key: bytes) -> Sealer:
        made = self._sealers.get(key)
        if made is None:
            made = self._sealers[key] = Sealer(key)
        return made


@lru_cache(maxsize=4)
def _parameters(added: tuple[Added, ...]) -> Parameters:
    return Parameters(added)
