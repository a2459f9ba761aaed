"""Structured logs that an operator can keep: one event a line, no patient's name, no token, no secret.

What is logged are events with named fields, never texts with values woven in; fields whose names promise a secret or a
person are replaced before anything is written, and query strings never reach a log, since searches carry names.
"""

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN = "(hidden)"
HIDDEN_FIELDS = frozenset(
    {"authorization", "birth_date", "body", "code", "cookie", "family", "given", "login", "name", "password", "query"}
    | {"secret", "set_cookie", "token", "url"}
)


REQUEST: ContextVar[str] = ContextVar("REQUEST")
"""The number of the request that is being answered; every event of it names it."""


def configure_logs(level: str, form: Literal["json", "text"]) -> None:
    """Send structlog's and the standard library's events to standard error, from `level` upwards."""
    shared: list[Processor] = [
        name_request,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_fields,
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = structlog.dev.ConsoleRenderer()
    if form == "json":
        renderer = structlog.processors.JSONRenderer(serializer=_as_json)
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    global _direct  # noqa: PLW0603 - structlog's configuration is the process's as well
    _direct = sys.stderr if form == "json" and threshold <= logging.INFO else None
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)


_direct: TextIO | None = None


class _Answered(msgspec.Struct):
    """The event of a request, as structlog writes it."""

    node: str
    area: str
    method: str
    status: int
    ms: float
    request: str
    event: str
    level: str
    timestamp: str


class RequestLog:
    """Logs that requests were answered: the one event that every request makes.

    As JSON it is written without structlog's chain of processors, which none of its fields needs: none comes from
    outside but the method and the status.
    """

    def __init__(self, node: str) -> None:
        self._node = node
        self._log = structlog.get_logger("verbund.http").bind(node=node)

    def answered(self, number: str, area: str, method: str, status: int, seconds: float, *, quiet: bool) -> None:
        """One request, at the level `info`, or `debug` for a quiet one."""
        ms = round(seconds * 1000, 1)
        if quiet or _direct is None or not structlog.is_configured():
            log = self._log.debug if quiet else self._log.info
            log("request", area=area, method=method, status=status, ms=ms, request=number)
            return
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = _Answered(self._node, area, method, status, ms, number, "request", "info", now)
        _direct.write(_encode(line).decode() + "\n")
        _direct.flush()


def name_request(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the number of the request within which something is logged."""
    number = REQUEST.get(None)
    if number is not None:
        event.setdefault("request", number)
    return event


def hide_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of fields that may hold a person or a secret."""
    for field in HIDDEN_FIELDS.intersection(event):
        event[field] = HIDDEN
    return event


_encode = msgspec.json.Encoder(enc_hook=repr).encode


def _as_json(event: EventDict, **_: object) -> str:
    return _encode(event).decode()
