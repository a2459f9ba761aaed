"""What patients may ask of the house, for programs: `$copy`, `$correct`, `$restrict`, `$erasure`, `$data-requests`.

Operations of our own; FHIR R4 has none. Requests are told as Tasks (`verbund.rights.resources`). An erasure is
asked for in the portal alone: it needs somebody who has just proved who they are, which no token says.
"""

from collections.abc import Awaitable, Callable
from typing import cast
from uuid import UUID

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.consent import ALL, NONE, DataCategory
from verbund.errors import Forbidden, Interrupted, NotFound
from verbund.identity import Principal, Role
from verbund.rights import ANSWERS, Answer, Copies, Erasures, Kind, Request, Requests
from verbund.rights.resources import to_task

_DEFINITION = "urn:verbund:operation:"
_ANSWERS = frozenset[str]().union(*ANSWERS.values())
_CATEGORIES = {one.code: one for one in DataCategory}
_encode = msgspec.json.encode
Handler = Callable[[Service, Principal, Call], Awaitable[Response]]


async def copy(service: Service, who: Principal, call: Call) -> Response:
    """POST begins a complete copy: 202, and at `Content-Location` how it goes, then the ZIP. `language` is de or en."""
    _check_own(who, call)
    copies = service.part(Copies)
    given = call.parameters.text("copy")
    if given is None:
        language = call.parameters.text("language") or "de"
        if call.request.method != "POST":
            raise refused("copy", "names the copy that is asked for; a new one is begun by POST.")
        if language not in {"de", "en"}:
            raise refused("language", "is de or en.")
        begun = await copies.ask(who, "de" if language == "de" else "en")
        place = f"{service.base}/Patient/{call.id}/$copy?copy={begun.id}"
        return Response(202, headers=(("Content-Location", place),))
    found = await copies.one(who, _uuid("copy", given))
    if found.state == "making":
        return Response(202, headers=(("X-Progress", f"{found.done} of {found.whole} entries"), ("Retry-After", "2")))
    if found.state == "failed":
        raise Interrupted("The copy could not be made; begin another one.")
    _, pieces = await copies.fetch(who, found.id)
    return Response(200, stream=pieces, media_type="application/zip")


async def correct(service: Service, who: Principal, call: Call) -> Response:
    """Ask for the correction of the entry that `entry` refers to; `text` says what is wrong and what is right."""
    _check_own(who, call)
    _check_scope(who, "u")
    given = call.parameters
    listed = given.all("entry")
    value = listed[0].value if listed else None
    entry = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(entry, str):
        raise refused("entry", "is a reference to the entry that is wrong.")
    asked = await service.part(Requests).ask(who, Kind.CORRECTION, given.text("text") or "", about=entry)
    return _told(asked, 201)


async def restrict(service: Service, who: Principal, call: Call) -> Response:
    """Ask that data is stored and not used: kinds of data by `category`, all without one; `text` says why."""
    _check_own(who, call)
    _check_scope(who, "u")
    categories = NONE
    for name in call.parameters.texts("category"):
        if name not in _CATEGORIES:
            raise refused("category", f"is one of {', '.join(sorted(_CATEGORIES))}.")
        categories |= _CATEGORIES[name]
    text = call.parameters.text("text") or ""
    asked = await service.part(Requests).ask(who, Kind.RESTRICTION, text, categories=categories or ALL)
    return _told(asked, 201)


async def erasure(service: Service, who: Principal, call: Call) -> Response:
    """What an erasure today would take, and what must stay, by which rule, why and until when; nothing is erased."""
    _check_own(who, call)
    if not who.scopes.allows("*", "rs"):
        raise Forbidden("The token does not allow this; an erasure is about the whole record: patient/*.rs.")
    outcome = await service.part(Erasures).preview(who)
    listed = [Parameter("whole", outcome.whole, "boolean")]
    listed += [Parameter("erased", f"{one.type}/{one.id}", "string") for one in outcome.erased]
    listed += [
        Parameter(
            "kept",
            parts=(
                Parameter("entry", f"{one.entry.type}/{one.entry.id}", "string"),
                Parameter("rule", one.rule.name, "code"),
                Parameter("reason", one.rule.en, "string"),
                Parameter("until", one.until.isoformat(), "date"),
            ),
        )
        for one in outcome.kept
    ]
    return Response(200, answer_of(listed))


