"""The trust centre's desk at the hub: open questions of the linkage, what was decided, and telling it to the houses."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from verbund.audit import Agent, Event
from verbund.database import Connection
from verbund.errors import NotFound
from verbund.exchange import Outbox, Posting, tell_arrivals, tell_moves
from verbund.exchange.questions import MOVED
from verbund.identity import Principal
from verbund.linkage import Move, Resolution, Resolutions, TrustCentre, Verdict
from verbund.node.assembly import Node

_WORDS: Mapping[str, tuple[str, str]] = {
    "same": ("Zwei Pseudonyme sind dieselbe Person.", "Two pseudonyms are the same person."),
    "different": ("Zwei Pseudonyme sind verschiedene Personen.", "Two pseudonyms are different people."),
    "split": ("Unter einem Pseudonym waren zwei Personen.", "Under one pseudonym were two people."),
    "reopened": ("Eine Frage ist wieder offen.", "A question is open again."),
}


def letters_of(node: Node) -> Outbox:
    """The hub's letters; whatever process writes one, the running hub sends it."""
    return Outbox(node.database, node.keys.master)


async def trust_centre(node: Node) -> TrustCentre:
    """The trust centre of a hub, which tells houses of who arrives elsewhere, and who is parted by a correction."""
    itself = replace(node.operator(), subject="trust-centre", name="Vertrauensstelle")
    return await TrustCentre.open(
        node.database,
        node.keys,
        arrived=partial(tell_arrivals, partial(_posting, node)),
        announce=partial(_announce, node, itself),
    )


def _posting(node: Node, site: str, kind: str, payload: bytes) -> Posting:
    return letters_of(node).posting(site, kind, payload, subject=None, urgent=kind == MOVED)


async def _announce(
    node: Node, who: Principal, connection: Connection, done: Resolution, moves: Sequence[Move]
) -> None:
    await tell_moves(partial(_posting, node), connection, done, moves)
    german, english = _WORDS[done.kind]
    event = Event(
        kind="person",
        action="U",
        at=done.decided_at,
        agent=Agent(who.subject, who.name, who.capacity, who.organisation, who.organisation_name),
        purpose=who.purpose,
        reason_de=german,
        reason_en=english,
        stated_reason=done.reason,
        detail={"resolution": str(done.number), "houses": ",".join(sorted({one.site for one in moves}))},
    )
    await node.audit.append(connection, (event,))


class TrustDesk:
    """The steward's decisions: each is in the hub's log, and on its way to the houses, when it is made."""

    def __init__(self, node: Node, centre: TrustCentre) -> None:
        self._node = node
        self._centre = centre

    @classmethod
    async def open(cls, node: Node) -> "TrustDesk":
        """The desk of this node; NotFound where it is no hub."""
        if not node.config.is_hub:
            raise NotFound(
                f"{node.config.name} is no hub: the region's trust centre is there.",
                german="Die Vertrauensstelle der Region ist am Hub, nicht an diesem Knoten.",
            )
        return cls(node, await trust_centre(node))

    def of(self, who: Principal) -> Resolutions:
        """The desk as this person uses it."""
        return Resolutions(self._node.database, self._centre, partial(_announce, self._node, who))

    @staticmethod
    def verdict(who: Principal, reason: str) -> Verdict:
        """What this person decides, with the reason; Incorrect without one."""
        return Verdict(who.name, reason)
