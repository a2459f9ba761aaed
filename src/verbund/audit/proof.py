"""How events are bound to one another, and how that is checked: pure functions over rows.

Three bonds hold a log together. The leaf hash binds all columns of a row; it is made of commitments to what is sealed
in the row, so that a part of it can be shown to whom it concerns, with no key and nothing of the others' (see
`leaf_of`). The keyed chain binds each row to all before it, so that a row that somebody without the node's keys
changed, added, removed or moved is named exactly, even when leaf hashes were made to fit again. The signed heads bind
the Merkle root (RFC 9162) at their size, so that even who has the chain's key cannot rewrite what was signed; then the
place is known up to the two heads around it.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import NamedTuple, Self

from verbund.crypto import Frontier, leaf_hash, root_of
from verbund.errors import Fault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ROW = struct.Struct(">qqBq")
_PATIENT = struct.Struct(">Bq")
_COUNT = struct.Struct(">I")
_WHOLE, _IN_PARTS = 4, 5
_NO_LEAF = b""
CHAIN_BYTES = 16
COMMITMENT_BYTES = 32
FORM = 2
"""The form of rows that have commitments; rows of a former version have none, and their form is null."""


class Content(NamedTuple):
    """What of a row is known before its place is: `micros` is its time in microseconds since 1970.

    `patient` is the hash of the patient whom the act concerns, `patients` those of several, as PostgreSQL writes an
    array of bigint: `{1,2}`. Neither is set of an act on nobody. `sealed` begins with the commitments, unless `form` is
    None, as it is of a row of a former version.
    """

    micros: int
    patient: int | None
    patients: str | None
    sealed: bytes
    form: int | None = FORM


class Row(NamedTuple):
    """A row of the log as it is stored, its columns as in `Content`; `micros` is None for no point in time."""

    sequence: int
    micros: int | None
    patient: int | None
    patients: str | None
    sealed: bytes
    form: int | None
    leaf: bytes
    chain: bytes


def micros_of(at: datetime) -> int:
    """The time in microseconds since 1970; Fault for one without a time zone, which is no point in time."""
    if at.tzinfo is None:
        raise Fault("The time of an event to be logged has no time zone.")
    return (at - _EPOCH) // _MICROSECOND


def leaf_of(sequence: int, content: Content) -> bytes:
    """The leaf hash of a row: over its number, its time, the patients' hashes and what is sealed, each to the byte.

    `rest` hashes all columns but number and time; beside it stand the commitments to what is sealed: one for an act on
    one patient or nobody; for an act on several that to what is common, and the root (RFC 9162) over those to the
    parts. Who is shown one part with its way to that root learns of the others what a hash tells.
    """
    micros, patient, patients, sealed, form = content
    if form is None:
        return _former_leaf(sequence, content)
    if form != FORM:
        return _NO_LEAF
    rest = row_rest(patient, patients, sealed)
    if patients is None:
        return whole_leaf(sequence, micros, sealed[:COMMITMENT_BYTES], rest)
    common, parts = commitments(sealed)
    return parted_leaf(sequence, micros, len(parts), rest, common=common, root=root_of(parts))


def row_rest(patient: int | None, patients: str | None, sealed: bytes) -> bytes:
    """A hash over all columns of a row but its number and time."""
    listed = b"" if patients is None else patients.encode()
    return sha256(_PATIENT.pack(patient is not None, patient or 0) + listed + sealed).digest()


def whole_leaf(sequence: int, micros: int, commitment: bytes, rest: bytes) -> bytes:
    """The leaf hash of an act on one patient or on nobody."""
    return leaf_hash(_ROW.pack(sequence, micros, _WHOLE, 0) + commitment + rest)


def parted_leaf(sequence: int, micros: int, parts: int, rest: bytes, *, common: bytes, root: bytes) -> bytes:
    """The leaf hash of an act on several, whose parts' commitments have this root."""
    return leaf_hash(_ROW.pack(sequence, micros, _IN_PARTS, parts) + common + root + rest)


