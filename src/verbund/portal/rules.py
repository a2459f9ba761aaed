"""Who may open which page: a table. A page that is not in it cannot be served."""

from dataclasses import dataclass
from types import MappingProxyType

from verbund.identity import Role
from verbund.portal.language import noted


@dataclass(frozen=True, slots=True)
class Rule:
    """`roles` may open the page; None lets everybody, signed in or not."""

    roles: frozenset[Role] | None

    def allows(self, role: Role | None) -> bool:
        """Whether somebody of this role (None: not signed in) may open it."""
        return self.roles is None or role in self.roles


PUBLIC = Rule(None)
SIGNED_IN = Rule(frozenset(Role) - {Role.SYSTEM})
CLINICIANS = Rule(frozenset({Role.PHYSICIAN, Role.NURSE}))
RESCUERS = Rule(frozenset({Role.PARAMEDIC, Role.PHYSICIAN}))
PATIENTS = Rule(frozenset({Role.PATIENT}))
RESEARCHERS = Rule(frozenset({Role.RESEARCHER}))
ADMINISTRATORS = Rule(frozenset({Role.ADMINISTRATOR}))

RULES = MappingProxyType(
    {
        "/": SIGNED_IN,
        "/about": PUBLIC,
        "/settings": PUBLIC,
        "/static": PUBLIC,
        "/sign-in": PUBLIC,
        "/oauth/callback": PUBLIC,
        "/sign-out": SIGNED_IN,
        "/signed-out": PUBLIC,
        "/patients": CLINICIANS,
        "/record/{key}": CLINICIANS,
        "/record/{key}/region": CLINICIANS,
        "/record/{key}/document/{item}": CLINICIANS,
        "/emergency": RESCUERS,
        "/my/accesses": PATIENTS,
        "/my/record": PATIENTS,
        "/my/record/document/{item}": PATIENTS,
        "/my/releases": PATIENTS,
        "/my/releases/check": PATIENTS,
        "/my/releases/confirm": PATIENTS,
        "/my/releases/delivery": PATIENTS,
        "/my/releases/history": PATIENTS,
        "/research": RESEARCHERS,
        "/research/questions": RESEARCHERS,
        "/administration": ADMINISTRATORS,
        "/administration/members": ADMINISTRATORS,
        "/administration/log": ADMINISTRATORS,
        "/administration/people": ADMINISTRATORS,
    }
)
"""Path of the route (as Starlette writes it) → its rule."""


def home_of(role: Role) -> str:
    """Where somebody of this role starts."""
    return _HOMES.get(role, "/about")


_HOMES = {
    Role.PHYSICIAN: "/patients",
    Role.NURSE: "/patients",
    Role.PARAMEDIC: "/emergency",
    Role.PATIENT: "/my/accesses",
    Role.RESEARCHER: "/research",
    Role.ADMINISTRATOR: "/administration",
}

ROLE_NAMES = MappingProxyType(
    {
        Role.PHYSICIAN: noted("Physician"),
        Role.NURSE: noted("Nurse"),
        Role.PARAMEDIC: noted("Paramedic"),
        Role.PATIENT: noted("Patient"),
        Role.RESEARCHER: noted("Researcher"),
        Role.STEWARD: noted("Data steward"),
        Role.ADMINISTRATOR: noted("Administrator"),
        Role.SYSTEM: noted("System"),
    }
)
"""What people of a role are called."""


def role_name(role: str) -> str:
    """What people of a role are called, for the catalogue; a role that is not known as it is."""
    return ROLE_NAMES[Role(role)] if role in set(Role) else role


_PATIENTS = ("/patients", noted("Patients"))
_EMERGENCY = ("/emergency", noted("Emergency access"))
_NAVIGATION = {
    Role.PHYSICIAN: (_PATIENTS, _EMERGENCY),
    Role.NURSE: (_PATIENTS,),
    Role.PARAMEDIC: (_EMERGENCY,),
    Role.PATIENT: (
        ("/my/accesses", noted("Who looked")),
        ("/my/record", noted("My data")),
        ("/my/releases", noted("My releases")),
    ),
    Role.RESEARCHER: (("/research", noted("New question")), ("/research/questions", noted("My questions"))),
    Role.ADMINISTRATOR: (
        ("/administration", noted("Health")),
        ("/administration/members", noted("Region")),
        ("/administration/log", noted("Audit log")),
        ("/administration/people", noted("People")),
    ),
}


def navigation_of(role: Role, *, emergency: bool) -> tuple[tuple[str, str], ...]:
    """The main navigation of a role; the page of emergency access only where the node allows it."""
    return tuple(link for link in _NAVIGATION.get(role, ()) if emergency or link is not _EMERGENCY)
