"""The keys that apps publish (`jwks_uri`): fetched within narrow bounds, and not again and again."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from verbund.config import Clock, utc_now
from verbund.identity.fetching import NotFetched, fetched
from verbund.identity.flow import Refusal

FETCH_SECONDS = 3.0
MOST_BYTES = 64 * 1024
KEPT = timedelta(minutes=5)
_NOT_HAD = timedelta(seconds=30)
_MOST_KEPT = 256


class PublishedKeys:
    """Fetches JWK Sets over https: within three seconds, 64 kB at most, without following a redirect.

    What was had is kept for five minutes, that nothing was had for half a minute; an address is fetched once at a time.
    """

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Mapping[str, Any] | None]] = {}
        self._fetching: dict[str, asyncio.Lock] = {}

    async def keys_at(self, address: str) -> Mapping[str, Any]:
        """The JWK Set at this address. Raises Refusal where it cannot be had."""
        lock = self._fetching.setdefault(address, asyncio.Lock())
        async with lock:
            until, found = self._kept.get(address, (datetime.min.replace(tzinfo=self._clock().tzinfo), None))
            if until <= self._clock():
                found = await _fetched(address)
                self._keep(address, found)
        if found is None:
            raise Refusal("invalid_client", "The keys that the app publishes cannot be had now.", status=401)
        return found

    def _keep(self, address: str, found: Mapping[str, Any] | None) -> None:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
            self._fetching.clear()
        self._kept[address] = (self._clock() + (_NOT_HAD if found is None else KEPT), found)


async def _fetched(address: str) -> Mapping[str, Any] | None:
    if not address.startswith("https://"):
        return None
    try:
        async with httpx.AsyncClient(follow_redirects=False, timeout=FETCH_SECONDS) as http:
            status, body = await fetched(http, "GET", address, most_bytes=MOST_BYTES, seconds=FETCH_SECONDS)
        found = msgspec.json.decode(body) if status == 200 else None
    except (NotFetched, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, Mapping) else None
