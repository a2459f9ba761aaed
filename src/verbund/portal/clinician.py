"""For clinicians: find a patient of the own house, read the record, ask the region."""

import re
from datetime import date, datetime

from starlette.datastructures import FormData, QueryParams
from starlette.responses import Response

from verbund.errors import NotFound
from verbund.portal.language import ZONE
from verbund.portal.model import DocumentContent, PatientQuery, RecordAnswer
from verbund.portal.record import Period, name_order, person, readable, record
from verbund.portal.web import Visit, text_of

PAGE_SIZE = 20
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+( *; *[\w.+-]+=[\w.+\"-]+)*", re.ASCII)
_DATES = (
    (re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b"), (3, 2, 1)),
    (re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"), (1, 2, 3)),
    (re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b"), (3, 2, 1)),
)


async def patients(visit: Visit) -> Response:
    """The search for a patient; a page is sorted by name. What is searched for is in the form, never in the address."""
    glass = visit.services.glass is not None
    if visit.request.method == "GET":
        return visit.show("patients.html", sought="", found=None, rows=(), cursor=None, page=1, glass=glass)
    form = await visit.form()
    sought, cursor = text_of(form, "sought"), text_of(form, "cursor", longest=500) or None
    page = int(text_of(form, "page")) if text_of(form, "page").isdecimal() else 1
    query = patient_query(sought)
    found = None
    if query.name or query.birth_date:
        found = await visit.services.records.find(visit.person, query, count=PAGE_SIZE, cursor=cursor)
    today = today_of(visit)
    patients_found = sorted(found.patients, key=name_order) if found else []
    rows = [(visit.hide(str(p.get("id", ""))), person(p, today)) for p in patients_found]
    return visit.show(
        "parts/patients_found.html" if visit.is_fragment else "patients.html",
        sought=sought,
        found=found,
        rows=rows,
        cursor=found.next_cursor if found else None,
        page=page,
        glass=glass,
    )


def patient_query(sought: str) -> PatientQuery:
    """What somebody typed: a birth date in one of three ways of writing, everything else parts of the name."""
    for pattern, order in _DATES:
        found = pattern.search(sought)
        if found is None:
            continue
        try:
            born = date(*(int(found[place]) for place in order))
        except ValueError:
            continue
        return PatientQuery(_name(sought.replace(found[0], " ")), born)
    return PatientQuery(_name(sought), None)


def _name(words: str) -> str:
    return " ".join(words.replace(",", " ").replace("*", " ").split())


async def open_record(visit: Visit) -> Response:
    """The record of a patient of this house, as this house has it."""
    patient_id = _patient_id(visit)
    answer = await visit.services.records.record(visit.person, patient_id)
    return show_record(visit, answer, period_of(visit.request.query_params), template="record.html", asked=False)


async def ask_region(visit: Visit) -> Response:
    """The record with what the other houses release."""
    patient_id = _patient_id(visit)
    form = await visit.form()
    answer = await visit.services.region.ask(visit.person, patient_id)
    template = "parts/record.html" if visit.is_fragment else "record.html"
    return show_record(visit, answer, period_of(form), template=template, asked=True)


def show_record(
    visit: Visit,
    answer: RecordAnswer,
    period: Period,
    *,
    template: str,
    asked: bool,
    reason: str = "",
    described: object = None,
) -> Response:
    """Any page that shows a record; `reason` and `described` are those of an emergency."""
    shown = record(answer.items, today_of(visit), period)
    if shown.person is None and described is None:
        raise NotFound("This record names no patient.", german="Diese Akte nennt keine Person.")
    key = visit.request.path_params.get("key", "")
    return visit.show(
        template,
        key=key,
        record=shown,
        answer=answer,
        period=period,
        asked=asked,
        own=visit.person.organisation,
        documents_at=f"/record/{key}/document" if key else "/my/record/document",
        reason=reason,
        described=described,
    )


async def document(visit: Visit) -> Response:
    """One document of the own house."""
    kind, item = visit.reveal("item", 2)
    content = await visit.services.records.document(visit.person, _patient_id(visit), kind, item)
    return show_document(visit, content)


def show_document(visit: Visit, content: DocumentContent) -> Response:
    """Text as a page, everything else as a download that the browser does not interpret."""
    written = readable(content.content_type, content.body)
    if written is not None:
        return visit.show("document.html", text=written)
    # What a house writes as the type becomes a header: what is no media type (RFC 9110, 8.3.1) cannot be one.
    media_type = content.content_type if _MEDIA_TYPE.fullmatch(content.content_type) else "application/octet-stream"
    ending = media_type.partition("/")[2].partition(";")[0]
    name = f"document.{ending}" if ending.isalnum() else "document"
    return Response(
        content.body,
        media_type=media_type,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def period_of(values: FormData | QueryParams) -> Period:
    """The days chosen in a form; what is no date counts as not chosen."""
    return Period(_day(text_of(values, "since")), _day(text_of(values, "until")))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def today_of(visit: Visit) -> date:
    """The day it is in Germany."""
    now: datetime = visit.services.clock()
    return now.astimezone(ZONE).date()


def _patient_id(visit: Visit) -> str:
    return visit.reveal("key")[0]
