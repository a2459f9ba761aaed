"""The settings of a node: one frozen, typed object, read once from file and environment."""

from verbund.config.clock import Clock, utc_now
from verbund.config.model import KINDS, IdentityProvider, NodeConfig
from verbund.config.reading import FILE_NAME, load, render

__all__ = ["FILE_NAME", "KINDS", "Clock", "IdentityProvider", "NodeConfig", "load", "render", "utc_now"]
