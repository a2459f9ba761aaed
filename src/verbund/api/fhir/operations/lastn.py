"""`Observation/$lastn`: the latest observations of each kind (https://hl7.org/fhir/R4/observation-operation-lastn.html)."""

from collections.abc import Iterator, Sequence

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.gathering import gathered
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import refused
from verbund.api.fhir.service import Service
from verbund.api.forms import Pairs, read_pairs
from verbund.api.ports import Version
from verbund.api.rules import scope
from verbund.errors import Incorrect
from verbund.fhir import parse_search
from verbund.fhir.bundles import searchset
from verbund.identity import Principal

MOST_LOOKED_AT = 20_000
_ABOUT = frozenset({"patient", "subject"})


class _Coding(msgspec.Struct):
    system: str | None = None
    code: str | None = None


class _Concept(msgspec.Struct):
    coding: tuple[_Coding, ...] = ()
    text: str | None = None


class _Coded(msgspec.Struct):
    code: _Concept


_coded = msgspec.json.Decoder(_Coded).decode


async def lastn(service: Service, who: Principal, call: Call) -> Response:
    """The `max` latest observations (one, where it is not given) of each code among those that the search finds.

    Codes that share a coding are of one kind. Incorrect without a patient, or without a category or code.
    """
    pairs = _pairs(call)
    most = _most(dict(pairs).get("max", "1"))
    wanted = tuple(pair for pair in pairs if pair[0] not in {"max", "_sort", "_count", "_format", "_pretty"})
    names = {name.partition(":")[0].partition(".")[0] for name, _ in wanted}
    if not names & _ABOUT:
        raise Incorrect("$lastn needs the patient: patient=… or subject=….")
    if not names & {"category", "code"}:
        raise Incorrect("$lastn needs the kind of observation: category=… or code=….")
    query = parse_search("Observation", (*wanted, ("_sort", "-date"), ("_count", "1000")), known=service.gate.known)
    found = await gathered(service, who, query, MOST_LOOKED_AT)
    latest = list(_latest(found, most))
    return Response(200, searchset(service.base, latest, total=len(latest)))


def _pairs(call: Call) -> Pairs:
    try:
        form = read_pairs(call.request.body.decode("utf-8")) if call.request.body else ()
    except UnicodeDecodeError:
        raise Incorrect("The form is not UTF-8.") from None
    return (*call.request.query, *form)


def _most(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= MOST_LOOKED_AT:
        raise refused("max", "takes a whole number from 1 on.")
    return int(text[:9])


def _latest(found: Sequence[Version], most: int) -> Iterator[Version]:
    """Of each kind the first `most`; what is found comes newest first."""
    kinds: dict[tuple[str | None, str | None], int] = {}
    counts: list[int] = []
    for one in found:
        code = _coded(one.body).code
        coded = [(coding.system, coding.code) for coding in code.coding if coding.code]
        names: list[tuple[str | None, str | None]] = [*coded] or [(None, code.text)]
        kind = next((kinds[name] for name in names if name in kinds), len(counts))
        if kind == len(counts):
            counts.append(0)
        for name in names:
            kinds.setdefault(name, kind)
        counts[kind] += 1
        if counts[kind] <= most:
            yield one


OPERATIONS = (
    Operation(
        "lastn",
        ("type",),
        scope("s"),
        lastn,
        types=("Observation",),
        definition="http://hl7.org/fhir/OperationDefinition/Observation-lastn",
        free=True,
    ),
)
