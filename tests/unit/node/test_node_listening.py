"""A node's socket: what keeps it from listening is said at once, and what to do."""

import asyncio
import socket
from collections.abc import MutableMapping
from contextlib import closing
from typing import Any

import httpx
import pytest

from verbund.errors import Unavailable
from verbund.node.listening import answering, bound


def test_a_free_port_is_bound_and_listens() -> None:
    with (
        closing(bound("127.0.0.1", 0)) as listener,
        closing(socket.create_connection(listener.getsockname())) as caller,
    ):
        assert caller.getpeername() == listener.getsockname()


def test_a_port_that_a_node_has_left_can_be_taken_at_once() -> None:
    with closing(bound("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", port))):
            listener.accept()[0].close()
    with closing(bound("127.0.0.1", port)) as again:
        assert again.getsockname()[1] == port


def test_a_taken_port_is_said_with_what_to_do() -> None:
    with closing(bound("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(Unavailable, match=f"Port {port} on 127.0.0.1 is taken by another program.*choose another"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "2001:db8::1"])
def test_an_address_that_is_not_ours_is_said(host: str) -> None:
    with pytest.raises(Unavailable, match=f"Port 8400 on {host} cannot be used: "):
        bound(host, 8400)


async def hello(scope: MutableMapping[str, Any], _receive: Any, send: Any) -> None:
    """Answers after a while when asked to."""
    await asyncio.sleep(0.3 if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def test_what_was_begun_is_answered_before_the_end_and_nothing_afterwards() -> None:
    listener = bound("127.0.0.1", 0)
    address = "http://{}:{}".format(*listener.getsockname())
    async with httpx.AsyncClient(base_url=address, trust_env=False) as http:
        async with answering(hello, listener):
            assert (await http.get("/")).text == "hello"
            slow = asyncio.create_task(http.get("/slow"))
            await asyncio.sleep(0.1)
        assert (await slow).text == "hello"
        with pytest.raises(httpx.ConnectError):
            await http.get("/")
