"""When all is lost: the office of the house resets how somebody signs in who stands in front of the desk."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Incorrect, NotFound
from verbund.identity import require_recent
from verbund.portal.entrance import Resets
from verbund.portal.signing import said
from verbund.portal.web import Visit, text_of

LONGEST_REASON = 500
Deed = Callable[[Resets, str], Awaitable[str]]


async def staff(visit: Visit) -> Response:
    """For somebody of the staff, by an administrator."""
    form = await _sent(visit)
    key = visit.request.path_params["key"]
    person_id = visit.revealed_id(key)

    async def deed(resets: Resets, reason: str) -> str:
        return await resets.reset(visit.person, person_id, reason)

    return await _page(visit, form, deed, f"/administration/people/{key}")


async def patient(visit: Visit) -> Response:
    """For a patient whom the caller may see, by whoever enrols patients."""
    form = await _sent(visit)
    (patient_id,) = visit.reveal("key")
    if visit.services.enrolment is None:
        raise NotFound("Patients are not enrolled here.", german="Hier werden keine Zugänge eingerichtet.")
    await visit.services.enrolment.standing(visit.person, patient_id)
    key = visit.request.path_params["key"]

    async def deed(resets: Resets, reason: str) -> str:
        return await resets.reset_patient(visit.person, patient_id, reason)

    return await _page(visit, form, deed, f"/enrolment/{key}")


async def _sent(visit: Visit) -> FormData | None:
    """The form, which is read once and before anything else; None where the page is only opened."""
    return await visit.form() if visit.request.method == "POST" else None


async def _page(visit: Visit, form: FormData | None, deed: Deed, back: str) -> Response:
    if visit.services.resets is None:
        raise NotFound("This is not offered here.", german="Das wird hier nicht angeboten.")
    require_recent(visit.person, visit.services.clock())
    problem, status, reason = None, 200, ""
    if form is not None:
        reason = text_of(form, "reason", longest=LONGEST_REASON)
        try:
            password = await deed(visit.services.resets, reason)
            return visit.show("security/reset_done.html", password=password, back=back)
        except Incorrect as refused:
            problem, status = said(visit, refused), 400
    return visit.show("security/reset.html", status=status, problem=problem, back=back, reason=reason)
