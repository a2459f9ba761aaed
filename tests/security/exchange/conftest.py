"""A hub and sites on real sockets."""

from fixtures.exchange import region, standing, world

__all__ = ["region", "standing", "world"]
