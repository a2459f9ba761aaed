"""What strangers publish, fetched within bounds: of time, of size, and of nothing that swells when it is unpacked."""

import asyncio
from collections.abc import Mapping

import httpx

from verbund.errors import Unavailable


class NotFetched(Unavailable):
    """It cannot be had, or not within the bounds."""

    def __init__(self) -> None:
        super().__init__("What is published there cannot be had now.")


async def fetched(
    http: httpx.AsyncClient,
    method: str,
    address: str,
    *,
    most_bytes: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> tuple[int, bytes]:
    """Status and body, all of it within `seconds` and `most_bytes`. Raises NotFetched.

    A packed body is refused: a few kilobytes of it may be gigabytes.
    """
    body = bytearray()
    sent = {"Accept": "application/json", **(headers or {}), "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(seconds),
            http.stream(method, address, headers=sent, content=content) as answer,
        ):
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise NotFetched
            async for part in answer.aiter_raw():
                body += part
                if len(body) > most_bytes:
                    raise NotFetched
            return answer.status_code, bytes(body)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        raise NotFetched from None
