"""The ways things fail: one tree of errors in nine categories, from which status, retry and log level follow.

    VerbundError
    ├── Unavailable      503  what we need is not there now (database, hub, another house); try again later
    ├── Interrupted      503  begun and cut off, nothing of it took effect; try again
    ├── Incorrect        400  the request is wrong; it must change before it can succeed
    │   ├── Invalid      422  a resource or document that breaks a rule of its standard
    │   ├── TooLarge     413
    │   └── WrongMediaType 415
    ├── Forbidden        403  who asks may not
    │   └── Unauthenticated 401  nobody knows who asks
    ├── Unsupported      501  understood, and not offered here
    │   └── WrongMethod  405
    ├── NotFound         404  (also what must not be seen)
    │   └── Gone         410  was there, has been deleted
    ├── Conflict         409  right in itself, at odds with what is there
    │   └── Outdated     412  a precondition (If-Match, If-None-Exist) does not hold
    ├── Fault            500  our own mistake, or stored data that does not open
    └── Busy             429  too much at once; try again later

An error's `text` is for the person who reads the answer: what is wrong, where, what to do. It never holds a patient's
name, a token or a secret, so that it may be logged.
"""

import logging
import traceback
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Category(StrEnum):
    """Why something failed, in the nine ways that callers treat differently."""

    UNAVAILABLE = "unavailable"
    INTERRUPTED = "interrupted"
    INCORRECT = "incorrect"
    FORBIDDEN = "forbidden"
    UNSUPPORTED = "unsupported"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    FAULT = "fault"
    BUSY = "busy"

    @property
    def retriable(self) -> bool:
        """Whether the same request, unchanged, may succeed later."""
        return self in {Category.UNAVAILABLE, Category.INTERRUPTED, Category.BUSY}

    @property
    def log_level(self) -> str:
        """`error` for what we must mend, `warning` for what an operator should see, else `info`."""
        if self is Category.FAULT:
            return "error"
        return "warning" if self.retriable else "info"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong: a FHIR issue type, a sentence, and where (FHIRPath expressions, most exact first).

    `code` is of http://hl7.org/fhir/issue-type; `rule` names the rule that was broken, where there is one (`pat-1`).
    """

    code: str
    text: str
    expression: tuple[str, ...] = ()
    severity: str = "error"
    rule: str | None = None


class VerbundError(Exception):
    """The root: a sentence in English, the same in German where it reaches the portal, and the issues behind it."""

    category: ClassVar[Category] = Category.FAULT
    http_status: ClassVar[int] = 500
    issue_code: ClassVar[str] = "exception"

    def __init__(self, text: str, *, german: str | None = None, issues: tuple[Issue, ...] = ()) -> None:
        super().__init__(text)
        self.text = text
        self.german = german or text
        self.issues = issues or (Issue(self.issue_code, text),)


class Unavailable(VerbundError):
    """What we need is not there now."""

    category = Category.UNAVAILABLE
    http_status = 503
    issue_code = "transient"


class Interrupted(VerbundError):
    """Begun and cut off; nothing of it took effect."""

    category = Category.INTERRUPTED
    http_status = 503
    issue_code = "incomplete"


class Incorrect(VerbundError):
    """The request is wrong and must change before it can succeed."""

    category = Category.INCORRECT
    http_status = 400
    issue_code = "invalid"


class Invalid(Incorrect):
    """A resource or document that breaks a rule of its standard."""

    http_status = 422
    issue_code = "processing"


class TooLarge(Incorrect):
    """More than this node accepts in one piece."""

    http_status = 413
    issue_code = "too-long"


class WrongMediaType(Incorrect):
    """A content type that this address does not take."""

    http_status = 415
    issue_code = "not-supported"


class Forbidden(VerbundError):
    """Who asks may not."""

    category = Category.FORBIDDEN
    http_status = 403
    issue_code = "forbidden"


class Unauthenticated(Forbidden):
    """Nobody knows who asks."""

    http_status = 401
    issue_code = "login"


class Unsupported(VerbundError):
    """Understood, and not offered here."""

    category = Category.UNSUPPORTED
    http_status = 501
    issue_code = "not-supported"


class WrongMethod(Unsupported):
    """The address exists, but not for this HTTP method."""

    http_status = 405


class NotFound(VerbundError):
    """Not here, or not to be seen by who asks: the answer is the same."""

    category = Category.NOT_FOUND
    http_status = 404
    issue_code = "not-found"


class Gone(NotFound):
    """Was here, has been deleted."""

    http_status = 410
    issue_code = "deleted"


class Conflict(VerbundError):
    """Right in itself, at odds with what is there."""

    category = Category.CONFLICT
    http_status = 409
    issue_code = "conflict"


class Outdated(Conflict):
    """A precondition does not hold."""

    http_status = 412


class Fault(VerbundError):
    """Our own mistake, or stored data that does not open."""


class Busy(VerbundError):
    """Too much at once."""

    category = Category.BUSY
    http_status = 429
    issue_code = "throttled"


def incident(error: BaseException, log: logging.Logger) -> Fault:
    """Log what nobody foresaw under a number, and make of it the Fault that tells whoever asked this number.

    The log gets the error's type and its frames, never its message or causes: these may hold a patient's values.
    """
    number = uuid.uuid4().hex[:12]
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("incident %s: %s\n%s", number, type(error).__name__, frames)
    return Fault(
        f"This failed by our own mistake. Tell the operator the incident's number: {number}.",
        german=f"Das ist durch unseren eigenen Fehler gescheitert. Nennen Sie dem Betreiber die Nummer des Vorfalls: "
        f"{number}.",
    )


def report(error: VerbundError, log: logging.Logger) -> None:
    """Log a fault that is our own mistake, as it is shown, and where it happened; every other error is the caller's.

    What it was made from may hold a patient's values, and is left out.
    """
    if error.category is Category.FAULT:
        frames = "".join(traceback.format_tb(error.__traceback__))
        log.error("fault: %s\n%s", error.text, frames)
