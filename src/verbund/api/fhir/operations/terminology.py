"""`$lookup`, `$validate-code`, `$subsumes`, `$translate`, `$closure`: questions to the node's terminology.

http://hl7.org/fhir/R4/terminology-service.html. Code systems and value sets are named by `url`, by id, or come along in
the body. Texts are in `displayLanguage`, else as `Accept-Language` asks.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import STANDARD, Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import BEARER, scope
from verbund.errors import Incorrect
from verbund.identity import Principal
from verbund.terminology import (
    Check,
    Coding,
    Concept,
    Designation,
    Found,
    Match,
    MemorySystem,
    Property,
    Question,
    System,
    Terminology,
    ValueSet,
    Verdict,
    resources,
    shaping,
)

_TEXTS = frozenset({"designation", "display"})


async def lookup(service: Service, _: Principal, call: Call) -> Response:
    """What is known of a code. http://hl7.org/fhir/R4/codesystem-operation-lookup.html"""
    asked = _coding(call, "coding") or _code(call, "system", "version")
    if asked is None or asked.system is None:
        raise refused("code", "is needed with its system, or a coding.")
    wanted = call.parameters.texts("property")
    found = await service.part(Terminology).lookup(
        asked.system, asked.code, version=asked.version, language=language(call), properties=wanted or ("*",)
    )
    return _answer(*_lookup(found, frozenset(wanted)))


def _lookup(found: Found, wanted: frozenset[str]) -> Iterator[Parameter]:
    head, concept = found.head, found.concept
    yield Parameter("name", head.called, "string")
    if head.version is not None:
        yield Parameter("version", head.version, "string")
    yield Parameter("display", found.display or concept.code, "string")
    for text in concept.designations if not wanted or wanted & _TEXTS else ():
        yield Parameter("designation", parts=tuple(_designation(text)))
    for one in _properties(found, concept):
        if not wanted or one.code in wanted:
            yield Parameter("property", parts=(Parameter("code", one.code, "code"), _value(one)))


def _designation(one: Designation) -> Iterator[Parameter]:
    shaped = shaping.designation(one)
    for name, kind in (("language", "code"), ("use", "Coding"), ("value", "string")):
        if name in shaped:
            yield Parameter(name, shaped[name], kind)


def _properties(found: Found, concept: Concept) -> Iterator[Property]:
    yield Property("inactive", "true" if concept.inactive else "false", "boolean")
    if concept.definition is not None:
        yield Property("definition", concept.definition)
    for parent in concept.parents:
        yield Property("parent", parent, "code")
    for child in found.children:
        yield Property("child", child, "code")
    own = {"inactive", "parent", "child"}
    yield from (one for one in concept.properties if one.code not in own)


def _value(one: Property) -> Parameter:
    match one.kind:
        case "boolean":
            return Parameter("value", one.value == "true", "boolean")
        case "integer":
            return Parameter("value", int(one.value), "integer")
        case "decimal":
            return Parameter("value", msgspec.Raw(one.value.encode()), "decimal")
        case "Coding":
            system, _, code = one.value.rpartition("|")
            return Parameter("value", shaping.present(system=system, code=code), "Coding")
        case _:
            return Parameter("value", one.value, one.kind)


async def validate_code(service: Service, who: Principal, call: Call) -> Response:
    """Whether a code is of a code system or value set, and is called what the caller says."""
    check = Check(abstract=call.parameters.flag("abstract") is not False, language=language(call))
    terms = service.part(Terminology)
    if call.type == "CodeSystem":
        system = await _system(service, who, call, "url")
        version = call.parameters.text("version")
        return _verdict(await terms.validate_in_system(system, _codings(call, None), check, version=version))
    value_set = await value_set_of(service, who, call)
    return _verdict(await terms.validate_code(value_set, _codings(call, "system"), check))


