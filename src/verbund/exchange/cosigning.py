"""Heads of the audit log signed by other sites: each checks that a log continues what it saw before."""

import asyncio
from contextlib import suppress
from datetime import datetime

import msgspec
import structlog

from verbund.audit import AuditLog, Cosignature, SignedHead, Witness
from verbund.errors import Conflict, Incorrect, Interrupted, Unavailable, VerbundError
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.model import HUB_KIND, Member, Message

COSIGN = "audit.cosign"
COSIGNING_SECONDS = 3.0
"""So long others are waited for; who answers later is asked again with the next head."""

_log = structlog.get_logger(__name__)


class CosignRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`audit.cosign`: a head, and that it continues the one of size `since` (0: whatever came before)."""

    size: int
    root: bytes
    at: datetime
    signature: bytes
    since: int = 0
    path: tuple[bytes, ...] = ()


class CosignReply(msgspec.Struct, frozen=True):
    """The signature, made at `at`; or, without one, from which size the proof must begin."""

    since: int = 0
    at: datetime | None = None
    signature: bytes = b""


class CosigningDesk:
    """Answers `audit.cosign`. The log of the site that asks learns nothing of this one's."""

    def __init__(self, correspondence: Correspondence, witness: Witness) -> None:
        self._correspondence = correspondence
        self._witness = witness

    async def __call__(self, message: Message) -> bytes:
        """Sign, or say what is missing; Conflict, and an alarm here, for a log that is not what it was."""
        house = await self._correspondence.house(message)
        request = wire.decoded(message.payload, CosignRequest)
        if request.at.tzinfo is None:
            raise Incorrect("The time of a head needs a time zone.")
        head = SignedHead(request.size, request.root, request.at, request.signature)
        try:
            found = await self._witness.cosign(house.site, house.keys, head, request.since, request.path)
        except Conflict as error:
            _log.error("audit-log-rewritten", site=house.site, reason=error.text)
            raise
        if isinstance(found, int):
            return msgspec.json.encode(CosignReply(found))
        return msgspec.json.encode(CosignReply(head.size, found.at, found.signature))


class Cosigners:
    """Asks all other sites to sign a head of this one; the log's `cosigning`."""

    def __init__(self, correspondence: Correspondence, log: AuditLog, witness: Witness) -> None:
        self._correspondence = correspondence
        self._log = log
        self._witness = witness
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, head: SignedHead) -> None:
        """Ask them at once; what one of them refuses is an alarm, and who does not answer is asked the next time."""
        if not head.size:
            return
        own = self._correspondence.name
        async with self._one_at_a_time:
            with suppress(VerbundError, TimeoutError):
                async with asyncio.timeout(COSIGNING_SECONDS):
                    await self._correspondence.members.refresh()
            sites = [one for one in self._correspondence.members.all() if one.kind != HUB_KIND and one.site != own]
            await asyncio.gather(*(self._asked(one, head) for one in sites))

    async def _asked(self, member: Member, head: SignedHead) -> None:
        try:
            async with asyncio.timeout(COSIGNING_SECONDS):
                await self._signed(member, head)
        except Conflict as error:
            _log.error("audit-log-not-cosigned", witness=member.site, reason=error.text)
            await self._witness.alarm(self._correspondence.name, member.site, head.size)
        except (TimeoutError, Unavailable, Interrupted):
            return
        except VerbundError as error:
            _log.warning("audit-log-not-cosigned", witness=member.site, reason=error.text)

    async def _signed(self, member: Member, head: SignedHead) -> None:
        """Ask with the proof from what the other signed last, as far as known here; a second time as it says."""
        since = await self._log.cosigned_by(member.site)
        for _ in range(2):
            path = await self._log.consistency(since, head) if 0 < since < head.size else ()
            request = CosignRequest(head.size, head.root, head.at, head.signature, since, tuple(path))
            raw = await self._correspondence.ask(
                member.site, COSIGN, msgspec.json.encode(request), timeout_seconds=COSIGNING_SECONDS
            )
            reply = wire.decoded(raw, CosignReply)
            if reply.at is not None and reply.at.tzinfo is not None:
                own = self._correspondence.name
                await self._log.keep_cosignature(
                    Cosignature(member.site, own, head.size, head.root, reply.at, member.keys, reply.signature)
                )
                return
            since = reply.since
