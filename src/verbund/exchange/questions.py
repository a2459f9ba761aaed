"""What nodes ask one another, kind by kind: the payloads of messages, in JSON, with resources as they are."""

from datetime import datetime
from typing import Literal

import msgspec

from verbund.access import EVERY_LOOK, Looks
from verbund.audit import Agent, Event

ENROL = "linkage.enrol"
LOCATE = "linkage.locate"
FIND = "linkage.find"
LOCATE_MANY = "linkage.locate-many"
WITHDRAW = "linkage.withdraw"
MOVED = "linkage.moved"
ARRIVED = "linkage.arrived"
RECORD = "record.request"
ACCESSES = "accesses.request"
ACCESS_PROOF = "accesses.proof"
CONSENT_DISTRIBUTE = "consent.distribute"
CONSENT_CHANGED = "consent.changed"

HouseState = Literal["released", "limited", "refused", "unreachable", "empty"]


class Person(msgspec.Struct, frozen=True):
    """A patient of a site for the trust centre: what the site calls the patient, and the encoding."""

    handle: str
    encoding: bytes


class EnrolRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.enrol`: site → trust centre."""

    people: tuple[Person, ...]


class EnrolReply(msgspec.Struct, frozen=True):
    """The pseudonyms, in the order of the people."""

    pseudonyms: tuple[str, ...]


class LocateRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.locate`: which other houses hold something under this pseudonym?"""

    pseudonym: str


class FindRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.find`: whose encoding is this, and which other houses hold something?"""

    encoding: bytes


class Located(msgspec.Struct, frozen=True):
    """The answer to both: no pseudonym when the region knows nobody who fits."""

    pseudonym: str | None
    sites: tuple[str, ...]


class LocateManyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.locate-many`: the same for many pseudonyms at once."""

    pseudonyms: tuple[str, ...]


class LocatedMany(msgspec.Struct, frozen=True):
    """The other houses for each pseudonym that the asking house holds somebody under; others are missing."""

    sites: dict[str, tuple[str, ...]]


class MovedPatient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A patient of the house that is written to, by the handle it gave: what `linkage.Move` says."""

    handle: str
    former: str
    pseudonym: str
    sites: tuple[str, ...]
    joined: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    parted: bool = False


class MovedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.moved`: trust centre → house: it was decided `at` that two are one person, or one is two."""

    at: datetime
    patients: tuple[MovedPatient, ...]


class ArrivedMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.arrived`: trust centre → house: this other house holds these, whom you hold, from now on as well."""

    site: str
    pseudonyms: tuple[str, ...]


class WithdrawRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`linkage.withdraw`: the site no longer holds this patient."""

    handle: str


class RecordRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`record.request`: house → house, in the name of a person of the house that asks."""

    pseudonym: str
    purpose: str
    person: Agent
    reason: str | None = None


class Item(msgspec.Struct, frozen=True):
    """One resource of an answer; `body` is its JSON, `date` its primary clinical date."""

    type: str
    id: str
    updated: datetime
    date: datetime | None
    body: msgspec.Raw


class RecordReply(msgspec.Struct, frozen=True):
    """What a house releases, and why no more."""

    state: HouseState
    de: str
    en: str
    items: tuple[Item, ...] = ()


class AccessesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`accesses.request`: who looked at this patient's record? `before` is a sequence of the log that is asked.

    What is not `wanted` is left out; a house of a former version refuses a request that says what is.
    """

    pseudonym: str
    person: Agent
    count: int
    before: int | None = None
    wanted: Looks = EVERY_LOOK


class AccessProofRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`accesses.proof`: the proof of one event of the log that is asked; the answer is the file."""

    pseudonym: str
    person: Agent
    sequence: int


class LoggedAccess(msgspec.Struct, frozen=True):
    """One event of a house's log; `sequence` is its place there."""

    sequence: int
    event: Event


class AccessesReply(msgspec.Struct, frozen=True):
    """Newest first; `more` when there are older ones, perhaps, and `before` is the place to go on from.

    `archived` are still older ones, in an archive that is not at hand; they are told with the last page.
    """

    accesses: tuple[LoggedAccess, ...]
    more: bool
    before: int | None = None
    archived: int = 0


class ConsentMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`consent.distribute` (a house to itself) and `consent.changed` (to each house): a FHIR Consent as stated."""

    pseudonym: str
    consent: msgspec.Raw
