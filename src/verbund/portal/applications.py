"""What the pages about apps need of a node: questions of apps to people, what people permitted, and opening an app."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verbund.identity import Principal, Scopes
from verbund.portal.model import FoundPatients, PatientQuery


@dataclass(frozen=True, slots=True)
class AppQuestion:
    """What an app asks somebody who has signed in: at most `scopes`; staff say for which patient if it `picks` one.

    `redirect_origin` is where the answer goes (scheme, host and port), which the form's Content-Security-Policy must
    let through.
    """

    app: str
    scopes: Scopes
    is_patient: bool
    redirect_origin: str
    picks: bool


@dataclass(frozen=True, slots=True)
class PermittedApp:
    """What somebody permits an app. `lasting` is `once`, `online` or `offline`."""

    id: str
    app: str
    scopes: Scopes
    lasting: str
    granted: datetime
    used: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class LaunchableApp:
    """An app that can be opened from a record, and the origin of its address."""

    id: str
    name: str
    origin: str


class Applications(Protocol):
    """The apps of this node, as people meet them."""

    async def question(self, request_id: str) -> AppQuestion:
        """What waits for an answer. NotFound when it is unknown, answered or too old."""

    async def find(self, request_id: str, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients whom the person who is asked may find."""

    async def permit(self, request_id: str, kept: Scopes, patient_id: str | None) -> str:
        """Permit what is kept; where to go on. NotFound as `question`, also for a patient who must not be seen."""

    async def refuse(self, request_id: str) -> str:
        """Refuse; where to go on. NotFound as `question`."""

    async def permitted(self, who: Principal) -> tuple[PermittedApp, ...]:
        """What somebody permits now, the newest first."""

    async def end(self, who: Principal, permit_id: str) -> None:
        """End it, with all tokens that came of it. NotFound when it has ended, or is another's."""

    async def launchable(self, who: Principal) -> tuple[LaunchableApp, ...]:
        """The apps that can be opened from a record, by name."""

    async def launch(self, who: Principal, app_id: str, patient_id: str, encounter_id: str | None) -> str:
        """Where to send the browser to open an app for a patient (SMART App Launch 2.2, EHR launch). NotFound."""
