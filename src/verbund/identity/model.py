"""Who asks: people of a house, their role, and the principal that every request is answered to."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from verbund.config import NodeConfig
from verbund.identity.scopes import Level, Scopes


class Role(StrEnum):
    """What somebody is in a house; decides which scopes and purposes they can have at most."""

    PHYSICIAN = "physician"
    NURSE = "nurse"
    PARAMEDIC = "paramedic"
    PATIENT = "patient"
    RESEARCHER = "researcher"
    STEWARD = "steward"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def scopes(self) -> Scopes:
        """The widest scopes that somebody of this role is ever granted."""
        return Scopes.parse(_SCOPES[self])

    @property
    def purpose(self) -> str:
        """Why somebody of this role asks when they say nothing else (HL7 v3 ActReason)."""
        return _PURPOSES[self]


_SCOPES = {
    Role.PHYSICIAN: "user/*.cruds",
    Role.NURSE: "user/*.rs user/Observation.cru user/Communication.cru user/Task.cru",
    Role.PARAMEDIC: "user/*.rs",
    Role.PATIENT: "patient/*.rs patient/Consent.cru patient/Subscription.cru",
    Role.RESEARCHER: "",
    Role.STEWARD: "user/Consent.rs user/AuditEvent.rs",
    Role.ADMINISTRATOR: (
        "user/Organization.cruds user/Practitioner.cruds user/PractitionerRole.cruds "
        "user/Location.cruds user/HealthcareService.cruds user/Endpoint.cruds"
    ),
    Role.SYSTEM: "system/*.cruds",
}

_PURPOSES = {
    Role.PHYSICIAN: "TREAT",
    Role.NURSE: "TREAT",
    Role.PARAMEDIC: "TREAT",
    Role.PATIENT: "PATRQT",
    Role.RESEARCHER: "HRESCH",
    Role.STEWARD: "HOPERAT",
    Role.ADMINISTRATOR: "HOPERAT",
    Role.SYSTEM: "HOPERAT",
}


ProxyKind = Literal["proxy", "guardian"]


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom and how far somebody acts: a proxy whom the patient named, or a guardian.

    `categories` is a mask of `consent.DataCategory`. `decides` lets them change releases as well. It holds from `since`
    and before `until`; None is without an end.
    """

    id: UUID
    patient_name: str = field(repr=False)
    kind: ProxyKind
    categories: int
    decides: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, in which role, from which organisation, what for, and with which scopes.

    `purpose` is a code of HL7 v3 ActReason. `emergency_reason` is what somebody wrote who breaks the glass. `token` is
    the id of the access token, where there is one; who asks is the same with another. `authenticated` is when the
    person last proved who they are, None for tokens. With a `proxy`, `patient_id` is
    the patient for whom somebody acts, and the purpose is FAMRQT. `epoch` is the person's when they proved who they are
    (`Person.epoch`), None where it is not known and for who is no person.
    """

    subject: str
    name: str = field(repr=False)
    role: Role
    organisation: str
    organisation_name: str
    patient_id: str | None
    scopes: Scopes
    purpose: str
    client: str | None = None
    emergency_reason: str | None = None
    token: UUID | None = field(default=None, repr=False, compare=False)
    authenticated: datetime | None = field(default=None, repr=False, compare=False)
    proxy: Acting | None = None
    practitioner_id: str | None = None
    epoch: int | None = field(default=None, repr=False, compare=False)

    def __hash__(self) -> int:
        """Of what tells most from one another: each request looks up several times what this one may."""
        return hash((self.subject, self.purpose))

    @property
    def capacity(self) -> str:
        """What they are here, for the log: the role, for who acts for somebody the kind of proxy."""
        return str(self.role) if self.proxy is None else self.proxy.kind


@dataclass(frozen=True, slots=True)
class House:
    """The organisation whose node this is, and under which address it issues tokens.

    `issuer` is an absolute URL without a slash at its end (OpenID Connect Discovery 1.0, section 3).
    """

    organisation: str
    organisation_name: str
    issuer: str

    @classmethod
    def of(cls, config: NodeConfig) -> "House":
        """The house of a node's settings."""
        return cls(config.name, config.title, config.base_url)

    @property
    def audience(self) -> str:
        """For whom access tokens are made: the address of the FHIR API (RFC 8707, SMART `aud`)."""
        return f"{self.issuer}/fhir"

    @property
    def secure(self) -> bool:
        """Whether browsers reach this node by TLS, so that cookies can be kept to it."""
        return self.issuer.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """The session cookie's name; with the node's name, since cookies do not tell the ports of one host apart."""
        name = f"verbund-{self.organisation}"
        return f"__Host-{name}" if self.secure else name


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in. `id` never changes; `practitioner_id` or `patient_id` is who they are in FHIR.

    A patient without `patient_id` has no record here and can only act for others. `role_id` is the PractitionerRole of
    staff, `specialty` what it says. `epoch` grows whenever all that they had proven is put out, as by a new password:
    what was proven in a former one counts no more.
    """

    id: UUID
    login: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    patient_id: str | None
    practitioner_id: str | None
    created: datetime
    specialty: str | None = None
    role_id: str | None = None
    active: bool = True
    epoch: int = field(default=0, repr=False, compare=False)

    @property
    def fhir_user(self) -> str | None:
        """The relative reference to who this is (SMART App Launch 2.2, `fhirUser`)."""
        if self.patient_id is not None:
            return f"Patient/{self.patient_id}"
        return None if self.practitioner_id is None else f"Practitioner/{self.practitioner_id}"

    def most(self, launched_for: str | None = None) -> Scopes:
        """The widest scopes that an app is granted for this person."""
        of_role = self.role.scopes
        return of_role | of_role.at(Level.PATIENT) if launched_for and self.role is not Role.PATIENT else of_role

    def principal(
        self,
        house: House,
        *,
        purpose: str | None = None,
        emergency_reason: str | None = None,
        scopes: Scopes | None = None,
        client: str | None = None,
        authenticated: datetime | None = None,
        launched_for: str | None = None,
    ) -> Principal:
        """This person asking at `house`; scopes are never wider than the role's.

        `launched_for` is the patient for whom somebody of the staff uses an app: it may then have of this patient what
        the role may have of all.
        """
        return Principal(
            subject=str(self.id),
            name=self.name,
            role=self.role,
            organisation=house.organisation,
            organisation_name=house.organisation_name,
            patient_id=self.patient_id if self.role is Role.PATIENT else launched_for or self.patient_id,
            scopes=self.role.scopes if scopes is None else scopes.within(self.most(launched_for)),
            purpose=purpose or self.role.purpose,
            client=client,
            emergency_reason=emergency_reason,
            practitioner_id=self.practitioner_id,
            authenticated=authenticated,
            epoch=self.epoch,
        )
