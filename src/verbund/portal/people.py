"""What the pages about accounts and proxies need of a node: letters of enrolment, who acts for whom, the staff."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from verbund.identity import Principal
from verbund.portal.model import CATEGORIES, FoundPatients, PatientQuery, Sentence

# ------------------------------------------------------------------------------------------------------ enrolment


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter that can still be used. `patient_id` is whose record it is about, None for staff."""

    name: str = field(repr=False)
    issued: datetime
    expires: datetime
    patient_id: str | None


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """What goes on paper, once: the code is nowhere else. `second` says what is to be entered with it."""

    name: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)
    code: str = field(repr=False)
    expires: datetime
    kind: Literal["patient", "guardian", "person", "renewal"]
    patient_name: str = field(default="", repr=False)
    login: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Relation:
    """Somebody acts, is asked to act or has acted for a patient.

    `categories` are of `CATEGORIES`. `name` is the proxy for the patient and the house, the patient for the proxy.
    """

    id: str
    name: str = field(repr=False)
    kind: Literal["proxy", "guardian"]
    state: Literal["offered", "active", "declined", "ended"]
    categories: frozenset[str]
    decides: bool
    since: datetime
    until: datetime | None
    named_by: str = field(default="", repr=False)
    proof: str = field(default="", repr=False)

    @property
    def everything(self) -> bool:
        """Whether all kinds of data are covered."""
        return self.categories >= set(CATEGORIES)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a patient stands with this node: who it is, whether there is an account or a letter, and what is in the way.

    `problem` says why no letter can be issued (merged, no birth date, deceased). `alike` are other records that may be
    of the same person, by id and name.
    """

    patient_id: str
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    account_since: datetime | None
    account_closed: bool
    letter: OpenLetter | None
    problem: Sentence | None
    alike: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardianForm:
    """A guardian as the house records one: by an own login, or by name and birth date for a letter of their own."""

    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    login: str = field(repr=False)
    proof: str = field(repr=False)
    categories: frozenset[str]
    decides: bool
    until: date | None
    kind: Literal["proxy", "guardian"] = "guardian"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A code that was accepted: what the form for login and password needs."""

    ticket: str = field(repr=False)
    name: str = field(repr=False)
    login: str = field(default="", repr=False)


class Enrolment(Protocol):
    """Letters with a code, for those who look after them and for those who got one."""

    async def find(self, who: Principal, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients of this house whom `who` may enrol."""

    async def letters(
        self, who: Principal, *, count: int, cursor: str | None
    ) -> tuple[tuple[OpenLetter, ...], str | None]:
        """Open letters, newest first, and the cursor of the next page."""

    async def standing(self, who: Principal, patient_id: str) -> Standing:
        """How a patient stands; NotFound also for one whom `who` may not see."""

    async def issue(self, who: Principal, patient_id: str) -> PrintedLetter:
        """A letter for a patient: for an account, or for a new password where there is one. Ends the former.

        Conflict with the reason where no letter can be issued.
        """

    async def revoke(self, who: Principal, patient_id: str) -> None:
        """End the open letter of a patient."""

    async def record_guardian(self, who: Principal, patient_id: str, form: GuardianForm) -> PrintedLetter | None:
        """Record who acts for a patient; a letter for them where they have no login here yet."""

    async def end_relation(self, who: Principal, patient_id: str, relation_id: str) -> None:
        """End a relation of that patient."""

    async def open(self, code: str, second: str, *, address: str | None) -> Accepted:
        """Check a code with the birth date or login; Unauthenticated, Conflict or Busy with what to tell."""

    async def redeem(self, ticket: str, login: str, password: str) -> str:
        """Set up the account, or the new password; the login to sign in with."""


# -------------------------------------------------------------------------------------------------------- proxies


@dataclass(frozen=True, slots=True)
class Relations:
    """The relations of who is signed in: `mine` act for me, in `others` I act for somebody."""

    mine: tuple[Relation, ...]
    others: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """Whom a patient names, for what, and until when."""

    login: str = field(repr=False)
    categories: frozenset[str]
    decides: bool
    until: date | None


class ProxyBook(Protocol):
    """Who acts for whom, for the people it concerns."""

    async def of(self, who: Principal) -> Relations:
        """The relations of who is signed in, also while they act for somebody."""

    async def name(self, who: Principal, naming: Naming) -> None:
        """Name somebody; whether there is somebody of that login is not said."""

    async def answer(self, who: Principal, relation_id: str, *, accepted: bool) -> None:
        """Accept or decline what is offered to `who`."""

    async def end(self, who: Principal, relation_id: str) -> None:
        """End a relation on either side."""

    async def choose(self, session: str, who: Principal, relation_id: str | None) -> None:
        """Act by a relation from now on in this session, or for oneself (None)."""


# ---------------------------------------------------------------------------------------------------------- staff


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the staff, as an administrator looks after them."""

    id: str
    login: str = field(repr=False)
    name: str = field(repr=False)
    role: str
    specialty: str
    active: bool
    created: datetime
    practitioner_id: str | None
    letter: OpenLetter | None = None


@dataclass(frozen=True, slots=True)
class StaffForm:
    """What an administrator enters of somebody."""

    login: str = field(repr=False)
    name: str = field(repr=False)
    role: str
    specialty: str


class Staff(Protocol):
    """The people of the house who sign in, for its administrator."""

    async def all(self, who: Principal) -> tuple[StaffMember, ...]:
        """Everybody, by name; those whose access has ended too."""

    async def one(self, who: Principal, person_id: str) -> StaffMember:
        """One of them; NotFound."""

    async def add(self, who: Principal, form: StaffForm) -> PrintedLetter:
        """Somebody new, with their entry in the directory, and the letter with which they choose a password."""

    async def change(self, who: Principal, person_id: str, form: StaffForm) -> None:
        """Change name, role and specialty, here and in the directory."""

    async def letter(self, who: Principal, person_id: str) -> PrintedLetter:
        """A letter for a new password; the former one ends."""

    async def close(self, who: Principal, person_id: str) -> None:
        """End somebody's access at once: sign-in, sessions, tokens. Conflict for oneself."""

    async def reopen(self, who: Principal, person_id: str) -> None:
        """Let somebody sign in again."""
