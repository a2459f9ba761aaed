"""For researchers at the hub: put a cohort together, get its size in the region, look at earlier questions."""

from starlette.responses import Response

from verbund.errors import NotFound
from verbund.portal import cohort
from verbund.portal.model import RegionCount
from verbund.portal.ports import Studies
from verbund.portal.web import Visit, text_of


async def builder(visit: Visit) -> Response:
    """The form, after each of its buttons; with `count` the answer of the region."""
    studies = _studies(visit)
    if visit.request.method == "GET":
        return _show(visit, cohort.Cohort())
    form = await visit.form()
    made, action = cohort.of_form(form), text_of(form, "action")
    if action != "count":
        return _show(visit, made.act(action))
    if not made.is_sound:
        return _show(visit, made, checked=True, status=422)
    return _show(visit, made, result=await studies.count(visit.person, made.ccdl()))


def _show(
    visit: Visit,
    made: cohort.Cohort,
    *,
    checked: bool = False,
    result: RegionCount | None = None,
    status: int = 200,
) -> Response:
    return visit.show(
        "parts/cohort.html" if visit.is_fragment else "research.html",
        status=status,
        cohort=made,
        checked=checked,
        result=result,
        kinds=cohort.KINDS,
        comparisons=cohort.COMPARISONS,
        sexes=cohort.SEXES,
        common=cohort.COMMON_LABORATORY,
    )


async def questions(visit: Visit) -> Response:
    """What was counted before."""
    past = await _studies(visit).previous(visit.person)
    highest = max((question.count or 0 for question in past), default=0)
    return visit.show("questions.html", past=past, highest=highest or 1, in_words=cohort.in_words)


def _studies(visit: Visit) -> Studies:
    if visit.services.studies is None:
        raise NotFound(
            "Research questions are asked at the hub of the region.",
            german="Forschungsfragen werden an der Zentrale der Region gestellt.",
        )
    return visit.services.studies
