"""Planted changes of every kind, thousands of them: each is found, and the first event that does not fit is named.

The rows, heads and end are those of a real log; the changes are made to them as they were read, and looked at by the
check that `verbund audit verify` runs over the database.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from logged_rows import content_of, rows_of, several

from verbund.audit import AuditLog, Event, SignedHead, Verdict
from verbund.audit.heads import HeadsFile, roots_by_size, signed_head, sorted_heads
from verbund.audit.proof import Check, Content, Row, Tip, chain_key
from verbund.crypto import NodeKeys

Make = Callable[..., Event]
SIZE = 60
HEADS = (7, 20, 41, SIZE)


@dataclass
class Log:
    """What is stored of a log, and the keys of its node."""

    keys: NodeKeys
    rows: list[Row]
    heads: list[SignedHead]
    end: tuple[int, bytes, bytes]
    kept: list[SignedHead] = field(default_factory=list)
    """Heads that others have."""

    def copy(self) -> "Log":
        return replace(self, rows=[*self.rows], heads=[*self.heads])

    def verdict(self) -> Verdict:
        sound, complaint = sorted_heads(self.keys.public(), self.heads, HeadsFile())
        check = Check(chain_key(self.keys.index), roots_by_size((*sound, *self.kept)))
        check.walk(self.rows)
        return check.finish(self.end, complaint)

    def rebuilt(self, contents: Sequence[Content]) -> None:
        """As who has the node's index key makes everything fit again but the heads."""
        leaves, links, tip = Tip().extended(chain_key(self.keys.index), contents)
        bound = zip(contents, leaves, links, strict=True)
        self.rows = [Row(number, *content, leaf, link) for number, (content, leaf, link) in enumerate(bound, 1)]
        self.end = (len(contents), tip.peaks, tip.chain)


Planted = tuple[int | None, int | None]
"""Between which events the first that does not fit is; None where no event is at fault, but heads or end are."""


def flipped(chance: random.Random, value: bytes) -> bytes:
    at = chance.randrange(len(value))
    return value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1 :]


def number_but(chance: random.Random, value: int | None) -> int | None:
    return chance.choice([None, (value or 0) + 1, (value or 0) ^ (1 << chance.randrange(62))]) if value else 1


def edit(log: Log, chance: random.Random) -> Planted:
    at = chance.randrange(SIZE)
    row = log.rows[at]
    column = chance.choice(["sealed", "leaf", "chain", "micros", "patient", "patients", "form"])
    old = getattr(row, column)
    if column == "form":
        new: Any = chance.choice([None, 0, 1, 3])
    elif column == "patients":
        new = chance.choice(["{}", "{1,2}", (old or "{") + "1}"]) if old is None or chance.random() < 0.7 else None
    elif isinstance(old, bytes):
        new = chance.choice([flipped(chance, old), old[:-1], old + b"\0", b""])
    else:
        new = number_but(chance, old)
    log.rows[at] = row._replace(**{column: new})
    return at + 1, at + 1


def delete(log: Log, chance: random.Random) -> Planted:
    at = chance.randrange(SIZE)
    del log.rows[at]
    if chance.random() < 0.5:
        log.rows[at:] = [row._replace(sequence=row.sequence - 1) for row in log.rows[at:]]
    return at + 1, SIZE if at + 1 == SIZE else at + 1


def insert(log: Log, chance: random.Random) -> Planted:
    at = chance.randrange(SIZE + 1)
    log.rows.insert(at, chance.choice(log.rows)._replace(sequence=at + 1))
    log.rows[at + 1 :] = [row._replace(sequence=row.sequence + 1) for row in log.rows[at + 1 :]]
    same = at < SIZE and log.rows[at] == log.rows[at + 1]._replace(sequence=at + 1)
    return (at + 2, at + 2) if same else (at + 1, at + 1)


def swap(log: Log, chance: random.Random) -> Planted:
    one, other = sorted(chance.sample(range(SIZE), 2))
    first, second = log.rows[one], log.rows[other]
    log.rows[one] = second._replace(sequence=first.sequence)
    log.rows[other] = first._replace(sequence=second.sequence)
    return one + 1, one + 1


