"""How an event lies in a row: what concerns a patient opens with that patient's data key, and with no other.

An act on one patient, or on nobody, is sealed whole under one key. An act that touches several is sealed in parts: what
is common to it (who, when, why, the query) under a random key of its own; for each patient, under that patient's key,
the random key and what of theirs was touched. Who destroys a patient's key makes that part unreadable for ever; what is
common still opens for the others, and for nobody once all of them are erased.
"""

import os
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from verbund.audit.model import Action, Agent, Event, Kind, anonymous
from verbund.audit.proof import Content, micros_of
from verbund.crypto import Sealer
from verbund.errors import Fault

_WHOLE = b"verbund audit event"
_COMMON = b"verbund audit act"
_PART = b"verbund audit part"
_NONCE_BYTES, _KEY_BYTES = 12, 32
_CONSTANTS_KNOWN = 4_096
# A pair in MessagePack; an event of the former form is a map, which begins with another byte.
_PAIR = b"\x92"

# What seals under the data keys of patients by their hashes, 0 for the node's own; None for a patient who was erased.
Sealers = Mapping[int, Sealer | None]
NODE = 0


class _Constant(msgspec.Struct, frozen=True, array_like=True):
    """What is the same for many events."""

    kind: Kind
    action: Action
    purpose: str
    permitted: bool
    reason_de: str
    reason_en: str
    provision: str | None
    agent: tuple[str, str, str, str, str]


class _Varying(msgspec.Struct, frozen=True, array_like=True):
    """What is an event's own; the last ones are left out where nothing is said."""

    entities: tuple[str, ...] = ()
    query: str | None = None
    stated_reason: str | None = None
    detail: Mapping[str, str] = {}


_encode = msgspec.msgpack.Encoder().encode
_decode_event = msgspec.msgpack.Decoder(Event).decode
_decode_pair = msgspec.msgpack.Decoder(tuple[_Constant, _Varying]).decode
_decode_entities = msgspec.msgpack.Decoder(tuple[str, ...]).decode


@lru_cache(_CONSTANTS_KNOWN)
def _constant(*said: Any) -> bytes:  # noqa: ANN401 - the fields of `_Constant`
    """A `_Constant` with its agent as such, encoded, behind the mark of a pair: a node says the same very often."""
    return _PAIR + _encode((*said[:-1], msgspec.structs.astuple(said[-1])))


def _encoded(event: Event) -> bytes:
    """All of an event but its time, which is a column of the row, and its patient, whom the key tells."""
    constant = _constant(
        event.kind,
        event.action,
        event.purpose,
        event.permitted,
        event.reason_de,
        event.reason_en,
        event.provision,
        event.agent,
    )
    query, stated, detail = event.query, event.stated_reason, event.detail
    if query is None and stated is None and not detail:
        return constant + _encode((event.entities,))
    return constant + _encode((event.entities, query, stated, detail))


def _decoded(plain: bytes, at: datetime, patient_id: str) -> Event:
    """The event about this patient; one of the former form says all of itself."""
    if plain[:1] != _PAIR:
        return _decode_event(plain)
    said, own = _decode_pair(plain)
    return Event(
        said.kind,
        said.action,
        at,
        Agent(*said.agent),
        said.purpose,
        patient_id,
        own.entities,
        own.query,
        said.permitted,
        said.reason_de,
        said.reason_en,
        said.provision,
        own.stated_reason,
        own.detail,
    )


class Found(NamedTuple):
    """A row that tells of a patient: `place` is the patient's among several, None where the act was on one."""

    at: datetime
    place: int | None
    sealed: bytes


def opened(key: Sealer, row: Found, patient_id: str) -> Event:
    """The event as it concerns this patient, by the patient's key; Fault when anything was changed."""
    if row.place is None:
        return _decoded(key.unseal(row.sealed, _WHOLE), row.at, patient_id)
    common, part = _divided(row.sealed, row.place)
    told = key.unseal(part, _PART)
    event = _decoded(Sealer(told[:_KEY_BYTES]).unseal(common, _COMMON), row.at, patient_id)
    return msgspec.structs.replace(event, entities=_decode_entities(told[_KEY_BYTES:]))


