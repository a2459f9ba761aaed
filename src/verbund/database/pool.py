"""An own pool of prepared connections: nothing is reset between uses, so that a read is one round trip."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, TypeAlias

import asyncpg

from verbund.database.failures import in_our_words, translate, translated
from verbund.database.settings import LOCK_SECONDS, READ_SECONDS, WRITE_SECONDS
from verbund.errors import Busy, Interrupted, Unavailable, VerbundError

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection  # at run time the driver's class takes no parameters

# The generic plan is made once a connection. Costs cannot tell it that a search with a limit must not read a growing
# table from its start, hence no sequential scans where an index serves.
HOT: Mapping[str, str] = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "jit": "off",
    "timezone": "UTC",
    "statement_timeout": f"{READ_SECONDS * 1_000:.0f}",
    "lock_timeout": f"{LOCK_SECONDS * 1_000:.0f}",
    "client_min_messages": "warning",
    "application_name": "verbund",
}
PATIENCE_SECONDS = 5.0
QUEUE_SECONDS = 30.0
_RETRY_SECONDS = 0.05
# One connection for reading and one for writing stay as they are, also where little is asked for.
_KINDS = 2
_DEADLINE = "select set_config('statement_timeout', $1, false)"
_LATER = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


def _refusal(error: Exception) -> VerbundError:
    """Why the server does not let us in, where waiting does not help."""
    match error:
        case asyncpg.InvalidCatalogNameError():
            return Unavailable("The server has no database of this name. Check the node's setting `database`.")
        case asyncpg.InvalidAuthorizationSpecificationError():
            return Unavailable(
                "The database server does not accept our user or password. Check the node's setting `database`."
            )
    return translate(error)


async def open_connection(url: str, patience_seconds: float = PATIENCE_SECONDS) -> Connection:
    """A connection with our settings; waits a little for a server that is just starting. Unavailable says why not."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return await asyncpg.connect(
                url,
                timeout=max(patience_seconds, 1.0),
                server_settings=dict(HOT),
                statement_cache_size=1000,
                max_cached_statement_lifetime=0,
                max_cacheable_statement_size=64 * 1024,
            )
        except _LATER as error:
            if time.monotonic() > deadline:
                raise Unavailable("The database cannot be reached now. Try again in a moment.") from error
            await asyncio.sleep(_RETRY_SECONDS)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise _refusal(error) from error


class Database:
    """Connections to one database, at most `size` at a time, handed out latest first.

    Every statement has a deadline: that of reading on a `connection`, that of writing in a `transaction`, or the one
    that is named, None for none.

    Errors of the driver leave `connection` and `transaction` as errors of our tree: Interrupted when the connection was
    lost, Unavailable when there is none, Busy when all are in use for too long or a statement ran into its deadline.
    A lost connection is replaced at its next use.
    """

    def __init__(self, url: str, size: int, patience_seconds: float) -> None:
        self.url = url
        self.size = size
        self._patience_seconds = patience_seconds
        # By their deadline, so that it seldom has to be set again.
        self._idle: dict[float | None, list[Connection]] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._in_use = 0
        self._closed = False

    @classmethod
    async def connect(cls, url: str, *, size: int = 8, patience_seconds: float = PATIENCE_SECONDS) -> "Database":
        """Connect once, so that a wrong address shows at once; the other connections open as they are needed."""
        database = cls(url, size, patience_seconds)
        database._idle[READ_SECONDS] = [await open_connection(url, patience_seconds)]
        return database

    def _at_once(self, deadline_seconds: float | None) -> Connection | None:
        """A connection that is at hand as it is wanted."""
        idle = self._idle.get(deadline_seconds)
        if not idle or self._closed or self._in_use >= self.size or idle[-1].is_closed():
            return None
        self._in_use += 1
        return idle.pop()

    async def _acquire(self, deadline_seconds: float | None) -> Connection:
        if self._closed:
            raise Unavailable("This node is shutting down. Try again in a moment.")
        if self._in_use >= self.size:
            await self._queue()
        else:
            self._in_use += 1
        try:
            idle = self._idle.get(deadline_seconds, [])
            while idle:
                connection = idle.pop()
                if not connection.is_closed():
                    return connection
            return await self._of_others(deadline_seconds)
        except BaseException:
            self._pass_on()
            raise

    async def _of_others(self, deadline_seconds: float | None) -> Connection:
        """A connection that had another deadline, or a new one while there are fewer than two, with this deadline."""
        for deadline, idle in self._idle.items():
            self._idle[deadline] = [connection for connection in idle if not connection.is_closed()]
        others = [idle for idle in self._idle.values() if idle]
        if others and sum(map(len, others)) + self._in_use > min(self.size, _KINDS):
            connection = others[0].pop()
        else:
            connection = await open_connection(self.url, self._patience_seconds)
        try:
            with translated():
                await connection.execute(_DEADLINE, f"{(deadline_seconds or 0.0) * 1_000:.0f}")
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def _queue(self) -> None:
        """Wait until a place is passed on to us."""
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            async with asyncio.timeout(QUEUE_SECONDS):
                await place
        except BaseException as error:
            if place.done() and not place.cancelled():
                self._pass_on()
            if isinstance(error, TimeoutError):
                raise Busy("Too many requests wait for the database. Try again in a moment.") from error
            raise

    def _pass_on(self) -> None:
        """Give our place to the first who waits, or free it."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._in_use -= 1

    def _release(self, connection: Connection, deadline_seconds: float | None, *, clean: bool) -> None:
        if not clean or self._closed or connection.is_in_transaction():
            connection.terminate()
        elif not connection.is_closed():
            self._idle.setdefault(deadline_seconds, []).append(connection)
        self._pass_on()

    def connection(self, deadline_seconds: float | None = READ_SECONDS) -> AbstractAsyncContextManager[Connection]:
        """A connection for statements that each stand alone."""
        return _Lent(self, deadline_seconds)

    @asynccontextmanager
    async def transaction(self, deadline_seconds: float | None = WRITE_SECONDS) -> AsyncIterator[Connection]:
        """A connection within one transaction: committed, on disk, when the block is left; undone when it raises."""
        async with self.connection(deadline_seconds) as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def dedicated(self) -> AsyncIterator[Connection]:
        """A connection apart from the pool, for what lasts (LISTEN, COPY of much)."""
        connection = await open_connection(self.url, self._patience_seconds)
        try:
            with translated():
                yield connection
        finally:
            connection.terminate()

    async def close(self) -> None:
        """Close all; what is in use is closed as it comes back."""
        self._closed = True
        idle, self._idle = self._idle, {}
        for connection in (one for kept in idle.values() for one in kept):
            connection.terminate()


class _Lent:
    """A connection within a block; a class, since generators cost several times as much where every read passes."""

    __slots__ = ("_connection", "_database", "_deadline_seconds")

    def __init__(self, database: Database, deadline_seconds: float | None) -> None:
        self._database = database
        self._deadline_seconds = deadline_seconds

    async def __aenter__(self) -> Connection:
        at_once, acquire = self._database._at_once, self._database._acquire  # noqa: SLF001 - a part of the pool
        self._connection = at_once(self._deadline_seconds) or await acquire(self._deadline_seconds)
        return self._connection

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        ours = None if error is None else in_our_words(error)
        # Lost, or the answer to a statement that was cut short is still on its way.
        clean = not isinstance(ours or error, (asyncio.CancelledError, Interrupted))
        self._database._release(self._connection, self._deadline_seconds, clean=clean)  # noqa: SLF001 - as above
        if ours is not None:
            raise ours from error
