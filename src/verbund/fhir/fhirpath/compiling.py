"""From the parts of an expression to closures, one for each part."""

from collections.abc import Callable
from functools import partial
from typing import Final

from verbund.fhir.fhirpath import arithmetic
from verbund.fhir.fhirpath.comparing import all_equal, all_equivalent, contained, distinct, order
from verbund.fhir.fhirpath.environment import Collection, Environment, Function, one, truth, whole
from verbund.fhir.fhirpath.errors import Failed, Malformed
from verbund.fhir.fhirpath.functions import FUNCTIONS, Entry
from verbund.fhir.fhirpath.node import Item, Node, TypeInfo, ancestry, members, members_of
from verbund.fhir.fhirpath.syntax import (
    Binary,
    Call,
    Index,
    Literal,
    Member,
    Part,
    Sign,
    Special,
    TypeOperation,
    Variable,
)
from verbund.fhir.fhirpath.types import caster, known, tester
from verbund.fhir.fhirpath.variables import CONSTANTS, variable


def compiled(part: Part) -> Function:
    """The closure of a part; Malformed for a function or type that is not known."""
    return _WAYS[type(part)](part)


def _literal(part: Literal) -> Function:
    items = part.items
    return lambda _: list(items)  # type: ignore[arg-type]


def _special(part: Special) -> Function:
    if part.name == "this":
        return lambda env: env.this
    if part.name == "index":
        return lambda env: [env.index]
    return lambda env: env.total


def _variable(part: Variable) -> Function:
    name, position = part.name, part.position
    if name in CONSTANTS:
        constant: Collection = [CONSTANTS[name]]
        return lambda _: constant
    return lambda env: variable(env, name, position)


def _left(part: Part | None) -> Function:
    return compiled(part) if part is not None else (lambda env: env.this)


def _member(part: Member) -> Function:
    name = part.name
    if part.left is None:
        return partial(_first_name, name) if name[0].isupper() else partial(_from_this, name)
    left = compiled(part.left)
    if isinstance(part.left, TypeOperation) and members_of(part.left.type) and name not in members_of(part.left.type):
        return partial(_refused_if_strict, f"{part.left.type} has no element of this name: {name[:60]}.", left)
    return lambda env: step(env, left(env), name)


def _refused_if_strict(reason: str, left: Function, env: Environment) -> Collection:
    """Nothing; where it is strict, Failed for what cannot be meant."""
    left(env)
    if env.strict:
        raise Failed(reason)
    return []


def _from_this(name: str, env: Environment) -> Collection:
    return step(env, env.this, name)


def _first_name(name: str, env: Environment) -> Collection:
    """`Patient.…`: what is looked at, if it is a Patient; else the element of this name."""
    found: Collection = []
    for item in env.this:
        if type(item) is Node and name in ancestry(item.type):
            found.append(item)
        elif env.strict and known(name):
            raise Failed(f"What is looked at is not of the type {name}.")
        else:
            found += step(env, [item], name)
    return found


def step(env: Environment, items: Collection, name: str) -> Collection:
    """The elements of this name in all items; where it is strict, Failed for one that a type does not have."""
    out: Collection = []
    for item in items:
        if type(item) is Node:
            if not members(item, name, out) and env.strict:
                raise Failed(f"{item.type} has no element of this name: {name[:60]}.")
        elif isinstance(item, TypeInfo) and name in {"namespace", "name"}:
            out.append(getattr(item, name))
    return out


def _call(part: Call) -> Function:
    entry = FUNCTIONS.get(part.name)
    if entry is None:
        raise Malformed(f"there is no function {part.name[:60]}().", part.position)
    if not entry.least <= len(part.arguments) <= entry.most:
        raise Malformed(f"{part.name}() takes {entry.least} to {entry.most} arguments.", part.position)
    left = _left(part.left)
    if part.name in _BY_ORDER and isinstance(part.left, Call) and part.left.name in {"children", "descendants"}:
        left = partial(_without_order, left)
    arguments = [_argument(argument) for argument in part.arguments]
    return _lazy(entry, left, arguments) if entry.lazy else _eager(entry, left, arguments)


_BY_ORDER: Final = frozenset({"first", "last", "tail", "skip", "take"})


def _without_order(left: Function, env: Environment) -> Collection:
    """A collection that has no order of its own: where it is strict, Failed for asking for a place in it."""
    if env.strict:
        raise Failed("What children() and descendants() find has no order.")
    return left(env)


def _argument(part: Part) -> Function:
    """An argument; of one that begins with a minus, `sort()` looks at the rest and goes down."""
    function = compiled(part)
    if not isinstance(part, Sign) or part.sign != "-":
        return function
    return Downwards(function, compiled(part.operand))


class Downwards:
    """A key with a minus before it: a number with its sign turned, or for `sort()` an order turned round."""

    downwards = True

    def __init__(self, negated: Function, plain: Function) -> None:
        self.negated = negated
        self.plain = plain

    def __call__(self, env: Environment) -> Collection:
        """The value with its sign turned, as everywhere but in `sort()`."""
        return self.negated(env)


def _lazy(entry: Entry, left: Function, arguments: list[Function]) -> Function:
    run = entry.run
    if len(arguments) == 1:
        only = arguments[0]
        return lambda env: run(env, left(env), only)
    return lambda env: run(env, left(env), *arguments)


