"""What a subscription is once it has been read: whose it is, what it waits for, and where it is told. All frozen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from verbund.identity import Asked, Principal, Role, Scopes

Interaction = Literal["create", "update", "delete"]
State = Literal["requested", "active", "error", "off"]
Content = Literal["empty", "id-only", "full-resource"]
Outcome = Literal["test-passes", "test-fails"]
Pairs = tuple[tuple[str, str], ...]

EVERY: tuple[Interaction, ...] = ("create", "update", "delete")


class Who(msgspec.Struct, frozen=True):
    """The principal whose rights a subscription has, as it is kept."""

    subject: str
    name: str
    role: str
    organisation: str
    organisation_name: str
    patient: str | None
    scopes: str
    purpose: str
    client: str | None = None
    practitioner: str | None = None
    epoch: int | None = None

    @classmethod
    def of(cls, who: Principal) -> "Who":
        """What is kept of a principal. The reason of an emergency is not: it speaks of one moment."""
        return cls(
            who.subject,
            who.name,
            str(who.role),
            who.organisation,
            who.organisation_name,
            who.patient_id,
            str(who.scopes),
            who.purpose,
            who.client,
            who.practitioner_id,
            who.epoch,
        )

    @property
    def principal(self) -> Principal:
        """The same again."""
        return Principal(
            subject=self.subject,
            name=self.name,
            role=Role(self.role),
            organisation=self.organisation,
            organisation_name=self.organisation_name,
            patient_id=self.patient,
            scopes=Scopes.parse(self.scopes),
            purpose=self.purpose,
            client=self.client,
            practitioner_id=self.practitioner,
            epoch=self.epoch,
        )


class Trigger(msgspec.Struct, frozen=True):
    """Changes of one resource type that matter.

    https://hl7.org/fhir/R5/subscriptiontopic.html: `current` must hold for the version after the change and `previous`
    for the one before, both if `both`, else either; what is not there after a deletion counts as `on_delete` says, what
    was not there before a creation as `on_create`. `path` is a FHIRPath expression in place of the two.
    """

    type: str
    interactions: tuple[Interaction, ...] = EVERY
    current: Pairs | None = None
    previous: Pairs | None = None
    both: bool = True
    on_create: Outcome = "test-passes"
    on_delete: Outcome = "test-passes"
    path: str | None = None


class Filterable(msgspec.Struct, frozen=True):
    """A parameter that subscribers may narrow a topic by; `type` is empty for all of its types."""

    type: str
    parameter: str


class Shape(msgspec.Struct, frozen=True):
    """What comes along with resources of a type: pairs of `_include` and `_revinclude`, as a search has them."""

    type: str
    pairs: Pairs


class Topic(msgspec.Struct, frozen=True):
    """What can be subscribed to. Without `filters`, by every search parameter of its types."""

    canonical: str
    triggers: tuple[Trigger, ...]
    filters: tuple[Filterable, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The types that it is about."""
        return tuple(dict.fromkeys(one.type for one in self.triggers))


class Filter(msgspec.Struct, frozen=True):
    """A condition of the subscriber, on one type."""

    type: str
    pairs: Pairs


class Channel(msgspec.Struct, frozen=True):
    """How a subscriber is told.

    `media` is empty where nothing is sent but that there is something. `headers` are (name, value). A `classic` one is
    told as FHIR R4 itself says: each resource by itself, or an empty message.
    """

    type: Literal["rest-hook", "websocket"]
    endpoint: str = ""
    media: str = "application/fhir+json"
    content: Content = "id-only"
    headers: tuple[tuple[str, str], ...] = ()
    heartbeat_seconds: int = 0
    timeout_seconds: int = 10
    most: int = 20
    classic: bool = False


class Wanted(msgspec.Struct, frozen=True):
    """What a Subscription asks for, before it is known whether its topic is there."""

    topic: str
    filters: tuple[Filter, ...]
    channel: Channel
    state: State
    ends: datetime | None = None
    classic: Trigger | None = None


class Kept(msgspec.Struct, frozen=True):
    """What is kept, sealed, of a subscription; it was asked for at `asked_at`, with the token of the id `token`.

    `marked` says whether its Subscription tells who made it: not where a former version, or the operator, wrote it.
    """

    id: str
    who: Who
    topic: str
    triggers: tuple[Trigger, ...]
    filters: tuple[Filter, ...]
    channel: Channel
    ends: datetime | None = None
    shapes: tuple[Shape, ...] = ()
    token: UUID | None = None
    marked: bool = False
    asked_at: datetime | None = None

    @property
    def asked(self) -> Asked:
        """Whose right it goes on with. Where no app is named it must be one that speaks for itself, or the operator."""
        who = self.who
        return Asked(who.subject, who.role, who.client or who.subject, self.token, who.epoch, self.asked_at)


class Change(msgspec.Struct, frozen=True):
    """One change of a resource: the version that came of it, and how."""

    type: str
    id: str
    version: int
    interaction: Interaction


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of a subscription: its number, when it was, and the change."""

    number: int
    at: datetime
    change: Change


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription as it stands: what it asks for, its state, and how far it has come."""

    key: UUID
    generation: int
    state: State
    since: int | None
    events: int
    delivered: int
    failures: int
    failing_since: datetime | None
    seen_at: datetime | None
    reason: str | None
    kept: Kept


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient the node is with receivers, in seconds.

    `settling` is how long other processes of the node may not know of a subscription. After `error_after` failures in a
    row it shows as in error, and after `give_up` of nothing else it is turned off. `taken` bounds how long one
    process may be about a subscription before another takes it up.
    """

    settling: float = 0.5
    idle: float = 1.0
    first_pause: float = 1.0
    longest_pause: float = 300.0
    error_after: int = 3
    give_up: float = 86_400.0
    taken: float = 120.0
    at_once: int = 16
    kept_days: int = 7
