"""Which single changes of a module are tried: mutmut's operators, and some for what a decision is made of.

Added to mutmut's: a condition that always or never holds, one part of an `and` or `or` left out, a row left out of a
table, and the conditions inside of SQL. Everything is changed where it stands: functions, properties, tables, defaults.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_string

# Statements are the reach of a change: its tests are those that run one of their lines.
_STATEMENTS = (
    *(cst.SimpleStatementLine, cst.If, cst.For, cst.While, cst.With, cst.Try, cst.ExceptHandler, cst.Match),
    *(cst.FunctionDef, cst.ClassDef),
)
_LEFT_ALONE = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom, cst.Assert)
_ROWS = (cst.Set, cst.Tuple, cst.List, cst.Dict)
_SQL = re.compile(r"\b(?:select|where|exists|join|delete from|insert into)\b|\bany ?\(|\bis (?:not )?null\b|\$\d")
_IN_SQL = (
    (r"<=", "<"),
    (r"(?<![<])>=", ">"),
    (r"(?<![<>=&|-])<(?![=>@])", "<="),
    (r"(?<![<>=&|@-])>(?!=)", ">="),
    (r"(?<![<>=:!])=(?!=)", "<>"),
    (r"<>", "="),
    (r"\band\b", "or"),
    (r"\bor\b", "and"),
    (r"\bnot ", ""),
    (r"\bwhere\b", "where true or"),
    (r"'infinity'", "'-infinity'"),
    (r"'-infinity'", "'infinity'"),
    (r"\bany ?\(", "all("),
    (r"\ball ?\(", "any("),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
    (r"\bleft join\b", "join"),
    (r"\bdesc\b", "asc"),
    (r" & ", " | "),
)
_SHORT = 60
_AROUND = 25


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module: what stands from `start` to `end` becomes `after`.

    `function` is the outermost function around it, empty for what runs at import; `reach` are its statement's lines.
    """

    module: str
    function: str
    start: int
    end: int
    before: str
    after: str
    reach: range

    @property
    def place(self) -> str:
        """The module, and the function around the change."""
        return f"{self.module} {self.function or 'itself'}"

    def applied(self, source: str) -> str:
        """The module with the change made."""
        return source[: self.start] + self.after + source[self.end :]


def named(mutant: Mutant, source: str) -> str:
    """Names a change by what stands around it: the same as long as that stays as it is."""
    before, after = _flat(mutant.before), _flat(mutant.after)
    same = _alike(before, after)
    tail = _alike(before[same:][::-1], after[same:][::-1])
    ahead = _flat(source[max(0, mutant.start - _AROUND) : mutant.start] + before[:same])[-_AROUND:]
    behind = _flat(before[len(before) - tail :] + source[mutant.end : mutant.end + _AROUND])[:_AROUND]
    was, now = before[same : len(before) - tail], after[same : len(after) - tail]
    return f"{mutant.place}: {ahead.lstrip()}⟦{_short(was)} → {_short(now)}⟧{behind.rstrip()}"


