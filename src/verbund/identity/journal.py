"""What is written down of signing in: events in the house's log, and what each person is shown of their own account."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from verbund.audit import Agent, AuditLog, Event, Kind
from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.identity.browsers import Browser, Device
from verbund.identity.model import House, Person, Principal
from verbund.identity.seals import Seals

KEPT_DAYS = 90
_NOBODY = "unknown"
_ALTERS: Mapping[str, Literal["C", "U", "D", "E"]] = {
    "factor-added": "C",
    "factor-removed": "D",
    "factors-reset": "D",
    "password-changed": "U",
}

How = Literal["passkey", "password", "password-code", "password-recovery", "outside", "wrong-code"]
"""How somebody came in, or, with a wrong code after the right password, did not."""

_HOW: Mapping[str, tuple[str, str]] = {
    "passkey": ("Anmeldung mit Passkey.", "Signed in with a passkey."),
    "password": ("Anmeldung mit Passwort.", "Signed in with a password."),
    "password-code": ("Anmeldung mit Passwort und Einmalcode.", "Signed in with a password and a one-time code."),
    "password-recovery": (
        "Anmeldung mit Passwort und Wiederherstellungscode.",
        "Signed in with a password and a recovery code.",
    ),
    "outside": ("Anmeldung über einen anderen Anbieter.", "Signed in with an outside provider."),
}


class _SignIn(msgspec.Struct, frozen=True):
    how: str
    address: str | None
    browser: str
    system: str


class _Notice(msgspec.Struct, frozen=True):
    by: str
    reason: str


_SIGN_IN = msgspec.json.Decoder(_SignIn)
_NOTICE = msgspec.json.Decoder(_Notice)


@dataclass(frozen=True, slots=True)
class SignInSeen:
    """One sign-in as its person sees it. `how` is a `How`."""

    number: int
    at: datetime
    how: str
    address: str | None = field(repr=False)
    device: Device


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody must be told: that `by` reset how they prove who they are, when and why."""

    id: int
    at: datetime
    by: str = field(repr=False)
    reason: str = field(repr=False)


class Journal:
    """The log and the person's own list. What is told in a transaction is there when, and only when, the deed is."""

    def __init__(
        self, database: Database, keys: NodeKeys, house: House, audit: AuditLog, *, clock: Clock = utc_now
    ) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._house = house
        self._audit = audit
        self._clock = clock

    def telling(
        self, kind: Kind, who: Person | Principal, de: str, en: str, detail: Mapping[str, str] | None = None
    ) -> Callable[[Connection], Awaitable[None]]:
        """What writes an event about `who`'s deed within its transaction."""
        event = self._event(kind, who, de, en, detail)

        async def tell(connection: Connection) -> None:
            await self._audit.append(connection, [event])

        return tell

    async def record(
        self, kind: Kind, who: Person | Principal, de: str, en: str, detail: Mapping[str, str] | None = None
    ) -> None:
        """Write an event of a deed that has been done."""
        await self._audit.record(self._event(kind, who, de, en, detail))

    async def came_in(self, person: Person, how: str, browser: Browser, provider: str = "") -> None:
        """Somebody signed in, with an outside provider where one is named."""
        de, en = _HOW[how]
        await self._list(person, how, browser)
        detail = _where(browser) | ({"provider": provider} if provider else {})
        await self._audit.record(self._event("sign-in", person, de, en, detail))

    async def turned_away(
        self, de: str, en: str, browser: Browser, *, person: Person | None = None, detail: Mapping[str, str]
    ) -> None:
        """An attempt that failed; with a person when it got as far as to be theirs."""
        if person is not None:
            await self._list(person, "wrong-code", browser)
        event = self._event("sign-in-failed", person, de, en, {**_where(browser), **detail})
        await self._audit.record(msgspec.structs.replace(event, permitted=False))

    async def sign_ins(self, person_id: UUID, *, count: int, before: int | None = None) -> tuple[SignInSeen, ...]:
        """The sign-ins of somebody, newest first, of those before the number `before`; none is older than 90 days."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select id, at, record from identity_sign_in "
                "where person = $1 and ($2::bigint is null or id < $2) and at > $3 order by id desc limit $4",
                person_id, before, self._clock() - timedelta(days=KEPT_DAYS), count,
            )  # fmt: skip
        shown = []
        for row in rows:
            said = _SIGN_IN.decode(self._seals.unseal(f"sign-in {person_id}", row["record"]))
            device = Device(said.browser, said.system)
            shown.append(SignInSeen(row["id"], row["at"], said.how, said.address, device))
        return tuple(shown)

    async def leave_notice(self, connection: Connection, person_id: UUID, by: str, reason: str) -> None:
        """Somebody is to be told, at the next sign-in, who reset how they prove who they are."""
        sealed = self._seals.seal(f"notice {person_id}", msgspec.json.encode(_Notice(by, reason)))
        await connection.execute(
            "insert into identity_notice (person, at, record) values ($1, $2, $3)", person_id, self._clock(), sealed
        )

    async def notices(self, person_id: UUID) -> tuple[Notice, ...]:
        """What somebody has not yet been told."""
        async with self._database.connection() as connection:
            rows = await connection.fetch(
                "select id, at, record from identity_notice where person = $1 order by id", person_id
            )
        said = [_NOTICE.decode(self._seals.unseal(f"notice {person_id}", row["record"])) for row in rows]
        return tuple(Notice(row["id"], row["at"], n.by, n.reason) for row, n in zip(rows, said, strict=True))

    async def noted(self, person_id: UUID) -> None:
        """Somebody has read what they had to be told."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_notice where person = $1", person_id)

    async def _list(self, person: Person, how: str, browser: Browser) -> None:
        device = browser.device
        said = _SignIn(how, browser.address, device.browser, device.system)
        now = self._clock()
        async with self._database.transaction() as connection:
            await connection.execute(
                "delete from identity_sign_in where person = $1 and at < $2", person.id, now - timedelta(days=KEPT_DAYS)
            )
            await connection.execute(
                "insert into identity_sign_in (person, at, record) values ($1, $2, $3)",
                person.id, now, self._seals.seal(f"sign-in {person.id}", msgspec.json.encode(said)),
            )  # fmt: skip

    def _event(
        self, kind: Kind, who: Person | Principal | None, de: str, en: str, detail: Mapping[str, str] | None
    ) -> Event:
        who = who.principal(self._house) if isinstance(who, Person) else who
        if who is None:
            agent = Agent(_NOBODY, _NOBODY, _NOBODY, self._house.organisation, self._house.organisation_name)
        else:
            agent = Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)
        return Event(
            kind=kind,
            action=_ALTERS.get(kind, "E"),
            at=self._clock(),
            agent=agent,
            purpose="HOPERAT" if who is None else who.role.purpose,
            reason_de=de,
            reason_en=en,
            detail=detail or {},
        )


def _where(browser: Browser) -> dict[str, str]:
    return {} if browser.address is None else {"address": browser.address}
