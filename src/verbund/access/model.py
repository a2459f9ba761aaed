"""What the gate gives: records, releases, decisions about them; and who asks from another house."""

from dataclasses import dataclass, field
from typing import Protocol

from verbund.audit import Agent
from verbund.consent import DataCategory, Decision
from verbund.fhir import SearchQuery
from verbund.identity import Principal
from verbund.store import Companion, Stored


class Rewriting(Protocol):
    """Knows the value sets and hierarchies that a search may name."""

    async def rewritten(self, query: SearchQuery) -> SearchQuery:
        """The search with `:in`, `:not-in`, `:above` and `:below` on codes replaced by the codes that they mean."""


class AsWritten:
    """Knows no terminology: searches stay as they are."""

    async def rewritten(self, query: SearchQuery) -> SearchQuery:
        """The search itself; the store refuses what it cannot carry out."""
        return query


class Subscribing(Protocol):
    """What is done with the Subscriptions that somebody writes."""

    def prepared(self, who: Principal, raw: bytes) -> bytes:
        """What is kept of it. Invalid and Forbidden for what is not carried out here."""

    def companion(self, who: Principal) -> Companion:
        """Makes them known in the transaction of the write, with the rights of who writes."""

    def own(self, who: Principal) -> SearchQuery | None:
        """What finds those that somebody made, by codes alone; None where that cannot be told."""


class NotSubscribing:
    """A node that tells nobody: Subscriptions are kept like any resource."""

    def prepared(self, who: Principal, raw: bytes) -> bytes:  # noqa: ARG002 - a Subscribing
        """The same."""
        return raw

    def companion(self, who: Principal) -> Companion:  # noqa: ARG002 - a Subscribing
        """Does nothing."""
        return _Nothing()

    def own(self, who: Principal) -> SearchQuery | None:  # noqa: ARG002 - a Subscribing
        """It is not noted who made them."""
        return None


class _Nothing:
    async def write(self, connection: object, written: object) -> None:
        """Write nothing."""


class Asker(Protocol):
    """Somebody at another house, as that house vouches for: its site id and kind are proven by its signature.

    A person whose role is `patient` gets nothing: the own record is shown by the house that keeps it.
    """

    @property
    def site(self) -> str: ...
    @property
    def person(self) -> Agent: ...
    @property
    def role(self) -> str: ...
    @property
    def organisation_kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RemoteAsker:
    """An `Asker` as a value."""

    site: str
    person: Agent
    role: str
    organisation_kind: str


@dataclass(frozen=True, slots=True)
class Record:
    """One patient's record as far as who asked may see it, newest first, and why."""

    resources: tuple[Stored, ...] = field(repr=False)
    decision: Decision


@dataclass(frozen=True, slots=True)
class Release:
    """What another house gets: the items, and what was withheld with the sentence that explains it.

    `known` is False where this house has no record of the person. `decision.withheld` names the kinds of data that
    the patient does not release; whether there are any is not said.
    """

    decision: Decision
    items: tuple[Stored, ...] = field(default=(), repr=False)
    known: bool = True

    @property
    def withheld(self) -> DataCategory:
        """The kinds of data that stay closed."""
        return self.decision.withheld

    @property
    def state(self) -> str:
        """`released`, `limited`, `refused` or `empty`, as the answer of a house is shown."""
        if not self.known:
            return "empty"
        if not self.decision.permitted:
            return "refused"
        if self.decision.withheld:
            return "limited"
        return "released" if self.items else "empty"
