"""Who looked at a patient's record, at all houses of the region, for the patient."""

import asyncio
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import merge as merged_by

import msgspec

from verbund.access import EVERY_LOOK, Looks
from verbund.audit import Agent, Event
from verbund.consent import Sentence
from verbund.errors import Forbidden, Incorrect, NotFound, VerbundError
from verbund.exchange import wire
from verbund.exchange.correspondence import Correspondence
from verbund.exchange.cosigning import COSIGNING_SECONDS
from verbund.exchange.linking import LinkageClient
from verbund.exchange.model import Message
from verbund.exchange.ports import Gate
from verbund.exchange.questions import (
    ACCESS_PROOF,
    ACCESSES,
    AccessesReply,
    AccessesRequest,
    AccessProofRequest,
    HouseState,
    LoggedAccess,
)
from verbund.exchange.regional import (
    HOUSE_SECONDS,
    NOTHING_HERE,
    HouseAnswer,
    agent_of,
    milliseconds,
    remote_asker,
    unreadable,
)
from verbund.identity import Principal, Role, Scopes
from verbund.linkage import PseudonymBook

_MOST = 200
_END = 0
_ANSWERED = Sentence("Das Haus hat geantwortet.", "The house has answered.")


@dataclass(frozen=True, slots=True)
class RegionAccess:
    """One entry of one house's log; `sequence` is its place in that log."""

    site: str
    title: str
    sequence: int
    event: Event = field(repr=False)


@dataclass(frozen=True, slots=True)
class RegionAccessPage:
    """Accesses of all houses, newest first; which houses answered; the cursor of the next, older page.

    `archived` are the titles of the houses of which older ones lie in an archive that is not at hand.
    """

    accesses: tuple[RegionAccess, ...] = field(repr=False)
    houses: tuple[HouseAnswer, ...]
    next_cursor: str | None
    archived: tuple[str, ...] = ()


class RegionAccesses:
    """The patient's access log, merged by time. A house that does not answer is named; its entries are missing."""

    def __init__(
        self,
        correspondence: Correspondence,
        linkage: LinkageClient,
        gate: Gate,
        *,
        house_seconds: float = HOUSE_SECONDS,
    ) -> None:
        self._correspondence = correspondence
        self._linkage = linkage
        self._gate = gate
        self._house_seconds = house_seconds

    async def of(
        self,
        who: Principal,
        patient_id: str,
        *,
        count: int = 50,
        cursor: str | None = None,
        wanted: Looks = EVERY_LOOK,
        holder: str = "",
    ) -> RegionAccessPage:
        """A page of the log of a patient of this house; the gate decides whether `who` may see it.

        Every house filters by itself what is `wanted`, so pages are full; with a `holder` only that house is asked.
        """
        count = min(max(count, 1), _MOST)
        places = _places(cursor)
        own_site = self._correspondence.name
        places |= {own_site: _END} if holder and holder != own_site else {}
        heard = [await self._own(who, patient_id, count, places.get(own_site), wanted)]
        try:
            pseudonym, sites = await self._linkage.whereabouts(patient_id)
        except VerbundError as error:
            hub = self._correspondence.members.all()[0]
            answer = HouseAnswer(hub.site, hub.title, "unreachable", Sentence(error.german, error.text), 0)
            heard.append(_Heard(answer, (), more=False))
        else:
            person = agent_of(who)
            asks = (
                self._asked(site, AccessesRequest(pseudonym, person, count, places.get(site), wanted))
                for site in sites
                if places.get(site) != _END and holder in {"", site}
            )
            heard += await asyncio.gather(*asks)
        return _page(heard, count, places)

    async def proof_of(self, who: Principal, patient_id: str, site: str, sequence: int) -> bytes:
        """The proof of one access, from the house that logged it; Unavailable when that does not answer."""
        if site == self._correspondence.name:
            return await self._gate.proof_of(who, patient_id, sequence)
        pseudonym = await self._linkage.pseudonym(patient_id)
        request = AccessProofRequest(pseudonym, agent_of(who), sequence)
        payload = msgspec.json.encode(request)
        return await self._correspondence.ask(
            site, ACCESS_PROOF, payload, timeout_seconds=self._house_seconds + COSIGNING_SECONDS
        )

    async def _own(self, who: Principal, patient_id: str, count: int, before: int | None, wanted: Looks) -> "_Heard":
        begun = time.monotonic()
        site = self._correspondence.name
        title = self._correspondence.title(site)
        if before == _END:
            return _Heard(HouseAnswer(site, title, "released", _ANSWERED, 0), (), more=False)
        page = await self._gate.accesses(who, patient_id, count, before, wanted=wanted)
        found = tuple(RegionAccess(site, title, one.sequence, one.event) for one in page.items)
        answer = HouseAnswer(site, title, "released", _ANSWERED, milliseconds(begun), len(found))
        return _Heard(answer, found, more=page.before is not None, before=page.before, archived=page.archived)

    async def _asked(self, site: str, request: AccessesRequest) -> "_Heard":
        begun = time.monotonic()
        title = self._correspondence.title(site)
        try:
            raw = await self._correspondence.ask(
                site, ACCESSES, msgspec.json.encode(request), timeout_seconds=self._house_seconds
            )
            reply = wire.decoded(raw, AccessesReply)
            if any(one.event.at.tzinfo is None for one in reply.accesses):
                raise unreadable()
        except VerbundError as error:
            sentence = Sentence(error.german, error.text)
            state: HouseState = "refused" if isinstance(error, Forbidden) else "unreachable"
            return _Heard(HouseAnswer(site, title, state, sentence, milliseconds(begun)), (), more=False)
        found = tuple(RegionAccess(site, title, one.sequence, one.event) for one in reply.accesses)
        answer = HouseAnswer(
            site,
            title,
            "released" if found else "empty",
            _ANSWERED if found else NOTHING_HERE,
            milliseconds(begun),
            len(found),
        )
        return _Heard(answer, found, more=reply.more, before=reply.before, archived=reply.archived)


