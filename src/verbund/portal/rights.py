"""For patients: copy, correction, restriction and erasure of the own data; for the house: what patients asked for."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from starlette.responses import Response, StreamingResponse

from verbund.consent import ALL, NONE, DataCategory
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound
from verbund.identity import ConfirmationNeeded, Principal, Role, require_recent
from verbund.portal.asking import PatientRights
from verbund.portal.language import noted
from verbund.portal.model import CATEGORIES
from verbund.portal.record import Teller, Told, section_of
from verbund.portal.releases import CATEGORY_NAMES
from verbund.portal.web import Visit, text_of
from verbund.rights import ANSWERS, Answer, Kept, Kind, Outcome, Request, State

ENTRIES_A_PAGE = 50
LONGEST_TEXT = 4_000
REQUEST_NAMES: Mapping[Kind, str] = {
    Kind.CORRECTION: noted("Correction of an entry"),
    Kind.RESTRICTION: noted("Restriction: store, do not use"),
    Kind.ERASURE: noted("Erasure"),
}
STATE_NAMES: Mapping[State, str] = {
    State.OPEN: noted("waits for the house"),
    State.ACCEPTED: noted("done as you asked"),
    State.REFUSED: noted("refused"),
    State.WITHDRAWN: noted("taken back"),
    State.ENDED: noted("ended"),
    State.PARTLY: noted("erased in part"),
}
ANSWER_NAMES: Mapping[Answer, str] = {
    "corrected": noted("The entry has been corrected in the record"),
    "supplemented": noted("Add the patient's words to the entry as a note"),
    "accepted": noted("Do as the patient asks"),
    "refused": noted("Refuse, with a reason"),
    "ended": noted("End the restriction; the patient is told why"),
}


def rights_of(visit: Visit) -> PatientRights:
    """The rights of this house's patients; NotFound where the node does not offer them."""
    if visit.services.rights is None:
        raise NotFound("This node offers nothing of this kind.", german="Das bietet dieses Haus hier nicht an.")
    return visit.services.rights


# -------------------------------------------------------------------------------------------------- for the patient


async def overview(visit: Visit) -> Response:
    """All that can be asked for, the copies, and how far the own requests are."""
    return await _overview(visit, done=visit.request.query_params.get("done", ""))


async def _overview(visit: Visit, *, done: str = "", problem: str = "", text: str = "", status: int = 200) -> Response:
    rights = rights_of(visit)
    return visit.show(
        "rights.html",
        status=status,
        problem=problem,
        text=text,
        copies=await rights.copies(visit.person),
        requests=await rights.requests(visit.person),
        names=REQUEST_NAMES,
        states=STATE_NAMES,
        kinds=[kind for kind in CATEGORIES if kind != "demographics"],
        categories=CATEGORY_NAMES,
        done=done,
        said=categories_of,
    )


def categories_of(request: Request) -> tuple[str, ...]:
    """The kinds of data that a restriction is about; none stands for all."""
    if request.kinds & ALL == ALL:
        return ()
    return tuple(kind for kind in CATEGORIES if DataCategory[kind.upper()] in request.kinds)


async def copies(visit: Visit) -> Response:
    """How far the copies are, for the page to look again."""
    return visit.show("parts/copies.html", copies=await rights_of(visit).copies(visit.person))


async def ask_copy(visit: Visit) -> Response:
    """Begin a complete copy in the reader's language."""
    await visit.form()
    await rights_of(visit).ask_copy(visit.person, visit.language)
    return visit.go("/my/rights#copy")


async def fetch_copy(visit: Visit) -> Response:
    """The file."""
    copy, pieces = await rights_of(visit).fetch_copy(visit.person, _identity(visit))
    name = f"{copy.asked_at:%Y-%m-%d}-{visit.config.name}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"', "content-length": str(copy.size)}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


async def drop_copy(visit: Visit) -> Response:
    """Remove a copy before its time is over."""
    await visit.form()
    await rights_of(visit).drop_copy(visit.person, _identity(visit))
    return visit.go("/my/rights#copy")


