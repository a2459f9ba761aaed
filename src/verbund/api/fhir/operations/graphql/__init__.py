"""`$graphql`: exactly the elements that are asked for, across resources (https://hl7.org/fhir/R4/graphql.html)."""

from verbund.api.fhir.operations.graphql.operation import OPERATIONS

__all__ = ["OPERATIONS"]
