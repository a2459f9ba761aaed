"""What a patient asks of the house about the own data, how it was answered, and how far a copy is."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from verbund.consent import DataCategory


class Kind(StrEnum):
    """Which right is used: Articles 16, 18 and 17 of the GDPR."""

    CORRECTION = "correction"
    RESTRICTION = "restriction"
    ERASURE = "erasure"


class State(StrEnum):
    """How far a request is.

    `open` waits for the house; `accepted` was followed (an entry corrected, a restriction in force); `refused` with a
    reason; `withdrawn` by the patient; `ended` is a restriction that is over; `partly` an erasure of all but what must
    stay, the rest of which is erased when its time is over.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    PARTLY = "partly"


class Step(msgspec.Struct, frozen=True):
    """Something that was done with a request: when, by whom (name), into which state, and what was said."""

    at: datetime
    by: str
    state: State
    text: str = ""


class Request(msgspec.Struct, frozen=True, omit_defaults=True):
    """One request. `about` is the literal reference of the entry that is wrong, `version` the one that was looked at.

    `categories` are the kinds of data that a restriction is about. `due` is when the house must have answered, or when
    what is left of a partial erasure is erased; `going` is what is being removed meanwhile.
    """

    id: UUID
    kind: Kind
    state: State
    patient_id: str
    asked_at: datetime
    asked_by: str
    due: datetime
    text: str = ""
    about: str | None = None
    version: int = 0
    categories: int = 0
    steps: tuple[Step, ...] = ()
    going: tuple[str, ...] = ()

    @property
    def kinds(self) -> DataCategory:
        """The kinds of data that a restriction is about."""
        return DataCategory(self.categories)

    @property
    def last(self) -> Step | None:
        """What was done last."""
        return self.steps[-1] if self.steps else None

    def after(self, step: Step) -> "Request":
        """The same with one more step, in the state that it leads to."""
        return msgspec.structs.replace(self, state=step.state, steps=(*self.steps, step))


class RequestPage(msgspec.Struct, frozen=True):
    """Some requests, longest waiting first, and the cursor of the next page."""

    requests: tuple[Request, ...]
    next_cursor: str | None = None


CopyState = Literal["making", "ready", "failed"]


class Copy(msgspec.Struct, frozen=True):
    """A complete copy: `done` of `whole` entries are in it, `size` is its length in bytes so far."""

    id: UUID
    state: CopyState
    done: int
    whole: int
    size: int
    asked_at: datetime
    expires_at: datetime


Answer = Literal["corrected", "supplemented", "accepted", "refused", "ended"]
ANSWERS: Mapping[Kind, frozenset[Answer]] = {
    Kind.CORRECTION: frozenset({"corrected", "supplemented", "refused"}),
    Kind.RESTRICTION: frozenset({"accepted", "refused", "ended"}),
    Kind.ERASURE: frozenset({"accepted", "refused"}),
}
"""How the house can answer each kind of request."""