def _verdict(verdict: Verdict) -> Response:
    listed = [Parameter("result", verdict.valid, "boolean")]
    if verdict.message:
        listed.append(Parameter("message", verdict.message, "string"))
    if verdict.display:
        listed.append(Parameter("display", verdict.display, "string"))
    return _answer(*listed)


async def subsumes(service: Service, who: Principal, call: Call) -> Response:
    """How two codes relate. http://hl7.org/fhir/R4/codesystem-operation-subsumes.html"""
    first, second = _coding(call, "codingA"), _coding(call, "codingB")
    codes = [one.code if one else call.parameters.text(f"code{name}") for name, one in (("A", first), ("B", second))]
    if codes[0] is None or codes[1] is None:
        raise refused("codeA", "and codeB are needed, or codingA and codingB.")
    if first and second and first.system != second.system:
        raise Incorrect("Two codes are compared within one code system; these are of two.")
    given = first.system if first else None
    system: str | System = given if given and not call.id else await _system(service, who, call, "system")
    version = call.parameters.text("version")
    outcome = await service.part(Terminology).subsumes(system, codes[0], codes[1], version=version)
    return _answer(Parameter("outcome", outcome, "code"))


async def translate(service: Service, who: Principal, call: Call) -> Response:
    """Codes in other code systems. http://hl7.org/fhir/R4/conceptmap-operation-translate.html"""
    asked = call.parameters
    raw = asked.resource("conceptMap") or asked.resource("resource")
    if call.id:
        raw = (await service.gate.read(who, "ConceptMap", call.id)).body
    question = Question(
        codings=tuple(_codings(call, "system")),
        map=_versioned(asked.text("url"), asked.text("conceptMapVersion")),
        source=asked.text("source"),
        target=asked.text("target"),
        target_system=asked.text("targetsystem"),
        reverse=asked.flag("reverse") is True,
    )
    given = None if raw is None else resources.concept_map(raw)
    matches = await service.part(Terminology).translate(question, given=given)
    found = any(one.target is not None and one.equivalence not in {"unmatched", "disjoint"} for one in matches)
    listed = [Parameter("result", found, "boolean")]
    if not matches:
        listed.append(Parameter("message", "No map that is known here has a line for this code.", "string"))
    return _answer(*listed, *(Parameter("match", parts=tuple(_match(one))) for one in matches))


def _match(one: Match) -> Iterator[Parameter]:
    yield Parameter("equivalence", one.equivalence, "code")
    if one.target is not None:
        target = one.target
        coding = shaping.present(system=target.system, code=target.code, display=target.display)
        yield Parameter("concept", coding, "Coding")
    yield Parameter("source", one.source, "uri")


async def closure(service: Service, who: Principal, call: Call) -> Response:
    """A table of which codes are below which; each client has its own tables."""
    name = call.parameters.text("name")
    if not name:
        raise refused("name", "is needed: how the closure table is called.")
    concepts = [_as_coding("concept", one.value) for one in call.parameters.all("concept")]
    version = call.parameters.text("version")
    if version is not None and not (version.isascii() and version.isdecimal() and len(version) < 10):
        raise refused("version", "takes the version that an earlier answer had, such as 3.")
    since = None if version is None else int(version)
    found = await service.part(Terminology).closure(name, concepts, version=since, owner=who.subject)
    return Response(200, msgspec.json.encode(shaping.concept_map(found)))


async def value_set_of(service: Service, who: Principal, call: Call) -> str | ValueSet:
    """The value set that a call is about: of the address, of the body, or by its url."""
    if call.id:
        return resources.value_set((await service.gate.read(who, "ValueSet", call.id)).body)
    raw = call.parameters.resource("valueSet") or call.parameters.resource("resource")
    if raw is not None:
        return resources.value_set(raw)
    name = _versioned(call.parameters.text("url"), call.parameters.text("valueSetVersion"))
    if name is None:
        raise refused("url", "is needed: the value set's canonical; or the value set itself.")
    return name


