"""What PostgreSQL and the connection to it report, in the words of our own error tree."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from verbund.database.settings import LOCK_SECONDS, READ_SECONDS, WRITE_SECONDS
from verbund.errors import Busy, Conflict, Fault, Interrupted, Unavailable, VerbundError

_CUT = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    # The driver's own state machine is upset when the server says goodbye between two statements.
    asyncpg.InternalClientError,
    ConnectionError,
)


# A statement whose answer will never come leaves the driver "in progress" when its server was ended meanwhile.
_WORDS_OF_A_CUT = ("closed", "another operation is in progress")


def _is_cut(error: BaseException) -> bool:
    """Whether the connection is gone; the driver says so in a general class too, by its words."""
    if isinstance(error, _CUT):
        return True
    return type(error) is asyncpg.InterfaceError and any(words in str(error) for words in _WORDS_OF_A_CUT)


_TOO_LONG = (
    f"The database may take {READ_SECONDS:.0f} seconds to read, {WRITE_SECONDS:.0f} to write; this takes longer. "
    "Ask for less: add a criterion, or a shorter period."
)

_SENTENCES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], type[VerbundError], str], ...] = (
    (
        asyncpg.QueryCanceledError,
        Busy,
        _TOO_LONG,
    ),
    (
        asyncpg.LockNotAvailableError,
        Busy,
        f"Another change has held what this one needs for {LOCK_SECONDS:.0f} seconds. Try again in a moment.",
    ),
    (
        asyncpg.DiskFullError,
        Unavailable,
        "The disk that holds the database is full; nothing was changed. Free some space and try again.",
    ),
    (
        asyncpg.TooManyConnectionsError,
        Unavailable,
        "The database takes no more connections now. Try again in a moment.",
    ),
    (
        asyncpg.exceptions.InsufficientResourcesError,
        Unavailable,
        "The database lacks memory or another resource; nothing was changed. Try again in a moment.",
    ),
    (
        asyncpg.ReadOnlySQLTransactionError,
        Unavailable,
        "This database is a copy that takes no changes now. Try again in a moment.",
    ),
    (
        (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError),
        Conflict,
        "Another change has just made the same entry. Look at what is there and try again.",
    ),
    (
        (asyncpg.SerializationError, asyncpg.DeadlockDetectedError),
        Interrupted,
        "Two changes were in each other's way; this one took no effect. Try again.",
    ),
)


def translate(error: BaseException) -> VerbundError:
    """The error of our tree for one of asyncpg or the operating system; never holds values of a statement."""
    for kind, ours, sentence in _SENTENCES:
        if isinstance(error, kind):
            return ours(sentence)
    if _is_cut(error):
        return Interrupted("The connection to the database was lost on the way. Try again in a moment.")
    if isinstance(error, OSError | TimeoutError):
        return Unavailable("The database cannot be reached now. Try again in a moment.")
    if isinstance(error, asyncpg.PostgresError):
        return Fault(f"The database refused a statement of ours ({error.sqlstate}).")
    return Fault("Something failed between us and the database.")


_OF_THE_DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, ConnectionError)


def in_our_words(error: BaseException) -> VerbundError | None:
    """The error of our tree for one of the driver; None for any other, which is not the database's."""
    return translate(error) if isinstance(error, _OF_THE_DRIVER) else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise errors of our tree in place of the driver's; the original stays as the cause."""
    try:
        yield
    except _OF_THE_DRIVER as error:
        raise translate(error) from error
