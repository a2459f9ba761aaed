"""Who may open which page: a table. A page that is not in it cannot be served."""

from dataclasses import dataclass
from types import MappingProxyType

from verbund.consent import ALL
from verbund.identity import Acting, Principal, Role
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
PHYSICIANS = Rule(frozenset({Role.PHYSICIAN}))
RESCUERS = Rule(frozenset({Role.PARAMEDIC, Role.PHYSICIAN}))
PATIENTS = Rule(frozenset({Role.PATIENT}))
ENROLLERS = Rule(frozenset({Role.PHYSICIAN, Role.NURSE, Role.ADMINISTRATOR}))
ANSWERERS = Rule(frozenset({Role.PHYSICIAN, Role.STEWARD}))
RESEARCHERS = Rule(frozenset({Role.RESEARCHER}))
ADMINISTRATORS = Rule(frozenset({Role.ADMINISTRATOR}))
STEWARDS = Rule(frozenset({Role.STEWARD}))

RULES = MappingProxyType(
    {
        "/": SIGNED_IN,
        "/about": PUBLIC,
        "/settings": PUBLIC,
        "/static": PUBLIC,
        "/sign-in": PUBLIC,
        "/sign-in/passkey": PUBLIC,
        "/sign-in/code": PUBLIC,
        "/sign-in/factor": PUBLIC,
        "/sign-in/password": PUBLIC,
        "/sign-in/continue": PUBLIC,
        "/oauth/callback": PUBLIC,
        "/sign-out": SIGNED_IN,
        "/signed-out": PUBLIC,
        "/security": SIGNED_IN,
        "/security/passkey": SIGNED_IN,
        "/security/app": SIGNED_IN,
        "/security/codes": SIGNED_IN,
        "/security/password": SIGNED_IN,
        "/security/confirm": SIGNED_IN,
        "/apps": SIGNED_IN,
        "/apps/end": SIGNED_IN,
        "/apps/consent": PUBLIC,
        "/patients": CLINICIANS,
        "/record/{key}": CLINICIANS,
        "/record/{key}/region": CLINICIANS,
        "/record/{key}/apps": CLINICIANS,
        "/record/{key}/document/{item}": CLINICIANS,
        "/record/{key}/consent": PHYSICIANS,
        "/emergency": RESCUERS,
        "/open-record": CLINICIANS,
        "/openings": STEWARDS,
        "/my/accesses": PATIENTS,
        "/my/accesses/{site}/{sequence}/proof": PATIENTS,
        "/my/record": PATIENTS,
        "/my/record/document/{item}": PATIENTS,
        "/my/releases": PATIENTS,
        "/my/releases/check": PATIENTS,
        "/my/releases/confirm": PATIENTS,
        "/my/releases/rule": PATIENTS,
        "/my/releases/entries": PATIENTS,
        "/my/releases/withdraw": PATIENTS,
        "/my/releases/undo": PATIENTS,
        "/my/releases/delivery": PATIENTS,
        "/my/releases/history": PATIENTS,
        "/sign-in/outside": PUBLIC,
        "/sign-in/outside/{name}": PUBLIC,
        "/links": SIGNED_IN,
        "/my/proxies": PATIENTS,
        "/my/proxies/answer": PATIENTS,
        "/my/proxies/end": PATIENTS,
        "/my/acting": PATIENTS,
        "/enrol": PUBLIC,
        "/enrolment": ENROLLERS,
        "/enrolment/{key}": ENROLLERS,
        "/enrolment/{key}/letter": ENROLLERS,
        "/enrolment/{key}/revoke": ENROLLERS,
        "/enrolment/{key}/reset": ENROLLERS,
        "/enrolment/{key}/relation": ENROLLERS,
        "/enrolment/{key}/guardian": ENROLLERS,
        "/my/rights": PATIENTS,
        "/my/rights/copies": PATIENTS,
        "/my/rights/copy": PATIENTS,
        "/my/rights/copy/{item}": PATIENTS,
        "/my/rights/copy/{item}/drop": PATIENTS,
        "/my/rights/correction": PATIENTS,
        "/my/rights/restriction": PATIENTS,
        "/my/rights/erasure": PATIENTS,
        "/my/rights/withdraw": PATIENTS,
        "/rights": ANSWERERS,
        "/rights/{item}": ANSWERERS,
        "/linkage": STEWARDS,
        "/linkage/{key}": STEWARDS,
        "/linkage/decided": STEWARDS,
        "/linkage/decided/{item}": STEWARDS,
        "/research": RESEARCHERS,
        "/research/questions": RESEARCHERS,
        "/administration": ADMINISTRATORS,
        "/administration/members": ADMINISTRATORS,
        "/administration/log": ADMINISTRATORS,
        "/administration/people": ADMINISTRATORS,
        "/administration/people/new": ADMINISTRATORS,
        "/administration/people/{key}": ADMINISTRATORS,
        "/administration/people/{key}/letter": ADMINISTRATORS,
        "/administration/people/{key}/reset": ADMINISTRATORS,
        "/administration/people/{key}/close": ADMINISTRATORS,
        "/administration/people/{key}/reopen": ADMINISTRATORS,
    }
)
"""Path of the route (as Starlette writes it) → its rule."""


