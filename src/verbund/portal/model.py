"""What crosses the seam between the pages and the node: frozen values, without a word of HTML.

Medical content comes as raw FHIR R4 resources together with the house that holds them; the portal reads them itself
(`verbund.portal.record`). Everything that a person must understand comes as a `Sentence` in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

Resource = Mapping[str, Any]
"""A FHIR R4 resource as decoded JSON. Nothing is promised beyond `resourceType`."""


class Sentence(Protocol):
    """The same sentence in German and English (`verbund.consent.Sentence` is one)."""

    @property
    def de(self) -> str: ...
    @property
    def en(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence made by the portal itself."""

    de: str
    en: str


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the region: its site id and the name people know it by."""

    site: str
    title: str


# ------------------------------------------------------------------------------------------------------- records


@dataclass(frozen=True, slots=True)
class HouseItem:
    """One resource and the house that holds it."""

    house: House
    resource: Resource


HouseState = Literal["released", "limited", "refused", "unreachable", "empty"]


@dataclass(frozen=True, slots=True)
class HouseAnswer:
    """What one house answered: everything, a part, nothing allowed, nothing heard, or nothing there.

    `sentence` says why, for the person who asked; `elapsed_ms` is from question to answer.
    """

    house: House
    state: HouseState
    sentence: Sentence
    elapsed_ms: int
    items: int = 0


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """A record: the items of all houses that answered, without duplicates, and how each house answered.

    `houses` is empty when only the own house was read. `elapsed_ms` is the whole round trip.
    """

    items: tuple[HouseItem, ...] = field(repr=False)
    houses: tuple[HouseAnswer, ...] = ()
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class PatientQuery:
    """Whom somebody looks for in the own house: by parts of the name, by birth date, or both."""

    name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FoundPatients:
    """One page of Patient resources in the order of the search, and the cursor of the next."""

    patients: tuple[Resource, ...] = field(repr=False)
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """The bytes of one document of the own house."""

    content_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Whom a rescue service describes: enough to be encoded for linkage. `gender` is a FHIR administrative gender."""

    given: str = field(repr=False)
    family: str = field(repr=False)
    birth_date: date = field(repr=False)
    gender: str = field(repr=False)
    insurance_number: str | None = field(default=None, repr=False)


# ------------------------------------------------------------------------------------------------------ accesses


@dataclass(frozen=True, slots=True)
class Access:
    """One look at (or refused attempt on) a patient's record, as the audit log of a house holds it.

    `kind` is an audit kind (`read`, `record`, `release`, `emergency`, `consent` …), `purpose` a code of HL7 v3
    ActReason, `provision` names the provision of the consent that decided.
    """

    house: House
    sequence: int
    at: datetime
    person: str = field(repr=False)
    role: str
    organisation: str
    kind: str
    purpose: str
    permitted: bool
    reason: Sentence
    provision: str | None = None
    stated_reason: str | None = field(default=None, repr=False)
    emergency: bool = False
    entries: tuple[Resource, ...] = field(default=(), repr=False)
    """What of the own record it was about, where that is known and little; `number` is how many entries in all."""
    number: int = 0


@dataclass(frozen=True, slots=True)
class AccessPage:
    """Accesses of all houses, newest first; which houses answered; the cursor of the next, older page.

    `archived` are the houses of which older ones lie in an archive that is not at hand.
    """

    accesses: tuple[Access, ...] = field(repr=False)
    houses: tuple[HouseAnswer, ...] = ()
    next_cursor: str | None = None
    archived: tuple[str, ...] = ()


# ------------------------------------------------------------------------------------------------------ releases

CATEGORIES = (
    "diagnoses",
    "medication",
    "allergies",
    "laboratory",
    "imaging",
    "documents",
    "procedures",
    "encounters",
    "vitals",
    "immunisation",
    "psychiatry",
    "genetics",
    "hiv",
    "demographics",
    "other",
)
"""Kinds of data a patient decides on: the names of `verbund.consent.DataCategory` in lower case, in our order."""


