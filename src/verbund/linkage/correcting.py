"""A house has corrected what identifies a patient: the same person still, or another one by now?

A new family name, a slip put right, a date added: the entry keeps its pseudonym. When the details have become another
person's, as when the wrong record was overwritten, the entry is parted from those it stood with at once, since each
house under a pseudonym is shown what the others hold. A question asks people whose record it is; until they answer,
nobody who enrols is taken for the person whom it names now. An entry that stood alone keeps its pseudonym, and is in
question all the same: what the house wrote of the one person before would be shown with the other. A house that
corrects it back undoes all of that by itself.
"""

from dataclasses import dataclass
from typing import ClassVar

from verbund.database import Connection
from verbund.linkage.encoding import similarity
from verbund.linkage.keeping import keep_blocks, keep_doubts, near
from verbund.linkage.model import Encoding
from verbund.linkage.regrouping import Entry, Regrouping, Verdict, entries_under
from verbund.linkage.rules import Doubt, Member, Reason, decide, is_another, stays

_CORRECT = "update linkage_enrolment set bits = $2, insurance = $3, given = $4 where entry = $1"
_QUESTION = "update linkage_enrolment set questioned = true, settled = false, before = $2 where entry = $1"
_RETURNED = "update linkage_enrolment set questioned = false, before = null where entry = $1"
# What was asked about the details that were put back, by either side, since they were another person's.
_ANSWERED = """
delete from linkage_review where resolution is null and $1 in (pseudonym, candidate) and noted_at >= (
    select noted_at from linkage_review where pseudonym = $1 and candidate = $2 and reason = $3 and resolution is null
)
"""
_TORN_FROM = """
select candidate from linkage_review
where pseudonym = $1 and candidate <> $1 and reason = $2 and resolution is null
"""


@dataclass(frozen=True, slots=True)
class Corrections:
    """Takes new encodings of entries; the caller holds the lock of the linkage."""

    regrouping: Regrouping

    _BY: ClassVar = "Verbund"
    TORN: ClassVar = Verdict(
        _BY,
        "Ein Haus hat die Angaben durch die einer anderen Person ersetzt. "
        "A house has replaced the details by another person's.",
        by_rule=True,
    )
    BACK: ClassVar = Verdict(
        _BY,
        "Das Haus hat die ersetzten Angaben wiederhergestellt. The house has put the replaced details back.",
        by_rule=True,
    )

    async def take(self, connection: Connection, entry: int, encoding: Encoding) -> None:
        """Let the entry have this encoding; whatever else it fits is asked."""
        pseudonym = await connection.fetchval("select pseudonym from linkage_enrolment where entry = $1", entry)
        group = await entries_under(connection, [pseudonym])
        own = next(one for one in group if one.enrolled.entry == entry)
        others = [one for one in group if one is not own]
        await connection.execute(_CORRECT, entry, encoding.bits, encoding.insurance, list(encoding.given))
        await connection.execute("delete from linkage_block where entry = $1", entry)
        await keep_blocks(connection, [(entry, encoding)])
        replaced = False
        if others:
            if not stays(encoding, own.encoding, [one.encoding for one in others]):
                pseudonym = await self._tear(connection, own, others, encoding)
        else:
            replaced = await self._replaced(connection, own, encoding)
        members = await near(connection, [encoding], entry)
        if own.questioned and not others and await self._returns(connection, own, encoding, members):
            return
        doubts = _doubts(pseudonym, encoding, members)
        if replaced:
            doubts.append(Doubt(pseudonym, similarity(encoding.bits, own.encoding.bits), Reason.REPLACED))
        await keep_doubts(connection, [(pseudonym, doubt) for doubt in doubts], anew=replaced)

    async def _replaced(self, connection: Connection, own: Entry, encoding: Encoding) -> bool:
        """Whether an entry that stands alone has just become another person's; put back, it is in question no more."""
        if own.before is not None and not is_another(encoding, own.before):
            await connection.execute(_RETURNED, own.enrolled.entry)
            await connection.execute(_ANSWERED, own.enrolled.pseudonym, own.enrolled.pseudonym, Reason.REPLACED)
        elif not own.questioned and is_another(encoding, own.encoding):
            await connection.execute(_QUESTION, own.enrolled.entry, own.encoding.to_bytes())
            return True
        return False

    async def _tear(self, connection: Connection, own: Entry, others: list[Entry], encoding: Encoding) -> str:
        """Part the entry from the others, put both before people, and give its pseudonym."""
        _, (rest, torn) = await self.regrouping.parted(connection, (others, [own]), self.TORN)
        await connection.execute(_QUESTION, own.enrolled.entry, None)
        likeness = max(similarity(encoding.bits, one.encoding.bits) for one in others)
        await keep_doubts(connection, [(torn, Doubt(rest, likeness, Reason.REPLACED))])
        return torn

    async def _returns(self, connection: Connection, own: Entry, encoding: Encoding, members: list[Member]) -> bool:
        """Whether the entry fits those again from whom it was torn; then it is with them as before."""
        former = await connection.fetchval(_TORN_FROM, own.enrolled.pseudonym, Reason.REPLACED)
        decision = decide(encoding, members)
        if former is None or decision.pseudonym != former:
            return False
        await connection.execute(_ANSWERED, own.enrolled.pseudonym, former, Reason.REPLACED)
        await self.regrouping.joined(connection, (former, own.enrolled.pseudonym), self.BACK)
        await connection.execute(_RETURNED, own.enrolled.entry)
        await keep_doubts(connection, [(former, doubt) for doubt in decision.doubts])
        return True


def _doubts(pseudonym: str, encoding: Encoding, members: list[Member]) -> list[Doubt]:
    """Whatever else the entry of this pseudonym fits now."""
    decision = decide(encoding, members)
    doubts = [doubt for doubt in decision.doubts if doubt.reason != Reason.SIMILAR or doubt.pseudonym != pseudonym]
    if decision.pseudonym not in (None, pseudonym):
        fits = [one.encoding.bits for one in members if one.pseudonym == decision.pseudonym]
        likeness = max(similarity(encoding.bits, bits) for bits in fits)
        doubts.append(Doubt(decision.pseudonym, likeness, Reason.AMBIGUOUS))
    return doubts
