"""The portal of one node over a region in memory, asked without a socket."""

from fixtures.portal import asking

__all__ = ["asking"]