async def requests(service: Service, who: Principal, call: Call) -> Response:
    """The requests of a patient; at system level those that wait for the house, for who answers them."""
    book = service.part(Requests)
    _check_scope(who, "r")
    if call.id:
        _check_own(who, call)
        return Response(200, _bundle(service, list(await book.mine(who)), None))
    page = await book.waiting(who, count=50, cursor=call.parameters.text("after"))
    return Response(200, _bundle(service, list(page.requests), page.next_cursor))


async def withdraw(service: Service, who: Principal, call: Call) -> Response:
    """Take a `request` back, or end a restriction."""
    _check_own(who, call)
    _check_scope(who, "u")
    identity = _uuid("request", call.parameters.text("request") or "")
    return _told(await service.part(Requests).withdraw(who, identity), 200)


async def answer(service: Service, who: Principal, call: Call) -> Response:
    """What the house says to a `request`: `answer` and `text`. An erasure is carried out in the portal."""
    _check_scope(who, "r" if who.role is Role.STEWARD else "u")
    said = call.parameters.text("answer") or ""
    if said not in _ANSWERS:
        raise refused("answer", f"is one of {', '.join(sorted(_ANSWERS))}.")
    identity = _uuid("request", call.parameters.text("request") or "")
    text = call.parameters.text("text") or ""
    return _told(await service.part(Requests).answer(who, identity, cast("Answer", said), text), 200)


def _check_own(who: Principal, call: Call) -> None:
    if who.patient_id != call.id:
        raise NotFound("There is no such patient here.", german="Diese Akte gibt es hier nicht.")


def _check_scope(who: Principal, letter: str) -> None:
    """Refuse (Forbidden) a token that is not for what patients decide: requests go with their consents.

    Stewards answer by their office; no token lets them write consents.
    """
    if not who.scopes.allows("Consent", letter):
        raise Forbidden(f"The token does not allow requests of patients; it needs the scope user/Consent.{letter}.")


def _uuid(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refused(name, "is the id that was given for it.") from None


def _told(request: Request, status: int) -> Response:
    return Response(status, _encode(to_task(request)))


def _bundle(service: Service, found: list[Request], cursor: str | None) -> bytes:
    bundle: dict[str, object] = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"fullUrl": f"urn:uuid:{one.id}", "resource": to_task(one)} for one in found],
    }
    if cursor is not None:
        address = service.link("$data-requests", (("after", cursor),))
        bundle["link"] = [{"relation": "next", "url": address}]
    if not found:
        del bundle["entry"]
    return _encode(bundle)


_PATIENT = ("Patient",)
_POST = ("POST",)


def _of_patient(name: str, handler: Handler, *takes: str, methods: tuple[str, ...] = _POST) -> Operation:
    """An operation on the patient who asks."""
    return Operation(
        name,
        ("instance",),
        scope("r"),
        handler,
        takes=frozenset(takes),
        methods=methods,
        types=_PATIENT,
        definition=f"{_DEFINITION}{name}",
    )


OPERATIONS = (
    _of_patient("copy", copy, "copy", "language", methods=("GET", "POST")),
    _of_patient("correct", correct, "entry", "text"),
    _of_patient("restrict", restrict, "category", "text"),
    _of_patient("erasure", erasure, methods=("GET",)),
    _of_patient("withdraw-request", withdraw, "request"),
    Operation(
        "data-requests",
        ("system", "instance"),
        scope(""),
        requests,
        takes=frozenset({"after"}),
        methods=("GET",),
        types=_PATIENT,
        definition=f"{_DEFINITION}data-requests",
    ),
    Operation(
        "answer-request",
        ("system",),
        scope(""),
        answer,
        takes=frozenset({"request", "answer", "text"}),
        methods=_POST,
        definition=f"{_DEFINITION}answer-request",
    ),
)