def _eager(entry: Entry, left: Function, arguments: list[Function]) -> Function:
    run = entry.run
    if not arguments:
        return lambda env: run(env, left(env))
    if len(arguments) == 1:
        only = arguments[0]
        return lambda env: run(env, left(env), only(env))
    return lambda env: run(env, left(env), *[argument(env) for argument in arguments])


def _index(part: Index) -> Function:
    left, index = compiled(part.left), compiled(part.index)

    def run(env: Environment) -> Collection:
        items = left(env)
        place = whole(index(env), "[]")
        return items[place : place + 1] if place is not None and place >= 0 else []

    return run


def _sign(part: Sign) -> Function:
    sign, operand = part.sign, compiled(part.operand)
    return lambda env: arithmetic.signed(sign, operand(env))


def _type(part: TypeOperation) -> Function:
    if not known(part.type):
        raise Malformed(f"there is no type {part.type[:60]}.", part.position)
    left, test = _left(part.left), (tester if part.operator == "is" else caster)(part.type)
    if part.operator == "ofType":
        return lambda env: [item for item in left(env) if test(item)]

    def cast(env: Environment) -> Collection:
        item = one(left(env), "as")
        return [item] if item is not None and test(item) else []

    def check(env: Environment) -> Collection:
        item = one(left(env), "is")
        return [] if item is None else [test(item)]

    return cast if part.operator == "as" else check


def _binary(part: Binary) -> Function:
    sign = part.operator
    left, right = compiled(part.left), compiled(part.right)
    if sign in _LOGIC:
        return _LOGIC[sign](left, right)
    if sign in _ORDERS:
        wanted = _ORDERS[sign]
        return lambda env: _ordered(left(env), right(env), sign, wanted)
    if sign == "&":
        return lambda env: env.spend_text(arithmetic.concatenated(left(env), right(env)))
    if sign in _PLAIN:
        run = _PLAIN[sign]
        return lambda env: run(left(env), right(env))
    return lambda env: env.spend_text(arithmetic.calculate(sign, left(env), right(env)))


def _ordered(left: Collection, right: Collection, sign: str, wanted: frozenset[int]) -> Collection:
    a, b = one(left, sign), one(right, sign)
    if a is None or b is None:
        return []
    found = order(a, b, sign)
    return [] if found is None else [found in wanted]


_ORDERS: Final = {"<": frozenset({-1}), ">": frozenset({1}), "<=": frozenset({-1, 0}), ">=": frozenset({0, 1})}


def _and(left: Function, right: Function) -> Function:
    def run(env: Environment) -> Collection:
        a = truth(left(env), "and")
        if a is False:
            return [False]
        b = truth(right(env), "and")
        return [b] if b is False or (a and b) else []

    return run


def _or(left: Function, right: Function) -> Function:
    def run(env: Environment) -> Collection:
        a = truth(left(env), "or")
        if a:
            return [True]
        b = truth(right(env), "or")
        if b:
            return [True]
        return [False] if a is False and b is False else []

    return run


def _xor(left: Function, right: Function) -> Function:
    def run(env: Environment) -> Collection:
        a, b = truth(left(env), "xor"), truth(right(env), "xor")
        return [] if a is None or b is None else [a != b]

    return run


def _implies(left: Function, right: Function) -> Function:
    def run(env: Environment) -> Collection:
        a = truth(left(env), "implies")
        if a is False:
            return [True]
        b = truth(right(env), "implies")
        if b:
            return [True]
        return [b] if a and b is False else []

    return run


_LOGIC: Final[dict[str, Callable[[Function, Function], Function]]] = {
    "and": _and,
    "or": _or,
    "xor": _xor,
    "implies": _implies,
}


def _same(left: Collection, right: Collection) -> Collection:
    if len(left) == 1 and len(right) == 1 and type(right[0]) is str and type(left[0]) is Node:
        value = left[0].value
        if type(value) is str and left[0].type not in _DATED:
            return [value == right[0]]
    same = all_equal(left, right)
    return [] if same is None else [same]


_DATED: Final = frozenset({"date", "dateTime", "instant", "time"})


def _different(left: Collection, right: Collection) -> Collection:
    same = all_equal(left, right)
    return [] if same is None else [not same]


def _within(left: Collection, right: Collection, sign: str = "in") -> Collection:
    item: Item | None = one(left, sign)
    return [] if item is None else [contained(item, right)]


_PLAIN: Final[dict[str, Callable[[Collection, Collection], Collection]]] = {
    "=": _same,
    "!=": _different,
    "~": lambda left, right: [all_equivalent(left, right)],
    "!~": lambda left, right: [not all_equivalent(left, right)],
    "|": lambda left, right: list(distinct([*left, *right])),
    "in": _within,
    "contains": lambda left, right: _within(right, left, "contains"),
}

_WAYS: Final[dict[type, Callable[..., Function]]] = {
    Literal: _literal,
    Special: _special,
    Variable: _variable,
    Member: _member,
    Call: _call,
    Index: _index,
    Sign: _sign,
    TypeOperation: _type,
    Binary: _binary,
}
