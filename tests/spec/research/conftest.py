"""A gate on a fresh database."""

from fixtures.access import node

__all__ = ["node"]
