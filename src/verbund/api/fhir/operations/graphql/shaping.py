"""`@flatten`, `@first`, `@singleton` and `@slice`: the shape of the answer (https://hl7.org/fhir/R4/graphql.html#list).

Applied to the result of a query, along its fields.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

Json = dict[str, Any]
Path = tuple[str | int, ...]


class Shaper:
    """Shapes the result of one operation. `slices` are the names of the parts of a list, by its path."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], slices: Mapping[Path, list[str]]) -> None:
        self._fragments = fragments
        self._slices = slices

    def shaped(self, data: Json, operation: OperationDefinitionNode) -> Json:
        """The data with the directives carried out."""
        return self._object(data, list(self._fields(operation.selection_set)), ())

    def _fields(self, selected: SelectionSetNode | None) -> Iterator[FieldNode]:
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._fields(self._fragments[node.name.value].selection_set)

    def _object(self, data: Json, fields: list[FieldNode], path: Path) -> Json:
        result: Json = {}
        for key, value in data.items():
            nodes = [node for node in fields if (node.alias or node.name).value == key]
            said = {directive.name.value for node in nodes for directive in node.directives or ()}
            inner = [field for node in nodes for field in self._fields(node.selection_set)]
            here = (*path, key)
            shaped = self._value(value, inner, here)
            if "first" in said and isinstance(shaped, list):
                shaped = shaped[:1]
            if "flatten" in said:
                _flatten(result, shaped, inner)
            elif "slice" in said and isinstance(shaped, list):
                for place, part in enumerate(shaped):
                    result[f"{key}.{self._slices[here][place]}"] = part
            else:
                result[key] = shaped
        return result

    def _value(self, value: object, fields: list[FieldNode], path: Path) -> object:
        if isinstance(value, list):
            return [self._value(part, fields, (*path, place)) for place, part in enumerate(value)]
        return self._object(value, fields, path) if isinstance(value, dict) else value


def _flatten(result: Json, shaped: object, fields: list[FieldNode]) -> None:
    """Put the fields of an element, or of each of a list, into what is around it."""
    single = {
        (node.alias or node.name).value
        for node in fields
        if any(directive.name.value == "singleton" for directive in node.directives or ())
    }
    for part in shaped if isinstance(shaped, list) else [shaped]:
        for key, value in part.items() if isinstance(part, dict) else ():
            if value is None:
                continue
            if key in single or not isinstance(shaped, list):
                result[key] = value
            else:
                result.setdefault(key, []).extend(value if isinstance(value, list) else [value])