async def correction(visit: Visit) -> Response:
    """Choose the entry that is wrong, then say what is."""
    if visit.request.method == "GET":
        chosen = text_of(visit.request.query_params, "entry", longest=500)
        return await _saying(visit, chosen) if chosen else await _choosing(visit)
    form = await visit.form()
    text, chosen = text_of(form, "text", longest=LONGEST_TEXT), text_of(form, "entry", longest=500)
    if not text:
        return await _saying(visit, chosen, problem=noted("Please say what is wrong."), status=422)
    kind, identity = visit.revealed(chosen, 2)
    await rights_of(visit).ask(visit.person, Kind.CORRECTION, text, about=f"{kind}/{identity}")
    return visit.go("/my/rights?done=correction#requests")


async def _saying(visit: Visit, chosen: str, *, problem: str = "", status: int = 200) -> Response:
    kind, identity = visit.revealed(chosen, 2)
    answer = await visit.services.records.record(visit.person, visit.person.patient_id or "")
    resources = [item.resource for item in answer.items]
    entry = next((one for one in resources if (one.get("resourceType"), one.get("id")) == (kind, identity)), None)
    if entry is None:
        raise NotFound("This entry is there no more.", german="Diesen Eintrag gibt es nicht mehr.")
    told = Teller(visit.format, visit.gettext).brief(entry)
    return visit.show(
        "rights_correction_entry.html", status=status, entry=told, key=chosen, section_of=section_of, problem=problem
    )


async def _choosing(visit: Visit) -> Response:
    sought = text_of(visit.request.query_params, "sought")
    start = _number(visit.request.query_params.get("start", ""))
    answer = await visit.services.records.record(visit.person, visit.person.patient_id or "")
    teller = Teller(visit.format, visit.gettext)
    entries = [item.resource for item in answer.items if item.resource.get("resourceType") != "Consent"]
    told = [(entry, teller.brief(entry)) for entry in entries]
    fits = [one for one in told if _fits(visit, one[1], sought.casefold())]
    fits.sort(key=lambda one: (one[1].when is not None, one[1].when.at if one[1].when else None), reverse=True)
    shown = [(visit.hide(one.type, str(resource.get("id"))), one) for resource, one in fits[start:][:ENTRIES_A_PAGE]]
    return visit.show(
        "rights_correction.html",
        entries=shown,
        total=len(fits),
        start=start,
        following=start + ENTRIES_A_PAGE if len(fits) > start + ENTRIES_A_PAGE else None,
        sought=sought,
        section_of=section_of,
    )


def _fits(visit: Visit, told: Told, sought: str) -> bool:
    """Whether all words that are sought stand in what is shown of the entry."""
    kind = visit.gettext(section_of(told.type))
    shown = " ".join((told.title, kind, visit.format.when(told.when), *(words for _, words in told.said))).casefold()
    return all(word in shown for word in sought.split())


def _number(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdecimal() else 0


async def restriction(visit: Visit) -> Response:
    """Ask that data is stored and not used."""
    form = await visit.form()
    categories = NONE
    for name in form.getlist("kind"):
        if name in CATEGORIES:
            categories |= DataCategory[str(name).upper()]
    everything, text = text_of(form, "extent") != "some", text_of(form, "text", longest=LONGEST_TEXT)
    if not everything and not categories:
        problem = visit.gettext(noted("Please choose at least one kind of data."))
        return await _overview(visit, problem=problem, text=text, status=422)
    await rights_of(visit).ask(visit.person, Kind.RESTRICTION, text, categories=ALL if everything else categories)
    return visit.go("/my/rights?done=restriction#requests")


async def erasure(visit: Visit) -> Response:
    """What would be erased, what must stay and why; then ask for it, having proved who one is."""
    rights = rights_of(visit)
    form = await visit.form() if visit.request.method == "POST" else None
    require_recent(visit.person, visit.services.clock())
    if form is None:
        outcome = await rights.preview(visit.person)
        return visit.show("rights_erasure.html", outcome=outcome, groups=groups(outcome), goes=going(outcome))
    if text_of(form, "sure") != "yes":
        return visit.go("/my/rights/erasure")
    try:
        await rights.ask(visit.person, Kind.ERASURE, text_of(form, "text", longest=LONGEST_TEXT))
    except Conflict:
        return visit.go("/my/rights?done=again#requests")
    return visit.go("/my/rights?done=erasure#requests")


def groups(outcome: Outcome) -> list[tuple[str, str, date, list[tuple[str, int]]]]:
    """What stays, by reason: the reason in German and English, until when at the latest, and how much of each kind."""
    by_rule: dict[str, list[Kept]] = {}
    for one in outcome.kept:
        by_rule.setdefault(one.rule.name, []).append(one)
    return [
        (kept[0].rule.de, kept[0].rule.en, max(one.until for one in kept), counted(one.entry.type for one in kept))
        for kept in by_rule.values()
    ]


def going(outcome: Outcome) -> list[tuple[str, int]]:
    """How much of each kind goes."""
    return counted(one.type for one in outcome.erased)


def counted(types: Any) -> list[tuple[str, int]]:  # noqa: ANN401 - an iterable of names
    """How many of each kind, by what it is called, the most first."""
    found: dict[str, int] = {}
    for kind in types:
        name = section_of(kind)
        found[name] = found.get(name, 0) + 1
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))


