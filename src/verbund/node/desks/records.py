"""Records of the house and of the region, and who looked at them."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any

import msgspec

from verbund.access import Gate, Looks, is_emergency
from verbund.audit import Event
from verbund.errors import Incorrect, NotFound
from verbund.exchange import HouseAnswer as RegionHouseAnswer
from verbund.exchange import RegionAccess, RegionAccesses, RegionAnswer, RegionRecords
from verbund.fhir import parse_search
from verbund.identity import Principal
from verbund.linkage import Demographics
from verbund.portal import (
    Access,
    AccessPage,
    DocumentContent,
    FoundPatients,
    House,
    HouseAnswer,
    HouseItem,
    PatientQuery,
    RecordAnswer,
    Stranger,
    Words,
)
from verbund.portal.record import attachment_of
from verbund.portal.record.reading import part, text

# So many entries are named of one access; of a search over many, how many they were says enough.
_MOST_NAMED = 5

_decode = msgspec.json.Decoder(dict[str, Any]).decode


class RecordDesk:
    """The portal's `Records`: the own house, through the gate."""

    def __init__(self, gate: Gate, house: House) -> None:
        self._gate = gate
        self._house = house

    async def find(self, who: Principal, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients by parts of the name, by birth date, or both."""
        params = [("name", part) for part in query.name.replace(",", " ").split()]
        if query.birth_date is not None:
            params.append(("birthdate", _day(query.birth_date)))
        search = parse_search("Patient", [*params, ("_count", str(count))])
        page = await self._gate.search(who, search, cursor=cursor)
        return FoundPatients(tuple(_decode(stored.body) for stored in page.matches), page.next_cursor)

    async def record(self, who: Principal, patient_id: str) -> RecordAnswer:
        """The whole record."""
        record = await self._gate.record(who, patient_id)
        return RecordAnswer(tuple(HouseItem(self._house, _decode(one.body)) for one in record.resources))

    async def document(self, who: Principal, patient_id: str, resource_type: str, resource_id: str) -> DocumentContent:
        """What a document of that patient holds; NotFound when it belongs to somebody else or holds nothing."""
        stored = await self._gate.read(who, resource_type, resource_id)
        resource = _decode(stored.body)
        if not _belongs_to(resource, patient_id):
            raise NotFound("There is no such document.", german="Dieses Dokument gibt es nicht.")
        return attachment_of(resource)


class RegionDesk:
    """The portal's `Region`: the other houses, through the exchange."""

    def __init__(self, regional: RegionRecords | None) -> None:
        self._regional = regional

    async def ask(self, who: Principal, patient_id: str) -> RecordAnswer:
        """The own record merged with what the other houses release."""
        return _shown(await self._joined().ask(who, patient_id, who.purpose))

    async def emergency(self, who: Principal, stranger: Stranger, reason: str) -> RecordAnswer:
        """What the region's houses show in an emergency."""
        person = Demographics(
            given=stranger.given,
            family=stranger.family,
            birth_date=stranger.birth_date.isoformat(),
            gender=stranger.gender,
            insurance_number=stranger.insurance_number,
        )
        return _shown(await self._joined().emergency(who, person, reason))

    def _joined(self) -> RegionRecords:
        if self._regional is None:
            raise Incorrect("This node has not joined a region.", german="Dieser Knoten gehört noch zu keiner Region.")
        return self._regional


class AccessDesk:
    """The portal's `Accesses`."""

    def __init__(self, gate: Gate, regional: RegionAccesses | None, house: House) -> None:
        self._gate = gate
        self._regional = regional
        self._house = house

    async def page(
        self, who: Principal, *, count: int, cursor: str | None, wanted: Looks, holder: str = ""
    ) -> AccessPage:
        """The accesses that are wanted of all houses, or of one, to the record of who asks, newest first."""
        patient_id = who.patient_id or ""
        if self._regional is None or who.proxy is not None:
            # Other houses know no proxies: they tell the patient alone.
            return await self._own(who, patient_id, count, cursor, wanted)
        page = await self._regional.of(who, patient_id, count=count, cursor=cursor, wanted=wanted, holder=holder)
        houses = tuple(map(_shown_house, page.houses))
        return AccessPage(await self._shown(who, page.accesses), houses, page.next_cursor, page.archived)

    async def proof(self, who: Principal, *, site: str, sequence: int) -> bytes:
        """The file that proves one of them."""
        patient_id = who.patient_id or ""
        if self._regional is not None and who.proxy is None:
            return await self._regional.proof_of(who, patient_id, site, sequence)
        if site != self._house.site:
            raise NotFound("There is no such access.", german="Diesen Zugriff gibt es nicht.")
        return await self._gate.proof_of(who, patient_id, sequence)

    async def _shown(self, who: Principal, accesses: Sequence[RegionAccess]) -> tuple[Access, ...]:
        """The accesses with the entries of the own house that they were about, where they are few."""
        named = [one.event.entities[:_MOST_NAMED] if one.site == self._house.site else () for one in accesses]
        there = await self._gate.entries(who, chain.from_iterable(named))
        found = {reference: _decode(stored.body) for reference, stored in there.items()}
        return tuple(
            _shown_access(access, tuple(found[name] for name in names if name in found))
            for access, names in zip(accesses, named, strict=True)
        )

    async def _own(self, who: Principal, patient_id: str, count: int, cursor: str | None, wanted: Looks) -> AccessPage:
        before = int(cursor) if cursor and cursor.isdecimal() else None
        page = await self._gate.accesses(who, patient_id, count=count, before=before, wanted=wanted)
        house = self._house
        found = [RegionAccess(house.site, house.title, one.sequence, one.event) for one in page.items]
        following = None if page.before is None else str(page.before)
        return AccessPage(await self._shown(who, found), (), following, (house.title,) if page.archived else ())


def _day(value: date) -> str:
    return value.isoformat()


def _shown(answer: RegionAnswer) -> RecordAnswer:
    titles = answer.titles
    items = (HouseItem(House(one.house, titles.get(one.house, one.house)), _decode(one.body)) for one in answer.items)
    return RecordAnswer(tuple(items), tuple(map(_shown_house, answer.houses)), answer.elapsed_ms)


def _shown_house(one: RegionHouseAnswer) -> HouseAnswer:
    return HouseAnswer(House(one.site, one.title), one.state, one.sentence, one.elapsed_ms, one.items)


def _shown_access(access: RegionAccess, entries: tuple[Mapping[str, Any], ...] = ()) -> Access:
    event: Event = access.event
    return Access(
        house=House(access.site, access.title),
        sequence=access.sequence,
        at=event.at,
        person=event.agent.name,
        role=event.agent.role,
        organisation=event.agent.organisation_name or event.agent.organisation,
        kind=event.kind,
        purpose=event.purpose,
        permitted=event.permitted,
        reason=Words(event.reason_de, event.reason_en),
        provision=event.provision,
        stated_reason=event.stated_reason,
        emergency=is_emergency(event),
        entries=entries,
        number=len(event.entities),
    )


def _belongs_to(resource: Mapping[str, Any], patient_id: str) -> bool:
    subject = part(resource, "subject") or part(resource, "patient")
    return text(subject, "reference") == f"Patient/{patient_id}"
