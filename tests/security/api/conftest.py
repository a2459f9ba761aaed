"""A node's FHIR API on a real socket."""

from fixtures.api import node

__all__ = ["node"]