_ALWAYS_WHILE_ACTING = frozenset(
    {
        "/", "/about", "/settings", "/static", "/sign-in", "/oauth/callback", "/sign-out", "/signed-out",
        "/my/proxies", "/my/proxies/answer", "/my/proxies/end", "/my/acting",
        "/my/record", "/my/record/document/{item}",
    }
)  # fmt: skip
_OF_THE_PERSON = ("/security", "/sign-in/", "/links")
_OF_WHOLE_RECORD = frozenset({"/my/accesses", "/my/accesses/{site}/{sequence}/proof"})
_OF_DECIDING = "/my/releases"
_OF_RIGHTS = "/my/rights"


def allowed_while_acting(path: str, proxy: Acting) -> bool:
    """Whether who acts for somebody else may open a page; what is not listed is the patient's own affair."""
    if path in _ALWAYS_WHILE_ACTING or path.startswith(_OF_THE_PERSON):
        return True
    if path in _OF_WHOLE_RECORD:
        return proxy.categories & int(ALL) == ALL
    if f"{path}/".startswith(f"{_OF_RIGHTS}/"):
        return proxy.decides and proxy.categories & int(ALL) == ALL
    return proxy.decides and f"{path}/".startswith(f"{_OF_DECIDING}/")


def home_of(who: Principal, *, hub: bool = False) -> str:
    """Where somebody starts: by role; who acts for somebody else, at that record; who has none, where they act."""
    if hub and who.role is Role.STEWARD:
        return _DOUBTS[0]
    if who.proxy is not None:
        return "/my/record"
    return _HOMES.get(who.role, "/about") if not _without_record(who) else _PROXIES[0]


def _without_record(who: Principal) -> bool:
    """Whether somebody is here for others only, such as a parent who is no patient of this house."""
    return who.role is Role.PATIENT and who.patient_id is None


_HOMES = {
    Role.PHYSICIAN: "/patients",
    Role.NURSE: "/patients",
    Role.PARAMEDIC: "/emergency",
    Role.PATIENT: "/my/accesses",
    Role.RESEARCHER: "/research",
    Role.ADMINISTRATOR: "/administration",
    Role.STEWARD: "/openings",
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
        "proxy": noted("Proxy"),
        "guardian": noted("Guardian"),
    }
)
"""What people of a role are called."""


def role_name(role: str) -> str:
    """What people of a role are called, for the catalogue; a role that is not known as it is."""
    return ROLE_NAMES.get(role, role)


_PATIENTS = ("/patients", noted("Patients"))
_PROXIES = ("/my/proxies", noted("Proxies"))
_ENROLMENT = ("/enrolment", noted("Enrolment"))
_EMERGENCY = ("/emergency", noted("Emergency access"))
_DOUBTS = ("/linkage", noted("Doubtful persons"))
_REQUESTS = ("/rights", noted("Requests"))
_NAVIGATION = {
    Role.PHYSICIAN: (_PATIENTS, _ENROLMENT, _REQUESTS, _EMERGENCY),
    Role.NURSE: (_PATIENTS, _ENROLMENT),
    Role.PARAMEDIC: (_EMERGENCY,),
    Role.PATIENT: (
        ("/my/accesses", noted("Who looked")),
        ("/my/record", noted("My data")),
        ("/my/releases", noted("My releases")),
        _PROXIES,
        ("/my/rights", noted("My rights")),
    ),
    Role.RESEARCHER: (("/research", noted("New question")), ("/research/questions", noted("My questions"))),
    Role.STEWARD: (("/openings", noted("Opened with a reason")), _REQUESTS, _DOUBTS),
    Role.ADMINISTRATOR: (
        ("/administration", noted("Health")),
        ("/administration/members", noted("Region")),
        ("/administration/log", noted("Audit log")),
        ("/administration/people", noted("People")),
        _ENROLMENT,
    ),
}


def navigation_of(who: Principal, *, emergency: bool, hub: bool) -> tuple[tuple[str, str], ...]:
    """The main navigation of somebody; the page of emergency access only where the node allows it.

    A hub has no records: its stewards see to the trust centre.
    """
    links = tuple(link for link in _NAVIGATION.get(who.role, ()) if emergency or link is not _EMERGENCY)
    if who.role is Role.STEWARD:
        links = tuple(link for link in links if (link is _DOUBTS) is hub)
    if who.proxy is not None:
        return tuple(link for link in links if allowed_while_acting(link[0], who.proxy))
    return (_PROXIES,) if _without_record(who) else links
