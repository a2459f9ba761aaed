"""For physicians: what a patient signed on paper, recorded with its scan."""

from datetime import date

from starlette.datastructures import FormData
from starlette.responses import Response

from verbund.errors import Incorrect
from verbund.portal.language import ZONE
from verbund.portal.model import ReleaseTemplate, Scan
from verbund.portal.web import Visit, text_of

MOST_BYTES = 5 * 2**20
# What a file begins with, and what it then is: what its name or its sender says does not count.
_BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg"}


def scan_of(body: bytes, signed: str, today: date) -> Scan:
    """A scan and the day on it; Incorrect, in words for who uploads, for no PDF or JPEG, one too large or undated."""
    if not body:
        raise Incorrect("Please choose the scan.", german="Bitte wählen Sie den Scan aus.")
    if len(body) > MOST_BYTES:
        raise Incorrect("The scan is larger than 5 MB.", german="Der Scan ist größer als 5 MB.")
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if body.startswith(beginning)), None)
    if kind is None:
        raise Incorrect(
            "The scan must be a PDF or a JPEG file.", german="Der Scan muss eine PDF- oder JPEG-Datei sein."
        )
    try:
        day = date.fromisoformat(signed)
    except ValueError as error:
        raise _undated() from error
    if day > today or day.year < today.year - 120:
        raise _undated()
    return Scan(kind, body, day)


def _check_read(form: FormData) -> None:
    if text_of(form, "read") != "yes":
        raise Incorrect(
            "Please confirm that the patient signed exactly this.",
            german="Bitte bestätigen Sie, dass die Patientin oder der Patient genau das unterschrieben hat.",
        )


def _undated() -> Incorrect:
    return Incorrect(
        "Please give the day of the signature; it cannot lie ahead.",
        german="Bitte geben Sie den Tag der Unterschrift an; er kann nicht in der Zukunft liegen.",
    )


async def paper(visit: Visit) -> Response:
    """The form, and what it was sent with: then the decision holds at once, and the patient sees who recorded it."""
    (patient_id,) = visit.reveal("key")
    templates = await visit.services.releases.templates(visit.person)
    if visit.request.method == "GET":
        return _form(visit, templates, FormData())
    form, files = await visit.upload("scan", MOST_BYTES)
    today = visit.services.clock().astimezone(ZONE).date()
    try:
        _check_read(form)
        scan = scan_of(files, text_of(form, "signed"), today)
        await visit.services.releases.record_paper(visit.person, patient_id, text_of(form, "template"), scan)
    except Incorrect as error:
        return _form(visit, templates, form, error.german if visit.language == "de" else error.text)
    return visit.go(f"/record/{visit.request.path_params['key']}/consent?saved=yes")


def _form(visit: Visit, templates: tuple[ReleaseTemplate, ...], form: FormData, wrong: str = "") -> Response:
    return visit.show(
        "releases_paper.html",
        status=400 if wrong else 200,
        key=visit.request.path_params["key"],
        templates=templates,
        chosen=text_of(form, "template"),
        signed=text_of(form, "signed"),
        today=visit.services.clock().astimezone(ZONE).date(),
        wrong=wrong,
        saved=visit.request.query_params.get("saved") == "yes",
    )
