"""Clock, trace and type (http://hl7.org/fhirpath/N1/#utility-functions, #reflection)."""

from verbund.fhir.fhirpath.environment import Collection, Environment, Function, text
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import function
from verbund.fhir.fhirpath.node import Node, TypeInfo
from verbund.fhir.fhirpath.temporal import Moment, instant
from verbund.fhir.fhirpath.types import system_type


@function("trace", 1, 2, lazy=True)
def trace(env: Environment, items: Collection, name: Function, projection: Function | None = None) -> Collection:
    """The items as they are; who listens is told of them, or of what an expression finds in them."""
    if env.seams.trace is not None:
        shown = items if projection is None else [value for _, found in env.each(items, projection) for value in found]
        env.seams.trace(text(name(env), "trace()") or "", shown)
    return items


def _now(env: Environment, name: str) -> Moment:
    if env.seams.now is None:
        raise Failed(f"{name}() needs a clock, and there is none here.")
    return instant(env.seams.now)


@function("now")
def now(env: Environment, _: Collection) -> Collection:
    """The DateTime of the evaluation."""
    return [_now(env, "now")]


@function("today")
def today(env: Environment, _: Collection) -> Collection:
    """The Date of the evaluation."""
    return [Moment("Date", _now(env, "today").parts[:3])]


@function("timeOfDay")
def time_of_day(env: Environment, _: Collection) -> Collection:
    """The Time of the evaluation."""
    return [Moment("Time", _now(env, "timeOfDay").parts[3:], 3)]


@function("type")
def type_of(_: Environment, items: Collection) -> Collection:
    """The namespace and name of each item's type; the type of a backbone element is BackboneElement."""
    return [
        TypeInfo("FHIR", item.type) if isinstance(item, Node) else TypeInfo("System", system_type(item))
        for item in items
    ]
