"""The region's counts, at the hub: asks every site, adds up what they tell, keeps the question and no site's number."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Protocol

import msgspec

from verbund.audit import Agent, AuditLog, Event
from verbund.config import Clock, utc_now
from verbund.consent import Sentence
from verbund.crypto import Hasher, NodeKeys, seal, unseal
from verbund.database import Database
from verbund.errors import Forbidden, Unavailable, VerbundError
from verbund.identity import Principal, Role
from verbund.research.ccdl import parse
from verbund.research.compiling import compiled
from verbund.research.counting import COUNT_KIND, Answer, Question
from verbund.research.disclosure import Disclosed, SiteState, summed

_CONTEXT = b"verbund research question"
_KEEP = "insert into research_question (researcher, asked_at, sealed) values ($1, $2, $3)"
_OF = "select sealed from research_question where researcher = $1 order by id desc limit $2"
_NO_ANSWER = Sentence("Nicht erreichbar.", "Not reachable.")


class Ask(Protocol):
    """How a site is asked (`exchange.Correspondence.ask`)."""

    async def __call__(self, site: str, kind: str, payload: bytes, *, timeout_seconds: float) -> bytes:
        """The site's answer; Unavailable when there is none in time, or the site's own error."""


class Site(msgspec.Struct, frozen=True):
    """A member that is asked."""

    site: str
    title: str


class SiteAnswer(msgspec.Struct, frozen=True):
    """How a site took part; never its number, nor whether that was too small to tell."""

    site: str
    title: str
    state: SiteState
    elapsed_ms: int
    sentence_de: str = ""
    sentence_en: str = ""


class RegionCount(msgspec.Struct, frozen=True):
    """A cohort's size in the region.

    `count` sums what the sites told; None where that would be a single site's number or nobody told any. A person known
    to several sites counts at each. `suppressed_sites` told nothing because theirs was below `minimum`.
    """

    asked_at: datetime
    count: int | None
    minimum: int
    suppressed_sites: int
    sites: tuple[SiteAnswer, ...]
    elapsed_ms: int
    cohort: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Told:
    answer: SiteAnswer
    disclosed: Disclosed | None


class Studies:
    """Counts for researchers who are signed in at the hub."""

    def __init__(
        self,
        database: Database,
        keys: NodeKeys,
        *,
        ask: Ask,
        sites: Callable[[], Awaitable[Sequence[Site]]],
        audit: AuditLog | None = None,
        clock: Clock = utc_now,
        timeout_seconds: float = 10.0,
    ) -> None:
        self._database = database
        self._key = keys.master
        self._hasher = Hasher(keys.index)
        self._ask = ask
        self._sites = sites
        self._audit = audit
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def count(self, who: Principal, cohort: Mapping[str, Any]) -> RegionCount:
        """Ask all sites at once. Incorrect, with the path, when the query is wrong; nobody is asked then."""
        _check(who)
        compiled(parse(cohort), self._clock().date())
        began, asked_at = perf_counter(), self._clock()
        question = msgspec.json.encode(Question(dict(cohort), who.subject, who.name))
        told = await asyncio.gather(*(self._told(site, question) for site in await self._sites()))
        sums = summed([one.disclosed for one in told if one.disclosed is not None])
        result = RegionCount(
            asked_at=asked_at,
            count=sums.count,
            minimum=sums.minimum,
            suppressed_sites=sums.suppressed,
            sites=tuple(one.answer for one in told),
            elapsed_ms=_since(began),
            cohort=dict(cohort),
        )
        await self._keep(who, result)
        return result

    async def _told(self, site: Site, question: bytes) -> _Told:
        began = perf_counter()

        def answer(state: SiteState, sentence: Sentence | None = None) -> SiteAnswer:
            said = sentence or Sentence("", "")
            return SiteAnswer(site.site, site.title, state, _since(began), said.de, said.en)

        try:
            raw = await self._ask(site.site, COUNT_KIND, question, timeout_seconds=self._timeout_seconds)
            told = msgspec.json.decode(raw, type=Answer)
        except Unavailable:
            return _Told(answer(SiteState.UNREACHABLE, _NO_ANSWER), None)
        except VerbundError as error:
            return _Told(answer(SiteState.REFUSED, Sentence(error.german, error.text)), None)
        except msgspec.MsgspecError:
            return _Told(answer(SiteState.REFUSED, _NO_ANSWER), None)
        return _Told(answer(SiteState.ANSWERED), Disclosed(told.minimum, told.count))

    async def _keep(self, who: Principal, result: RegionCount) -> None:
        sealed = seal(self._key, msgspec.json.encode(result), _CONTEXT)
        async with self._database.connection() as connection:
            await connection.execute(_KEEP, self._researcher(who), result.asked_at, sealed)
        if self._audit is not None:
            await self._audit.record(_event(who, result))

    async def previous(self, who: Principal, count: int = 50) -> tuple[RegionCount, ...]:
        """What this researcher asked before, newest first."""
        _check(who)
        async with self._database.connection() as connection:
            rows = await connection.fetch(_OF, self._researcher(who), count)
        opened = (unseal(self._key, row["sealed"], _CONTEXT) for row in rows)
        return tuple(msgspec.json.decode(plain, type=RegionCount) for plain in opened)

    def _researcher(self, who: Principal) -> int:
        return self._hasher.key64("researcher", who.subject)


def _check(who: Principal) -> None:
    if who.role is not Role.RESEARCHER or who.purpose != "HRESCH":
        raise Forbidden(
            "Cohorts are counted by researchers, for research.", german="Nur Forschende zählen Kohorten, zur Forschung."
        )


def _since(began: float) -> int:
    return round((perf_counter() - began) * 1000)


def _event(who: Principal, result: RegionCount) -> Event:
    agent = Agent(who.subject, who.name, str(who.role), who.organisation, who.organisation_name)
    return Event(
        kind="count",
        action="E",
        at=result.asked_at,
        agent=agent,
        purpose=who.purpose,
        query=msgspec.json.encode(result.cohort).decode(),
        detail={"answered": str(sum(site.state is SiteState.ANSWERED for site in result.sites))},
    )
