"""Assembles one node from its configuration: the one place that knows concrete classes."""

from verbund.node.assembly import Node, opened
from verbund.node.creation import create, take_back
from verbund.node.keys import forget_former_keys, keys_of, move_keys, next_keys, rotate_keys
from verbund.node.membership import founding_invitation, invitation, is_member, join, known_member
from verbund.node.serving import RunningNode, ending, serve_nodes, serving

__all__ = [
    "Node",
    "RunningNode",
    "create",
    "ending",
    "forget_former_keys",
    "founding_invitation",
    "invitation",
    "is_member",
    "join",
    "keys_of",
    "known_member",
    "move_keys",
    "next_keys",
    "opened",
    "rotate_keys",
    "serve_nodes",
    "serving",
    "take_back",
]
