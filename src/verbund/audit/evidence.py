"""The proof of one access: a file that shows, without the node and without any key of it, what was logged and when.

It holds what the log says of one act on one patient as that patient may see it; how the leaf of the tree is made of it;
the way from the leaf to a root (RFC 9162, section 2.1.3); the head that the node signed over that root; and what other
sites signed who saw the same head. It shows of other patients of the act no more than hashes, and needs no data key:
it holds after that patient, or this one, was erased.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from verbund.audit.heads import Cosignature, SignedHead
from verbund.audit.model import Event
from verbund.audit.proof import parted_leaf, whole_leaf
from verbund.audit.sealing import Opened, Statement, told
from verbund.crypto import PublicKeys, root_by_path, verify_inclusion
from verbund.errors import Incorrect, VerbundError

FORMAT = "verbund audit proof 1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A statement with its salt, in hex: what a commitment was made of."""

    salt: str
    words: str


class Own(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of an act on several: the patient's own part, its place among `count`, and its way to the root over them."""

    statement: Words
    place: int
    count: int
    path: tuple[str, ...]


class Leaf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the leaf hash is made of; `rest` stands for everything else in the row."""

    micros: int
    statement: Words
    rest: str
    own: Own | None = None


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signed head, in hex."""

    size: int
    root: str
    at: datetime
    signature: str


class Cosigned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That another site signed the head too, and the keys by which that is checked."""

    site: str
    at: datetime
    signature: str
    keys: dict[str, dict[str, str]]


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `event` says in plain fields what the leaf's statements say; `key` is the id of the node's keys."""

    format: str
    site: str
    key: str
    keys: dict[str, dict[str, str]]
    sequence: int
    event: dict[str, Any]
    leaf: Leaf
    path: tuple[str, ...]
    head: Head
    cosignatures: tuple[Cosigned, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a patient's statements stand in a row: `place` and the commitments of all parts where there are several."""

    sequence: int
    micros: int
    rest: bytes
    place: int | None = None
    count: int = 0
    path: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Examined:
    """What a proof shows: in sentences what is proven, what was not looked at, and what does not fit."""

    proven: tuple[str, ...]
    open: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    event: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything that was looked at fits."""
        return not self.wrong


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known from elsewhere than the proof: the house's keys, those of other sites, and heads."""

    trusted: tuple[PublicKeys, ...]
    others: Mapping[str, Collection[PublicKeys]]
    heads: tuple[SignedHead, ...]

    def of_house(self, site: str) -> tuple[PublicKeys, ...]:
        """The keys known of the house whose log it is."""
        return (*self.trusted, *self.others.get(site, ()))


@dataclass(slots=True)
class _Said:
    """The sentences as they are found."""

    proven: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def shown(event: Event, patient_id: str) -> dict[str, Any]:
    """An event in plain fields, as the patient may see it."""
    one = msgspec.structs.replace(event, patient_id=patient_id, patients=())
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(one))
    return found


def proof_of(
    site: str,
    keys: PublicKeys,
    patient_id: str,
    said: Opened,
    *,
    at: Place,
    path: Iterable[bytes],
    head: SignedHead,
    cosignatures: Iterable[Cosignature],
) -> Proof:
    """The file for one act on one patient."""
    own = None
    if said.own is not None:
        own = Own(_words(said.own), at.place or 0, at.count, _hexed(at.path))
    return Proof(
        FORMAT,
        site,
        keys.key_id,
        keys.to_dict(),
        at.sequence,
        shown(told(said, _time(at.micros), patient_id), patient_id),
        Leaf(at.micros, _words(said.said), at.rest.hex(), own),
        _hexed(path),
        Head(head.size, head.root.hex(), head.at, head.signature.hex()),
        tuple(Cosigned(one.site, one.at, one.signature.hex(), one.keys.to_dict()) for one in cosignatures),
    )


def rendered(proof: Proof) -> bytes:
    """The file's content, for people to read as well."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=2) + b"\n"


def examine(
    raw: bytes,
    *,
    trusted: Iterable[PublicKeys] = (),
    others: Mapping[str, Collection[PublicKeys]] | None = None,
    heads: Iterable[SignedHead] = (),
) -> Examined:
    """What the file proves, without any network, held against what is known from elsewhere.

    `trusted` are keys of the house whose log it is, `others` keys by their site, `heads` heads that were kept. A key
    that only the file itself names proves nothing about whose it is: that stays `open`. Incorrect where it is no such
    file. Whatever else was changed in it is named in `wrong`.
    """
    try:
        proof = msgspec.json.decode(raw, type=Proof)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Incorrect("This is no proof of an access: it is damaged, or another kind of file.") from None
    if proof.format != FORMAT:
        raise Incorrect(f"This proof has the format {proof.format!r}; {FORMAT!r} is understood here.")
    try:
        return _examined(proof, _Known(tuple(trusted), others or {}, tuple(heads)))
    except (VerbundError, ValueError, OverflowError) as error:
        said = error.text if isinstance(error, VerbundError) else "a value in it is none of its kind"
        return Examined((), (), (f"The proof cannot be followed: {said}.",))


def _examined(proof: Proof, known: _Known) -> Examined:
    said = _Said()
    if any(at.tzinfo is None for at in (proof.head.at, *(one.at for one in proof.cosignatures))):
        said.wrong.append("A time in the proof has no time zone: it was changed.")
    keys = PublicKeys.from_dict(proof.keys)
    head = SignedHead(
        proof.head.size, bytes.fromhex(proof.head.root), proof.head.at, bytes.fromhex(proof.head.signature)
    )
    _followed(proof, head, said)
    if keys.key_id != proof.key:
        said.wrong.append(f"The key in the proof is {keys.key_id}, not {proof.key} as it says.")
    if head.holds(keys):
        said.proven.append(f"The key {keys.key_id} signed that head on {_said(head.at)}.")
    else:
        said.wrong.append(f"The head is not signed by the key {keys.key_id}: head, signature or key was changed.")
    _house(proof.site, keys, known.of_house(proof.site), said)
    _kept(head, keys, known.heads, said)
    for one in proof.cosignatures:
        _cosigned(proof, head, one, known.others.get(one.site, ()), said)
    _unsigned(proof, known, said)
    return Examined(tuple(said.proven), tuple(said.open), tuple(said.wrong), proof.event)


def _followed(proof: Proof, head: SignedHead, said: _Said) -> None:
    """Whether the event leads to the root."""
    leaf = _leaf(proof, said.wrong)
    if verify_inclusion(leaf, proof.sequence - 1, head.size, tuple(map(bytes.fromhex, proof.path)), head.root):
        said.proven.append(
            f"The log of {proof.site} has at place {proof.sequence} of {head.size} exactly the event shown here."
        )
    else:
        said.wrong.append(
            f"The event does not lead to the signed root: not this was logged as event {proof.sequence} of "
            f"{head.size}, or the path was changed."
        )


def _house(site: str, keys: PublicKeys, known: Collection[PublicKeys], said: _Said) -> None:
    """Whether it is the house's key."""
    if not known:
        said.open.append(f"Whether {keys.key_id} is the key of {site}: compare it with what the house publishes.")
    elif _among(keys, known):
        said.proven.append(f"{keys.key_id} is the key that you gave for {site}.")
    else:
        said.wrong.append(f"The proof was signed by {keys.key_id}, which is none of the keys that you gave.")


def _kept(head: SignedHead, keys: PublicKeys, heads: Collection[SignedHead], said: _Said) -> None:
    """Whether it is the head that others have kept."""
    same = [one for one in heads if one.size == head.size and one.holds(keys)]
    if any(one.root != head.root for one in same):
        said.wrong.append(
            f"The house signed two different logs of {head.size} events: the heads you gave show another root."
        )
    elif same:
        said.proven.append(f"The head of {head.size} events is among the heads that you gave.")
    elif heads:
        said.open.append(f"The heads that you gave have none of {head.size} events.")


def _cosigned(proof: Proof, head: SignedHead, one: Cosigned, known: Collection[PublicKeys], said: _Said) -> None:
    """Whether another site has signed the head: anybody can make a key and sign in its name."""
    keys = PublicKeys.from_dict(one.keys)
    cosignature = Cosignature(one.site, proof.site, head.size, head.root, one.at, keys, bytes.fromhex(one.signature))
    if not cosignature.holds():
        said.wrong.append(f"The cosignature of {one.site} does not fit this head.")
    elif not known:
        said.open.append(
            f"Whether {one.site} saw the same head: the key {keys.key_id} signed it on {_said(one.at)}; compare this "
            f"key with what {one.site} publishes."
        )
    elif _among(keys, known):
        said.proven.append(f"{one.site} (key {keys.key_id}) saw the same head and signed it on {_said(one.at)}.")
    else:
        said.wrong.append(
            f"The cosignature of {one.site} is by {keys.key_id}, which is none of the keys that you gave for it."
        )


def _unsigned(proof: Proof, known: _Known, said: _Said) -> None:
    """Name the sites whose key is known and who have not signed the head."""
    if not proof.cosignatures:
        said.open.append("No other site has signed this head yet.")
    signed = {proof.site, *(one.site for one in proof.cosignatures)}
    said.open.extend(f"{site}, whose key you gave, has not signed this head." for site in known.others.keys() - signed)


def _among(keys: PublicKeys, known: Collection[PublicKeys]) -> bool:
    return keys.key_id in {one.key_id for one in known}


def _leaf(proof: Proof, wrong: list[str]) -> bytes:
    """The leaf hash by what the file says; that the plain fields say the same is looked at as well."""
    leaf, patient_id = proof.leaf, str(proof.event.get("patient_id", ""))
    own = leaf.own
    said = _statement(leaf.statement, "" if own is not None else patient_id)
    opened = Opened(said, None if own is None else _statement(own.statement, patient_id))
    if shown(told(opened, _time(leaf.micros), patient_id), patient_id) != dict(proof.event):
        wrong.append("What the file shows in `event` is not what the log committed to in `leaf`.")
    rest = bytes.fromhex(leaf.rest)
    if opened.own is None or own is None:
        return whole_leaf(proof.sequence, leaf.micros, said.commitment, rest)
    root = _root(opened.own.commitment, own)
    if root is None:
        wrong.append("The patient's own part does not lead to the parts of the act: its path was changed.")
    return parted_leaf(proof.sequence, leaf.micros, own.count, rest, common=said.commitment, root=root or b"")


def _root(commitment: bytes, own: Own) -> bytes | None:
    """The root to which a path leads; None where it has not the length that its place needs."""
    return root_by_path(commitment, own.place, own.count, tuple(map(bytes.fromhex, own.path)))


def _statement(words: Words, patient_id: str) -> Statement:
    return Statement(bytes.fromhex(words.salt), patient_id, bytes.fromhex(words.words))


def _words(statement: Statement) -> Words:
    return Words(statement.salt.hex(), statement.words.hex())


def _hexed(hashes: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(one.hex() for one in hashes)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _said(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
