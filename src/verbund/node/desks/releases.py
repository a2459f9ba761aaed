"""What a patient releases to whom: the consent as a table of houses and kinds of data, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from verbund.access import Companion, Gate, Stored
from verbund.access.consenting import consent_id
from verbund.config import Clock
from verbund.consent import (
    ALL,
    NONE,
    ActorRef,
    CareConsent,
    DataCategory,
    Party,
    Provision,
    Purpose,
    Question,
    decide,
    from_fhir,
    is_care,
    to_fhir,
)
from verbund.errors import NotFound, Outdated, VerbundError
from verbund.exchange import ConsentDelivery, ConsentDistribution, Correspondence, LinkageClient, Member
from verbund.identity import Principal, Role
from verbund.portal import Delivery, DeliveryState, House, Release, Releases, ReleaseVersion

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_NONE_YET = "0"
_MOST_VERSIONS = 200
_DELIVERY_STATES: Mapping[str, DeliveryState] = {"delivered": "applied", "pending": "waiting", "failed": "refused"}


@dataclass(frozen=True, slots=True)
class RegionPart:
    """What the exchange contributes once the node has joined a region."""

    correspondence: Correspondence
    linkage: LinkageClient
    distribution: ConsentDistribution


class ReleaseDesk:
    """The portal's `ReleaseBook`."""

    def __init__(self, gate: Gate, house: House, kind: str, region: RegionPart | None, clock: Clock) -> None:
        self._gate = gate
        self._house = house
        self._kind = kind
        self._region = region
        self._clock = clock

    async def current(self, who: Principal) -> Releases:
        """The releases of the patient who asks, with history and delivery."""
        patient_id = who.patient_id or ""
        consents = [stored for stored in await self._gate.consents_of(who, patient_id) if _is_care(stored)]
        holders, receivers = await self._houses(patient_id)
        statements = [_statement(stored) for stored in consents]
        now = self._table(statements, holders, receivers, self._clock())
        own = await self._own_versions(who, patient_id)
        history = self._history(who, statements, own, holders, receivers)
        return Releases(
            version=str(own[0].version) if own else _NONE_YET,
            holders=tuple(House(m.site, m.title) for m in holders),
            receivers=tuple(House(m.site, m.title) for m in receivers),
            releases=now,
            history=history,
            deliveries=await self._deliveries(patient_id, holders, own),
        )

    async def change(self, who: Principal, releases: tuple[Release, ...], version: str) -> Releases:
        """Put these in place of all others, here at once, at the other houses as soon as they can be reached."""
        patient_id = who.patient_id or ""
        own = await self._own_versions(who, patient_id)
        if version != (str(own[0].version) if own else _NONE_YET):
            raise Outdated(
                "Your releases were changed meanwhile; look at them again before you change them.",
                german="Ihre Freigaben wurden inzwischen geändert. Bitte prüfen Sie sie erneut.",
            )
        _, receivers = await self._houses(patient_id)
        titles = {m.site: m.title for m in receivers}
        consent = to_fhir(consent_of(patient_id, releases, titles, self._clock()))
        letters: tuple[Companion, ...] = ()
        if self._region is not None:
            letters = (await self._region.distribution.companion(patient_id, msgspec.json.encode(consent)),)
        version_now = own[0].version if own else None
        await self._gate.change_consent(who, patient_id, consent, if_version=version_now, companions=letters)
        return await self.current(who)

    async def _houses(self, patient_id: str) -> tuple[list[Member], list[Member]]:
        """Who holds data of the patient, the own house first, and who may be given it."""
        if self._region is None:
            return [self._self()], []
        members = [m for m in self._region.correspondence.members.all() if m.kind != "hub"]
        try:
            pseudonym = await self._region.linkage.pseudonym(patient_id)
            holding = set(await self._region.linkage.locate(pseudonym))
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
            Release(holder.site, receiver.site, _names(decided))
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
        moments = sorted({s.stated for s in (*versions, *statements)}, reverse=True)
        own_ids = {stored.id for stored in own}
        others = [s for s in earlier.values() if s.id not in own_ids]
        found = []
        for moment in moments:
            latest = max((v for v in versions if v.stated <= moment), key=lambda v: v.stated, default=None)
            valid = [s for s in others if s.stated <= moment] + ([latest] if latest else [])
            found.append(ReleaseVersion(moment, who.name, self._table(valid, holders, receivers, moment)))
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


def consent_of(
    patient_id: str, releases: Iterable[Release], titles: Mapping[str, str], stated: datetime
) -> CareConsent:
    """A consent that denies all exchange but what is released: nested permits outrank the denial around them."""
    permits = tuple(
        Provision(
            permit=True,
            recipients=(Party(organisation=one.receiver, title=titles.get(one.receiver)),),
            custodians=(Party(organisation=one.holder, title=titles.get(one.holder)),),
            purposes=frozenset({Purpose.TREAT}),
            categories=_categories(one.categories),
        )
        for one in releases
        if one.categories
    )
    return CareConsent("", patient_id, stated, Provision(permit=False, exceptions=permits))


def _released(consents: tuple[CareConsent, ...], holder: Member, receiver: Member, at: datetime) -> DataCategory:
    """What a physician of `receiver` would be given of what `holder` has, for treatment."""
    if not consents:
        return NONE
    actor = ActorRef("", Role.PHYSICIAN.value, receiver.site, receiver.kind, receiver.title)
    question = Question(actor, holder.site, Purpose.TREAT, consents[0].patient_id, at, holder.kind)
    decision = decide(question, consents, emergency_allowed=False)
    return decision.categories if decision.permitted else NONE


def _names(categories: DataCategory) -> frozenset[str]:
    return frozenset(one.code for one in DataCategory if one & categories)


def _categories(names: Iterable[str]) -> DataCategory:
    found = NONE
    for name in names:
        found |= DataCategory[name.upper()]
    return found & ALL


def _is_care(stored: Stored) -> bool:
    return bool(stored.body) and is_care(_decode(stored.body))


def _statement(stored: Stored) -> CareConsent:
    return from_fhir(_decode(stored.body))


def _delivery(one: ConsentDelivery) -> Delivery:
    return Delivery(House(one.site, one.title), _DELIVERY_STATES[one.state], one.since)
