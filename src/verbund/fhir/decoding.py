"""From the bytes of a resource to its type: decoding is validation.

The fast way decodes into the generated types and checks what they cannot say on the bytes. Only when something is
wrong, or looks as if it might be, the slow way (`verbund.fhir.validation`) lists everything that is.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import DecimalException
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple

from msgspec import DecodeError, Raw, ValidationError
from msgspec.json import Decoder, Encoder

from verbund.errors import Incorrect, Invalid, Issue
from verbund.fhir.generated import RESOURCES
from verbund.fhir.generated.datatypes import DomainResource, Resource
from verbund.fhir.invariants import issues_of_invariants, kept
from verbund.fhir.model import Collector, Entries
from verbund.fhir.subscribers import subscriber
from verbund.fhir.validation import MOST_ISSUES, issues_of

RESOURCE_TYPES: Final = frozenset(RESOURCES)
"""All resource types of R4."""

LONGEST_EXPLAINED: Final = 2 * 2**20
"""Bytes of the longest document of which all issues are listed; that takes a second or two."""

LONGEST_DOUBTED: Final = 16 * 2**20
"""Bytes of the longest document that is checked the slow way when it looks odd; longer ones are refused."""

_TYPE = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"([A-Za-z]+)"')
_CONTROL = re.compile(rb"\\[ubf]")
# A pattern finds two bytes in half the time that looking for them otherwise takes.
_EMPTY = re.compile(rb"\{\}").search
_FAILURES = (ValidationError, DecodeError, UnicodeDecodeError, RecursionError, DecimalException)
_SHALLOW = 64
_SMALL = 2_000
_EVERYWHERE = (b'xtension"', b'"assigner"')
_RECURSIVE: Final = {
    "CodeSystem": (b'"concept"',),
    "Composition": (b'"section"',),
    "Consent": (b'"provision"',),
    "Contract": (b'"group"',),
    "ExampleScenario": (b'"process"', b'"step"', b'"alternative"'),
    "GraphDefinition": (b'"link"',),
    "ImplementationGuide": (b'"page"',),
    "MedicinalProductAuthorization": (b'"application"',),
    "MedicinalProductPackaged": (b'"packageItem"',),
    "OperationDefinition": (b'"part"',),
    "Parameters": (b'"part"',),
    "PlanDefinition": (b'"action"',),
    "Questionnaire": (b'"item"',),
    "QuestionnaireResponse": (b'"item"',),
    "RequestGroup": (b'"action"',),
    "StructureMap": (b'"rule"',),
    "SubstanceSpecification": (b'"synonym"', b'"translation"'),
    "ValueSet": (b'"contains"',),
}
"""The elements by which a resource type holds itself, beside extensions and the assigners of identifiers."""
_PLACE = re.compile(r"at `\$\.([\w.\[\]]{1,200})`")

_top = Decoder(dict[str, Raw]).decode
encode = Encoder(decimal_format="number").encode
"""A resource as JSON, with decimals as they were received."""


class Kind(NamedTuple):
    """What is loaded for a resource type: its decoder and its search extraction."""

    decode: Callable[[bytes], Resource]
    extract: Callable[[Any, Collector], tuple[str | None, datetime | None]]


@cache
def kind_of(name: str) -> Kind:
    """The decoder and the extraction of a resource type, loaded when first used."""
    module = import_module(f"verbund.fhir.generated.{name.lower()}")
    return Kind(Decoder(getattr(module, name)).decode, module.extract)


def type_of(raw: bytes) -> str | None:
    """The resource type that the bytes name, None if it is none of R4's; nothing else is checked."""
    if found := _TYPE.match(raw):
        name = found[1].decode()
    else:
        try:
            name = bytes(_top(raw).get("resourceType", Raw(b""))).strip(b' \t\r\n"').decode()
        except _FAILURES:
            return None
    return name if name in RESOURCE_TYPES else None


def decode(raw: bytes, *, invariants: bool = False) -> Resource:
    """The resource in these bytes.

    With `invariants`, those of R4 that are errors are asked for as well, which takes about as long again (20 to 30 µs
    for a resource of 1.2 kB): for what is written, not for what is read back.

    Invalid, with every issue (path, rule, sentence), if it breaks a rule of R4; Incorrect if it is no JSON. Resources
    inside of it (`contained`, the entries of a bundle) are checked as well and stay undecoded (`msgspec.Raw`, see
    `nested`).
    """
    name = type_of(raw)
    if name is None:
        raise refusal(raw)
    try:
        resource = kind_of(name).decode(raw)
        inner = [] if isinstance(resource, DomainResource) and not resource.contained else list(nested(resource))
        doubtful = _doubtful(raw, resource) or (len(raw) > _SMALL and _may_be_deep(raw, name, inner))
    except _FAILURES as error:
        raise refusal(raw, error) from None
    if doubtful and (len(raw) > LONGEST_DOUBTED or issues_of(raw)):
        raise refusal(raw)
    contained = []
    for part in inner:
        held = _inner(part, resource, raw, invariants=invariants)
        if isinstance(resource, DomainResource):
            contained.append(held)
    if invariants and not kept(raw, resource, contained):
        raise _broken(raw)
    return resource