def truncate(log: Log, chance: random.Random) -> Planted:
    """Cut the end off; often with an end and heads that fit, as who knows how the log is made leaves it."""
    left = chance.randrange(SIZE)
    if chance.random() < 0.5:
        log.rebuilt([content_of(row) for row in log.rows[:left]])
        if chance.random() < 0.5:
            log.heads, log.kept = [one for one in log.heads if one.size <= left], log.heads
    else:
        log.rows = log.rows[:left]
    return left + 1, SIZE


def rewrite(log: Log, chance: random.Random) -> Planted:
    """Change one event and make all after it fit, with the node's index key and without its signing key."""
    at = chance.randrange(SIZE)
    contents = [content_of(row) for row in log.rows]
    contents[at] = contents[at]._replace(micros=contents[at].micros + chance.randrange(1, 10**9))
    log.rebuilt(contents)
    begin = max((size for size in HEADS if size <= at), default=0)
    return begin + 1, next(size for size in HEADS if size > at)


def swap_keys(log: Log, chance: random.Random) -> Planted:
    """Rewrite the log and sign it with other keys, put in the node's place; others have heads of before."""
    log.kept = chance.sample(log.heads, chance.randrange(1, len(log.heads) + 1))
    others = NodeKeys.generate()
    contents = [content_of(row) for row in log.rows]
    log.keys = others
    if chance.random() < 0.5:
        contents[0] = contents[0]._replace(micros=contents[0].micros + 1)
        log.rebuilt(contents[: chance.randrange(SIZE)])
        log.heads = []
    return 1, SIZE


def change_head(log: Log, chance: random.Random) -> Planted:
    at = chance.randrange(len(log.heads))
    head = log.heads[at]
    log.heads[at] = chance.choice(
        [
            replace(head, size=head.size - 1),
            replace(head, root=flipped(chance, head.root)),
            replace(head, at=head.at + timedelta(microseconds=chance.randrange(1, 10**9))),
            replace(head, signature=flipped(chance, head.signature)),
            replace(head, signature=b""),
            signed_head(NodeKeys.generate(), head.size, head.root, head.at),
        ]
    )
    return None, None


def change_end(log: Log, chance: random.Random) -> Planted:
    size, peaks, chain = log.end
    log.end = chance.choice(
        [
            (size, flipped(chance, peaks), chain),
            (size, peaks, flipped(chance, chain)),
            (size, b"", b""),
        ]
    )
    return None, None


CHANGES = (edit, edit, delete, insert, swap, truncate, rewrite, swap_keys, change_head, change_end)


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
async def test_planted_changes_are_all_found_and_named(place: Any, log: AuditLog, event: Make, number: int) -> None:
    for one in range(1, SIZE + 1):
        await log.record(
            several(event, one) if one % 5 == 0 else event(one, patient_id=None if one % 7 == 0 else "erika")
        )
        if one in HEADS:
            await log.head()
    async with place.database.connection() as connection:
        heads = [SignedHead(*row) for row in await connection.fetch("select size, root, at, signature from audit_head")]
        end = tuple(await connection.fetchrow("select size, peaks, chain from audit_frontier"))
    whole = Log(place.keys, await rows_of(place), heads, end)
    assert whole.verdict().ok
    chance = random.Random(20_26)  # noqa: S311 - a fixed course of changes, no secret
    for turn in range(number):
        planted = CHANGES[turn % len(CHANGES)]
        changed = whole.copy()
        first, last = planted(changed, chance)
        if (changed.rows, changed.heads, changed.end) == (whole.rows, whole.heads, whole.end) and not changed.kept:
            continue
        verdict = changed.verdict()
        assert not verdict.ok, (turn, planted)
        if first is None or last is None:
            assert verdict.first_bad is None, (turn, planted)
        else:
            assert verdict.first_bad is not None, (turn, planted, verdict)
            assert first <= verdict.first_bad <= last, (turn, planted, verdict)
