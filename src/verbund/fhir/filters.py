"""Reads `_filter`, the small language for searches that single parameters cannot say.

http://hl7.org/fhir/R4/search_filter.html. `and` binds closer than `or`; `not` stands before parentheses. A name may be
followed by a condition on what it refers to and by a name there: `subject[name co "pet"].birthdate lt 1970`. Values are
never case sensitive. That a value is unequal (`ne`) means: there is one, and none is equal.
"""

import re
from collections.abc import Callable
from json import JSONDecodeError, loads
from typing import Final, NamedTuple

from verbund.fhir.criteria import DEEPEST, one_filter, parameter, size, through, value_of
from verbund.fhir.parameters import STANDARD, Parameters
from verbund.fhir.search import Criterion, Either, Every, Filter, Not, Parameter, TokenValue
from verbund.fhir.values import Malformed

LONGEST: Final = 20_000
MOST_COMPARISONS: Final = 200
MOST_CRITERIA: Final = 2_000
DEEPEST_PARENTHESES: Final = 40

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"(?:and|or|not)(?![\w.\[-])")
_NAME = re.compile(r"[A-Za-z_][\w-]{0,79}", re.ASCII)
_OPERATOR = re.compile(r"([a-z]{2})(?=\s)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_TOKEN = re.compile(r'[^\s)\]"]+')
_RESERVED = re.compile(r"([,$\\])")

_PREFIXES: Final = frozenset({"gt", "lt", "ge", "le", "ap", "sa", "eb"})
_ORDERED: Final = frozenset({"date", "number", "quantity", "lastUpdated"})
_OPERATORS: Final[dict[str, dict[str, str | None]]] = {
    "string": {"eq": "eq", "co": "contains", "sw": "sw", "ew": "ew"},
    "token": {"eq": None, "ss": "below", "sb": "above", "in": "in", "co": "text"},
    "reference": {"eq": None, "re": None},
    "uri": {"eq": None, "sb": "above", "ss": "below"},
    "id": {"eq": None},
    "composite": {"eq": None},
    "special": {"eq": None},
    "text": {"eq": None, "co": None},
    "content": {"eq": None, "co": None},
}
"""Kind of parameter to the operators that it takes beside `ne` and `pr`, with the modifiers that say the same."""


def filter_of(resource_type: str, text: str, known: Parameters = STANDARD) -> Criterion:
    """What a `_filter` asks of the resources of a type; Malformed or Ignorable if it cannot be read."""
    if len(text) > LONGEST:
        raise Malformed(f"takes at most {LONGEST} characters.")
    reader = _Reader(text, known)
    expression = reader.disjunction(0)
    reader.space()
    if reader.position < len(text):
        raise reader.wrong("and, or, or the end")
    found = expression(resource_type)
    if size(found) > MOST_CRITERIA:
        raise Malformed("leads through too many types; name fewer references, or search in steps.")
    return found


Asked = Callable[[str], Criterion]
"""A condition that waits for the type of the resources that it is asked of."""


class _Comparison(NamedTuple):
    operator: str
    value: str


