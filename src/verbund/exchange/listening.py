"""Hears what other processes of this node announce through PostgreSQL (NOTIFY), on one connection kept for it."""

import asyncio
from collections.abc import Callable

import structlog

from verbund.database import Database
from verbund.errors import VerbundError

_log = structlog.get_logger(__name__)
_PAUSE_SECONDS = 1.0


class Listener:
    """Calls `heard(payload)` for every notification on a channel, and `heard("")` whenever some may have been missed.

    Runs until cancelled and outlives losses of the connection. Notifications come in the order of the commits.
    """

    def __init__(self, database: Database, channel: str, heard: Callable[[str], None]) -> None:
        self._database = database
        self._channel = channel
        self._heard = heard

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                await self._listen()
            except VerbundError as error:
                _log.info("listening-interrupted", channel=self._channel, reason=error.text)
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _listen(self) -> None:
        lost = asyncio.Event()

        def heard(_connection: object, _process: int, _channel: str, payload: object) -> None:
            self._heard(str(payload))

        async with self._database.dedicated() as connection:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(self._channel, heard)
            self._heard("")
            await lost.wait()
