"""Accounts by letter: staff enrol patients and record guardians; who got a letter sets up login and password."""

from datetime import date

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Busy, Conflict, Incorrect, NotFound, Unauthenticated, VerbundError
from verbund.identity import require_recent
from verbund.portal.clinician import PAGE_SIZE, patient_query, today_of
from verbund.portal.language import ZONE, noted
from verbund.portal.model import CATEGORIES
from verbund.portal.people import Accepted, Enrolment, GuardianForm, PrintedLetter
from verbund.portal.record import name_order, person
from verbund.portal.releases import CATEGORY_NAMES
from verbund.portal.web import Visit, text_of

LETTERS_PAGE = 30
KINDS = (
    ("guardian", noted("Parent or legal guardian")),
    ("proxy", noted("Proxy, by a power of attorney")),
)
STATES = {
    "offered": noted("not accepted yet"),
    "active": noted("holds"),
    "declined": noted("declined"),
    "ended": noted("ended"),
}


def desk_of(visit: Visit) -> Enrolment:
    """Where letters are issued and redeemed; NotFound where the node does not offer it."""
    if visit.services.enrolment is None:
        raise NotFound("This node does not enrol anybody.", german="Hier werden keine Konten eingerichtet.")
    return visit.services.enrolment


def said(visit: Visit, error: VerbundError) -> str:
    """An error's sentence for this reader."""
    return error.german if visit.language == "de" else error.text


# ----------------------------------------------------------------------------------------------------- for the house


async def overview(visit: Visit) -> Response:
    """Find a patient to enrol, and the letters that are open. What is searched for is never in the address."""
    desk = desk_of(visit)
    if visit.request.method == "GET":
        after = text_of(visit.request.query_params, "after", longest=100) or None
        letters, following = await desk.letters(visit.person, count=LETTERS_PAGE, cursor=after)
        return visit.show(
            "enrolment/overview.html", sought="", found=None, rows=(), cursor=None, letters=letters, following=following
        )
    form = await visit.form()
    sought, cursor = text_of(form, "sought"), text_of(form, "cursor", longest=500) or None
    query = patient_query(sought)
    found = None
    if query.name or query.birth_date:
        found = await desk.find(visit.person, query, count=PAGE_SIZE, cursor=cursor)
    today = today_of(visit)
    rows = (
        [(visit.hide(str(p.get("id", ""))), person(p, today)) for p in sorted(found.patients, key=name_order)]
        if found
        else []
    )
    return visit.show(
        "enrolment/overview.html",
        sought=sought,
        found=found,
        rows=rows,
        cursor=found.next_cursor if found else None,
        letters=(),
        following=None,
    )


async def standing(visit: Visit) -> Response:
    """How a patient stands with this node."""
    return await _standing(visit)


async def _standing(visit: Visit, *, problem: str = "", done: str = "", status: int = 200) -> Response:
    found = await desk_of(visit).standing(visit.person, _patient_id(visit))
    return visit.show(
        "enrolment/standing.html",
        status=status,
        standing=found,
        key=visit.request.path_params["key"],
        problem=problem,
        done=done,
        states=STATES,
        kinds=dict(KINDS),
        names=CATEGORY_NAMES,
    )


async def letter(visit: Visit) -> Response:
    """Issue a letter and show it, once, for printing."""
    await visit.form()
    try:
        printed = await desk_of(visit).issue(visit.person, _patient_id(visit))
    except Conflict as refused:
        return await _standing(visit, problem=said(visit, refused), status=409)
    return show_letter(visit, printed, f"/enrolment/{visit.request.path_params['key']}")


def show_letter(visit: Visit, printed: PrintedLetter, back: str) -> Response:
    """A letter in both languages, for printing; `back` is where to go on."""
    until = printed.expires.astimezone(ZONE).strftime("%d.%m.%Y")
    return visit.show("enrolment/letter.html", letter=printed, until=until, back=back)


async def revoke(visit: Visit) -> Response:
    """End a patient's open letter."""
    await visit.form()
    await desk_of(visit).revoke(visit.person, _patient_id(visit))
    return visit.go(f"/enrolment/{visit.request.path_params['key']}")


async def end_relation(visit: Visit) -> Response:
    """End a relation of a patient."""
    form = await visit.form()
    await desk_of(visit).end_relation(visit.person, _patient_id(visit), text_of(form, "relation"))
    return visit.go(f"/enrolment/{visit.request.path_params['key']}")


async def guardian(visit: Visit) -> Response:
    """Record who acts for a patient, after a proof on paper."""
    if visit.request.method == "GET":
        # Asked for before the form is filled in; recording it asks once more.
        require_recent(visit.person, visit.services.clock())
        return await _guardian_form(visit, None, "")
    form = await visit.form()
    filled, problem = guardian_of(form, today_of(visit))
    if problem:
        return await _guardian_form(visit, filled, visit.gettext(problem), status=422)
    try:
        printed = await desk_of(visit).record_guardian(visit.person, _patient_id(visit), filled)
    except (Incorrect, Conflict, NotFound) as refused:
        return await _guardian_form(visit, filled, said(visit, refused), status=422)
    if printed is None:
        return await _standing(visit, done=visit.gettext("Recorded. It begins when the person has accepted it."))
    return show_letter(visit, printed, f"/enrolment/{visit.request.path_params['key']}")


