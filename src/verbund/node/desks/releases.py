"""What a patient releases to whom: the consent as a table of houses and kinds of data with rules beside it."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import uuid4

import msgspec

from verbund.access import Companion, Gate, Stored, Write
from verbund.access.consenting import consent_id
from verbund.config import Clock
from verbund.consent import (
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Purpose,
    Question,
    decide,
    from_fhir,
    is_care,
    to_fhir,
)
from verbund.consent.templates import Template
from verbund.errors import Gone, Incorrect, NotFound, Outdated, VerbundError
from verbund.exchange import ConsentDelivery, ConsentDistribution, Correspondence, LinkageClient, Member
from verbund.identity import Principal, Role
from verbund.node.desks.wishes import consent_of, names_of, offered, rules_of, standing, table_of
from verbund.portal import (
    Delivery,
    DeliveryState,
    House,
    Release,
    ReleaseRule,
    Releases,
    ReleaseTemplate,
    ReleaseVersion,
    Scan,
)
from verbund.portal.record import title_of

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NONE_YET = "0"
_MOST_VERSIONS = 200
_DELIVERY_STATES: Mapping[str, DeliveryState] = {"delivered": "applied", "pending": "waiting", "failed": "refused"}
# LOINC: Patient Consent.
_CONSENT_DOCUMENT = {"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}


@dataclass(frozen=True, slots=True)
class RegionPart:
    """What the exchange contributes once the node has joined a region."""

    correspondence: Correspondence
    linkage: LinkageClient
    distribution: ConsentDistribution


class ReleaseDesk:
    """The portal's `ReleaseBook`."""

    def __init__(
        self,
        gate: Gate,
        house: House,
        kind: str,
        region: RegionPart | None,
        clock: Clock,
        *,
        templates: tuple[Template, ...] = (),
    ) -> None:
        self._gate = gate
        self._house = house
        self._kind = kind
        self._region = region
        self._clock = clock
        self._templates = templates

    async def current(self, who: Principal) -> Releases:
        """The releases of the patient who asks, with history and delivery."""
        patient_id, now = who.patient_id or "", self._clock()
        consents = [stored for stored in await self._gate.consents_of(who, patient_id) if _is_care(stored)]
        holders, receivers = await self._houses(patient_id)
        statements = [_statement(stored) for stored in consents]
        own = await self._own_versions(who, patient_id)
        in_table = [table_of(one) if self._is_own(one, patient_id) else one for one in statements]
        rules = self._rules(own)
        history = self._history(who, statements, own, holders, receivers)
        return Releases(
            version=_version(own),
            holders=tuple(House(m.site, m.title) for m in holders),
            receivers=tuple(House(m.site, m.title) for m in receivers),
            releases=self._table(in_table, holders, receivers, now),
            history=history,
            deliveries=await self._deliveries(patient_id, holders, own),
            rules=rules,
            effective=self._table(statements, holders, receivers, now),
            items=await self._titles(who, (*rules, *chain.from_iterable(one.rules for one in history))),
            templates=await self.templates(who),
            can_undo=bool(own),
        )

    def _is_own(self, one: CareConsent, patient_id: str) -> bool:
        return one.id == consent_id(patient_id, self._house.site)

    def _rules(self, own: tuple[Stored, ...]) -> tuple[ReleaseRule, ...]:
        present = _statement(own[0]) if own and not own[0].deleted else None
        return standing(rules_of(present), self._clock()) if present is not None and present.active else ()

    async def _titles(self, who: Principal, rules: Iterable[ReleaseRule]) -> dict[str, str]:
        """The entries that rules name, in words; those that are not here any more are missing."""
        found: dict[str, str] = {}
        for item in sorted({item for rule in rules for item in _items(rule)}):
            kind, _, identity = item.partition("/")
            try:
                found[item] = title_of(_decode((await self._gate.read(who, kind, identity)).body))
            except (NotFound, Gone):
                continue
        return found

    async def templates(self, who: Principal) -> tuple[ReleaseTemplate, ...]:  # noqa: ARG002 - the same for everybody
        """The decisions that the region has put into words, as they would be taken over now."""
        return tuple(offered(one, self._clock()) for one in self._templates)

    async def preview(
        self, who: Principal, releases: tuple[Release, ...], rules: tuple[ReleaseRule, ...]
    ) -> tuple[Release, ...]:
        """What would be released for treatment."""
        patient_id = who.patient_id or ""
        holders, receivers = await self._houses(patient_id)
        now = self._clock()
        consent = consent_of(patient_id, releases, _titles(holders, receivers), now, rules)
        return self._table([consent], holders, receivers, now)

    async def change(
        self, who: Principal, releases: tuple[Release, ...], version: str, rules: tuple[ReleaseRule, ...] = ()
    ) -> Releases:
        """Put these in place of all others, here at once, at the other houses as soon as they can be reached."""
        patient_id = who.patient_id or ""
        own = await self._unchanged(who, patient_id, version)
        titles = _titles(*await self._houses(patient_id))
        consent = consent_of(patient_id, releases, titles, self._clock(), rules)
        await self._put(who, patient_id, to_fhir(consent), own)
        return await self.current(who)

    async def undo(self, who: Principal, version: str) -> Releases:
        """Put what held before the last change in its place again; before the first one, that was no decision."""
        patient_id = who.patient_id or ""
        own = await self._unchanged(who, patient_id, version)
        if not own:
            raise Incorrect(
                "There is no change to take back.", german="Es gibt keine Änderung, die sich zurücknehmen lässt."
            )
        before = own[1] if len(own) > 1 else own[0]
        value = {name: part for name, part in _decode(before.body).items() if name not in {"meta", "sourceReference"}}
        if len(own) == 1:
            value["status"] = "inactive"
        await self._put(who, patient_id, value, own)
        return await self.current(who)

    async def record_paper(self, who: Principal, patient_id: str, template: str, scan: Scan) -> None:
        """Put what a patient signed on paper in place, with its scan, in one transaction."""
        chosen = next((one for one in self._templates if one.name == template), None)
        if chosen is None:
            raise Incorrect("This template is not known.", german="Diese Vorlage ist nicht bekannt.")
        now = self._clock()
        own = await self._own_versions(who, patient_id)
        holders, receivers = await self._houses(patient_id)
        wish = offered(chosen, now)
        releases: tuple[Release, ...] = ()
        rules = wish.rules
        if not wish.replaces:
            kept = tuple(rule for rule in self._rules(own) if rule not in wish.rules)
            releases, rules = await self._present(who, patient_id, holders, receivers), (*kept, *wish.rules)
        document = {
            "id": str(uuid4()),
            **_document(patient_id, who, scan, now),
            "custodian": {"display": self._house.title},
        }
        stated = consent_of(patient_id, releases, _titles(holders, receivers), now, rules)
        source = {"reference": f"DocumentReference/{document['id']}", "display": who.name}
        scanned = Write("update", "DocumentReference", document["id"], msgspec.json.encode(document))
        await self._put(who, patient_id, to_fhir(stated) | {"sourceReference": source}, own, (scanned,))

    async def _present(
        self, who: Principal, patient_id: str, holders: list[Member], receivers: list[Member]
    ) -> tuple[Release, ...]:
        """The table as it stands."""
        held = [_statement(one) for one in await self._gate.consents_of(who, patient_id) if _is_care(one)]
        in_table = [table_of(one) if self._is_own(one, patient_id) else one for one in held]
        return self._table(in_table, holders, receivers, self._clock())

    async def _unchanged(self, who: Principal, patient_id: str, version: str) -> tuple[Stored, ...]:
        """The versions of the own decision; Outdated when another than this is the present one."""
        own = await self._own_versions(who, patient_id)
        if version != _version(own):
            raise Outdated(
                "Your releases were changed meanwhile; look at them again before you change them.",
                german="Ihre Freigaben wurden inzwischen geändert. Bitte prüfen Sie sie erneut.",
            )
        return own

    async def _put(
        self,
        who: Principal,
        patient_id: str,
        consent: Mapping[str, Any],
        own: tuple[Stored, ...],
        beside: tuple[Write, ...] = (),
    ) -> None:
        letters: tuple[Companion, ...] = ()
        if self._region is not None:
            letters = (await self._region.distribution.companion(patient_id, msgspec.json.encode(consent)),)
        version = own[0].version if own else None
        await self._gate.change_consent(who, patient_id, consent, if_version=version, companions=letters, beside=beside)

    async def _houses(self, patient_id: str) -> tuple[list[Member], list[Member]]:
        """Who holds data of the patient, the own house first, and who may be given it."""
        if self._region is None:
            return [self._self()], []
        members = [m for m in self._region.correspondence.members.all() if m.kind != "hub"]
        try:
            holding = set((await self._region.linkage.whereabouts(patient_id))[1])
        except VerbundError:
            # Without the hub nobody can say who holds data; the patient may decide about every house all the same.
            holding = {m.site for m in members}
        own = [m for m in members if m.site == self._house.site] or [self._self()]
        holders = own + [m for m in members if m.site in holding and m.site != self._house.site]
        return holders, members

    def _self(self) -> Member:
        return Member(self._house.site, self._house.title, self._kind, None)  # type: ignore[arg-type]

    async def _own_versions(self, who: Principal, patient_id: str) -> tuple[Stored, ...]:
        """The versions of what the patient decided in this house, newest first."""
        try:
            page = await self._gate.history(
                who, "Consent", consent_id(patient_id, self._house.site), count=_MOST_VERSIONS
            )
        except NotFound:
            return ()
        return tuple(page.versions)

    def _table(
        self, statements: Iterable[CareConsent], holders: Iterable[Member], receivers: Iterable[Member], at: datetime
    ) -> tuple[Release, ...]:
        known = tuple(statements)
        return tuple(
            Release(holder.site, receiver.site, names_of(decided))
            for holder in holders
            for receiver in receivers
            if holder.site != receiver.site and (decided := _released(known, holder, receiver, at))
        )

    def _history(
        self,
        who: Principal,
        statements: list[CareConsent],
        own: tuple[Stored, ...],
        holders: list[Member],
        receivers: list[Member],
    ) -> tuple[ReleaseVersion, ...]:
        """The states between changes, newest first: what all statements up to a moment say together."""
        earlier = {s.id: s for s in statements}
        versions = [_statement(stored) for stored in own if not stored.deleted]
        told = {
            _statement(stored).stated: _recorded(stored, who.name) for stored in reversed(own) if not stored.deleted
        }
        moments = sorted({s.stated for s in (*versions, *statements)}, reverse=True)
        own_ids = {stored.id for stored in own}
        others = [s for s in earlier.values() if s.id not in own_ids]
        found = []
        for moment in moments:
            latest = max((v for v in versions if v.stated <= moment), key=lambda v: v.stated, default=None)
            valid = [s for s in others if s.stated <= moment] + ([latest] if latest else [])
            table = self._table(valid, holders, receivers, moment)
            by, scan = told.get(moment, (who.name, None))
            rules = rules_of(latest) if latest is not None and latest.active else ()
            found.append(ReleaseVersion(moment, by, table, rules, scan))
        return tuple(found)

    async def _deliveries(
        self, patient_id: str, holders: Iterable[Member], own: tuple[Stored, ...]
    ) -> tuple[Delivery, ...]:
        """How far the newest decision has come at each other house that holds data."""
        if self._region is None or not own:
            return ()
        told = {one.site: _delivery(one) for one in await self._region.distribution.deliveries(patient_id)}
        others = [holder for holder in holders if holder.site != self._house.site]
        waiting = {m.site: Delivery(House(m.site, m.title), "waiting", own[0].updated) for m in others}
        return tuple((waiting | told).values())


