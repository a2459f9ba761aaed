"""The services of the portal in memory, over the invented patients of the demo: naive, obviously right, quick to start.

What a house releases is what the patient's releases say, by kind of data; nothing is encrypted, stored or sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

import orjson
from pretend_desks import EmptyDesks
from pretend_entrance import Entrance
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from verbund.access import Looks
from verbund.audit import Agent, Event
from verbund.config import NodeConfig
from verbund.consent.templates import OF_REGION, templates
from verbund.demo import PASSWORD, generate, people
from verbund.demo.houses import HOUSES as DEMO_HOUSES
from verbund.errors import NotFound, Outdated
from verbund.identity import Principal, Role
from verbund.node.desks.wishes import offered
from verbund.portal import (
    CATEGORIES,
    Access,
    AccessPage,
    Delivery,
    DocumentContent,
    FoundPatients,
    HealthCheck,
    House,
    HouseAnswer,
    HouseItem,
    LogHead,
    LogVerdict,
    Member,
    PatientQuery,
    RecordAnswer,
    RegionCount,
    Release,
    ReleaseRule,
    Releases,
    ReleaseTemplate,
    ReleaseVersion,
    Scan,
    Services,
    SiteAnswer,
    StaffMember,
    Stranger,
    Words,
    create_app,
)
from verbund.portal.record import attachment_of, full_name

SEED = 8400
NOW = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
HOUSES = {house.name: House(house.name, house.title) for house in DEMO_HOUSES} | {
    "rettungsdienst": House("rettungsdienst", "Rettungsdienst Lindtal"),
    "hub": House("hub", "Gesundheitsregion Lindtal"),
}
HOLDERS = ("praxis", "uniklinikum", "reha")
KIND_OF = {
    "Condition": "diagnoses",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "MedicationAdministration": "medication",
    "Medication": "medication",
    "AllergyIntolerance": "allergies",
    "DiagnosticReport": "documents",
    "DocumentReference": "documents",
    "Composition": "documents",
    "Procedure": "procedures",
    "Encounter": "encounters",
    "Immunization": "immunisation",
    "Patient": "demographics",
}


def kind_of(resource: Mapping[str, Any]) -> str:
    """The kind of data of a resource, roughly."""
    if resource["resourceType"] == "Observation":
        codes = str(resource.get("category"))
        return "vitals" if "vital-signs" in codes else "laboratory"
    return KIND_OF.get(resource["resourceType"], "other")


@dataclass(repr=False)  # pytest writes fixtures out, and this one holds thousands of resources
class PretendRegion:
    """All houses with their records, the patients' releases, and who looked."""

    count: int = 24
    clock: datetime = NOW
    records: dict[int, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    releases: dict[int, list[ReleaseVersion]] = field(default_factory=dict)
    accesses: dict[int, list[Access]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    questions: list[RegionCount] = field(default_factory=list)
    requests: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, Principal] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    intact: bool = True

    @classmethod
    def open(cls, count: int = 24) -> "PretendRegion":
        records = _records(count)
        made = cls(count, records=records)
        for number, houses in records.items():
            made.ids |= {(site, resources[0]["id"]): number for site, resources in houses.items()}
            made.releases[number] = [ReleaseVersion(NOW - timedelta(days=90), "", everything())]
        return made

    def now(self) -> datetime:
        self.clock += timedelta(milliseconds=250)
        return self.clock

    def log(self, number: int, who: Principal, site: str, kind: str, *, permitted: bool = True, **more: Any) -> None:
        ground = Words("Es behandelt dieses Haus.", "This house treats the patient.")
        entry = Access(
            house=HOUSES[site],
            sequence=len(self.accesses.setdefault(number, [])) + 1,
            at=self.now(),
            person=who.name,
            role=who.role,
            organisation=who.organisation_name,
            kind=kind,
            purpose=more.pop("purpose", who.purpose),
            permitted=permitted,
            reason=more.pop("reason", ground),
            **more,
        )
        self.accesses[number].insert(0, entry)

    def allowed(self, number: int, holder: str, receiver: str) -> frozenset[str]:
        found = [r for r in self.releases[number][0].releases if (r.holder, r.receiver) == (holder, receiver)]
        return found[0].categories if found else frozenset()

    def answer_of(self, number: int, site: str, receiver: str) -> tuple[HouseAnswer, list[HouseItem]]:
        """What a house shows another one."""
        house, held = HOUSES[site], self.records[number].get(site, [])
        if site in self.silent:
            return (
                HouseAnswer(
                    house,
                    "unreachable",
                    Words("Das Haus ist gerade nicht zu erreichen.", "The house cannot be reached at the moment."),
                    5000,
                ),
                [],
            )
        if not held:
            return HouseAnswer(house, "empty", Words("Hier ist nichts bekannt.", "Nothing is known here."), 40), []
        kinds = self.allowed(number, site, receiver)
        shown = [HouseItem(house, resource) for resource in held if kind_of(resource) in kinds]
        if not kinds:
            words = Words("Die Patientin oder der Patient hat nichts freigegeben.", "The patient has released nothing.")
            return HouseAnswer(house, "refused", words, 85), []
        if set(CATEGORIES) - kinds:
            missing = Words(
                "Ein Teil ist freigegeben; anderes hat die Patientin oder der Patient zurückgehalten.",
                "A part is released; the patient has held back the rest.",
            )
            return HouseAnswer(house, "limited", missing, 120, len(shown)), shown
        words = Words("Die Patientin oder der Patient hat alles freigegeben.", "The patient has released everything.")
        return HouseAnswer(house, "released", words, 140, len(shown)), shown


@cache
def _records(count: int) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """The records of each patient by house, the Patient first; never changed."""
    return {
        patient.number: {
            site: [orjson.loads(raw) for raw in record.resources] for site, record in patient.records.items()
        }
        for patient in generate(SEED, count).patients()
    }


def everything() -> tuple[Release, ...]:
    receivers = (*HOLDERS, "rettungsdienst")
    kinds = frozenset(CATEGORIES)
    return tuple(Release(h, r, kinds) for h in HOLDERS for r in receivers if r not in {h, "rettungsdienst"})


def _event_of(access: Access) -> Event:
    """The event of a log that an access is shown from."""
    agent = Agent(access.person, access.person, access.role, "", access.organisation)
    kind: Any = "emergency" if access.emergency else access.kind
    return Event(kind, "R", access.at, agent, access.purpose, permitted=access.permitted)


# ---------------------------------------------------------------------------------------------------- the services


@dataclass
class Node:
    """One node's services."""

    region: PretendRegion
    site: str
    address: str = ""

    # -- sessions

    async def of(self, token: str) -> Principal | None:
        return self.region.sessions.get(token)

    # -- records

    async def find(self, who: Principal, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        assert who.organisation == self.site
        held = [houses[self.site][0] for houses in self.region.records.values() if self.site in houses]
        words = query.name.casefold().split()
        fits = [
            patient
            for patient in held
            if all(any(part.startswith(word) for part in _parts(patient)) for word in words)
            and (query.birth_date is None or patient.get("birthDate") == query.birth_date.isoformat())
        ]
        fits.sort(key=full_name)
        start = int(cursor or 0)
        more = str(start + count) if len(fits) > start + count else None
        return FoundPatients(tuple(fits[start : start + count]), more)

    async def record(self, who: Principal, patient_id: str) -> RecordAnswer:
        number = self._number(patient_id)
        self.region.log(number, who, self.site, "record")
        return RecordAnswer(tuple(self._own(number)))

    async def document(self, who: Principal, patient_id: str, resource_type: str, resource_id: str) -> DocumentContent:
        number = self._number(patient_id)
        self.region.log(number, who, self.site, "read")
        for item in self._own(number):
            if (item.resource["resourceType"], item.resource["id"]) == (resource_type, resource_id):
                return attachment_of(item.resource)
        raise NotFound("There is no such document.", german="Dieses Dokument gibt es nicht.")

    # -- the region

    async def ask(self, who: Principal, patient_id: str) -> RecordAnswer:
        number = self._number(patient_id)
        return self._asked(number, who, "release", self._own(number))

    async def emergency(self, who: Principal, stranger: Stranger, reason: str) -> RecordAnswer:
        number = self._like(stranger)
        words = Words("Notfallzugriff nach den Regeln der Region.", "Emergency access by the rules of the region.")
        items, answers = [], []
        for site in self.region.records[number]:
            self.region.log(
                number, who, site, "emergency", purpose="ETREAT", emergency=True, stated_reason=reason, reason=words
            )
            found = [HouseItem(HOUSES[site], r) for r in self.region.records[number][site]]
            answers.append(HouseAnswer(HOUSES[site], "released", words, 150, len(found)))
            items += found
        return RecordAnswer(tuple(items), tuple(answers), 310)

    # -- who looked

    async def page(
        self, who: Principal, *, count: int, cursor: str | None, wanted: Looks, holder: str = ""
    ) -> AccessPage:
        told = self.region.accesses.get(self._number(str(who.patient_id)), [])
        found = [one for one in told if holder in {"", one.house.site} and wanted.holds(_event_of(one))]
        start = int(cursor or 0)
        more = str(start + count) if len(found) > start + count else None
        houses = tuple(HouseAnswer(HOUSES[site], "released", Words("", ""), 20) for site in HOLDERS)
        return AccessPage(tuple(found[start : start + count]), houses, more)

    # -- releases

    async def current(self, who: Principal) -> Releases:
        number = self._number(str(who.patient_id))
        versions = self.region.releases[number]
        named = [replace(v, by=v.by or who.name) for v in versions]
        return Releases(
            version=str(len(versions)),
            holders=tuple(HOUSES[site] for site in self.region.records[number]),
            receivers=tuple(HOUSES[site] for site in (*HOLDERS, "rettungsdienst")),
            releases=versions[0].releases,
            history=tuple(named),
            deliveries=tuple(
                Delivery(HOUSES[s], "waiting" if s in self.region.waiting else "applied", versions[0].at)
                for s in self.region.records[number]
                if s != self.site
            ),
            rules=versions[0].rules,
            effective=versions[0].releases,
            templates=await self.templates(who),
            can_undo=len(versions) > 1,
        )

    async def change(
        self, who: Principal, releases: tuple[Release, ...], version: str, rules: tuple[ReleaseRule, ...] = ()
    ) -> Releases:
        number = self._number(str(who.patient_id))
        versions = self.region.releases[number]
        if version != str(len(versions)):
            raise Outdated("Somebody else changed it.", german="Es wurde anderswo geändert.")
        versions.insert(0, ReleaseVersion(self.region.now(), who.name, releases, rules))
        self.region.log(number, who, self.site, "consent")
        return await self.current(who)

    async def preview(
        self, who: Principal, releases: tuple[Release, ...], rules: tuple[ReleaseRule, ...]
    ) -> tuple[Release, ...]:
        # Rules about single entries and kinds of houses change nothing of what this region tells houses apart by.
        assert who.patient_id or not rules
        return releases

    async def undo(self, who: Principal, version: str) -> Releases:
        before = self.region.releases[self._number(str(who.patient_id))][1:2]
        held = before[0] if before else ReleaseVersion(self.region.now(), "", ())
        return await self.change(who, held.releases, version, held.rules)

    async def templates(self, who: Principal) -> tuple[ReleaseTemplate, ...]:
        assert who.role in {Role.PHYSICIAN, Role.PATIENT}
        return tuple(offered(one, self.region.now()) for one in templates(OF_REGION))

    async def record_paper(self, who: Principal, patient_id: str, template: str, scan: Scan) -> None:
        number = self._number(patient_id)
        chosen = next(one for one in await self.templates(who) if one.name == template)
        version = ReleaseVersion(self.region.now(), who.name, (), chosen.rules, scan.signed.isoformat())
        self.region.releases[number].insert(0, version)

    # -- research

    async def count(self, who: Principal, cohort: Mapping[str, Any]) -> RegionCount:
        assert who.role == Role.RESEARCHER
        sites = tuple(
            SiteAnswer(HOUSES[site], "unreachable" if site in self.region.silent else "answered", 60 + 20 * at)
            for at, site in enumerate(HOLDERS)
        )
        found = RegionCount(self.region.now(), 87 + 13 * len(self.region.questions), 5, 1, sites, 180, cohort)
        self.region.questions.insert(0, found)
        return found

    async def previous(self, who: Principal) -> tuple[RegionCount, ...]:
        assert who.role == Role.RESEARCHER
        return tuple(self.region.questions)

    # -- administration

    async def health(self, who: Principal) -> tuple[HealthCheck, ...]:
        assert who.role == Role.ADMINISTRATOR
        return (
            HealthCheck(
                Words("Datenbank", "Database"), healthy=True, finding=Words("antwortet in 1 ms", "answers in 1 ms")
            ),
            HealthCheck(
                Words("Verbindung zur Zentrale", "Connection to the hub"),
                healthy=not self.region.silent,
                finding=Words("zuletzt vor 4 Sekunden", "last 4 seconds ago"),
            ),
            HealthCheck(
                Words("Platz auf der Platte", "Disk space"), healthy=True, finding=Words("42 GB frei", "42 GB free")
            ),
        )

    async def members(self, who: Principal) -> tuple[Member, ...]:
        assert who.role == Role.ADMINISTRATOR
        kinds = {"praxis": "practice", "uniklinikum": "university-hospital", "reha": "rehabilitation"}
        return tuple(
            Member(HOUSES[s], kinds.get(s, "rescue-service"), NOW, reachable=s not in self.region.silent)
            for s in (*HOLDERS, "rettungsdienst")
        )

    async def log_head(self, who: Principal) -> LogHead | None:
        assert who.role == Role.ADMINISTRATOR
        return LogHead(18342, "9f2c4e" * 10 + "a1b2", NOW)

    async def verify_log(self, who: Principal) -> LogVerdict:
        assert who.role == Role.ADMINISTRATOR
        good = Words("Alle Einträge passen zu den unterschriebenen Ständen.", "All events fit the signed heads.")
        bad = Words("Eintrag 812 wurde verändert.", "Event 812 has been changed.")
        intact = self.region.intact
        return LogVerdict(intact, 18342, None if intact else 812, good if intact else bad, 740)

    async def all(self, who: Principal) -> tuple[StaffMember, ...]:
        assert who.role == Role.ADMINISTRATOR
        return tuple(
            StaffMember(p.login, p.login, p.name, p.role, "", True, NOW, p.practitioner_id)
            for p in people(SEED)
            if p.house == self.site and p.role != "patient"
        )

    # -- inside

    def _number(self, patient_id: str) -> int:
        number = self.region.ids.get((self.site, patient_id))
        if number is None:
            raise NotFound("There is no such patient here.", german="Diese Person gibt es hier nicht.")
        return number

    def _own(self, number: int) -> list[HouseItem]:
        return [HouseItem(HOUSES[self.site], resource) for resource in self.region.records[number][self.site]]

    def _asked(self, number: int, who: Principal, kind: str, items: list[HouseItem]) -> RecordAnswer:
        answers = []
        for site in HOLDERS:
            if site == self.site:
                continue
            if who.role == Role.PATIENT:
                found = [HouseItem(HOUSES[site], r) for r in self.region.records[number].get(site, [])]
                words = Words("Es ist Ihre eigene Akte.", "It is your own record.")
                answer = HouseAnswer(HOUSES[site], "released" if found else "empty", words, 90, len(found))
            else:
                answer, found = self.region.answer_of(number, site, self.site)
            permitted = answer.state in {"released", "limited"}
            if answer.state not in {"unreachable", "empty"}:
                self.region.log(number, who, site, kind, permitted=permitted, reason=answer.sentence)
            answers.append(answer)
            items = items + found
        return RecordAnswer(tuple(items), tuple(answers), max(answer.elapsed_ms for answer in answers))

    def _like(self, stranger: Stranger) -> int:
        for number, houses in self.region.records.items():
            patient = next(iter(houses.values()))[0]
            parts = _parts(patient)
            told = f"{stranger.given} {stranger.family}".casefold().split()
            if patient.get("birthDate") == stranger.birth_date.isoformat() and set(told) <= set(parts):
                return number
        raise NotFound("Nobody fits.", german="Niemand passt.")

    async def authorize(self, request: Request) -> Response:
        """A stand for the provider's authorization endpoint: keeps the request and shows the form."""
        query = request.query_params
        assert query["client_id"] == "portal"
        assert query["code_challenge_method"] == "S256"
        request_id = f"request-{len(self.region.requests)}-{query['state'][:6]}"
        self.region.requests[request_id] = query["state"]
        return RedirectResponse(f"/sign-in?request={request_id}", status_code=303)


def _parts(patient: Mapping[str, Any]) -> list[str]:
    return full_name(patient).casefold().replace(",", " ").split()


def app_of(region: PretendRegion, site: str, address: str) -> Starlette:
    """The web pages of one node at an address."""
    node, entrance = Node(region, site, address), Entrance(region, HOUSES[site], address, SEED)
    hub, desks = site == "hub", cast("Any", EmptyDesks())
    config = NodeConfig(
        name=site,
        title=HOUSES[site].title,
        role="hub" if hub else "site",
        kind="hub" if hub else "practice",
        public_url=address,
        demo=True,
        demo_people=tuple(f"{p.login} {p.role} {p.name}" for p in people(SEED) if p.house == site),
        demo_password=PASSWORD,
        emergency_access=site in {"rettungsdienst", "uniklinikum"},
    )
    services = Services(
        sign_in=entrance,
        account=entrance,
        sessions=node,
        records=node,
        region=node,
        accesses=node,
        releases=node,
        administration=node,
        studies=node if hub else None,
        staff=node,
        resets=desks,
        enrolment=desks,
        proxies=desks,
        glass=desks,
        apps=desks,
        rights=desks,
        clock=lambda: region.clock,
    )
    return Starlette(
        routes=[Route("/oauth/authorize", node.authorize), Mount("/", create_app(services, config))],
    )
