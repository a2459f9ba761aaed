"""For the steward of the trust centre, at the hub: who is one person, and who is two. No name is known here."""

from starlette.responses import Response

from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity import require_recent
from verbund.portal.doubts import Choice, TrustCentre
from verbund.portal.language import noted
from verbund.portal.web import Visit, text_of

PAGE = 50
REASONS = {
    "similar": noted("Nearly the same details"),
    "insurance numbers contradict": noted("The insurance numbers contradict each other"),
    "insurance number fits, the person does not": noted("The insurance number fits, the person does not"),
    "fits several": noted("Fits several people"),
    "given names differ": noted("The given names differ"),
    "details became another person's": noted("A record's details became another person's"),
    "fits, but it is in question who that is": noted("Fits a record of which it is in question whose it is"),
}
KINDS = {
    "same": noted("One person"),
    "different": noted("Two people"),
    "split": noted("Two people, parted"),
    "reopened": noted("Opened again"),
}


def desk_of(visit: Visit) -> TrustCentre:
    """The trust centre; NotFound at every house."""
    if visit.services.trust is None:
        raise NotFound(
            "The trust centre of the region is at its hub.",
            german="Die Vertrauensstelle der Region ist an deren Zentrale.",
        )
    return visit.services.trust


async def doubts(visit: Visit) -> Response:
    """Open questions; or, asked with a pseudonym, whoever stands under it."""
    sent = await visit.form() if visit.request.method == "POST" else None
    desk = desk_of(visit)
    if sent is not None:
        sought = text_of(sent, "pseudonym").strip()
        try:
            await desk.person(visit.person, sought)
        except NotFound:
            return await _list(visit, desk, sought=sought, status=404)
        return visit.go(f"/linkage/{visit.hide(sought, sought)}")
    return await _list(visit, desk)


async def _list(visit: Visit, desk: TrustCentre, *, sought: str = "", status: int = 200) -> Response:
    found = await desk.doubts(visit.person, PAGE, _before(visit))
    return visit.show(
        "linkage.html",
        status=status,
        doubts=found,
        further=found[-1].number if len(found) == PAGE else None,
        reasons=REASONS,
        sought=sought,
    )


async def case(visit: Visit) -> Response:
    """One question, with what the houses have entered; its answer."""
    form = await visit.form() if visit.request.method == "POST" else None
    desk = desk_of(visit)
    one, other = _pair(visit)
    if form is None:
        return await _case(visit, desk, (one, other))
    require_recent(visit.person, visit.services.clock())
    choice, reason = text_of(form, "choice"), text_of(form, "reason", longest=1_000)
    entries = [int(value) for value in form.getlist("entry") if isinstance(value, str) and value.isdecimal()]
    try:
        if one == other and choice == "same" and entries:
            raise _both_ways()
        if one == other and choice != "same":
            await desk.split(visit.person, one, entries, reason)
        else:
            await desk.decide(visit.person, (one, other), _chosen(choice), reason)
    except (Incorrect, Conflict) as error:
        return await _case(visit, desk, (one, other), error=error, reason=reason, chosen=choice)
    return visit.go("/linkage/decided")


def _chosen(choice: str) -> Choice:
    if choice == "same":
        return "same"
    if choice == "different":
        return "different"
    raise Incorrect("Choose one of both.", german="Wählen Sie eines von beidem.")


def _both_ways() -> Incorrect:
    return Incorrect(
        "You chose entries of another person, and that it is one: choose one of both.",
        german="Sie haben Einträge einer anderen Person gewählt und zugleich, dass es eine ist: Wählen Sie eines.",
    )


async def _case(
    visit: Visit,
    desk: TrustCentre,
    pair: tuple[str, str],
    *,
    error: Incorrect | Conflict | None = None,
    reason: str = "",
    chosen: str = "",
) -> Response:
    sides = [(name, await desk.person(visit.person, name)) for name in dict.fromkeys(pair)]
    problem = "" if error is None else error.german if visit.language == "de" else error.text
    return visit.show(
        "linkage_case.html",
        status=200 if error is None else error.http_status,
        sides=sides,
        problem=problem,
        reason=reason,
        chosen=chosen,
    )


async def decided(visit: Visit) -> Response:
    """What was decided, newest first."""
    found = await desk_of(visit).rulings(visit.person, PAGE, _before(visit))
    further = found[-1].number if len(found) == PAGE else None
    return visit.show("linkage_decided.html", rulings=found, further=further, kinds=KINDS)


async def undo(visit: Visit) -> Response:
    """Take a decision back, with a reason."""
    form = await visit.form() if visit.request.method == "POST" else None
    desk, item = desk_of(visit), visit.request.path_params["item"]
    number = int(item) if item.isdecimal() and len(item) < 18 else 0
    found = await desk.rulings(visit.person, 1, number + 1)
    if not found or found[0].number != number:
        raise NotFound("There is no such decision.", german="Diese Entscheidung gibt es nicht.")
    problem = reason = ""
    status = 200
    if form is not None:
        reason = text_of(form, "reason", longest=1_000)
        require_recent(visit.person, visit.services.clock())
        try:
            await desk.undo(visit.person, number, reason)
        except (Incorrect, Conflict) as error:
            problem, status = error.german if visit.language == "de" else error.text, error.http_status
        else:
            return visit.go("/linkage/decided")
    return visit.show("linkage_undo.html", status=status, ruling=found[0], kinds=KINDS, problem=problem, reason=reason)


def _pair(visit: Visit) -> tuple[str, str]:
    pseudonym, candidate = visit.reveal("key", 2)
    return pseudonym, candidate


def _before(visit: Visit) -> int | None:
    asked = text_of(visit.request.query_params, "before")
    return int(asked) if asked.isdecimal() and len(asked) < 18 else None