def _titles(holders: Iterable[Member], receivers: Iterable[Member]) -> dict[str, str]:
    return {member.site: member.title for member in (*holders, *receivers)}


def _version(own: tuple[Stored, ...]) -> str:
    return str(own[0].version) if own else _NONE_YET


def _items(rule: ReleaseRule) -> set[str]:
    return set(rule.items).union(*map(_items, rule.exceptions))


def _recorded(stored: Stored, patient: str) -> tuple[str, str | None]:
    """Who stated a version, and the id of the scan where staff recorded it from paper."""
    source = _decode(stored.body).get("sourceReference", {})
    scan = str(source.get("reference", "")).removeprefix("DocumentReference/")
    return (str(source.get("display", "")) or patient, scan) if scan else (patient, None)


def _document(patient_id: str, who: Principal, scan: Scan, now: datetime) -> dict[str, Any]:
    """The scan as a document of the record: who recorded it and when, and the day on which it was signed."""
    attachment = {
        "contentType": scan.content_type,
        "data": base64.b64encode(scan.body).decode(),
        "title": "Einwilligung auf Papier / Consent on paper",
        "size": len(scan.body),
    }
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": _CONSENT_DOCUMENT,
        "subject": {"reference": f"Patient/{patient_id}"},
        "date": now.isoformat(timespec="milliseconds"),
        "author": [{"display": who.name}],
        "content": [{"attachment": attachment}],
        "context": {"period": {"start": scan.signed.isoformat(), "end": scan.signed.isoformat()}},
    }


def _released(consents: tuple[CareConsent, ...], holder: Member, receiver: Member, at: datetime) -> DataCategory:
    """What a physician of `receiver` would be given of what `holder` has, for treatment."""
    if not consents:
        return NONE
    actor = ActorRef("", Role.PHYSICIAN.value, receiver.site, receiver.kind, receiver.title)
    question = Question(actor, holder.site, Purpose.TREAT, consents[0].patient_id, at, holder.kind)
    decision = decide(question, consents, emergency_allowed=False)
    return decision.categories if decision.permitted else NONE


def _is_care(stored: Stored) -> bool:
    return bool(stored.body) and is_care(_decode(stored.body))


def _statement(stored: Stored) -> CareConsent:
    return from_fhir(_decode(stored.body))


def _delivery(one: ConsentDelivery) -> Delivery:
    return Delivery(House(one.site, one.title), _DELIVERY_STATES[one.state], one.since)
