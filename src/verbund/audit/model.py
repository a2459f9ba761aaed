"""What is logged: one act on somebody's data, with who, why and on which permission."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal[
    "read",
    "history",
    "search",
    "record",
    "create",
    "update",
    "delete",
    "release",
    "emergency",
    "break-glass",
    "consent",
    "decision",
    "export",
    "import",
    "count",
    "access-log",
    "archive",
    # who signs in, with what, through which application
    "sign-in",
    "sign-in-failed",
    "sign-out",
    "session-ended",
    "password-changed",
    "factor-added",
    "factor-removed",
    "factors-reset",
    "recovery-used",
    "app-grant",
    "app-revoke",
    "app-change",
    "token-refused",
    # who there is, and who acts for whom
    "person",
    "enrolment",
    "proxy",
    # what patients demand
    "copy",
    "correction",
    "restriction",
    "erasure",
]
Action = Literal["C", "R", "U", "D", "E"]


class Agent(msgspec.Struct, frozen=True):
    """Who acted: a person or a system, in which role, of which house (its site id)."""

    id: str
    name: str
    role: str
    organisation: str
    organisation_name: str


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """One act. `purpose` is a code of http://terminology.hl7.org/CodeSystem/v3-ActReason; `at` has a time zone.

    `entities` are literal references (`Observation/7`), `query` is the search as it was asked, `reason_de` and
    `reason_en` say why it was permitted or refused, `provision` names the rule of the consent that decided, and
    `stated_reason` is what the person wrote who broke the glass. `detail` holds what else belongs to the event.

    `patients` are the patients whom one act touched, such as a search, each with what was touched of theirs;
    `patient_id` and `entities` are empty then. Each of them is shown the event with the own id and entities alone.

    `query_told` is what patients are shown of a query that names others; the query itself is sealed for the house.
    """

    kind: Kind
    action: Action
    at: datetime
    agent: Agent
    purpose: str
    patient_id: str | None = None
    entities: tuple[str, ...] = ()
    query: str | None = None
    permitted: bool = True
    reason_de: str = ""
    reason_en: str = ""
    provision: str | None = None
    stated_reason: str | None = None
    detail: Mapping[str, str] = {}
    patients: tuple[tuple[str, Sequence[str]], ...] = ()
    query_told: str | None = None


class LoggedEvent(msgspec.Struct, frozen=True):
    """An event with its place in the log, counted from 1."""

    sequence: int
    event: Event


class Page(msgspec.Struct, frozen=True):
    """Some events, newest first; `before` is what to ask with for the next page, None on the last one.

    `archived` is how many older ones lie in the archive, where that is not at hand; it is told with the last page.
    """

    items: tuple[LoggedEvent, ...]
    before: int | None = None
    archived: int = 0


def anonymous(event: Event) -> Event:
    """The event without what names its patients: who acted, when, why and on which permission remain."""
    return msgspec.structs.replace(
        event, patient_id=None, entities=(), query=None, stated_reason=None, detail={}, patients=(), query_told=None
    )