def commitments(sealed: bytes) -> tuple[bytes, list[bytes]]:
    """Of an act on several: the commitment to what is common, and those to the parts; what is damaged has none."""
    if len(sealed) < _COUNT.size:
        return b"", []
    (parts,) = _COUNT.unpack_from(sealed)
    end = _COUNT.size + COMMITMENT_BYTES * (parts + 1)
    if len(sealed) < end:
        return b"", []
    found = [sealed[at : at + COMMITMENT_BYTES] for at in range(_COUNT.size, end, COMMITMENT_BYTES)]
    return found[0], found[1:]


def _former_leaf(sequence: int, content: Content) -> bytes:
    micros, patient, patients, sealed, _ = content
    if patients is None:
        return leaf_hash(_ROW.pack(sequence, micros, patient is not None, patient or 0) + sealed)
    listed = patients.encode()
    head = _ROW.pack(sequence, micros, 2 + (patient is not None), patient or 0)
    return leaf_hash(head + len(listed).to_bytes(4, "big") + listed + sealed)


def chain_key(index_key: bytes) -> bytes:
    """The chain's own key, derived so that no other use of the node's index key can stand in for it."""
    return blake2b(b"audit chain", key=index_key, digest_size=32).digest()


def linked(key: bytes, chain: bytes, leaf: bytes) -> bytes:
    """The next link of the chain."""
    return blake2b(chain + leaf, key=key, digest_size=CHAIN_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the log: all that an append needs to know of it."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = b""

    @classmethod
    def stored(cls, size: int, peaks: bytes, chain: bytes) -> Self:
        """From the columns of the frontier's row; Fault when they cannot belong together."""
        return cls(Frontier.from_bytes(size.to_bytes(8, "big") + peaks), chain)

    @property
    def peaks(self) -> bytes:
        """The column `peaks` of the frontier's row."""
        return b"".join(self.frontier.peaks)

    def extended(self, key: bytes, contents: Sequence[Content]) -> "Extension":
        """What binds these rows after this end, and the new end."""
        leaves: list[bytes] = []
        links: list[bytes] = []
        chain, first = self.chain, self.frontier.size + 1
        keyed = blake2b(key=key, digest_size=CHAIN_BYTES)  # made ready once, as `linked` does each time
        for sequence, content in enumerate(contents, first):
            leaf = leaf_of(sequence, content)
            link = keyed.copy()
            link.update(chain + leaf)
            chain = link.digest()
            leaves.append(leaf)
            links.append(chain)
        return Extension(leaves, links, Tip(self.frontier.extend(leaves), chain))


class Extension(NamedTuple):
    """The leaf hashes and the links of the chain of rows that were added, and the end after them."""

    leaves: Sequence[bytes]
    links: Sequence[bytes]
    tip: Tip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the log found.

    `first_bad` is the first event that does not fit; when only a range is known, it is the range's first event and
    `last_bad` its last. `proven` events are covered by a signed head that fits; the events after it are held by the
    chain alone. `unseen` are ranges in files of the archive that were not at hand: of those the hashes were looked at.
    `text` says the same in a sentence.
    """

    ok: bool
    size: int
    first_bad: int | None
    text: str
    last_bad: int | None = None
    proven: int = 0
    unseen: tuple[tuple[int, int], ...] = ()


class Check:
    """Walks the rows in order and stops being `ok` at the first that does not fit.

    `roots` are the roots of all signed heads by size; a size with more than one root is a contradiction in itself.
    """

    def __init__(self, key: bytes, roots: Mapping[int, Iterable[bytes]]) -> None:
        self._key = key
        self._roots = {size: set(values) for size, values in roots.items()}
        self._frontier = Frontier()
        self._chain = b""
        self.proven = 0
        self.verdict: Verdict | None = None

    @classmethod
    def after(cls, index_key: bytes, tip: Tip) -> "Check":
        """A check of the rows that follow an end of the log, by the node's index key, against no heads."""
        check = cls(chain_key(index_key), {})
        check._frontier, check._chain = tip.frontier, tip.chain
        return check

    @property
    def size(self) -> int:
        """How many rows fitted so far."""
        return self._frontier.size

    @property
    def tip(self) -> Tip:
        """The end of the log after them."""
        return Tip(self._frontier, self._chain)

    def pass_over(self, first: int, leaves: Iterable[bytes], chain: bytes) -> None:
        """Go on behind events of which only the leaf hashes are at hand, and the end of the chain after them."""
        if self.verdict is None and first != self.size + 1:
            self._fail(self.size + 1, f"Events {self.size + 1} to {first - 1} are missing before the archived ones.")
        for leaf in leaves:
            if self.verdict is not None:
                return
            self._chain = linked(self._key, self._chain, leaf)
            self._frontier = self._frontier.append(leaf)
            self._head()
        if self.verdict is None and self._chain != chain:
            self._fail(first, f"The hashes of the archived events from {first} on are not those that were logged.")

    def walk(self, rows: Iterable[Row]) -> bool:
        """Check the next rows; False from the first that does not fit."""
        for row in rows:
            if self.verdict is not None:
                break
            self._row(row)
        return self.verdict is None

    def _row(self, row: Row) -> None:
        expected = self.size + 1
        if row.sequence != expected:
            word = "is missing" if row.sequence > expected else f"has a stranger before it, numbered {row.sequence}"
            return self._fail(expected, f"Event {expected} {word}: events were deleted, inserted or renumbered.")
        sequence, micros, patient, patients, sealed, form, leaf, _ = row
        if micros is None or leaf_of(sequence, Content(micros, patient, patients, sealed, form)) != leaf:
            return self._fail(
                expected, f"Event {expected} was changed: it does not fit the hash that was stored with it."
            )
        if linked(self._key, self._chain, row.leaf) != row.chain:
            return self._fail(
                expected,
                f"Event {expected} is not the one that was logged here: it was changed, inserted, moved or follows a "
                "deleted one, and its hash was made to fit.",
            )
        self._frontier, self._chain = self._frontier.append(row.leaf), row.chain
        return self._head()

    def _head(self) -> None:
        roots = self._roots.get(self.size)
        if roots is None:
            return
        if roots == {self._frontier.root()}:
            self.proven = self.size
        else:
            self._fail(
                self.proven + 1,
                f"The log up to event {self.size} is not the one that this node signed. The first event that does not "
                f"fit is one of {self.proven + 1} to {self.size}; whoever changed it had the node's index key.",
                last=self.size,
            )

    def broken(self, said: str) -> Verdict:
        """The verdict when something else than an event does not fit, before all events were looked at."""
        self._fail(self.size + 1, f"From event {self.size + 1} on nothing can be said: {said}.")
        return self.finish(None)

    def finish(
        self,
        end: tuple[int, bytes, bytes] | None,
        complaint: str | None = None,
        unseen: Sequence[tuple[int, int]] = (),
    ) -> Verdict:
        """The verdict, given the stored end of the log (columns of its row) and what is wrong with the heads, if so.

        What is said of events goes before what is said of the end and the heads.
        """
        size = 0 if end is None else end[0]
        last = max(size, *self._roots, 0)
        if self.verdict is None and self.size < last:
            first = self.size + 1
            self._fail(first, f"Events {first} to {last} are missing: the log was cut short.", last=last)
        if self.verdict is None and self.size > size and end is not None:
            self._fail(size + 1, f"Event {size + 1} lies beyond the stored end of the log (audit_frontier).")
        if self.verdict is None and (end is None or end != (self.size, self._peaks(), self._chain)):
            self._fail(None, "All events fit, but the stored end of the log (audit_frontier) was changed.")
        if self.verdict is None and complaint is not None:
            self._fail(None, f"All events fit the sound heads, but {complaint}.")
        text = self._praise() + "".join(
            f" Of the events {first} to {last} the hashes only: their archive is not at hand." for first, last in unseen
        )
        return self.verdict or Verdict(
            ok=True, size=self.size, first_bad=None, text=text, proven=self.proven, unseen=tuple(unseen)
        )

    def _peaks(self) -> bytes:
        return b"".join(self._frontier.peaks)

    def _praise(self) -> str:
        if self.size == self.proven:
            return f"All {self.size} events are as they were logged, and signed."
        return (
            f"All {self.size} events are as they were logged; the first {self.proven} are covered by a signed head, "
            f"the other {self.size - self.proven} by the keyed chain."
        )

    def _fail(self, first: int | None, text: str, *, last: int | None = None) -> None:
        self.verdict = Verdict(
            ok=False, size=self.size, first_bad=first, text=text, last_bad=last or first, proven=self.proven
        )
