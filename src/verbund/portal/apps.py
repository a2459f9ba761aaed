"""Apps: may this one see my data, which ones do I permit, and, for staff, open one from a record."""

from collections.abc import Sequence

from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from verbund.errors import Incorrect, NotFound
from verbund.portal.applications import Applications, AppQuestion
from verbund.portal.apps_words import choices, kept
from verbund.portal.clinician import patient_query, today_of
from verbund.portal.language import noted
from verbund.portal.model import FoundPatients, Resource
from verbund.portal.record import name_order, person, title_of
from verbund.portal.record.reading import chosen_when
from verbund.portal.web import Visit, text_of

FOUND = 20
LASTING = {
    "once": noted("Once, for a few minutes"),
    "online": noted("While you work with it"),
    "offline": noted("Also when you are not there"),
}
_CHOOSE = noted("Choose for which patient the app is to be used.")


def _apps(visit: Visit) -> Applications:
    if visit.services.apps is None:
        raise NotFound("There are no apps here.", german="Hier gibt es keine Anwendungen.")
    return visit.services.apps


async def consent(visit: Visit) -> Response:
    """The question of an app to who has just signed in, and the answer."""
    form = await visit.form() if visit.request.method == "POST" else None
    request_id = visit.request.query_params.get("request", "")
    try:
        question = await _apps(visit).question(request_id)
    except NotFound:
        return visit.show("sign_in_expired.html", status=410)
    return _asked(visit, request_id, question) if form is None else await _answered(visit, request_id, question, form)


async def _answered(visit: Visit, request_id: str, question: AppQuestion, form: FormData) -> Response:
    deed = text_of(form, "deed")
    if deed == "refuse":
        return RedirectResponse(await _apps(visit).refuse(request_id), status_code=303)
    chosen = _chosen(form)
    patient = _patient(visit, form) if question.picks else None
    if deed == "permit" and (patient or not question.picks):
        return RedirectResponse(
            await _apps(visit).permit(request_id, kept(question.scopes, chosen), patient), status_code=303
        )
    return await _found(visit, request_id, question, form, deed)


async def _found(visit: Visit, request_id: str, question: AppQuestion, form: FormData, deed: str) -> Response:
    """The question again, with the patients that were found for it; the next of them on demand."""
    sought = text_of(form, "sought")
    query, searched = patient_query(sought), deed in {"find", "next"}
    cursor = text_of(form, "cursor", longest=500) if deed == "next" else ""
    found = None
    if question.picks and (query.name or query.birth_date):
        found = await _apps(visit).find(request_id, query, count=FOUND, cursor=cursor or None)
    return _asked(
        visit,
        request_id,
        question,
        left=frozenset(_chosen(form)),
        sought=sought,
        found=found,
        problem="" if searched else _CHOOSE,
        status=200 if searched else 422,
    )


def _asked(
    visit: Visit,
    request_id: str,
    question: AppQuestion,
    *,
    left: frozenset[str] | None = None,
    sought: str = "",
    found: FoundPatients | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    today = today_of(visit)
    shown = sorted(found.patients, key=name_order) if found else []
    return visit.show(
        "apps_consent.html",
        status=status,
        form_action=question.redirect_origin,
        request_id=request_id,
        question=question,
        choices=choices(question.scopes),
        left=left,
        sought=sought,
        found=found,
        rows=[(visit.hide("app patient", str(one.get("id", ""))), person(one, today)) for one in shown],
        problem=problem,
    )


def _chosen(form: FormData) -> list[str]:
    return [value for value in form.getlist("scope") if isinstance(value, str)]


def _patient(visit: Visit, form: FormData) -> str | None:
    word = text_of(form, "patient", longest=500)
    if not word:
        return None
    kind, patient_id = visit.revealed(word, 2)
    if kind != "app patient":
        raise NotFound("This is no patient of this form.", german="Das gehört nicht zu diesem Formular.")
    return patient_id


async def permitted(visit: Visit) -> Response:
    """What somebody permits apps, to be ended."""
    found = await _apps(visit).permitted(visit.person)
    return visit.show(
        "apps.html",
        apps=[(visit.hide("permit", one.id), one, choices(one.scopes)) for one in found],
        lasting=LASTING,
        ended=visit.request.query_params.get("ended") == "1",
    )


async def end(visit: Visit) -> Response:
    """End what was permitted to one app."""
    form = await visit.form()
    kind, permit_id = visit.revealed(text_of(form, "permit", longest=500), 2)
    if kind != "permit":
        raise Incorrect("This is no permission.", german="Das ist keine Erlaubnis.")
    await _apps(visit).end(visit.person, permit_id)
    return visit.go("/apps?ended=1")


async def launch(visit: Visit) -> Response:
    """The apps that can be opened for a patient; opened, the browser goes there."""
    form = await visit.form() if visit.request.method == "POST" else None
    (patient_id,) = visit.reveal("key")
    answer = await visit.services.records.record(visit.person, patient_id)
    stays = [item.resource for item in answer.items if item.resource.get("resourceType") == "Encounter"]
    apps = await _apps(visit).launchable(visit.person)
    if form is not None:
        stay = text_of(form, "encounter", longest=100)
        known = {str(one.get("id", "")) for one in stays}
        if stay and stay not in known:
            raise NotFound("There is no such stay here.", german="Diesen Aufenthalt gibt es hier nicht.")
        target = await _apps(visit).launch(visit.person, text_of(form, "app"), patient_id, stay or None)
        return RedirectResponse(target, status_code=303)
    named = [one.resource for one in answer.items if one.resource.get("resourceType") == "Patient"]
    return visit.show(
        "apps_launch.html",
        form_action=" ".join(sorted({one.origin for one in apps})),
        apps=apps,
        key=visit.request.path_params["key"],
        shown=person(named[0], today_of(visit)) if named else None,
        stays=_stays(visit, stays),
    )


def _stays(visit: Visit, stays: Sequence[Resource]) -> list[tuple[str, str]]:
    """Visits and stays to choose from, the latest first."""
    latest = sorted(stays, key=lambda one: str((one.get("period") or {}).get("start", "")), reverse=True)
    dated = ((one, visit.format.when(chosen_when(one, "period"))) for one in latest)
    return [(str(one.get("id", "")), f"{day} {title_of(one)}".strip()) for one, day in dated]
