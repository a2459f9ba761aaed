"""From tokens to the parts of an expression, by operator precedence (http://hl7.org/fhirpath/N1/#operator-precedence)."""

from decimal import Decimal
from typing import Final

from verbund.fhir.fhirpath.errors import Malformed
from verbund.fhir.fhirpath.lexer import Token, tokens
from verbund.fhir.fhirpath.quantities import CALENDAR, Quantity
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
from verbund.fhir.fhirpath.temporal import read

DEEPEST: Final = 120
"""Parts inside parts, or one after another; the deepest invariant of R4 has about 30."""

PRECEDENCE: Final = {
    "implies": 1,
    **dict.fromkeys(("or", "xor"), 2),
    "and": 3,
    **dict.fromkeys(("in", "contains"), 4),
    **dict.fromkeys(("=", "~", "!=", "!~"), 5),
    **dict.fromkeys(("<", ">", "<=", ">="), 6),
    "|": 7,
    **dict.fromkeys(("is", "as"), 8),
    **dict.fromkeys(("+", "-", "&"), 9),
    **dict.fromkeys(("*", "/", "div", "mod"), 10),
}
_BEYOND: Final = 2**31
_TYPE_FUNCTIONS: Final = frozenset({"is", "as", "ofType"})


def parse(text: str) -> Part:
    """The expression in this text; Malformed, with the position, if it is none."""
    parser = _Parser(tokens(text))
    found = parser.expression(0)
    if parser.token.kind != "end":
        raise Malformed("nothing more is expected here.", parser.token.position)
    return found


class _Parser:
    """A Pratt parser: one token at a time, no going back."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def met(self, sign: str) -> bool:
        """Whether this sign stands here; if so, it is passed."""
        if self.token.kind == "sign" and self.token.text == sign:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.met(sign):
            raise Malformed(f"'{sign}' is expected here.", self.token.position)

    def deeper(self, steps: int) -> int:
        """One step more of `steps` since the last opening; too many are refused."""
        if self.depth + steps >= DEEPEST:
            raise Malformed(f"it is nested deeper than {DEEPEST} levels.", self.token.position)
        return steps + 1

    def expression(self, least: int) -> Part:
        """An expression of operators that bind at least this tightly."""
        outer, steps = self.depth, 0
        self.depth = outer + self.deeper(0)
        left = self.signed()
        while (level := self.operator()) > least:
            steps = self.deeper(steps)
            token = self.next()
            if token.text in {"is", "as"}:
                left = TypeOperation(token.text, left, self.type_name(), token.position)
            else:
                self.depth += 1
                left = Binary(token.text, left, self.expression(level))
                self.depth -= 1
        self.depth = outer
        return left

    def operator(self) -> int:
        """The precedence of the operator that stands here, 0 if there is none."""
        return PRECEDENCE.get(self.token.text, 0) if self.token.kind in {"sign", "name"} else 0

    def signed(self) -> Part:
        """A term with the signs before it."""
        if self.token.kind == "sign" and self.token.text in "+-":
            sign, outer = self.next().text, self.depth
            self.depth += self.deeper(0)
            operand = self.signed()
            self.depth = outer
            return Sign(sign, operand)
        return self.followed(self.term())

    def followed(self, left: Part) -> Part:
        """What follows a term with a dot or in brackets."""
        outer, steps = self.depth, 0
        while True:
            if self.met("."):
                left = self.invocation(left)
            elif self.met("["):
                left = Index(left, self.expression(0))
                self.expect("]")
            else:
                self.depth = outer
                return left
            steps = self.deeper(steps)

    def term(self) -> Part:
        """A literal, a variable, a parenthesis, or a first name."""
        token = self.token
        if token.kind == "name" and token.text not in {"true", "false"}:
            return self.invocation(None)
        self.at += 1
        if token.kind in _LITERALS:
            return self.literal(token)
        if token.kind == "special":
            return Special(token.text, token.position)
        if token.kind == "variable":
            return Variable(token.text.removeprefix("%"), token.position)
        if token.text == "(" and token.kind == "sign":
            inner = self.expression(0)
            self.expect(")")
            return inner
        if token.text == "{" and token.kind == "sign":
            self.expect("}")
            return Literal(())
        raise Malformed("a value, a name or a parenthesis is expected here.", token.position)

    def literal(self, token: Token) -> Literal:
        """A boolean, string, number, quantity, date or time."""
        if token.kind == "name":
            return Literal((token.text == "true",))
        if token.kind == "string":
            return Literal((token.text,))
        if token.kind == "number":
            return Literal((self.number(token),))
        moment = read(token.text, {"date": "Date", "dateTime": "DateTime", "time": "Time"}[token.kind])
        if moment is None:
            raise Malformed("there is no such date or time.", token.position)
        return Literal((moment,))

    def number(self, token: Token) -> int | Decimal | Quantity:
        """A number, or a quantity if a unit follows."""
        following = self.token
        if following.kind == "string" or (following.kind == "name" and following.text in CALENDAR):
            self.at += 1
            calendar = following.kind == "name"
            return Quantity(Decimal(token.text), CALENDAR[following.text] if calendar else following.text, calendar)
        if "." in token.text:
            return Decimal(token.text)
        if int(token.text[:12]) >= _BEYOND:
            raise Malformed("integers end at 2147483647.", token.position)
        return int(token.text)

    def invocation(self, left: Part | None) -> Part:
        """A name, or a function with its arguments, after a dot or at the beginning."""
        token = self.next()
        if token.kind == "special" and left is not None:
            raise Malformed("$this, $index and $total do not follow a dot.", token.position)
        if token.kind != "name":
            raise Malformed("a name is expected here.", token.position)
        if not self.met("("):
            return Member(left, token.text, token.position)
        if token.text in _TYPE_FUNCTIONS:
            name = self.type_name()
            self.expect(")")
            return TypeOperation(token.text, left, name, token.position)
        arguments: list[Part] = []
        while not self.met(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.expression(0))
        return Call(left, token.text, tuple(arguments), token.position)

    def type_name(self) -> str:
        """The name of a type, such as Quantity or System.String."""
        first = self.next()
        if first.kind not in {"name", "string"}:
            raise Malformed("the name of a type is expected here.", first.position)
        if not self.met("."):
            return first.text
        second = self.next()
        if second.kind != "name":
            raise Malformed("the name of a type is expected here.", second.position)
        return f"{first.text}.{second.text}"


_LITERALS: Final = frozenset({"name", "string", "number", "date", "dateTime", "time"})
