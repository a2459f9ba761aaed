"""What the pages need of a node: protocols of few methods, bundled as `Services`.

All methods raise only errors of `verbund.errors`, which the pages show in the reader's language. Whoever implements
them decides and audits before it answers: the portal itself never checks a consent, only whether a role may open a
page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from verbund.access import Looks
from verbund.identity import Outside, Principal
from verbund.portal.applications import Applications
from verbund.portal.asking import PatientRights
from verbund.portal.doubts import TrustCentre
from verbund.portal.entrance import Account, Resets, SignIn
from verbund.portal.model import (
    AccessPage,
    DocumentContent,
    FoundPatients,
    HealthCheck,
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
    Scan,
    Stranger,
)
from verbund.portal.openings import Glass
from verbund.portal.people import Enrolment, ProxyBook, Staff


class Sessions(Protocol):
    """Sessions of people in the portal, kept on the server; the cookie holds only an unguessable token."""

    async def of(self, token: str) -> Principal | None:
        """Whose session it is; None when unknown, ended or expired. Using it keeps it from falling idle."""


class Records(Protocol):
    """Records of the own house."""

    async def find(self, who: Principal, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients of this house whom `who` may find."""

    async def record(self, who: Principal, patient_id: str) -> RecordAnswer:
        """The whole record, the Patient itself included; NotFound also when it must not be seen."""

    async def document(self, who: Principal, patient_id: str, resource_type: str, resource_id: str) -> DocumentContent:
        """What a DocumentReference, DiagnosticReport or Binary of that patient holds."""


class Region(Protocol):
    """Records of the other houses, as far as the patient lets them be seen."""

    async def ask(self, who: Principal, patient_id: str) -> RecordAnswer:
        """The own record merged with what the other houses release; a house that fails shows in `houses`."""

    async def emergency(self, who: Principal, stranger: Stranger, reason: str) -> RecordAnswer:
        """What the region's houses show in an emergency. NotFound when nobody in the region fits; Forbidden when the
        region or this node's settings do not allow it."""


class Accesses(Protocol):
    """Who looked at a patient's record."""

    async def page(
        self, who: Principal, *, count: int, cursor: str | None, wanted: Looks, holder: str = ""
    ) -> AccessPage:
        """The accesses that are `wanted`, of all houses or of the `holder`, to the record of who asks, newest first."""

    async def proof(self, who: Principal, *, site: str, sequence: int) -> bytes:
        """The file that proves one of them, from the house that logged it. NotFound, Unavailable, Unsupported."""


class ReleaseBook(Protocol):
    """What the patient releases to whom."""

    async def current(self, who: Principal) -> Releases:
        """The releases of the patient who asks, with history and delivery."""

    async def change(
        self, who: Principal, releases: tuple[Release, ...], version: str, rules: tuple[ReleaseRule, ...] = ()
    ) -> Releases:
        """Put these in place of all others. Outdated when `version` is no longer the present one.

        Invalid, in words for the patient, for rules that contradict one another, name no house or have ended.
        """

    async def preview(
        self, who: Principal, releases: tuple[Release, ...], rules: tuple[ReleaseRule, ...]
    ) -> tuple[Release, ...]:
        """What would be released for treatment if these were put in place; changes nothing. Invalid as `change`."""

    async def undo(self, who: Principal, version: str) -> Releases:
        """Put what held before the last change in its place again. Outdated as `change`."""

    async def templates(self, who: Principal) -> tuple[ReleaseTemplate, ...]:
        """The decisions that the region has put into words."""

    async def record_paper(self, who: Principal, patient_id: str, template: str, scan: Scan) -> None:
        """Put what a patient signed on paper in place, with its scan: by staff who treat the patient.

        Forbidden for others; Incorrect for a template that is not known.
        """


class Studies(Protocol):
    """Counts for research; only on the hub."""

    async def count(self, who: Principal, cohort: Mapping[str, Any]) -> RegionCount:
        """Ask all sites for the size of a cohort in CCDL. Incorrect when the query is wrong, with what to change."""

    async def previous(self, who: Principal) -> tuple[RegionCount, ...]:
        """What `who` counted before, newest first."""


class Administration(Protocol):
    """What an administrator of the node looks after."""

    async def health(self, who: Principal) -> tuple[HealthCheck, ...]:
        """Everything this node needs, looked at now."""

    async def members(self, who: Principal) -> tuple[Member, ...]:
        """The members of the region."""

    async def log_head(self, who: Principal) -> LogHead | None:
        """The newest signed head of the audit log; None while it is empty."""

    async def verify_log(self, who: Principal) -> LogVerdict:
        """Prove the whole log; may take seconds."""


class PortalConfig(Protocol):
    """What the pages need of the node's settings (`verbund.config.NodeConfig` has it all)."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def demo(self) -> bool: ...
    @property
    def demo_people(self) -> tuple[str, ...]: ...
    @property
    def demo_password(self) -> str: ...
    @property
    def emergency_access(self) -> bool: ...
    @property
    def session_minutes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the pages call. `studies` is None on sites; what concerns accounts is None where it is not offered."""

    sign_in: SignIn
    account: Account
    sessions: Sessions
    records: Records
    region: Region
    accesses: Accesses
    releases: ReleaseBook
    administration: Administration
    studies: Studies | None
    clock: Callable[[], datetime]
    resets: Resets | None = None
    enrolment: Enrolment | None = None
    proxies: ProxyBook | None = None
    staff: Staff | None = None
    outside: Outside | None = None
    glass: Glass | None = None
    apps: Applications | None = None
    rights: PatientRights | None = None
    trust: TrustCentre | None = None


__all__ = [
    "Accesses",
    "Account",
    "Administration",
    "PortalConfig",
    "Records",
    "Region",
    "ReleaseBook",
    "Services",
    "Sessions",
    "SignIn",
    "Studies",
]