async def _system(service: Service, who: Principal, call: Call, name: str) -> str | System:
    if call.id:
        await service.gate.read(who, "CodeSystem", call.id)
        return await service.part(Terminology).system_of(call.id)
    raw = call.parameters.resource("codeSystem") or call.parameters.resource("resource")
    if raw is not None:
        return MemorySystem(*resources.code_system(raw))
    coding = _coding(call, "coding")
    url = call.parameters.text(name) or (coding.system if coding else None)
    if url is None:
        raise refused(name, "is needed: the code system's address.")
    return url


def _codings(call: Call, system: str | None) -> list[Coding]:
    """What is to be checked or translated: a code, a coding or all codings of a CodeableConcept."""
    concept = call.parameters.structure("codeableConcept")
    if concept is not None:
        return [_as_coding("codeableConcept", one) for one in concept.get("coding", ())]
    found = _coding(call, "coding") or _code(call, system, "systemVersion")
    if found is None:
        raise refused("code", "is needed, or a coding or a codeableConcept.")
    return [found]


def _coding(call: Call, name: str) -> Coding | None:
    found = call.parameters.one(name)
    if found is not None and isinstance(found.value, str):
        system, _, code = found.value.rpartition("|")
        return Coding(system or None, code)
    return None if found is None else _as_coding(name, found.value)


def _as_coding(name: str, value: Any) -> Coding:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, Mapping) or not isinstance(value.get("code"), str):
        raise refused(name, "takes a Coding with a code.")
    return Coding(value.get("system"), value["code"], value.get("version"), value.get("display"))


def _code(call: Call, system: str | None, version: str) -> Coding | None:
    code = call.parameters.text("code")
    if code is None:
        return None
    named = None if system is None else call.parameters.text(system)
    at = None if system is None else call.parameters.text(version)
    return Coding(named, code, at, call.parameters.text("display"))


def _versioned(url: str | None, version: str | None) -> str | None:
    return url if url is None or version is None else f"{url}|{version}"


def language(call: Call) -> str | None:
    """The language in which texts are wanted."""
    return call.parameters.text("displayLanguage") or call.request.headers.get("accept-language")


def _answer(*listed: Parameter) -> Response:
    return Response(200, answer_of(listed))


_CODE = frozenset({"code", "system", "version", "display", "coding", "codeableConcept", "date", "displayLanguage"})
_VALIDATE = _CODE | {"url", "abstract", "codeSystem", "valueSet", "valueSetVersion", "systemVersion", "resource"}
_TRANSLATE = _CODE - {"display"} | {
    *("url", "conceptMap", "conceptMapVersion", "source", "target", "targetsystem", "reverse", "resource"),
}
_SUBSUMES = frozenset({"codeA", "codeB", "system", "version", "codingA", "codingB", "codeSystem", "resource"})

OPERATIONS = (
    Operation(
        "lookup",
        ("type",),
        scope("r"),
        lookup,
        takes=frozenset({"code", "system", "version", "coding", "date", "displayLanguage", "property"}),
        types=("CodeSystem",),
        definition=f"{STANDARD}CodeSystem-lookup",
    ),
    Operation(
        "validate-code",
        ("type", "instance"),
        scope("r"),
        validate_code,
        takes=_VALIDATE,
        types=("CodeSystem", "ValueSet"),
        definition=f"{STANDARD}ValueSet-validate-code",
    ),
    Operation(
        "subsumes",
        ("type", "instance"),
        scope("r"),
        subsumes,
        takes=_SUBSUMES,
        types=("CodeSystem",),
        definition=f"{STANDARD}CodeSystem-subsumes",
    ),
    Operation(
        "translate",
        ("type", "instance"),
        scope("r"),
        translate,
        takes=_TRANSLATE,
        types=("ConceptMap",),
        definition=f"{STANDARD}ConceptMap-translate",
    ),
    Operation(
        "closure",
        ("system",),
        BEARER,
        closure,
        takes=frozenset({"name", "concept", "version"}),
        methods=("POST",),
        definition=f"{STANDARD}ConceptMap-closure",
    ),
)
