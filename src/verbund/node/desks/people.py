"""Signing in, sessions, and what an administrator looks after."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from verbund.audit import AuditLog, SignedHead, Verdict
from verbund.config import utc_now
from verbund.errors import VerbundError
from verbund.exchange import Correspondence, CourierState
from verbund.exchange import Member as RegionMember
from verbund.identity import (
    House,
    Principal,
    Proxies,
    Role,
    Sessions,
    acting_principal,
)
from verbund.ops import Check, Health
from verbund.portal import (
    HealthCheck,
    LogHead,
    LogVerdict,
    Member,
    Words,
)
from verbund.portal import (
    House as PortalHouse,
)


class SessionDesk:
    """The portal's `Sessions`: who it is, and for whom they act."""

    def __init__(self, house: House, sessions: Sessions, proxies: Proxies) -> None:
        self._house = house
        self._sessions = sessions
        self._proxies = proxies

    async def of(self, token: str) -> Principal | None:
        """Whose session it is; by a relation only while it holds."""
        session = await self._sessions.of(token)
        if session is None:
            return None
        who = session.person.principal(self._house, authenticated=session.authenticated)
        proxy = await self._proxies.acting(token, session.person) if who.role is Role.PATIENT else None
        return who if proxy is None else acting_principal(who, proxy)


# A member that polls shows at the hub at least every half minute.
LATELY = timedelta(minutes=2)
CHECK_NAMES = {
    "database": Words("Datenbank", "Database"),
    "disk": Words("Speicherplatz", "Disk space"),
    "hub": Words("Verbindung zur Zentrale", "Connection to the hub"),
    "audit": Words("Zugriffsprotokoll", "Audit log"),
}


class AdministrationDesk:
    """The portal's `Administration`."""

    def __init__(
        self,
        *,
        health: Health,
        audit: AuditLog,
        correspondence: Correspondence | None,
        contact: Callable[[], CourierState | None],
    ) -> None:
        self._health = health
        self._audit = audit
        self._correspondence = correspondence
        self._contact = contact

    async def health(self, who: Principal) -> tuple[HealthCheck, ...]:  # noqa: ARG002 - the rule is the page's
        """Everything this node needs, looked at now."""
        return tuple(map(_shown_check, await self._health.checks()))

    async def members(self, who: Principal) -> tuple[Member, ...]:  # noqa: ARG002
        """The members of the region, as this node knows them."""
        if self._correspondence is None:
            return ()
        with suppress(VerbundError):
            # Without the hub the members that are known already are shown.
            await self._correspondence.members.refresh()
        return tuple(map(self._shown_member, self._correspondence.members.all()))

    async def log_head(self, who: Principal) -> LogHead | None:  # noqa: ARG002
        """The present head of the log, signed now."""
        head: SignedHead = await self._audit.head()
        return LogHead(head.size, head.root.hex(), head.at) if head.size else None

    async def verify_log(self, who: Principal) -> LogVerdict:  # noqa: ARG002
        """Prove the whole log."""
        begun = time.monotonic()
        verdict: Verdict = await self._audit.verify()
        finding = Words(
            "Das Protokoll ist vollständig und unverändert." if verdict.ok else f"Es passt nicht: {verdict.text}",
            verdict.text,
        )
        elapsed_ms = round((time.monotonic() - begun) * 1000)
        return LogVerdict(verdict.ok, verdict.size, verdict.first_bad, finding, elapsed_ms)

    def _shown_member(self, member: RegionMember) -> Member:
        state = self._contact()
        if member.kind == "hub" and state is not None:
            return Member(PortalHouse(member.site, member.title), member.kind, state.last_contact, state.connected)
        seen = member.last_seen
        reachable = seen is not None and utc_now() - seen < LATELY
        return Member(PortalHouse(member.site, member.title), member.kind, seen, reachable)


def _shown_check(check: Check) -> HealthCheck:
    name = CHECK_NAMES.get(check.name, Words(check.name, check.name))
    return HealthCheck(name, check.holds, check.text)
