"""For patients: their own data."""

from starlette.responses import Response

from verbund.errors import Forbidden
from verbund.portal.clinician import period_of, show_document, show_record
from verbund.portal.web import Visit


async def own_record(visit: Visit) -> Response:
    """The patient's own data: at the own house, and on request in the whole region."""
    period = period_of(visit.request.query_params)
    if visit.request.method == "GET":
        answer = await visit.services.records.record(visit.person, _own(visit))
        return show_record(visit, answer, period, template="my_record.html", asked=False)
    period = period_of(await visit.form())
    answer = await visit.services.region.ask(visit.person, _own(visit))
    template = "parts/my_record.html" if visit.is_fragment else "my_record.html"
    return show_record(visit, answer, period, template=template, asked=True)


async def own_document(visit: Visit) -> Response:
    """One of the patient's own documents."""
    kind, item = visit.reveal("item", 2)
    return show_document(visit, await visit.services.records.document(visit.person, _own(visit), kind, item))


def _own(visit: Visit) -> str:
    if visit.person.patient_id is None:
        raise Forbidden(
            "No record belongs to this sign-in. Ask the office of this house.",
            german="Zu dieser Anmeldung gehört keine Akte. Fragen Sie in der Anmeldung dieses Hauses nach.",
        )
    return visit.person.patient_id
