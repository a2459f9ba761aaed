"""Plain reads by id that come at the same time, looked up, logged and answered together.

Most requests of most clients are `GET /fhir/Type/id` with nothing else to mind. What is here recognises these by their
bytes, and gives each the answer that `FhirApp` gives, byte for byte. Whatever is not plain, or does not end in a 200,
is declined and answered there: so nothing is refused here, and no refusal has a second wording.
"""

import asyncio
import logging
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Protocol

from verbund.api.fhir.addresses import CORE
from verbund.api.fhir.codings import WORTH_COMPRESSING, chosen, packed
from verbund.api.fhir.dispatch import granted
from verbund.api.fhir.formats import NotAcceptable, best_format
from verbund.api.fhir.messages import ALWAYS, JSON, http_date
from verbund.api.fhir.service import Service
from verbund.api.ports import Verifier, Version
from verbund.errors import VerbundError
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Principal

# Reads wait for others only while as many groups are under way: one at the database, one at the log.
MOST_GROUPS = 2
MOST_AT_ONCE = 200

_LETTERS = next(one.rule.letters for one in CORE if one.name == "read")
_TYPES = {name.encode(): name for name in RESOURCE_TYPES}
# Headers by which a read is more than plain: on a condition, with a body, or for a page of another origin.
_NOT_PLAIN = frozenset(
    {b"if-none-match", b"if-modified-since", b"content-length", b"transfer-encoding", b"content-encoding", b"origin"}
)
_HEAD = b"".join(b"%s: %s\r\n" % pair for pair in ALWAYS)

_log = logging.getLogger(__name__)


class Caller(Protocol):
    """Who waits for an answer."""

    def answer(self, head: bytes, body: bytes) -> None:
        """200, with these lines of headers and this body."""

    def decline(self) -> None:
        """The request is to be answered by the application."""


class _Asked:
    """A plain read that waits for its group."""

    __slots__ = ("caller", "coding", "what")

    def __init__(self, what: tuple[Principal, str, str], coding: str | None, caller: Caller) -> None:
        self.what = what
        self.coding = coding
        self.caller = caller


class Together:
    """Takes plain reads. At most two groups are under way; what comes meanwhile is the next group."""

    def __init__(self, service: Service, verifier: Verifier, *, base_path: str = "/fhir") -> None:
        self._gate = service.gate
        self._base = service.base.encode()
        self._known = verifier.known
        self._address = re.compile(re.escape(base_path.encode()) + rb"/([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
        self._waiting: list[_Asked] = []
        self._groups: set[asyncio.Task[None]] = set()
        self._beginning = False

    def take(self, target: bytes, headers: Iterable[tuple[bytes, bytes]], caller: Caller) -> bool:
        """Whether it is a plain read by somebody who is known to be allowed it; then `caller` is told later."""
        address = self._address.fullmatch(target)
        kind = None if address is None else _TYPES.get(address[1])
        if address is None or kind is None:
            return False
        token, coding = b"", None
        for name, value in headers:
            if name == b"authorization":
                if token or value[:7] != b"Bearer ":
                    return False
                token = value[7:]
            elif name == b"accept-encoding":
                coding = _coding(value)
            elif name in _NOT_PLAIN or (name == b"accept" and not _takes_json(value)):
                return False
        who = self._known(token)
        if who is None or not granted(who.scopes, kind, _LETTERS):
            return False
        self._waiting.append(_Asked((who, kind, address[2].decode()), coding, caller))
        if not self._beginning and len(self._groups) < MOST_GROUPS:
            # What has come by the same turn of the loop goes along.
            self._beginning = True
            asyncio.get_running_loop().call_soon(self._begin)
        return True

    def _begin(self) -> None:
        self._beginning = False
        if not self._waiting:
            return
        group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        task = asyncio.create_task(self._answer(group))
        self._groups.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._groups.discard(task)
        if not self._beginning:
            self._begin()

    async def _answer(self, group: list[_Asked]) -> None:
        """Where reading together fails, each is read by itself, so that nobody suffers from a stranger's read."""
        try:
            read = await self._gate.read_together([asked.what for asked in group])
            answers = [
                None if one is None else await self._written(one, by.coding)
                for one, by in zip(read, group, strict=True)
            ]
        except VerbundError:
            answers = [None] * len(group)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must be answered
            _log.warning("reading together failed: %s", type(error).__name__)
            answers = [None] * len(group)
        for asked, answer in zip(group, answers, strict=True):
            if answer is None:
                asked.caller.decline()
            else:
                asked.caller.answer(*answer)

    async def _written(self, found: Version, coding: str | None) -> tuple[bytes, bytes]:
        """Headers and body, as `messages.write` sends them."""
        body, encoded = found.body, b""
        if coding is not None and len(body) >= WORTH_COMPRESSING:
            body = await packed(body, coding)
            encoded = b"content-encoding: %s\r\n" % coding.encode()
        head = b'%setag: W/"%d"\r\ncontent-location: %s/%s/%s/_history/%d\r\nlast-modified: %s\r\n%s%s%d\r\n' % (
            _HEAD, found.version, self._base, found.type.encode(), found.id.encode(), found.version,
            http_date(found.updated), encoded, _OF_THE_BODY, len(body),
        )  # fmt: skip
        return head, body


_OF_THE_BODY = b"content-type: %s\r\ncontent-length: " % JSON.encode()


@lru_cache(maxsize=256)
def _takes_json(value: bytes) -> bool:
    try:
        return best_format(value.decode("latin-1")) == JSON
    except NotAcceptable:
        return False


@lru_cache(maxsize=256)
def _coding(value: bytes) -> str | None:
    return chosen(value.decode("latin-1"))
