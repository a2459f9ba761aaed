"""How an event lies in a row: what concerns a patient opens with that patient's data key, and with no other.

An act on one patient, or on nobody, is sealed whole under one key. An act that touches several is sealed in parts: what
is common to it (who, when, why, the query) under a random key of its own; for each patient, under that patient's key,
the random key and what of theirs was touched. Who destroys a patient's key makes that part unreadable for ever; what is
common still opens for the others, and for nobody once all of them are erased.

Before what is sealed stand commitments: hashes over a secret salt, the patient's id and the very words. The salt is
sealed with the words, so a commitment tells nothing to who cannot open them, and nothing for ever once the key is
destroyed; who is shown salt and words can prove them without any key. What is common to an act has the act's random
key for its salt. Rows of a former version have no commitments.
"""

import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from verbund.audit.model import Action, Agent, Event, Kind, anonymous
from verbund.audit.proof import COMMITMENT_BYTES, FORM, Content, commitments, micros_of
from verbund.crypto import Sealer, leaf_hash
from verbund.errors import Fault

_WHOLE = b"verbund audit event"
_COMMON = b"verbund audit act"
_PART = b"verbund audit part"
_QUERY = b"verbund audit query"
_NONCE_BYTES, _KEY_BYTES, _SALT_BYTES = 12, 32, 16
_BOUND = _KEY_BYTES + _SALT_BYTES
_CONSTANTS_KNOWN = 4_096
# In `detail`: a query that names others, as it was asked, sealed under the node's own key.
_WHOLE_QUERY = "query"
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


class Statement(NamedTuple):
    """Words that a row commits to: what was said, about whom (nobody: ""), and the salt."""

    salt: bytes
    patient_id: str
    words: bytes

    @property
    def commitment(self) -> bytes:
        """The hash that stands for it in the row."""
        return committed(self.salt, self.patient_id, self.words)


def committed(salt: bytes, patient_id: str, words: bytes) -> bytes:
    """The commitment to words about a patient: it hides and binds them."""
    named = patient_id.encode()
    return leaf_hash(salt + len(named).to_bytes(2, "big") + named + words)


class Opened(NamedTuple):
    """What a row says of one patient: all of it, or what is common and, at a place of several, the patient's own."""

    said: Statement
    own: Statement | None


class Found(NamedTuple):
    """A row that tells of a patient: `place` is the patient's among several, None where the act was on one."""

    at: datetime
    place: int | None
    sealed: bytes
    form: int | None = FORM


def opened(key: Sealer, row: Found, patient_id: str) -> Event:
    """The event as it concerns this patient, by the patient's key; Fault when anything was changed."""
    return told(statements(key, row, patient_id), row.at, patient_id)


def told(found: Opened, at: datetime, patient_id: str) -> Event:
    """The event that statements tell of; Fault where they cannot be read."""
    try:
        event = _decoded(found.said.words, at, patient_id)
        if found.own is None:
            return event
        return msgspec.structs.replace(event, entities=_decode_entities(found.own.words))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Fault("An event of the log says nothing that can be read.") from None


def statements(key: Sealer, row: Found, patient_id: str) -> Opened:
    """What a row commits to about this patient; Fault when anything was changed. Rows of a former version: no salts."""
    if row.place is None:
        sealed = row.sealed if row.form is None else row.sealed[COMMITMENT_BYTES:]
        plain = key.unseal(sealed, _WHOLE)
        salt = 0 if row.form is None else _SALT_BYTES
        return Opened(Statement(plain[:salt], patient_id, plain[salt:]), None)
    begin = 0 if row.form is None else 4 + COMMITMENT_BYTES * (len(commitments(row.sealed)[1]) + 1)
    common, part = _divided(row.sealed[begin:], row.place)
    own = key.unseal(part, _PART)
    bound = _KEY_BYTES if row.form is None else _BOUND
    words = Sealer(own[:_KEY_BYTES]).unseal(common, _COMMON)
    said = Statement(own[:_KEY_BYTES], "", words)
    return Opened(said, Statement(own[_KEY_BYTES:bound], patient_id, own[bound:]))


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
    needed = [_NONCE_BYTES + (_KEY_BYTES + _SALT_BYTES * len(of) if len(of) > 1 else _SALT_BYTES) for of in patients]
    chance, start = os.urandom(sum(needed)), 0
    contents = []
    for event, of, length in zip(events, patients, needed, strict=True):
        own = chance[start : start + length]
        contents.append((_in_parts if len(of) > 1 else _whole)(event, of, sealers, own))
        start += length
    return contents