def _divided(sealed: bytes, place: int) -> tuple[bytes, bytes]:
    """What is common, and the part at a place, each with the nonce of the act before it."""
    try:
        (parts,) = struct.unpack_from(">I", sealed, _NONCE_BYTES)
        lengths = struct.unpack_from(f">{parts + 1}I", sealed, _NONCE_BYTES + 4)
        start = _NONCE_BYTES + 4 * (parts + 2)
        begin = start + sum(lengths[: place + 1])
        nonce, length = sealed[:_NONCE_BYTES], lengths[place + 1]
    except (struct.error, IndexError):
        raise Fault("An event of the log is damaged: its parts do not fit its length.") from None
    return nonce + sealed[start : start + lengths[0]], nonce + sealed[begin : begin + length]


def sealed_events(events: Sequence[Event], patients: Sequence[Sequence[int]], sealers: Sealers) -> list[Content]:
    """What the rows for these events hold; `patients` are the hashes of whom each tells of, in the event's order.

    Of an erased patient nothing is kept that names or concerns the patient. Fault for a time without a time zone.
    """
    several = sum(len(of) > 1 for of in patients)
    chance = os.urandom(_NONCE_BYTES * len(events) + _KEY_BYTES * several)
    contents, key = [], _NONCE_BYTES * len(events)
    for place, (event, of) in enumerate(zip(events, patients, strict=True)):
        nonce = chance[_NONCE_BYTES * place : _NONCE_BYTES * (place + 1)]
        if len(of) > 1:
            contents.append(_in_parts(event, of, sealers, nonce, chance[key : key + _KEY_BYTES]))
            key += _KEY_BYTES
        else:
            contents.append(_whole(event, of, sealers, nonce))
    return contents


def _whole(event: Event, of: Sequence[int], sealers: Sealers, nonce: bytes) -> Content:
    """An act on one patient or on nobody; on an erased patient what names nobody, under the node's own key."""
    patient = of[0] if of else None
    sealer = sealers[NODE if patient is None else patient]
    if sealer is None:
        return _whole(anonymous(event), (), sealers, nonce)
    if event.patients:
        event = msgspec.structs.replace(event, entities=event.patients[0][1], patients=())
    return Content(micros_of(event.at), patient, None, nonce + sealer.encrypt(nonce, _encoded(event), _WHOLE))


def _in_parts(event: Event, of: Sequence[int], sealers: Sealers, nonce: bytes, key: bytes) -> Content:
    """An act on several. One nonce serves all parts, since each is sealed under another key."""
    touched = _touched(event, of)
    there = [(patient, sealer) for patient in touched if (sealer := sealers[patient])]
    if not there:
        return _whole(anonymous(event), (), sealers, nonce)
    parts = [Sealer(key).encrypt(nonce, _encoded(event), _COMMON)]
    parts += [sealer.encrypt(nonce, key + _encode(touched[patient]), _PART) for patient, sealer in there]
    head = struct.pack(f">I{len(parts)}I", len(there), *map(len, parts))
    numbers = ",".join([str(patient) for patient, _ in there])
    return Content(micros_of(event.at), None, f"{{{numbers}}}", b"".join((nonce, head, *parts)))


def _touched(event: Event, of: Sequence[int]) -> dict[int, Sequence[str]]:
    """What was touched, by the patients' hashes; of two patients with one hash, who have one key too, together."""
    entities = [own for _, own in event.patients]
    touched = dict(zip(of, entities, strict=True))
    if len(touched) < len(of):
        touched = {one: [*chain(*(own for at, own in zip(of, entities, strict=True) if at == one))] for one in touched}
    return touched