@dataclass(frozen=True, slots=True)
class _Heard:
    answer: HouseAnswer
    accesses: tuple[RegionAccess, ...]
    more: bool
    before: int | None = None
    archived: int = 0


def _page(heard: "list[_Heard]", count: int, places: Mapping[str, int]) -> RegionAccessPage:
    """The newest `count` of what was heard; the cursor says for each house where to go on (0: at its end)."""
    lists = [one.accesses for one in heard]
    ordered = list(merged_by(*lists, key=lambda access: access.event.at, reverse=True))
    shown = tuple(ordered[:count])
    following: dict[str, int] = dict(places)
    for one in heard:
        site = one.answer.site
        given = [access.sequence for access in shown if access.site == site]
        if given:
            following[site] = min(given)
        if len(given) == len(one.accesses) and one.before is not None:
            following[site] = one.before
        if len(given) == len(one.accesses) and not one.more and one.answer.state in {"released", "empty"}:
            following[site] = _END
    finished = all(following.get(one.answer.site) == _END for one in heard if one.accesses or one.more)
    houses = tuple(one.answer for one in heard)
    archived = tuple(one.answer.title for one in heard if one.archived)
    return RegionAccessPage(shown, houses, None if finished else _cursor(following), archived)


def _cursor(places: Mapping[str, int]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(places)).decode().rstrip("=")


def _places(cursor: str | None) -> dict[str, int]:
    if cursor is None:
        return {}
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=dict[str, int])
    except ValueError:
        raise Incorrect(
            "This page's address is not whole. Start again from the first page.",
            german="Die Adresse dieser Seite ist unvollständig. Beginnen Sie wieder mit der ersten Seite.",
        ) from None


class AccessProofDesk:
    """Answers `accesses.proof` with the proof of one event of this house's log about the patient."""

    def __init__(self, correspondence: Correspondence, book: PseudonymBook, gate: Gate) -> None:
        self._correspondence = correspondence
        self._book = book
        self._gate = gate

    async def __call__(self, message: Message) -> bytes:
        """The file; Forbidden as for the log itself, NotFound where the event tells of nobody under this pseudonym."""
        house = await self._correspondence.house(message)
        request = wire.decoded(message.payload, AccessProofRequest)
        remote = remote_asker(message, request.person, "")
        for patient_id in await self._book.patients_of(request.pseudonym):
            who = _patient(remote.person, house.title, patient_id)
            with suppress(NotFound):
                return await self._gate.proof_of(who, patient_id, request.sequence, kind=house.kind)
        raise NotFound("There is no such event about this patient.", german="Diesen Eintrag gibt es dort nicht.")


class AccessesDesk:
    """The other end: answers `accesses.request` with this house's log of the patient."""

    def __init__(self, correspondence: Correspondence, book: PseudonymBook, gate: Gate) -> None:
        self._correspondence = correspondence
        self._book = book
        self._gate = gate

    async def __call__(self, message: Message) -> bytes:
        """Only the patient's own question, from the house where the patient signs in, is answered: else Forbidden."""
        house = await self._correspondence.house(message)
        request = wire.decoded(message.payload, AccessesRequest)
        remote = remote_asker(message, request.person, "")
        patient_ids = await self._book.patients_of(request.pseudonym)
        if not patient_ids:
            return msgspec.json.encode(AccessesReply((), more=False))
        count = min(max(request.count, 1), _MOST)
        pages = [
            await self._gate.accesses(
                _patient(remote.person, house.title, patient_id),
                patient_id,
                count,
                request.before,
                kind=house.kind,
                wanted=request.wanted,
            )
            for patient_id in patient_ids
        ]
        # A page that ends earlier than another was looked through less far: what lies beyond is told with the next.
        floor = max((page.before for page in pages if page.before is not None), default=0)
        all_found = sorted((one for page in pages for one in page.items), key=lambda one: one.sequence, reverse=True)
        found = [one for one in all_found if one.sequence >= floor]
        more = floor > 0 or len(found) > count
        before = found[count - 1].sequence if len(found) > count else floor or None
        listed = tuple(LoggedAccess(one.sequence, one.event) for one in found[:count])
        archived = sum(page.archived for page in pages)
        return msgspec.json.encode(AccessesReply(listed, more, before, archived))


def _patient(person: Agent, title: str, patient_id: str) -> Principal:
    """The person of the other house as this house's gate knows patients; Forbidden for anybody but a patient."""
    if person.role != Role.PATIENT.value:
        raise Forbidden(
            "Only patients see who looked at their record.",
            german="Nur Patientinnen und Patienten selbst sehen, wer ihre Akte geöffnet hat.",
        )
    return Principal(
        person.id,
        person.name,
        Role.PATIENT,
        person.organisation,
        title,
        patient_id,
        Scopes.parse("patient/*.rs"),
        "PATRQT",
    )
