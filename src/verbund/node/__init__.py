"""Assembles one node from its configuration: the one place that knows concrete classes."""

from verbund.node.assembly import Node, opened
from verbund.node.creation import create, take_back
from verbund.node.membership import founding_invitation, invitation, is_member, join, known_member
from verbund.node.serving import RunningNode, ending, serve_nodes, serving

__all__ = [
    "Node",
    "RunningNode",
    "create",
    "ending",
    "founding_invitation",
    "invitation",
    "is_member",
    "join",
    "known_member",
    "opened",
    "serve_nodes",
    "serving",
    "take_back",
]