@dataclass(frozen=True, slots=True)
class Release:
    """What `receiver` may see of what `holder` holds. Both are site ids; `categories` are of `CATEGORIES`."""

    holder: str
    receiver: str
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """One sentence of the patient beside the table: who may or may not see what, for what, until when.

    `receivers` and `holders` are `site:ID` or `kind:KIND`, `items` references to entries of the holder, `purposes`
    codes of HL7 v3 ActReason; empty means every one. `exceptions` say what holds instead for a part of it.
    """

    permit: bool
    receivers: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    categories: frozenset[str] = frozenset()
    items: tuple[str, ...] = ()
    purposes: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    exceptions: tuple["ReleaseRule", ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseTemplate:
    """A decision that the region has put into words, for the patient to take over; `days` is how long it holds.

    Its rules are added to what holds; with `replaces` they stand in place of all of it.
    """

    name: str
    title: Sentence
    text: Sentence
    rules: tuple[ReleaseRule, ...]
    replaces: bool = False
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of a decision on paper; `signed` is the day on it."""

    content_type: str
    body: bytes = field(repr=False)
    signed: date


@dataclass(frozen=True, slots=True)
class ReleaseVersion:
    """The patient's releases as they were from `at` on, all rules applied; `by` is who changed them.

    `scan` is the id of the scan where staff recorded what the patient signed on paper.
    """

    at: datetime
    by: str = field(repr=False)
    releases: tuple[Release, ...]
    rules: tuple[ReleaseRule, ...] = ()
    scan: str | None = None


DeliveryState = Literal["applied", "waiting", "refused"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """Whether a house follows the patient's newest decision already; `refused` will not follow it by itself."""

    house: House
    state: DeliveryState
    since: datetime


@dataclass(frozen=True, slots=True)
class Releases:
    """The patient's releases now.

    `holders` hold data of the patient, `receivers` may be given it. `version` changes with every change and is handed
    back with the next one. `history` is newest first and starts with the present. `releases` is the table as the
    patient set it, `effective` what follows from it and the `rules` for treatment. `items` are the entries that rules
    name, by reference, in words. `can_undo` where there is a change to take back.
    """

    version: str
    holders: tuple[House, ...]
    receivers: tuple[House, ...]
    releases: tuple[Release, ...]
    history: tuple[ReleaseVersion, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    rules: tuple[ReleaseRule, ...] = ()
    effective: tuple[Release, ...] = ()
    items: Mapping[str, str] = field(default_factory=dict, repr=False)
    templates: tuple[ReleaseTemplate, ...] = ()
    can_undo: bool = False


# ------------------------------------------------------------------------------------------------------ research

SiteState = Literal["answered", "unreachable", "refused"]


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """Whether a site took part in a count. Its own count is not disclosed."""

    house: House
    state: SiteState
    elapsed_ms: int
    sentence: Sentence | None = None


@dataclass(frozen=True, slots=True)
class RegionCount:
    """A cohort's size in the region.

    `count` is the sum over the sites that gave a number; None when too few did for it to be a sum. `suppressed_sites`
    gave none because theirs was below `minimum`, perhaps zero: the true sum is higher by 0 to `minimum` - 1 for each.
    """

    asked_at: datetime
    count: int | None
    minimum: int
    suppressed_sites: int
    sites: tuple[SiteAnswer, ...]
    elapsed_ms: int
    cohort: Mapping[str, Any]


# ------------------------------------------------------------------------------------------------ administration


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One thing that was looked at: what, whether it is well, and in a sentence what was found."""

    name: Sentence
    healthy: bool
    finding: Sentence


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the region as this node knows it. `last_contact` is None when there was none yet."""

    house: House
    kind: str
    last_contact: datetime | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest signed head of the audit log (RFC 9162, section 2.1): size, root in hex, when it was signed."""

    size: int
    root: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """Whether the whole audit log fits its heads; otherwise the first event that does not, and a sentence."""

    intact: bool
    size: int
    first_bad: int | None
    finding: Sentence
    elapsed_ms: int