async def _guardian_form(visit: Visit, filled: GuardianForm | None, problem: str, *, status: int = 200) -> Response:
    found = await desk_of(visit).standing(visit.person, _patient_id(visit))
    return visit.show(
        "enrolment/guardian.html",
        status=status,
        standing=found,
        key=visit.request.path_params["key"],
        form=filled or GuardianForm("", None, "", "", frozenset(CATEGORIES), decides=True, until=None),
        problem=problem,
        kinds=KINDS,
        names=CATEGORY_NAMES,
    )


def guardian_of(form: FormData, today: date) -> tuple[GuardianForm, str]:
    """The form as it was filled in, and what is wrong with it (a text for the catalogue)."""
    kind = text_of(form, "kind")
    until, wrong = day_of(form, "until", today)
    filled = GuardianForm(
        name=text_of(form, "name"),
        birth_date=patient_query(text_of(form, "born")).birth_date,
        login=text_of(form, "login"),
        proof=text_of(form, "proof", longest=300),
        categories=chosen_categories(form),
        decides=bool(text_of(form, "decides")),
        until=until,
        kind="proxy" if kind == "proxy" else "guardian",
    )
    if wrong:
        return filled, wrong
    if text_of(form, "born") and filled.birth_date is None:
        return filled, noted("Please write the birth date as day.month.year, for example 05.03.1956.")
    if not filled.proof:
        return filled, noted("Please say which paper you have seen.")
    return filled, ""


def chosen_categories(form: FormData) -> frozenset[str]:
    """The kinds of data that were ticked."""
    return frozenset(str(one) for one in form.getlist("category")) & frozenset(CATEGORIES)


def day_of(form: FormData, name: str, today: date) -> tuple[date | None, str]:
    """A day ahead that somebody may leave out, and what is wrong with it."""
    written = text_of(form, name)
    if not written:
        return None, ""
    found = patient_query(written).birth_date
    if found is None:
        return None, noted("Please write the last day as day.month.year, for example 31.12.2027.")
    return (found, "") if found >= today else (None, noted("The last day lies in the past."))


def _patient_id(visit: Visit) -> str:
    return visit.reveal("key")[0]


# ---------------------------------------------------------------------------------------- for who has got a letter


async def enrol(visit: Visit) -> Response:
    """The code with the birth date or login; then login and password. Neither is ever part of an address."""
    desk_of(visit)
    if visit.request.method == "GET":
        return _code_form(visit, staff=visit.request.query_params.get("for") == "staff")
    form = await visit.form()
    if text_of(form, "ticket", longest=2000):
        return await _chosen(visit, form)
    return await _entered(visit, form)


def _code_form(
    visit: Visit, *, staff: bool, code: str = "", second: str = "", problem: str = "", status: int = 200
) -> Response:
    return visit.show("enrolment/enrol.html", status=status, staff=staff, code=code, second=second, problem=problem)


async def _entered(visit: Visit, form: FormData) -> Response:
    staff = bool(text_of(form, "staff"))
    code, second = text_of(form, "code"), text_of(form, "second")
    given = second
    if not staff:
        born = patient_query(second).birth_date
        if born is None:
            problem = visit.gettext("Please write the birth date as day.month.year, for example 05.03.1956.")
            return _code_form(visit, staff=staff, code=code, second=second, problem=problem, status=422)
        given = born.isoformat()
    try:
        accepted = await desk_of(visit).open(code, given, address=visit.browser.address)
    except (Unauthenticated, Conflict, Busy) as refused:
        return _code_form(
            visit, staff=staff, code=code, second=second, problem=said(visit, refused), status=refused.http_status
        )
    return _choose_form(visit, accepted)


def _choose_form(
    visit: Visit, accepted: Accepted, *, login: str = "", problem: str = "", status: int = 200
) -> Response:
    return visit.show("enrolment/choose.html", status=status, accepted=accepted, login=login, problem=problem)


async def _chosen(visit: Visit, form: FormData) -> Response:
    accepted = Accepted(
        text_of(form, "ticket", longest=2000), text_of(form, "name"), text_of(form, "known", longest=200)
    )
    login, password, again = text_of(form, "login"), str(form.get("password", "")), str(form.get("again", ""))
    if password != again:
        problem = visit.gettext("The two passwords differ.")
        return _choose_form(visit, accepted, login=login, problem=problem, status=422)
    try:
        used = await desk_of(visit).redeem(accepted.ticket, login, password)
    except Unauthenticated as stale:
        return _code_form(visit, staff=False, problem=said(visit, stale), status=401)
    except (Incorrect, Conflict, Busy) as refused:
        return _choose_form(visit, accepted, login=login, problem=said(visit, refused), status=refused.http_status)
    return visit.show("enrolment/done.html", login=used)
