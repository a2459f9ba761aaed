"""Operations: each is one module that says where it is offered, under which rule, and what answers it.

https://hl7.org/fhir/R4/operations.html. A module has a constant OPERATIONS, a tuple of `Operation`, and stands in the
list below; from then on it is routed, checked, listed in the CapabilityStatement, and works inside of batches.
"""

from collections.abc import Mapping

from verbund.api.fhir.operations import (
    bulk,
    converting,
    document,
    everything,
    find,
    graph,
    graphql,
    lastn,
    meta,
    naming,
    opening,
    proof,
    rights,
    stats,
    subscriptions,
    terminology,
    terminology_expand,
    validate,
)
from verbund.api.fhir.operations.model import Call, Operation

MODULES = (
    bulk,
    converting,
    document,
    everything,
    find,
    graph,
    graphql,
    lastn,
    meta,
    naming,
    opening,
    proof,
    rights,
    stats,
    subscriptions,
    terminology,
    terminology_expand,
    validate,
)

OPERATIONS: Mapping[str, Operation] = {
    operation.name: operation for module in MODULES for operation in module.OPERATIONS
}
"""What is offered, by name without the dollar sign."""

__all__ = ["OPERATIONS", "Call", "Operation"]
