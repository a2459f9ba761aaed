"""Letters of enrolment, guardians and proxies: the portal's ports, answered by identity and the gate."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from verbund.access import Gate
from verbund.config import Clock
from verbund.consent import ALL, NONE, DataCategory
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.identity import (
    Letter,
    Letters,
    People,
    Person,
    Principal,
    Proxies,
    Proxy,
    Recipient,
    Role,
    Scopes,
    Terms,
    end_of_minority,
    last_moment,
)
from verbund.node.patients import StoredPatients, merged_into
from verbund.portal import (
    Accepted,
    FoundPatients,
    GuardianForm,
    Naming,
    OpenLetter,
    PatientQuery,
    PrintedLetter,
    Relation,
    Relations,
    Standing,
    Words,
)
from verbund.portal.record import full_name, insurance_number
from verbund.portal.record.reading import parts, text, texts

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_MOST_ALIKE = 20
_ENROLLING = Scopes.parse("user/Patient.rs")

MERGED = Words(
    "Diese Akte wurde mit einer anderen zusammengeführt. Stellen Sie den Brief zu der Akte aus, die gilt.",
    "This record was merged into another one. Issue the letter for the record that is valid.",
)
INACTIVE = Words("Diese Akte wird nicht mehr geführt.", "This record is no longer kept.")
DECEASED = Words("Diese Person ist verstorben.", "This person has died.")
NOT_BORN = Words(
    "In der Akte fehlt das volle Geburtsdatum. Tragen Sie es zuerst ein; es wird mit dem Code abgefragt.",
    "The record lacks the full birth date. Enter it first; it is asked for with the code.",
)


class EnrolmentDesk:
    """The portal's `Enrolment`."""

    def __init__(
        self, gate: Gate, *, letters: Letters, people: People, proxies: Proxies, stored: StoredPatients, clock: Clock
    ) -> None:
        self._gate = gate
        self._letters = letters
        self._people = people
        self._proxies = proxies
        self._stored = stored
        self._clock = clock

    async def find(self, who: Principal, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients by parts of the name, by birth date, or both."""
        params = [("name", word) for word in query.name.replace(",", " ").split()]
        if query.birth_date is not None:
            params.append(("birthdate", query.birth_date.isoformat()))
        search = parse_search("Patient", [*params, ("_count", str(count))])
        page = await self._gate.search(_enrolling(who), search, cursor=cursor)
        return FoundPatients(tuple(_decode(stored.body) for stored in page.matches), page.next_cursor)

    async def letters(
        self, who: Principal, *, count: int, cursor: str | None
    ) -> tuple[tuple[OpenLetter, ...], str | None]:
        """Open letters, newest first: of patients whom `who` may see; those of the staff for administrators."""
        shown: list[Letter] = []
        while True:
            found, cursor = await self._letters.open_letters(count=count - len(shown), cursor=cursor)
            seen = await self._seen(who, {one.recipient.patient_id for one in found} - {None})
            staff = {None} if who.role is Role.ADMINISTRATOR else set[None]()
            shown += [one for one in found if one.recipient.patient_id in seen | staff]
            if cursor is None or len(shown) >= count:
                return tuple(map(shown_letter, shown)), cursor

    async def _seen(self, who: Principal, ids: set[str | None]) -> set[str | None]:
        """Those of these patients whom somebody may see."""
        if not ids:
            return set()
        search = parse_search("Patient", [("_id", ",".join(sorted(filter(None, ids)))), ("_count", str(len(ids)))])
        return {stored.id for stored in (await self._gate.search(_enrolling(who), search)).matches}

    async def standing(self, who: Principal, patient_id: str) -> Standing:
        """How a patient stands with this node."""
        patient = await self._patient(who, patient_id)
        account = await self._people.of_patient(patient_id)
        recipient = _recipient(patient, account)
        letter = None if recipient is None else await self._letters.open_for(recipient)
        relations = await self._proxies.of_patient(patient_id)
        return Standing(
            patient_id=patient_id,
            name=called(patient),
            birth_date=born(patient),
            account_since=account.created if account else None,
            account_closed=account is not None and not account.active,
            letter=None if letter is None else shown_letter(letter),
            problem=problem_of(patient),
            alike=await self._alike(who, patient),
            relations=tuple(self._relation(one, one.named) for one in relations),
        )

    async def issue(self, who: Principal, patient_id: str) -> PrintedLetter:
        """A letter for a patient, who is still whom the record says."""
        patient = await self._patient(who, patient_id)
        problem = problem_of(patient)
        account = await self._people.of_patient(patient_id)
        recipient = _recipient(patient, account)
        if problem is not None or recipient is None:
            said = problem or NOT_BORN
            raise Conflict(said.en, german=said.de)
        if account is not None and not account.active:
            raise Conflict(
                "This patient's account has been closed; the operator can open it again (verbund people enable).",
                german="Das Konto dieser Person ist geschlossen; der Betrieb kann es wieder öffnen (verbund people "
                "enable).",
            )
        issued = await self._letters.issue(who, recipient)
        return PrintedLetter(
            name=recipient.name,
            address=address_of(patient),
            code=issued.code,
            expires=issued.letter.expires,
            kind="renewal" if account else "patient",
            login=account.login if account else "",
        )

    async def revoke(self, who: Principal, patient_id: str) -> None:
        """End the open letter."""
        patient = await self._patient(who, patient_id)
        recipient = Recipient("patient", called(patient), "", patient_id=patient_id)
        await self._letters.revoke(who, recipient)

    async def record_guardian(self, who: Principal, patient_id: str, form: GuardianForm) -> PrintedLetter | None:
        """A relation after a proof on paper; of a minor it ends with the 18th birthday at the latest."""
        patient = await self._patient(who, patient_id)
        problem = problem_of(patient)
        if problem is not None and problem is not NOT_BORN:
            raise Conflict(problem.en, german=problem.de)
        terms = terms_of(form.categories, decides=form.decides, until=self._end(patient, form))
        if not form.login and (form.birth_date is None or not form.name):
            raise Incorrect(
                "Enter name and birth date, or the login of somebody who signs in here already.",
                german="Geben Sie Namen und Geburtsdatum an, oder den Anmeldenamen, wenn es hier schon einen gibt.",
            )
        proxy = await self._proxies.record(
            who,
            patient_id,
            called(patient),
            terms,
            named=form.login or form.name,
            proof=form.proof,
            login=form.login or None,
            kind=form.kind,
        )
        if form.login or form.birth_date is None:
            return None
        recipient = Recipient("guardian", form.name, form.birth_date.isoformat(), patient_id=patient_id, proxy=proxy.id)
        issued = await self._letters.issue(who, recipient)
        return PrintedLetter(
            form.name, (), issued.code, issued.letter.expires, "guardian", patient_name=called(patient)
        )

    def _end(self, patient: Mapping[str, Any], form: GuardianForm) -> datetime | None:
        asked = None if form.until is None else last_moment(form.until)
        birth_date = born(patient)
        if form.kind != "guardian" or birth_date is None:
            return asked
        of_age = end_of_minority(birth_date)
        if of_age <= self._clock():
            return asked
        return of_age if asked is None else min(asked, of_age)

    async def end_relation(self, who: Principal, patient_id: str, relation_id: str) -> None:
        """End a relation of that patient, and the letter that would open it."""
        await self._patient(who, patient_id)
        known = {str(one.id): one for one in await self._proxies.of_patient(patient_id)}
        if relation_id not in known:
            raise NotFound("There is no such relation.", german="Diese Vertretung gibt es nicht.")
        proxy = known[relation_id]
        await self._proxies.end(who, proxy.id)
        await self._letters.revoke(who, Recipient("guardian", "", "", patient_id=patient_id, proxy=proxy.id))

    async def open(self, code: str, second: str, *, address: str | None) -> Accepted:
        """Check a code; a patient whose record was merged since is told so."""
        opened = await self._letters.open(code, second, address=address)
        await self._check_current(opened.recipient)
        login = opened.recipient.second if opened.recipient.kind == "person" else ""
        if opened.recipient.kind == "patient" and opened.recipient.person is not None:
            login = (await self._people.of(opened.recipient.person)).login
        return Accepted(opened.ticket, opened.recipient.name, login)

    async def redeem(self, ticket: str, login: str, password: str) -> str:
        """The account, or the new password."""
        await self._check_current(await self._letters.recipient(ticket))
        person = await self._letters.redeem(ticket, login, password)
        return person.login

    async def _check_current(self, recipient: Recipient) -> None:
        if recipient.patient_id is None:
            return
        patient = await self._stored.resource(recipient.patient_id)
        if patient is None or merged_into(patient) is not None or patient.get("active") is False:
            raise Conflict(
                "Your record was merged with another one or is no longer kept. Ask the house for a new letter.",
                german="Ihre Akte wurde inzwischen mit einer anderen zusammengeführt oder wird nicht mehr geführt. "
                "Lassen Sie sich einen neuen Brief geben.",
            )

    async def _patient(self, who: Principal, patient_id: str) -> Mapping[str, Any]:
        stored = await self._gate.read(_enrolling(who), "Patient", patient_id)
        return _decode(stored.body)

    async def _alike(self, who: Principal, patient: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """Other records in use of the same birth date and family name, or of the same insurance number."""
        birth_date, number, own = born(patient), insurance_number(patient), str(patient.get("id"))
        asked: list[list[tuple[str, str]]] = []
        family = full_name(patient).partition(", ")[0]
        if birth_date is not None and family:
            asked.append([("birthdate", birth_date.isoformat()), ("family:exact", family)])
        if number:
            asked.append([("identifier", f"http://fhir.de/sid/gkv/kvid-10|{number}")])
        found: dict[str, str] = {}
        for params in asked:
            search = parse_search("Patient", [*params, ("_count", str(_MOST_ALIKE))])
            page = await self._gate.search(_enrolling(who), search)
            others = (_decode(stored.body) for stored in page.matches if stored.id != own)
            found |= {str(one["id"]): called(one) for one in others if problem_of(one) in {None, NOT_BORN}}
        return tuple(found.items())

    def _relation(self, proxy: Proxy, name: str) -> Relation:
        return shown_relation(proxy, name, self._clock())


class ProxyDesk:
    """The portal's `ProxyBook`."""

    def __init__(self, proxies: Proxies, people: People, clock: Clock) -> None:
        self._proxies = proxies
        self._people = people
        self._clock = clock

    async def of(self, who: Principal) -> Relations:
        """The relations of the person, not of whom they act for."""
        person = await self._person(who)
        now = self._clock()
        mine = () if person.patient_id is None else await self._proxies.of_patient(person.patient_id)
        others = await self._proxies.of_person(person.id)
        return Relations(
            tuple([shown_relation(one, await self._called(one), now) for one in mine]),
            tuple(shown_relation(one, one.patient_name, now) for one in others),
        )

    async def name(self, who: Principal, naming: Naming) -> None:
        """Name somebody by login."""
        until = None if naming.until is None else last_moment(naming.until)
        terms = terms_of(naming.categories, decides=naming.decides, until=until)
        await self._proxies.name(who, who.name, naming.login, terms)

    async def answer(self, who: Principal, relation_id: str, *, accepted: bool) -> None:
        """Accept or decline."""
        await self._proxies.answer(await self._person(who), UUID(relation_id), accepted=accepted)

    async def end(self, who: Principal, relation_id: str) -> None:
        """End it, on either side."""
        person = await self._person(who)
        own = replace(who, proxy=None, patient_id=person.patient_id, purpose=Role.PATIENT.purpose)
        await self._proxies.end(own, UUID(relation_id))

    async def choose(self, session: str, who: Principal, relation_id: str | None) -> None:
        """Act by a relation from now on."""
        person = await self._person(who)
        await self._proxies.choose(session, person, None if relation_id is None else UUID(relation_id))

    async def _person(self, who: Principal) -> Person:
        return await self._people.of(UUID(who.subject))

    async def _called(self, proxy: Proxy) -> str:
        """The proxy by name once they have accepted; before, as the patient or the house wrote it."""
        if proxy.person is None or proxy.state in {"offered", "declined"}:
            return proxy.named
        try:
            return (await self._people.of(proxy.person)).name
        except NotFound:
            return proxy.named


def terms_of(categories: frozenset[str], *, decides: bool, until: datetime | None) -> Terms:
    """The scope as identity keeps it. Personal details always belong to it; who decides sees the releases as well."""
    mask = NONE
    for category in DataCategory:
        if category.code in categories:
            mask |= category
    if not mask:
        raise Incorrect("Choose at least one kind of data.", german="Wählen Sie mindestens eine Art von Daten.")
    mask |= DataCategory.DEMOGRAPHICS
    return Terms(int(mask | DataCategory.OTHER) if decides else int(mask), decides, until)


def shown_relation(proxy: Proxy, name: str, now: datetime) -> Relation:
    """A relation as pages show it."""
    mask = DataCategory(proxy.terms.categories) & ALL
    return Relation(
        id=str(proxy.id),
        name=name,
        kind=proxy.kind,
        state=proxy.state_at(now),
        categories=frozenset(category.code for category in DataCategory if category & mask),
        decides=proxy.terms.decides,
        since=proxy.since,
        until=proxy.terms.until,
        named_by=proxy.named_by,
        proof=proxy.proof or "",
    )


def shown_letter(letter: Letter) -> OpenLetter:
    """A letter as lists show it."""
    return OpenLetter(letter.recipient.name, letter.issued, letter.expires, letter.recipient.patient_id)


def called(patient: Mapping[str, Any]) -> str:
    """The name as it stands on an envelope: given names first."""
    family, _, given = full_name(patient).partition(", ")
    return f"{given} {family}".strip()


def born(patient: Mapping[str, Any]) -> date | None:
    """The birth date where it is known to the day."""
    try:
        return date.fromisoformat(text(patient, "birthDate"))
    except ValueError:
        return None


def address_of(patient: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of the first address that is not an old one."""
    for address in parts(patient, "address"):
        if text(address, "use") != "old":
            town = f"{text(address, 'postalCode')} {text(address, 'city')}".strip()
            return tuple(line for line in (*texts(address, "line"), town) if line)
    return ()


def problem_of(patient: Mapping[str, Any]) -> Words | None:
    """Why this patient cannot be enrolled; None where nothing is in the way."""
    if merged_into(patient) is not None:
        return MERGED
    if patient.get("active") is False:
        return INACTIVE
    if patient.get("deceasedBoolean") is True or text(patient, "deceasedDateTime"):
        return DECEASED
    return NOT_BORN if born(patient) is None or not called(patient) else None


def _recipient(patient: Mapping[str, Any], account: Person | None) -> Recipient | None:
    birth_date = born(patient)
    if birth_date is None:
        return None
    return Recipient(
        "patient",
        called(patient),
        birth_date.isoformat(),
        patient_id=str(patient["id"]),
        person=None if account is None else account.id,
    )


def _enrolling(who: Principal) -> Principal:
    """Who looks patients up to enrol them: an administrator sees who there is, and nothing else."""
    return replace(who, scopes=_ENROLLING) if who.role is Role.ADMINISTRATOR else who
