"""From a message to sealed text and back: the claims that are signed with every message, as types."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from verbund.crypto import NodeKeys, PublicKeys, Unpacked, pack, unpack
from verbund.errors import Forbidden
from verbund.exchange.membership import Members
from verbund.exchange.model import LONGEST_LIFE, Member, Role
from verbund.exchange.protocol import Outcome, Receipt

# Sealing half a megabyte takes some milliseconds, most of them without the interpreter's lock.
_OFF_LOOP_BYTES = 64 * 1024
TRANSIENT_LIFE = timedelta(seconds=60)
"""How long an ask, a reply or a receipt is accepted: more than any wait for an answer, so that clocks may differ."""
_LARGEST_NUMBER = 2**62
_URGENT = "urgent"
_LONGEST_NAME = 200
_LONGEST_PATIENCE_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with all that is signed. `re` names the message that a reply, failure or receipt belongs to.

    `number`, `floor` and `urgent` belong to letters, `outcome` and `applied` to receipts, `patience_seconds` to asks:
    how long the asker waits.
    """

    id: str
    role: Role
    kind: str
    sent_at: datetime
    expires_at: datetime
    payload: bytes = b""
    re: str = ""
    number: int = 0
    floor: int = 0
    outcome: str = ""
    applied: int = 0
    patience_seconds: float = 0.0
    urgent: bool = False

    def claims(self, receiver: str) -> dict[str, str]:
        """All but the payload as text; what is empty stays out."""
        numbers = {"number": self.number, "floor": self.floor, "applied": self.applied}
        texts = {
            "re": self.re,
            "outcome": self.outcome,
            **{name: str(value) for name, value in numbers.items() if value},
        }
        if self.urgent:
            texts["lane"] = _URGENT
        if self.patience_seconds:
            texts["patience"] = f"{self.patience_seconds:g}"
        return {
            "id": self.id,
            "role": self.role.value,
            "kind": self.kind,
            "to": receiver,
            "sent": self.sent_at.isoformat(),
            "expires": self.expires_at.isoformat(),
            **{name: text for name, text in texts.items() if text},
        }

    def receipt(self) -> Receipt:
        """What a receipt says."""
        return Receipt(self.re, Outcome(self.outcome), self.applied, self.payload.decode())


def _read(claims: Mapping[str, str], payload: bytes) -> Envelope:
    try:
        return _bounded(
            Envelope(
                id=_name(claims["id"]),
                role=Role(claims["role"]),
                kind=_name(claims["kind"]),
                sent_at=_moment(claims["sent"]),
                expires_at=_moment(claims["expires"]),
                payload=payload,
                re=_name(claims.get("re", "")),
                number=_number(claims.get("number", "0")),
                floor=_number(claims.get("floor", "0")),
                outcome=claims.get("outcome", ""),
                applied=_number(claims.get("applied", "0")),
                patience_seconds=_patience(claims.get("patience", "0")),
                urgent=claims.get("lane", "") == _URGENT,
            )
        )
    except (KeyError, ValueError, TypeError, OverflowError):
        raise Forbidden("A message lacks a claim that every message carries, or one cannot be read.") from None


def _bounded(envelope: Envelope) -> Envelope:
    if envelope.expires_at - envelope.sent_at > LONGEST_LIFE:
        raise ValueError("too long a life")
    if envelope.role is Role.RECEIPT and "\0" in envelope.receipt().text:
        raise ValueError("not a text")
    return envelope


def _name(text: str) -> str:
    if len(text) > _LONGEST_NAME or "\0" in text:
        raise ValueError("not a name")
    return text


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without time zone")
    return moment.astimezone(UTC)


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _LARGEST_NUMBER:
        raise ValueError("a number out of bounds")
    return number


def _patience(text: str) -> float:
    seconds = float(text)
    if not 0.0 <= seconds <= _LONGEST_PATIENCE_SECONDS:
        raise ValueError("a patience out of bounds")
    return seconds


async def seal_for(receiver: Member, envelope: Envelope, *, keys: NodeKeys, name: str) -> str:
    """Sign and seal; a large payload is done beside the event loop."""

    def work() -> str:
        return pack(
            envelope.payload,
            sender=keys,
            sender_name=name,
            receiver=receiver.keys,
            claims=envelope.claims(receiver.site),
        )

    if len(envelope.payload) < _OFF_LOOP_BYTES:
        return work()
    return await asyncio.to_thread(work)


async def open_from(body: str, *, keys: NodeKeys, name: str, members: Members) -> tuple[str, Envelope]:
    """The proven sender and the message; Forbidden when it is not proven, not for this node, or of another time.

    An unknown sender is looked for in the directory once.
    """
    unknown: list[str] = []

    def work() -> Unpacked:
        def public_of(sender: str) -> PublicKeys:
            member = members.known(sender)
            if member is None:
                unknown.append(sender)
                raise Forbidden(f"The message is signed by {sender}, which is not a member that is believed here.")
            return member.keys

        return unpack(body, receiver=keys, public_of=public_of)

    async def attempt() -> Unpacked:
        return work() if len(body) < _OFF_LOOP_BYTES else await asyncio.to_thread(work)

    try:
        found = await attempt()
    except Forbidden:
        if not unknown:
            raise
        await members.member(unknown[0])
        found = await attempt()
    if found.claims.get("to") != name:
        raise Forbidden(f"A message of {found.sender} is meant for another receiver.")
    return found.sender, _read(found.claims, found.payload)
