"""Calling `$graphql`: the query is read, checked against the schema, carried out and shaped."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    execute,
    parse,
    validate,
)
from graphql.utilities import get_operation_ast

from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.graphql.resolving import Asking
from verbund.api.fhir.operations.graphql.schema import schema
from verbund.api.fhir.operations.graphql.shaping import Shaper
from verbund.api.fhir.operations.model import Call
from verbund.api.fhir.service import Service
from verbund.errors import Fault, Incorrect, VerbundError
from verbund.identity import Principal

MOST_TOKENS: Final = 5_000
DEEPEST: Final = 20
_WITH_QUERY = "application/graphql"
_encode = msgspec.json.Encoder(decimal_format="number").encode


class _Body(msgspec.Struct, rename="camel"):
    """A query as JSON (https://graphql.org/learn/serving-over-http/)."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]


async def answered(service: Service, who: Principal, call: Call) -> Response:
    """The answer: `data`, and `errors` where a part could not be had. 400 with `errors` for a query that is wrong.

    Called on a resource, the fields of the query are those of the resource.
    """
    try:
        question = _question(_asked(call), schema(call.type, service.gate.known))
    except GraphQLError as error:
        return _response(400, {"errors": [error.formatted]})
    asking = Asking(service, who)
    root = asking.opened(await service.gate.read(who, call.type, call.id)) if call.id else None
    result = await _executed(question, asking, root)
    data = (
        None
        if result.data is None
        else Shaper(question.fragments, asking.slices).shaped(result.data, question.operation)
    )
    content: dict[str, Any] = {"data": data}
    if result.errors:
        content = {"errors": [_told(error) for error in result.errors]} | content
    return _response(200, content)


def _asked(call: Call) -> _Body:
    """The query of the address or of the body."""
    query = call.request.parameter("query")
    if query is None and call.request.method in {"GET", "HEAD"}:
        raise Incorrect("$graphql needs a query: ?query={…}, or a body with it.")
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if query is None and kind == _WITH_QUERY:
            return _Body(call.request.body.decode())
        if query is None:
            return msgspec.json.decode(call.request.body, type=_Body)
        variables = call.request.parameter("variables")
        given = None if variables is None else msgspec.json.decode(variables, type=dict[str, Any])
        return _Body(query, given, call.request.parameter("operationName"))
    except (ValueError, msgspec.MsgspecError):
        raise Incorrect('The body must be JSON such as {"query": "{…}", "variables": {…}}, in UTF-8.') from None


def _question(asked: _Body, schema: GraphQLSchema) -> _Question:
    """The query, checked. GraphQLError tells what is wrong and where."""
    document = parse(asked.query, max_tokens=MOST_TOKENS)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    if errors := validate(schema, document, max_errors=10):
        raise errors[0]
    operation = get_operation_ast(document, asked.operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        raise GraphQLError("One query is needed; where there are several, name it as operationName.")
    _check_depth(operation.selection_set, fragments, 1)
    return _Question(schema, document, operation, fragments, asked.variables or {})


def _check_depth(selected: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode], depth: int) -> None:
    if depth > DEEPEST:
        raise GraphQLError(f"The query nests deeper than {DEEPEST}.")
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode):
            _check_depth(node.selection_set, fragments, depth + 1)
        elif isinstance(node, InlineFragmentNode):
            _check_depth(node.selection_set, fragments, depth)
        elif isinstance(node, FragmentSpreadNode):
            _check_depth(fragments[node.name.value].selection_set, fragments, depth + 1)


async def _executed(question: _Question, asking: Asking, root: object) -> ExecutionResult:
    result = execute(
        question.schema,
        question.document,
        root_value=root,
        context_value=asking,
        variable_values=question.variables,
        operation_name=question.operation.name.value if question.operation.name else None,
    )
    return result if isinstance(result, ExecutionResult) else await result


def _told(error: GraphQLError) -> dict[str, Any]:
    """An error as the client sees it; what is our own fault is raised, so that it is logged under a number."""
    cause = error.original_error
    if cause is not None and not isinstance(cause, VerbundError | GraphQLError | TypeError | ValueError):
        raise cause
    if isinstance(cause, Fault):
        raise cause
    told = dict(error.formatted)
    if isinstance(cause, VerbundError):
        told["message"] = cause.text
        told["extensions"] = {"code": str(cause.category), "status": cause.http_status}
    return told


def _response(status: int, content: object) -> Response:
    return Response(status, _encode(content), media_type="application/json")
