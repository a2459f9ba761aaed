"""One record out of the answers of several houses: the same thing once, kept from the house that wrote it.

Houses keep copies: the practice files the hospital's letter. Two resources are the same when they are of one type and

- share a business identifier (system and value) and do not differ in what they say: equal code, equal clinical time,
  and of observations equal value (the number of an order stands on each of its results), or
- are equal apart from `id`, `meta`, and what differs from house to house by itself (references to the patient).

Of the same ones the copy of the house that authored it is kept (`meta.source` names the house), else the one of the
house that comes first in the order given.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec

_PATIENT_REFERENCE = re.compile(rb'"reference":\s*"(?:[^"]*/)?Patient/[^"/]+"')
_CODES = ("code", "vaccineCode", "medicationCodeableConcept")
_decode_any = msgspec.json.Decoder().decode
_encode_sorted = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class RegionItem:
    """One resource of the merged record.

    `house` holds it (site id), `also_at` are others that hold the same; `date` is its primary clinical date, `body` its
    JSON as that house gave it.
    """

    type: str
    id: str
    house: str
    date: datetime | None
    updated: datetime
    body: bytes = field(repr=False)
    also_at: tuple[str, ...] = ()


class _Identifier(msgspec.Struct, frozen=True):
    system: str | None = None
    value: str | None = None


class _Meta(msgspec.Struct, frozen=True):
    source: str | None = None


class _Head(msgspec.Struct, frozen=True):
    meta: _Meta | None = None
    identifier: list[_Identifier] | _Identifier | None = None


_decode_head = msgspec.json.Decoder(_Head).decode


def identities(item: RegionItem) -> tuple[bytes, ...]:
    """Keys of which two items of different houses share one exactly when they are the same; the content comes first."""
    said = _said(item)
    numbers = (f"{item.type}\x1f{system}\x1f{value}\x1f".encode() + said for system, value in _identifiers(item))
    return (_content(item), *numbers)


def _head(item: RegionItem) -> _Head:
    try:
        return _decode_head(item.body)
    except msgspec.DecodeError:
        return _Head()


def _identifiers(item: RegionItem) -> Iterable[tuple[str, str]]:
    found = _head(item).identifier
    listed = found if isinstance(found, list) else [found] if found else []
    return {(one.system, one.value) for one in listed if one.system and one.value}


def _said(item: RegionItem) -> bytes:
    """A digest of what two copies of one thing never differ in: what it is about, when it was, and a value."""
    body: dict[str, Any] = _decode_any(item.body)
    values = {key: part for key, part in body.items() if _is_value(key)} if item.type == "Observation" else {}
    moment = item.date.timestamp() if item.date is not None else None
    said = ([_meaning(body.get(name)) for name in _CODES], moment, values)
    return blake2b(_encode_sorted(said), digest_size=16).digest()


def _is_value(name: str) -> bool:
    return name.startswith("value") or name in {"component", "dataAbsentReason"}


def _meaning(concept: object) -> object:
    """A CodeableConcept by its codes, whatever a house displays for them; as it stands where it has none."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    if not isinstance(codings, list) or not all(isinstance(one, dict) and one.get("code") for one in codings):
        return concept
    return sorted([str(one.get("system")), str(one["code"])] for one in codings) or concept


def _content(item: RegionItem) -> bytes:
    """A digest of everything that does not depend on the house that holds it."""
    content: dict[str, Any] = _decode_any(_PATIENT_REFERENCE.sub(b'"reference":"Patient"', item.body))
    content.pop("id", None)
    content.pop("meta", None)
    return blake2b(_encode_sorted(content), digest_size=16).digest()


def _authored(item: RegionItem) -> bool:
    """Whether the house that holds it is the one that its `meta.source` names."""
    meta = _head(item).meta
    source = (meta.source if meta else None) or ""
    return item.house in re.split(r"[^a-z0-9-]+", source.lower())


def merge(answers: Mapping[str, Sequence[RegionItem]]) -> tuple[RegionItem, ...]:
    """All items of all houses (in their order), each thing once; newest clinical date first, undated ones last.

    Items of one house are never merged with each other: what a house keeps twice, it means twice.
    """
    groups: dict[bytes, _Group] = {}
    kept: list[_Group] = []
    for house, items in answers.items():
        keyed = [(identities(item), item) for item in items]
        # Equal content first: an identifier of an order may stand on several results of it.
        rest = [entry for entry in keyed if not _joined(groups, house, entry[0][:1], *entry)]
        fresh = [entry for entry in rest if not _joined(groups, house, entry[0][1:], *entry)]
        for keys, item in fresh:
            kept.append(_Group(item))
            for key in keys:
                groups.setdefault(key, kept[-1])
    return tuple(sorted((group.best() for group in kept), key=_newest_first))


def _joined(
    groups: dict[bytes, "_Group"], house: str, by: Sequence[bytes], keys: Sequence[bytes], item: RegionItem
) -> bool:
    """Whether the item is the same as another house's, which is then noted."""
    same = next((groups[key] for key in by if key in groups and house not in groups[key].houses), None)
    if same is None:
        return False
    same.add(item)
    for key in keys:
        groups.setdefault(key, same)
    return True


def _newest_first(item: RegionItem) -> tuple[bool, float, str, str]:
    return item.date is None, -(item.date or item.updated).timestamp(), item.type, item.id


class _Group:
    """What is the same at several houses."""

    def __init__(self, first: RegionItem) -> None:
        self._items = [first]
        self.houses = {first.house}

    def add(self, item: RegionItem) -> None:
        self._items.append(item)
        self.houses.add(item.house)

    def best(self) -> RegionItem:
        if len(self._items) == 1:
            return self._items[0]
        chosen = next((item for item in self._items if _authored(item)), self._items[0])
        others = tuple(item.house for item in self._items if item is not chosen)
        return RegionItem(chosen.type, chosen.id, chosen.house, chosen.date, chosen.updated, chosen.body, others)
