"""For administrators: the people of the house who sign in, added by letter, changed, closed and opened again."""

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity import Role, require_recent
from verbund.portal.enrolment import said, show_letter
from verbund.portal.language import noted
from verbund.portal.people import Staff, StaffForm, StaffMember
from verbund.portal.rules import ROLE_NAMES, role_name
from verbund.portal.web import Visit, text_of

PAGE = 50
ROLES = tuple((role.value, ROLE_NAMES[role]) for role in Role if role not in {Role.PATIENT, Role.SYSTEM})
# Codes of IHE Deutschland's value set of medical specialties; the commoner ones, others are written as words.
SPECIALTIES = {
    "ALLG": noted("General practice"),
    "ANAE": noted("Anaesthesiology"),
    "AUGE": noted("Ophthalmology"),
    "CHIR": noted("Surgery"),
    "FRAU": noted("Gynaecology and obstetrics"),
    "HAUT": noted("Dermatology"),
    "HNOH": noted("Ear, nose and throat"),
    "INNE": noted("Internal medicine"),
    "KARD": noted("Cardiology"),
    "KIJU": noted("Paediatrics"),
    "LABO": noted("Laboratory medicine"),
    "NEUR": noted("Neurology"),
    "NOTF": noted("Emergency medicine"),
    "ORTH": noted("Orthopaedics"),
    "PHMD": noted("Rehabilitation medicine"),
    "PSYC": noted("Psychiatry"),
    "RADI": noted("Radiology"),
    "UROL": noted("Urology"),
}


def desk_of(visit: Visit) -> Staff:
    """The people of the house; NotFound where the node does not offer it."""
    if visit.services.staff is None:
        raise NotFound("This node keeps no staff.", german="Hier wird kein Personal verwaltet.")
    return visit.services.staff


async def people(visit: Visit) -> Response:
    """Everybody of the house who signs in, page by page."""
    found = await desk_of(visit).all(visit.person)
    asked = text_of(visit.request.query_params, "page")
    page = max(1, int(asked[:6])) if asked.isdecimal() else 1
    last = max(1, -(-len(found) // PAGE))
    page = min(page, last)
    return visit.show(
        "administration/people.html",
        people=found[(page - 1) * PAGE : page * PAGE],
        count=len(found),
        page=page,
        last=last,
        role_name=role_name,
        specialties=SPECIALTIES,
    )


def _recent(visit: Visit) -> None:
    """Who opens doors for others has proved lately who they are themselves."""
    require_recent(visit.person, visit.services.clock())


async def new(visit: Visit) -> Response:
    """The form for somebody new, and after it the letter."""
    if visit.request.method == "GET":
        _recent(visit)
        return _form(visit, StaffForm("", "", Role.NURSE.value, ""))
    filled = form_of(await visit.form())
    _recent(visit)
    try:
        printed = await desk_of(visit).add(visit.person, filled)
    except (Incorrect, Conflict) as refused:
        return _form(visit, filled, problem=said(visit, refused), status=refused.http_status)
    return show_letter(visit, printed, "/administration/people")


def _form(visit: Visit, filled: StaffForm, *, problem: str = "", status: int = 200) -> Response:
    return visit.show(
        "administration/person_new.html",
        status=status,
        form=filled,
        problem=problem,
        roles=ROLES,
        specialties=SPECIALTIES,
    )


async def one(visit: Visit) -> Response:
    """Somebody of the staff; the form changes name, role and specialty."""
    if visit.request.method == "GET":
        _recent(visit)
        return await _one(visit)
    filled = form_of(await visit.form())
    _recent(visit)
    try:
        await desk_of(visit).change(visit.person, _id(visit), filled)
    except (Incorrect, Conflict) as refused:
        return await _one(visit, problem=said(visit, refused), status=refused.http_status)
    return await _one(visit, done=visit.gettext("Changed."))


async def _one(visit: Visit, *, problem: str = "", done: str = "", status: int = 200) -> Response:
    member: StaffMember = await desk_of(visit).one(visit.person, _id(visit))
    return visit.show(
        "administration/person.html",
        status=status,
        member=member,
        key=visit.request.path_params["key"],
        own=member.id == visit.person.subject,
        problem=problem,
        done=done,
        roles=ROLES,
        specialties=SPECIALTIES,
        role_name=role_name,
    )


async def letter(visit: Visit) -> Response:
    """A letter for a new password."""
    await visit.form()
    _recent(visit)
    try:
        printed = await desk_of(visit).letter(visit.person, _id(visit))
    except Conflict as refused:
        return await _one(visit, problem=said(visit, refused), status=409)
    return show_letter(visit, printed, f"/administration/people/{visit.request.path_params['key']}")


async def close(visit: Visit) -> Response:
    """End somebody's access at once."""
    await visit.form()
    _recent(visit)
    try:
        await desk_of(visit).close(visit.person, _id(visit))
    except Conflict as refused:
        return await _one(visit, problem=said(visit, refused), status=409)
    return visit.go(f"/administration/people/{visit.request.path_params['key']}")


async def reopen(visit: Visit) -> Response:
    """Let somebody sign in again."""
    await visit.form()
    _recent(visit)
    await desk_of(visit).reopen(visit.person, _id(visit))
    return visit.go(f"/administration/people/{visit.request.path_params['key']}")


def form_of(form: FormData) -> StaffForm:
    """The form as it was filled in; a specialty in words goes before one that was chosen."""
    chosen = text_of(form, "specialty")
    words = text_of(form, "specialty_words", longest=100)
    known = chosen if chosen in SPECIALTIES else ""
    return StaffForm(text_of(form, "login"), text_of(form, "name"), text_of(form, "role"), words or known)


def _id(visit: Visit) -> str:
    return visit.reveal("key")[0]
