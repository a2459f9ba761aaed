"""What the log is told of apps: what somebody permitted them, what ended, what they were refused."""

from collections.abc import Mapping
from typing import Protocol

from verbund.audit import Action, Agent, Event, Kind
from verbund.config import Clock, utc_now
from verbund.identity.clients import Client
from verbund.identity.model import House, Person, Role
from verbund.identity.scopes import Scopes


class Log(Protocol):
    """Where events are written (`verbund.audit.AuditLog`)."""

    async def record(self, *events: Event) -> object:
        """Write events down; durable when it returns."""


class Told:
    """Writes events about apps to the log, if there is one."""

    def __init__(self, house: House, log: Log | None, clock: Clock = utc_now) -> None:
        self._house = house
        self._log = log
        self._clock = clock

    async def granted(self, person: Person, client: Client, scopes: Scopes, patient: str | None) -> None:
        """Somebody permitted an app something."""
        detail = {"client": client.id, "app": client.name, "scope": str(scopes)}
        await self._tell(
            "app-grant", "C", self._person(person), f"Der Anwendung „{client.name}“ wurde Zugriff erlaubt.",
            f"The app “{client.name}” was permitted access.",
            purpose=person.role.purpose, patient_id=person.patient_id or patient, detail=detail,
        )  # fmt: skip

    async def ended(self, person: Person, client_id: str, *, reused: bool = False) -> None:
        """What somebody permitted an app has ended: by themselves, or because a refresh token was used twice."""
        de = "Ein Erneuerungsschlüssel der Anwendung wurde zweimal benutzt." if reused else "Von der Person beendet."
        en = "A refresh token of the app was used twice." if reused else "Ended by the person."
        await self._tell(
            "app-revoke", "D", self._person(person), de, en,
            purpose=person.role.purpose, patient_id=person.patient_id, detail={"client": client_id},
        )  # fmt: skip

    async def refused(self, client_id: str, error: str) -> None:
        """An app was refused a token; `client_id` is as it was said, unproven."""
        detail = {"client": client_id[:64], "error": error}
        agent = Agent(client_id[:64] or "unknown", "unknown", "app", self._house.organisation, "unknown")
        await self._tell(
            "token-refused", "E", agent, "Einer Anwendung wurde kein Zugang gegeben.", "An app was refused a token.",
            purpose=Role.SYSTEM.purpose, permitted=False, detail=detail,
        )  # fmt: skip

    async def changed(self, agent: Agent, client_id: str, deed: str) -> None:
        """An app was registered, switched on or off, or removed."""
        await self._tell(
            "app-change", "U", agent, "Eine Anwendung wurde eingerichtet, geschaltet oder entfernt.",
            "An app was registered, switched or removed.",
            purpose=Role.SYSTEM.purpose, detail={"client": client_id, "deed": deed},
        )  # fmt: skip

    def operator(self) -> Agent:
        """Whoever runs the node's commands."""
        name = f"Operator of {self._house.organisation_name}"
        return Agent("operator", name, str(Role.SYSTEM), self._house.organisation, self._house.organisation_name)

    def _person(self, person: Person) -> Agent:
        who = person.principal(self._house)
        return Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)

    async def _tell(
        self,
        kind: Kind,
        action: Action,
        agent: Agent,
        de: str,
        en: str,
        *,
        purpose: str,
        patient_id: str | None = None,
        permitted: bool = True,
        detail: Mapping[str, str],
    ) -> None:
        if self._log is None:
            return
        event = Event(
            kind=kind, action=action, at=self._clock(), agent=agent, purpose=purpose, patient_id=patient_id,
            permitted=permitted, reason_de=de, reason_en=en, detail=detail,
        )  # fmt: skip
        await self._log.record(event)
