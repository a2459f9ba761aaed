"""The forms in which hub and sites talk over HTTP: JSON, decoded into types that cannot be wrong."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec

from verbund import errors
from verbund.errors import Incorrect, Unavailable, VerbundError
from verbund.exchange.model import Delivery, Parcel
from verbund.exchange.trust import Entry

Shape = TypeVar("Shape")


class SendRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /exchange/messages."""

    id: str
    receiver: str
    expires_at: datetime
    body: str
    transient: bool = False

    def parcel(self) -> Parcel:
        """The parcel to take in; Incorrect when its id or time is not of the right form."""
        if not 8 <= len(self.id) <= 64 or not self.id.isascii():
            raise Incorrect("A message's id has 8 to 64 ASCII signs.")
        if self.expires_at.tzinfo is None:
            raise Incorrect("A message's time of expiry names its time zone.")
        return Parcel(self.id, self.receiver, self.expires_at, self.body, self.transient)


MOST_AT_ONCE = 64
"""Messages in one request."""


class SendManyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /exchange/batch: small messages, handed over together; each succeeds or fails by itself."""

    messages: tuple[SendRequest, ...]

    def __post_init__(self) -> None:
        """As many as are taken at once."""
        if not 0 < len(self.messages) <= MOST_AT_ONCE:
            raise ValueError(f"a batch has 1 to {MOST_AT_ONCE} messages")


class SendManyAnswer(msgspec.Struct, frozen=True):
    """For each message, in order: null, or why it was not taken (as `problem` writes it)."""

    problems: tuple[msgspec.Raw, ...]

    @classmethod
    def of(cls, failures: Iterable[VerbundError | None]) -> "SendManyAnswer":
        """The answer that tells these."""
        return cls(tuple(msgspec.Raw(b"null" if one is None else problem(one)) for one in failures))

    def failures(self, *, said_by: str) -> list[VerbundError | None]:
        """What each is to raise."""
        texts = (bytes(one) for one in self.problems)
        return [None if text == b"null" else raised(text, said_by=said_by) for text in texts]


class PollAnswer(msgspec.Struct, frozen=True):
    """GET /exchange/poll."""

    messages: tuple[Delivery, ...]


class AckRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /exchange/ack."""

    sequences: tuple[int, ...]

    def __post_init__(self) -> None:
        """Sequences are numbers that a database counts with."""
        if not all(0 <= sequence < 2**63 for sequence in self.sequences):
            raise ValueError("a sequence is a whole number from 0 to 2**63 - 1")


class DirectoryAnswer(msgspec.Struct, frozen=True):
    """GET /exchange/directory."""

    entries: tuple[Entry, ...]


class RostersAnswer(msgspec.Struct, frozen=True):
    """GET /exchange/rosters: the number of each list, by member."""

    numbers: dict[str, int]


class SignedRoster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /exchange/publish, and the answer to GET /exchange/roster."""

    roster: str


class JoinRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /exchange/join."""

    grant: str
    admission: str
    statement: str

    def entry(self) -> Entry:
        """The directory entry to check and add."""
        return Entry(self.grant, self.admission, self.statement)


class _ProblemIssue(msgspec.Struct, frozen=True):
    severity: str
    code: str
    diagnostics: str


class _ProblemText(msgspec.Struct, frozen=True):
    """The error's class and German sentence, so that the other side raises what was raised here."""

    error: str
    german: str


class _Problem(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: str
    issue: tuple[_ProblemIssue, ...]
    problem: _ProblemText


_ERRORS: dict[str, type[VerbundError]] = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, VerbundError)
}


def decoded(raw: bytes, shape: type[Shape]) -> Shape:
    """A request or answer of this form; Incorrect, with the place, when it is none."""
    try:
        return msgspec.json.decode(raw, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Incorrect(f"The body is not what this address takes: {error}.") from None


def problem(error: VerbundError) -> bytes:
    """An error as an OperationOutcome (FHIR R4, 2.36) with our own `problem` beside it."""
    issues = tuple(_ProblemIssue(issue.severity, issue.code, issue.text) for issue in error.issues)
    return msgspec.json.encode(_Problem("OperationOutcome", issues, _ProblemText(type(error).__name__, error.german)))


def raised(raw: bytes, *, said_by: str) -> VerbundError:
    """The error that `problem` wrote; Unavailable when the answer is somebody else's (a proxy's page)."""
    try:
        found = msgspec.json.decode(raw, type=_Problem)
        kind = _ERRORS[found.problem.error]
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return Unavailable(f"{said_by} did not give an answer that can be read.")
    text = found.issue[0].diagnostics if found.issue else "No reason was given."
    return kind(text, german=found.problem.german)