def _broken(raw: bytes) -> Invalid:
    """The error that lists the invariants that are broken."""
    issues = tuple(issue for issue in issues_of_invariants(raw) if issue.severity == "error")
    more = f" There are {len(issues) - 1} more issues." if len(issues) > 1 else ""
    return Invalid(f"{issues[0].text}{more}", issues=issues[:MOST_ISSUES])


def _inner(raw: bytes, outer: Resource, whole: bytes, *, invariants: bool) -> Resource:
    """A resource inside another one, which is refused if this is wrong; what is contained contains nothing (dom-2).

    The invariants of what is contained are asked for with those of the whole, which its references may lead to.
    """
    contained = isinstance(outer, DomainResource)
    try:
        inner = decode(raw, invariants=invariants and not contained)
    except Incorrect as error:
        raise refusal(whole, error) from None
    if contained and isinstance(inner, DomainResource) and inner.contained:
        raise refusal(whole, Invalid("A contained resource cannot contain others."))
    return inner


def _doubtful(raw: bytes, resource: Resource) -> bool:
    """Whether the bytes may break a rule that decoding does not see; the slow way then decides.

    What is encoded again has fewer quotation marks if a key stood there twice, held null or an empty list, or a number
    stood between quotation marks; the same length says so too, as only exponents can become longer. Also looked for:
    empty objects and control characters.
    """
    again = encode(resource)
    # Most senders write elements in the order of the standard: then there is nothing to compare.
    if again != raw and (len(again) != len(raw) or b"E+" in again) and again.count(b'"') != raw.count(b'"'):
        return True
    return _EMPTY(again) is not None or (b"\\" in raw and (b"\\u0022" in raw or _CONTROL.search(again) is not None))


def _may_be_deep(raw: bytes, name: str, inner: list[bytes]) -> bool:
    """Whether there are as many keys by which a type holds itself as deep nesting takes, without those of `inner`."""
    if raw.count(b"{") <= _SHALLOW:
        return False
    keys = _EVERYWHERE + _RECURSIVE.get(name, ())
    return sum(raw.count(key) - sum(part.count(key) for part in inner) for key in keys) > _SHALLOW // 4


def nested(resource: Resource) -> Iterator[bytes]:
    """The bytes of the resources directly inside of this one: contained, entries of a bundle, parameters."""
    if isinstance(resource, DomainResource):
        yield from map(bytes, resource.contained)
    elif (kind := type(resource).__name__) == "Bundle":
        for entry in resource.entry:
            outcome = entry.response and entry.response.outcome
            yield from (bytes(raw) for raw in (entry.resource, outcome) if raw is not None)
    elif kind == "Parameters":
        waiting = list(reversed(resource.parameter))
        while waiting:
            parameter = waiting.pop()
            waiting.extend(reversed(parameter.part))
            if parameter.resource is not None:
                yield bytes(parameter.resource)


def refusal(raw: bytes, error: Exception | None = None) -> Invalid:
    """The error that says what is wrong with these bytes; Incorrect is raised if they are no JSON.

    Of documents of more than `LONGEST_EXPLAINED` bytes only what stopped the decoding is told: a place, or the issues
    of the first resource inside that is wrong.
    """
    issues = issues_of(raw) if len(raw) <= LONGEST_EXPLAINED else ()
    if not issues and isinstance(error, Incorrect):
        issues = error.issues
    if not issues:
        place = _PLACE.search(str(error))
        sentence = "The resource breaks a rule of FHIR R4" + (f" at {place[1]}." if place else ".")
        issues = (Issue("structure", sentence, rule="structure"),)
    more = f" There are {len(issues) - 1} more issues." if len(issues) > 1 else ""
    return Invalid(f"{issues[0].text}{more}", issues=issues)


def validate(raw: bytes) -> tuple[Issue, ...]:
    """All issues of a resource: errors, none if it is valid R4, and warnings. Incorrect if the bytes are no JSON.

    Where the structure is wrong, invariants are not asked for; those that only warn are asked for at the top only, not
    in the entries of a bundle.
    """
    try:
        decode(raw, invariants=True)
    except Invalid as error:
        return error.issues
    return issues_of_invariants(raw)


def collect(resource: Resource, out: Collector) -> tuple[str | None, datetime | None]:
    """Put the search values of a resource into `out`, for all parameters that `verbund.fhir.search` offers.

    Gives its patient and its clinical date (see `Entries`).
    """
    name = type(resource).__name__
    patient, date = kind_of(name).extract(resource, out)
    return (subscriber(resource) if name == "Subscription" else patient), date


def index(resource: Resource) -> Entries:
    """The search values of a resource, for all parameters that `verbund.fhir.search` offers."""
    out = Collector()
    patient, date = collect(resource, out)
    return Entries(
        tuple(out.tokens),
        tuple(out.strings),
        tuple(out.uris),
        tuple(out.references),
        tuple(out.dates),
        tuple(out.numbers),
        tuple(out.quantities),
        patient,
        date,
        tuple(out.identifiers),
    )