def _alike(one: str, other: str) -> int:
    """How many characters are the same from the beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("`", "'")


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT // 2]}…{text[-_SHORT // 2 :]}"


def mutants(module: str, source: str) -> dict[str, Mutant]:
    """All changes of a module, in the order of the file, by names of their own."""
    wrapper = MetadataWrapper(cst.parse_module(source), unsafe_skip_copy=True)
    visitor = _Visitor(module, source, wrapper.resolve(WhitespaceInclusivePositionProvider))
    wrapper.module.visit(visitor)
    result: dict[str, Mutant] = {}
    tried = {source}
    for one in sorted(visitor.found, key=lambda mutant: mutant.start):
        text, name = one.applied(source), named(one, source)
        if text in tried:
            continue
        tried.add(text)
        again = next(number for number in count(1) if (name if number == 1 else f"{name} ({number})") not in result)
        result[name if again == 1 else f"{name} ({again})"] = one
    return result


class _Visitor(cst.CSTVisitor):
    def __init__(self, module: str, source: str, ranges: dict[cst.CSTNode, CodeRange]) -> None:
        super().__init__()
        self.found: list[Mutant] = []
        self._module = module
        self._source = source
        self._ranges = ranges
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._names: list[str] = []
        self._bodies: list[str] = []  # functions whose bodies we are in
        self._reach: list[range] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, _LEFT_ALONE) or _is_documentation(node):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self._names.append(node.name.value)
        if isinstance(node, _STATEMENTS):
            self._reach.append(self._head(node))
        if isinstance(node, cst.FunctionDef):
            # Defaults run at import, the body when it is called.
            node.params.visit(self)
            self._bodies.append(".".join(self._names))
            node.body.visit(self)
            self._bodies.pop()
            return False
        if not (self._bodies and isinstance(node, cst.Tuple)):
            for original, mutated in _without_a_row(node):
                self._add(original, mutated)
        for original, mutated in _changes(node):
            self._add(original, mutated)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self._names.pop()
        if isinstance(original_node, _STATEMENTS):
            self._reach.pop()

    def _head(self, node: cst.CSTNode) -> range:
        """The lines of a statement without those of the block that it holds."""
        place, body = self._ranges[node], getattr(node, "body", None)
        inner = body.body if isinstance(body, cst.IndentedBlock) else ()
        last = place.end.line if place.end.column else place.end.line - 1
        end = self._ranges[inner[0]].start.line - 1 if inner else last
        return range(place.start.line, max(end, place.start.line) + 1)

    def _add(self, original: cst.CSTNode, mutated: cst.CSTNode | str) -> None:
        place = self._ranges[original]
        start = self._lines[place.start.line - 1] + place.start.column
        end = self._lines[place.end.line - 1] + place.end.column
        after = mutated if isinstance(mutated, str) else cst.Module([]).code_for_node(mutated)
        function = self._bodies[0] if self._bodies else ""
        reach = self._reach[-1] if self._reach else range(0)
        self.found.append(Mutant(self._module, function, start, end, self._source[start:end], after, reach))


def _is_documentation(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString | cst.ConcatenatedString)


def _changes(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode | str]]:
    if isinstance(node, cst.SimpleString | cst.FormattedStringText):
        yield from ((node, changed) for changed in _texts(node))
        return
    for kind, operator in mutation_operators:
        if isinstance(node, kind) and not (isinstance(node, cst.Call) and _is_len(node)):
            yield from ((node, mutated) for mutated in operator(node))
    if isinstance(node, cst.If | cst.CompIf):
        for word in ("and False", "or True"):
            yield node.test, f"({cst.Module([]).code_for_node(node.test).strip()}) {word}"
    if isinstance(node, cst.BooleanOperation):
        yield from ((node, part) for part in (node.left, node.right))


def _without_a_row(node: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode]]:
    if isinstance(node, _ROWS) and len(node.elements) > 1:
        for at in range(len(node.elements)):
            yield node, node.with_changes(elements=(*node.elements[:at], *node.elements[at + 1 :]))


def _is_len(node: cst.Call) -> bool:
    return isinstance(node.func, cst.Name) and node.func.value in {"len", "isinstance"}


def _texts(node: cst.SimpleString | cst.FormattedStringText) -> Iterable[cst.CSTNode | str]:
    """Another text; where it is SQL, each of its conditions changed."""
    if _SQL.search(node.value):
        for pattern, instead in _IN_SQL:
            for match in re.finditer(pattern, node.value):
                yield node.value[: match.start()] + instead + node.value[match.end() :]
    elif isinstance(node, cst.SimpleString):
        # To write it all small or all large as well tells nothing that another text does not.
        yield from list(operator_string(node))[:1]
    elif node.value.strip():
        yield f"XX{node.value}"
