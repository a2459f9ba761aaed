"""A node's identity, opened on a fresh database."""

from fixtures.identity import desk

__all__ = ["desk"]
