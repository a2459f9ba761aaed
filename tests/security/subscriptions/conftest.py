"""A node that tells of changes, and a receiver that takes what it sends."""

from fixtures.subscriptions import hook, node

__all__ = ["hook", "node"]
