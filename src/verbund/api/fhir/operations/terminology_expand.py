"""`ValueSet/$expand`: the members of a value set, page by page.

http://hl7.org/fhir/R4/valueset-operation-expand.html. Without `count` all are listed, up to 10,000.
"""

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import STANDARD, Call, Operation
from verbund.api.fhir.operations.parameters import Parameters
from verbund.api.fhir.operations.terminology import language, value_set_of
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.config import utc_now
from verbund.identity import Principal
from verbund.terminology import Terminology, Wish, shaping


async def expand(service: Service, who: Principal, call: Call) -> Response:
    """A page of the members."""
    wish = _wish(call.parameters, call.parameters.text("displayLanguage") or language(call))
    expansion = await service.part(Terminology).expand(await value_set_of(service, who, call), wish)
    return Response(200, msgspec.json.encode(shaping.value_set(expansion, utc_now())))


def _wish(asked: Parameters, shown_in: str | None) -> Wish:
    return Wish(
        filter=asked.text("filter"),
        offset=asked.number("offset") or 0,
        count=asked.number("count"),
        active_only=asked.flag("activeOnly") is True,
        designations=asked.flag("includeDesignations") is True,
        language=shown_in,
        nested=asked.flag("excludeNested") is False,
        exclude_systems=asked.texts("exclude-system"),
    )


OPERATIONS = (
    Operation(
        "expand",
        ("type", "instance"),
        scope("r"),
        expand,
        takes=frozenset(
            {
                *("url", "valueSet", "valueSetVersion", "resource", "filter", "date", "offset", "count"),
                *("activeOnly", "includeDesignations", "excludeNested", "displayLanguage", "exclude-system"),
            }
        ),
        types=("ValueSet",),
        definition=f"{STANDARD}ValueSet-expand",
    ),
)