def _whole(event: Event, of: Sequence[int], sealers: Sealers, chance: bytes) -> Content:
    """An act on one patient or on nobody; on an erased patient what names nobody, under the node's own key."""
    patient = of[0] if of else None
    sealer = sealers[NODE if patient is None else patient]
    if sealer is None:
        return _whole(anonymous(event), (), sealers, chance)
    if event.patients:
        event = msgspec.structs.replace(
            event, patient_id=event.patients[0][0], entities=event.patients[0][1], patients=()
        )
    words = _encoded(event if patient is None else _discreet(event, sealers))
    nonce, salt = chance[:_NONCE_BYTES], chance[_NONCE_BYTES:][:_SALT_BYTES]
    commitment = committed(salt, event.patient_id or "", words)
    sealed = commitment + nonce + sealer.encrypt(nonce, salt + words, _WHOLE)
    return Content(micros_of(event.at), patient, None, sealed)


def _in_parts(event: Event, of: Sequence[int], sealers: Sealers, chance: bytes) -> Content:
    """An act on several. One nonce serves all parts, since each is sealed under another key."""
    touched = _touched(event, of)
    there = [(patient, sealer) for patient in touched if (sealer := sealers[patient])]
    if not there:
        return _whole(anonymous(event), (), sealers, chance)
    nonce, key, salts = chance[:_NONCE_BYTES], chance[_NONCE_BYTES:][:_KEY_BYTES], chance[_NONCE_BYTES + _KEY_BYTES :]
    words = _encoded(_discreet(event, sealers))
    bonds, parts, at = [committed(key, "", words)], [Sealer(key).encrypt(nonce, words, _COMMON)], 0
    for patient, sealer in there:
        patient_id, entities = touched[patient]
        salt, own = salts[at : at + _SALT_BYTES], _encode(entities)
        bonds.append(committed(salt, patient_id, own))
        parts.append(sealer.encrypt(nonce, key + salt + own, _PART))
        at += _SALT_BYTES
    count = struct.pack(">I", len(there))
    head = struct.pack(f">I{len(parts)}I", len(there), *map(len, parts))
    numbers = ",".join([str(patient) for patient, _ in there])
    sealed = b"".join((count, *bonds, nonce, head, *parts))
    return Content(micros_of(event.at), None, f"{{{numbers}}}", sealed)


def _discreet(event: Event, sealers: Sealers) -> Event:
    """The event with what patients are told of its query, and the query itself for the house alone."""
    house = sealers[NODE]
    if event.query_told is None or event.query is None or house is None:
        return event
    nonce = os.urandom(_NONCE_BYTES)
    sealed = b64encode(nonce + house.encrypt(nonce, event.query.encode(), _QUERY)).decode()
    return msgspec.structs.replace(
        event, query=event.query_told, query_told=None, detail={**event.detail, _WHOLE_QUERY: sealed}
    )


def without_query(event: Event) -> Event:
    """The event as a patient is shown it: without what is sealed for the house."""
    if _WHOLE_QUERY not in event.detail:
        return event
    detail = {name: value for name, value in event.detail.items() if name != _WHOLE_QUERY}
    return msgspec.structs.replace(event, detail=detail)


def with_query(event: Event, house: Sealer) -> Event:
    """The event as the house is shown it: with the query as it was asked."""
    sealed = event.detail.get(_WHOLE_QUERY)
    if sealed is None:
        return event
    query = house.unseal(b64decode(sealed), _QUERY).decode()
    return msgspec.structs.replace(without_query(event), query=query)


def _touched(event: Event, of: Sequence[int]) -> dict[int, tuple[str, Sequence[str]]]:
    """Who was touched and what of theirs, by hash; of two patients with one hash, who have one key too, together."""
    touched = dict(zip(of, event.patients, strict=True))
    if len(touched) < len(of):
        both = [*zip(of, event.patients, strict=True)]
        touched = {one: (touched[one][0], [*chain(*(own for at, (_, own) in both if at == one))]) for one in touched}
    return touched
