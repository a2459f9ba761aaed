"""Structured logs that an operator can keep: one event a line, no patient's name, no token, no secret.

What is logged are events with named fields, never texts with values woven in; fields whose names promise a secret or a
person are replaced before anything is written, and query strings never reach a log, since searches carry names.
"""

import logging
import sys
from contextvars import ContextVar
from typing import Literal

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
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)


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