async def withdraw(visit: Visit) -> Response:
    """Take a request back, or end a restriction."""
    form = await visit.form()
    await rights_of(visit).withdraw(visit.person, _uuid(text_of(form, "request")))
    return visit.go("/my/rights?done=withdrawn#requests")


# --------------------------------------------------------------------------------------------------- for the house


async def work(visit: Visit) -> Response:
    """What waits for the house, longest first."""
    cursor = text_of(visit.request.query_params, "after") or None
    page = await rights_of(visit).waiting(visit.person, cursor=cursor)
    return visit.show(
        "rights_work.html",
        page=page,
        names=REQUEST_NAMES,
        states=STATE_NAMES,
        now=visit.services.clock(),
        answered=visit.request.query_params.get("answered", ""),
    )


async def request(visit: Visit) -> Response:
    """One request with what it is about; answer it. Whoever can erase has proved before who they are."""
    identity, rights = _identity(visit), rights_of(visit)
    problem = ""
    if visit.request.method == "POST":
        form = await visit.form()
        answer = next((name for name in ANSWER_NAMES if name == text_of(form, "answer")), None)
        if answer is None:
            problem = visit.gettext(noted("Please choose an answer."))
        else:
            try:
                await rights.answer(visit.person, identity, answer, text_of(form, "text", longest=LONGEST_TEXT))
                return visit.go("/rights?answered=yes")
            except ConfirmationNeeded:
                raise
            except (Incorrect, Conflict, Forbidden) as error:
                problem = error.german if visit.language == "de" else error.text
    found, entry, outcome = await rights.one(visit.person, identity)
    if outcome is not None:
        require_recent(visit.person, visit.services.clock())
    teller = Teller(visit.format, visit.gettext)
    return visit.show(
        "rights_request.html",
        status=422 if problem else 200,
        one=found,
        entry=None if entry is None else teller.told(entry),
        outcome=outcome,
        groups=groups(outcome) if outcome else [],
        goes=going(outcome) if outcome else [],
        answers=[name for name in ANSWER_NAMES if name in _possible(found, visit.person)],
        answer_names=ANSWER_NAMES,
        names=REQUEST_NAMES,
        states=STATE_NAMES,
        categories=CATEGORY_NAMES,
        said=categories_of,
        problem=problem,
    )


def _possible(found: Request, who: Principal) -> frozenset[str]:
    """The answers that fit the state; words are added to an entry by those who write the record."""
    answers: set[str] = set(ANSWERS[found.kind])
    if found.kind is Kind.RESTRICTION:
        answers = {"ended"} if found.state is State.ACCEPTED else answers - {"ended"}
    if who.role is Role.STEWARD:
        answers -= {"supplemented"}
    return frozenset(answers)


def _identity(visit: Visit) -> UUID:
    return _uuid(visit.request.path_params["item"])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(
            "There is no page at this address.", german="Unter dieser Adresse gibt es keine Seite."
        ) from None