class _Reader:
    """Reads an expression by recursive descent; `position` is where reading goes on."""

    def __init__(self, text: str, known: Parameters) -> None:
        self.text = text
        self.known = known
        self.position = 0
        self.comparisons = 0
        self.references = 0

    def wrong(self, wanted: str) -> Malformed:
        """The error that says what was wanted, and where."""
        return Malformed(f"wants {wanted} at character {self.position + 1}.")

    def space(self) -> None:
        """Skip white space."""
        found = _SPACE.match(self.text, self.position)
        self.position = found.end() if found else self.position

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """What stands here, if it is of a form."""
        found = pattern.match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[0]

    def word(self, wanted: str) -> bool:
        """Whether this word stands here; it is passed over then."""
        self.space()
        begun = self.position
        if self.take(_WORD) == wanted:
            return True
        self.position = begun
        return False

    def mark(self, wanted: str) -> bool:
        """Whether this character stands here; it is passed over then."""
        if not self.text.startswith(wanted, self.position):
            return False
        self.position += 1
        return True

    def disjunction(self, depth: int) -> Asked:
        """Conditions joined by `or`."""
        if depth > DEEPEST_PARENTHESES:
            raise Malformed(f"nests more than {DEEPEST_PARENTHESES} parentheses.")
        found = [self.conjunction(depth)]
        while self.word("or"):
            found.append(self.conjunction(depth))
        return _joined(Either, found)

    def conjunction(self, depth: int) -> Asked:
        """Conditions joined by `and`."""
        found = [self.condition(depth)]
        while self.word("and"):
            found.append(self.condition(depth))
        return _joined(Every, found)

    def condition(self, depth: int) -> Asked:
        """A comparison, or an expression in parentheses, perhaps negated."""
        negated = self.word("not")
        self.space()
        if not self.mark("("):
            if negated:
                raise self.wrong("( after not")
            return self.comparison(depth)
        inner = self.disjunction(depth + 1)
        self.space()
        if not self.mark(")"):
            raise self.wrong(")")
        return (lambda of: Not(inner(of))) if negated else inner

    def comparison(self, depth: int) -> Asked:
        """`path operator value`."""
        self.comparisons += 1
        if self.comparisons > MOST_COMPARISONS:
            raise Malformed(f"compares more than {MOST_COMPARISONS} times.")
        return self.path(depth)

    def path(self, depth: int) -> Asked:
        """A name and what is compared with it, or what is asked where a reference of this name leads."""
        name = self.take(_NAME)
        if name is None:
            raise self.wrong("the name of a search parameter")
        if not self.text.startswith((".", "["), self.position):
            comparison = self.compared()
            return lambda of: _comparison(parameter(of, name, self.known), of, comparison, self.known)
        self.references += 1
        if self.references > DEEPEST:
            raise Malformed(f"follows more than {DEEPEST} references, one after the other.")
        asked = self.beyond(depth)
        self.references -= 1
        return lambda of: through(of, name, None, lambda target: tuple(one(target) for one in asked), self.known)

    def beyond(self, depth: int) -> list[Asked]:
        """What is asked of the resources that a reference leads to: in brackets, and after the dot."""
        asked: list[Asked] = []
        if self.mark("["):
            asked.append(self.disjunction(depth + 1))
            self.space()
            if not self.mark("]"):
                raise self.wrong("]")
        if not self.mark("."):
            raise self.wrong("a dot and a name")
        asked.append(self.path(depth))
        return asked

    def compared(self) -> _Comparison:
        """An operator and its value."""
        self.space()
        operator = self.take(_OPERATOR)
        if operator is None:
            raise self.wrong("an operator, such as eq, co or ge, and a blank")
        self.space()
        value = self.take(_STRING)
        if value is not None:
            return _Comparison(operator, self.string(value))
        value = self.take(_TOKEN)
        if value is None:
            raise self.wrong("a value")
        return _Comparison(operator, value)

    def string(self, text: str) -> str:
        """What a JSON string says."""
        try:
            return str(loads(text, strict=False))
        except JSONDecodeError:
            raise self.wrong("a JSON string before what is") from None


def _joined(kind: type[Either | Every], found: list[Asked]) -> Asked:
    if len(found) == 1:
        return found[0]
    return lambda of: kind(tuple(one(of) for one in found))


def _comparison(found: Parameter, of: str, asked: _Comparison, known: Parameters) -> Criterion:
    """The criterion for one comparison with a parameter of a type."""
    operator, value = asked
    if operator == "pr":
        return _present(found, value)
    if operator == "ne" and found.kind not in _ORDERED:
        equal = _comparison(found, of, _Comparison("eq", value), known)
        return Every((_present(found, "true"), Not(equal))) if found.kind != "id" else Not(equal)
    text = _RESERVED.sub(r"\\\1", value) if found.kind != "composite" else value
    if found.kind in _ORDERED:
        return one_filter(found, of, None, _prefix(found, operator) + text, known)
    offered = {"eq": None} if found.sounds else _OPERATORS[found.kind]
    if operator not in offered:
        raise Malformed(f"compares {found.code}, which is of the kind {found.kind}, by: {', '.join(offered)}, ne, pr.")
    modifier = offered[operator]
    if modifier in {"eq", "sw", "ew"}:
        return Filter(found.key, found.kind, modifier, (value_of(found, of, None, text, known),))
    return one_filter(found, of, modifier, text, known)


def _prefix(found: Parameter, operator: str) -> str:
    """The prefix that says the same as an operator."""
    if operator in _PREFIXES or operator in {"eq", "ne"}:
        return operator
    if operator == "po" and found.kind in {"date", "lastUpdated"}:
        return "ap"
    known = ", ".join(sorted({"eq", "ne", *_PREFIXES}))
    raise Malformed(f"compares {found.code}, which is of the kind {found.kind}, by: {known}, po (dates), pr.")


def _present(found: Parameter, value: str) -> Filter:
    """Whether a parameter has a value at all."""
    if value not in {"true", "false"}:
        raise Malformed("takes true or false with pr.")
    if found.kind in {"id", "lastUpdated", "composite", "special", "text", "content"}:
        raise Malformed(f"cannot ask whether {found.code} is present.")
    missing = "false" if value == "true" else "true"
    return Filter(found.key, found.kind, "missing", (TokenValue(None, missing, any_system=True),))
