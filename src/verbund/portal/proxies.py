"""For patients: who acts for them, for whom they act, and switching between the own record and another's."""

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Conflict, Incorrect, NotFound
from verbund.portal.clinician import today_of
from verbund.portal.enrolment import STATES, chosen_categories, day_of, said
from verbund.portal.language import noted
from verbund.portal.people import Naming, ProxyBook
from verbund.portal.releases import CATEGORY_NAMES
from verbund.portal.rules import ROLE_NAMES
from verbund.portal.web import Visit, text_of


def book_of(visit: Visit) -> ProxyBook:
    """The relations; NotFound where the node does not offer them."""
    if visit.services.proxies is None:
        raise NotFound("This node knows no proxies.", german="Hier gibt es keine Vertretungen.")
    return visit.services.proxies


async def proxies(visit: Visit) -> Response:
    """Who acts for me, and for whom I act; naming somebody."""
    if visit.request.method == "GET":
        done = "named" in visit.request.query_params
        return await _page(visit, done=visit.gettext(_NAMED) if done else "")
    form = await visit.form()
    naming, problem = naming_of(visit, form)
    if problem:
        return await _page(visit, naming=naming, problem=visit.gettext(problem), status=422)
    try:
        await book_of(visit).name(visit.person, naming)
    except (Incorrect, Conflict, NotFound) as refused:
        return await _page(visit, naming=naming, problem=said(visit, refused), status=refused.http_status)
    return visit.go("/my/proxies?named")


_NAMED = noted("The offer is made. It holds as soon as the person has accepted it after signing in here.")


def naming_of(visit: Visit, form: FormData) -> tuple[Naming, str]:
    """The form as it was filled in, and what is wrong with it (a text for the catalogue)."""
    until, problem = day_of(form, "until", today_of(visit))
    naming = Naming(text_of(form, "login"), chosen_categories(form), bool(text_of(form, "decides")), until)
    if not problem and not naming.login:
        problem = noted("Please enter the login of the person.")
    if not problem and not naming.categories:
        problem = noted("Please choose at least one kind of data.")
    return naming, problem


async def _page(
    visit: Visit, *, naming: Naming | None = None, problem: str = "", done: str = "", status: int = 200
) -> Response:
    return visit.show(
        "proxies.html",
        status=status,
        relations=await book_of(visit).of(visit.person),
        naming=naming or Naming("", frozenset(CATEGORY_NAMES), decides=False, until=None),
        problem=problem,
        done=done,
        states=STATES,
        kinds=ROLE_NAMES,
        names=CATEGORY_NAMES,
    )


async def answer(visit: Visit) -> Response:
    """Accept or decline what is offered."""
    form = await visit.form()
    accepted = text_of(form, "answer") == "accept"
    await book_of(visit).answer(visit.person, _relation(visit, form), accepted=accepted)
    return visit.go("/my/proxies")


async def end(visit: Visit) -> Response:
    """End a relation, at once."""
    form = await visit.form()
    await book_of(visit).end(visit.person, _relation(visit, form))
    return visit.go("/my/proxies")


async def act(visit: Visit) -> Response:
    """Go on for somebody else, or for oneself again."""
    form = await visit.form()
    chosen = _relation(visit, form) if text_of(form, "relation", longest=500) else None
    await book_of(visit).choose(visit.secret, visit.person, chosen)
    return visit.go("/my/proxies" if chosen is None else "/my/record")


def _relation(visit: Visit, form: FormData) -> str:
    return str(visit.revealed_id(text_of(form, "relation", longest=500)))
