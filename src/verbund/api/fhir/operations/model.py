"""What an operation is: where it is offered, what it takes, and what answers it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from verbund.api.fhir.addresses import Address, Interaction
from verbund.api.fhir.messages import Request, Response
from verbund.api.fhir.operations.parameters import NO_PARAMETERS, Parameters
from verbund.api.fhir.service import Service
from verbund.api.rules import Rule
from verbund.identity import Principal

STANDARD = "http://hl7.org/fhir/OperationDefinition/"

_SHAPES = {
    "system": (),
    "type": ("TYPE",),
    "instance": ("TYPE", "ID"),
    "version": ("TYPE", "ID", "_history", "VERSION"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation: the address it was called at, what was passed, and the request as it came.

    `parameters` are those of the address (GET) or of the Parameters resource in the body; a body of any other resource
    is the parameter `resource` (https://hl7.org/fhir/R4/operations.html#request). They are empty for `free` operations.
    """

    address: Address
    request: Request
    parameters: Parameters = NO_PARAMETERS

    @property
    def type(self) -> str:
        """The resource type, empty for the whole system."""
        return self.address.type

    @property
    def id(self) -> str:
        """The id of the resource, empty for a type or the whole system."""
        return self.address.id


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of FHIR.

    `levels` are of `system`, `type`, `instance` and `version`; `types` those at which it is offered, any when empty.
    `rule` asks for SMART letters on the type of the address (at system level: on all types); the gate decides about
    what the handler then reads and writes. `takes` are the names of its parameters; others are refused unless lenient.
    A `free` operation reads query and body itself. GET belongs to operations that change nothing.
    """

    name: str
    levels: tuple[str, ...]
    rule: Rule
    handler: Callable[[Service, Principal, Call], Awaitable[Response]]
    takes: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ("GET", "HEAD", "POST")
    types: tuple[str, ...] = ()
    definition: str = ""
    free: bool = False

    @property
    def canonical(self) -> str:
        """The address of its OperationDefinition: where `definition` names none, the standard's for all types."""
        return self.definition or f"{STANDARD}Resource-{self.name}"

    def interactions(self) -> Iterator[Interaction]:
        """The rows of the table of addresses."""
        for level in self.levels:
            shape = _SHAPES[level]
            shapes = [(name, *shape[1:]) for name in self.types] if shape and self.types else [shape]
            for begin in shapes:
                yield Interaction(f"${self.name}", self.methods, (*begin, f"${self.name}"), self.rule)
