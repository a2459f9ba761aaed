"""`$everything`: the record of a patient, or what belongs to an encounter, with what it refers to.

https://hl7.org/fhir/R4/patient-operation-everything.html and encounter-operation-everything.html.
"""

from datetime import datetime
from urllib.parse import urlencode

from verbund.access import Extent
from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameters, refused
from verbund.api.fhir.pages import PARAMETER
from verbund.api.fhir.service import Service
from verbund.api.forms import Pairs
from verbund.api.rules import scope
from verbund.errors import Incorrect
from verbund.fhir import RESOURCE_TYPES
from verbund.fhir.bundles import searchset
from verbund.fhir.dates import date_range
from verbund.identity import Principal

# Without `_count` a record comes as one page, as far as it is no longer than this.
MOST = 10_000
_TAKES = frozenset({"start", "end", "_since", "_type", "_count", PARAMETER})


async def everything(service: Service, who: Principal, call: Call) -> Response:
    """A page of a record: the patient, then newest first; what it refers to comes along."""
    place = f"{call.type}/{call.id}/$everything"
    pairs, cursor = _place(service, who, call.parameters, place)
    extent, count = _extent(pairs)
    ask = service.gate.everything if call.type == "Patient" else service.gate.everything_of_encounter
    page = await ask(who, call.id, extent, count=count, cursor=cursor)
    links = [("self", f"{service.base}/{place}{'?' if pairs else ''}{urlencode(pairs)}")]
    if page.next_cursor is not None:
        token = service.pages.token(who.subject, place, pairs, page.next_cursor)
        links.append(("next", f"{service.base}/{place}?{PARAMETER}={token}"))
    whole = len(page.matches) if cursor is None and page.next_cursor is None else None
    return Response(200, searchset(service.base, page.matches, page.included, total=whole, links=links))


def _place(service: Service, who: Principal, parameters: Parameters, place: str) -> tuple[Pairs, str | None]:
    """What is asked for, as pairs, and where to go on."""
    token = parameters.text(PARAMETER)
    if token is not None:
        if len(parameters.listed) > 1:
            raise Incorrect(f"A page link stands alone; take the address as it was given, with {PARAMETER} only.")
        return service.pages.open(token, who.subject, place)
    pairs = [(name, text) for name in ("start", "end", "_since") if (text := parameters.text(name))]
    pairs += [("_type", ",".join(types))] if (types := parameters.texts("_type")) else []
    count = parameters.number("_count")
    return (*pairs, *([] if count is None else [("_count", str(count))])), None


def _extent(pairs: Pairs) -> tuple[Extent, int]:
    given = dict(pairs)
    types = tuple(name for name in given.get("_type", "").split(",") if name)
    if unknown := [name for name in types if name not in RESOURCE_TYPES]:
        raise refused("_type", f"names no resource type of FHIR R4: {unknown[0][:64]}.")
    extent = Extent(
        types,
        since=_moment("_since", given.get("_since"), 0),
        start=_moment("start", given.get("start"), 0),
        end=_moment("end", given.get("end"), 1),
    )
    return extent, min(max(int(given.get("_count", MOST)), 1), MOST)


def _moment(name: str, text: str | None, bound: int) -> datetime | None:
    """The beginning (0) or the end (1) of a date; without a zone it is read in Europe/Berlin."""
    if text is None:
        return None
    try:
        return date_range(text.replace(" ", "+"))[bound]
    except ValueError:
        raise refused(name, "takes a date such as 2024-05-31, or an instant.") from None


OPERATIONS = (
    Operation(
        "everything",
        ("instance",),
        scope("r"),
        everything,
        takes=_TAKES,
        types=("Patient", "Encounter"),
        definition="http://hl7.org/fhir/OperationDefinition/Patient-everything",
    ),
)
