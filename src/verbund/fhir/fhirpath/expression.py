"""An expression, ready to be evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from verbund.fhir.fhirpath import environment
from verbund.fhir.fhirpath.compiling import compiled
from verbund.fhir.fhirpath.environment import Collection, Environment, Function, Seams
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.node import Json, Node, of_resource
from verbund.fhir.fhirpath.parser import parse

_NOTHING: Final = Seams()


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; it holds no state, so that one serves all threads."""

    text: str
    run: Function = field(repr=False)

    def evaluate(
        self,
        node: Node | dict[str, Any],
        *,
        resource: Node | None = None,
        root: Node | None = None,
        variables: Mapping[str, Collection] | None = None,
        seams: Seams = _NOTHING,
        strict: bool = False,
    ) -> Collection:
        """What the expression finds in a node, or in a resource given as JSON (decimals as `Decimal`).

        `resource` and `root` are `%resource` and `%rootResource`, by default the resource that the node stands in.
        `strict` refuses elements that a type does not have. Failed where the data does not fit the expression, or where
        it takes more steps than are allowed.
        """
        this = node if isinstance(node, Node) else of_resource(node)
        whole = resource if resource is not None else _resource(this)
        outer = root if root is not None else _root(whole)
        given: dict[str, Collection] = {"context": [this], **(variables or {})}
        try:
            return self.run(Environment([this], whole, outer, given, seams, strict=strict))
        except RecursionError:
            raise Failed("The FHIRPath expression is nested too deep for this data.") from None

    def truth(self, node: Node | dict[str, Any], **given: Json) -> bool:
        """Whether the expression is true of a node; empty is not true."""
        return environment.truth(self.evaluate(node, **given), "The expression") is True


def _resource(node: Node) -> Node:
    """The resource that a node stands in: the nearest one up."""
    while node.parent is not None and not (isinstance(node.value, dict) and "resourceType" in node.value):
        node = node.parent
    return node


def _root(node: Node) -> Node:
    """The resource that holds a contained one, or the resource itself."""
    return node.parent if node.name == "contained" and node.parent is not None else node


@lru_cache(maxsize=8192)
def compile(expression: str) -> Expression:  # noqa: A001 - named as in re
    """The expression in this text, remembered; Malformed, with the position, if it is none."""
    try:
        return Expression(expression, compiled(parse(expression)))
    except RecursionError:
        raise Failed("The FHIRPath expression is nested too deep.") from None


def truth(expression: str, node: Node | dict[str, Any], **given: Json) -> bool:
    """Whether an expression is true of a node or resource; the arguments are those of `Expression.evaluate`."""
    return compile(expression).truth(node, **given)
