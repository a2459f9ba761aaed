"""Subscriptions as they are written: checked, their secrets sealed, and known from the same transaction on."""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from verbund.access import Companion, Written, is_operator
from verbund.database import Connection
from verbund.errors import Fault, Forbidden, Invalid
from verbund.fhir import Parameters, SearchQuery, parse_search
from verbund.identity import Level, Principal, Role
from verbund.subscriptions.book import Book
from verbund.subscriptions.model import Kept, Topic, Wanted, Who
from verbund.subscriptions.resources import MAKER, Json, from_json, header, refused, to_json, wanted, with_maker
from verbund.subscriptions.rules import Places, is_theirs
from verbund.subscriptions.topics import built_in, check_filter

_SEALED = "sealed:"


class Registrar:
    """What the gate asks about Subscriptions that somebody writes (`verbund.access.Subscribing`).

    `places` are where notifications may go, `base` the address of the node's FHIR API, `known` tells the search
    parameters of the node.
    """

    def __init__(self, book: Book, places: Places, base: str, known: Callable[[], Parameters]) -> None:
        self.book = book
        self._known = known
        self._places = places
        self._base = base

    def prepared(self, who: Principal, raw: bytes) -> bytes:
        """The Subscription as it is kept: asked for or off, never active by a client's word; headers sealed.

        It is marked as made by who writes, and a patient's as the patient's own. Invalid and Forbidden for what is not
        carried out here.
        """
        resource = to_json(raw)
        asked = wanted(resource, self._places, self._known())
        kept = {name: value for name, value in resource.items() if name != "error"}
        kept["status"] = asked.state
        if "header" in resource["channel"]:
            lines = [self._sealed(who, one) for one in resource["channel"]["header"] if one is not None]
            kept["channel"] = resource["channel"] | {"header": lines}
        return from_json(self.made_by(who, kept))

    def made_by(self, who: Principal, resource: Json) -> Json:
        """A Subscription with the marks of who made it."""
        mark = None if is_operator(who) else self.book.mark(who)
        return with_maker(resource, mark, who.patient_id if _is_bounded(who) else None)

    def own(self, who: Principal) -> SearchQuery | None:
        """What finds the Subscriptions that somebody made with the same app."""
        return _marked(self.book.mark(who))

    def companion(self, who: Principal) -> Companion:
        """Makes what was written known, with the rights of who writes."""
        return _Registration(self, who)

    def sent(self, who: Principal, name: str, value: str) -> str:
        """The value of a header as it goes out with what is told in the name of `who`.

        Former versions sealed headers for a person, not for one app of theirs; kept so, they go on being sent.
        """
        if not value.startswith(_SEALED):
            return value
        try:
            return self._unsealed(value, self._context(who, name))
        except Invalid:
            return self._unsealed(value, self.book.owner(who).bytes + name.lower().encode())

    def _unsealed(self, value: str, context: bytes) -> str:
        try:
            sealed = b64decode(value.removeprefix(_SEALED), validate=True)
            return self.book.sealer.unseal(sealed, context).decode()
        except (Fault, Error):
            raise refused(
                "This header was sealed for another; write its value.", "Subscription.channel.header"
            ) from None

    def _sealed(self, who: Principal, line: str) -> str:
        """A header whose value nobody reads again but the node; one that comes back as it was shown stays the same.

        Invalid for one that was sealed for another person or app: nobody else has it sent anywhere.
        """
        name, value = header(line)
        if value.startswith(_SEALED):
            self._unsealed(value, self._context(who, name))
            return f"{name}: {value}"
        sealed = self.book.sealer.seal(value.encode(), self._context(who, name))
        return f"{name}: {_SEALED}{b64encode(sealed).decode()}"

    def _context(self, who: Principal, name: str) -> bytes:
        return self.book.owner(who).bytes + f"{who.client}\n{name.lower()}".encode()

    async def register(self, connection: Connection, who: Principal, written: Written) -> None:
        """Keep what a Subscription asks for; only whose it is changes it, and the operator may turn it off."""
        resource: Json = msgspec.json.decode(written.body)
        asked = wanted(resource, self._places, self._known())
        before = await self.book.held(connection, self.book.key(written.id))
        foreign = before is not None and not is_theirs(before.who, who)
        if foreign:
            _check_operator(who, harmless=asked.state == "off")
        topic = await self._topic(connection, asked)
        _check_rights(who, topic)
        kept = Kept(
            written.id, Who.of(who), asked.topic, topic.triggers, asked.filters, asked.channel, asked.ends,
            topic.shapes, who.token, marked=True, asked_at=written.updated,
        )  # fmt: skip
        if before is not None and foreign:
            theirs = {"who": before.who, "token": before.token, "asked_at": before.asked_at}
            kept = msgspec.structs.replace(kept, **theirs, marked=False)
        await self.book.put(connection, asked.state, kept, topic.types)

    async def check(self, connection: Connection, who: Principal, subscription_id: str) -> None:
        """Refuse what a write found there, and would answer with, where it belongs to another."""
        before = await self.book.held(connection, self.book.key(subscription_id))
        if before is not None and not is_theirs(before.who, who):
            _check_operator(who, harmless=True)

    async def remove(self, connection: Connection, who: Principal, subscription_id: str) -> None:
        """Forget a subscription: its owner's, or anybody's at the operator's word."""
        await self.check(connection, who, subscription_id)
        await self.book.remove(connection, [subscription_id])

    async def _topic(self, connection: Connection, asked: Wanted) -> Topic:
        if asked.classic is not None:
            return Topic("", (asked.classic,))
        found = built_in(asked.topic, self._base) or await self.book.topic(connection, asked.topic)
        if found is None:
            raise refused(
                "This node knows no such topic. A topic is BASE/SubscriptionTopic/TYPE, or one that a Basic resource "
                "brings.",
                "Subscription.criteria",
            )
        for one in asked.filters:
            check_filter(found, one.type, one.pairs, self._known())
        return found


class _Registration:
    """A companion of the write."""

    def __init__(self, registrar: Registrar, who: Principal) -> None:
        self._registrar = registrar
        self._who = who

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """Register what was written."""
        for one in written:
            if one.type == "Subscription" and one.status in {"created", "updated"}:
                await self._registrar.register(connection, self._who, one)
            elif one.type == "Subscription" and one.status == "deleted":
                await self._registrar.remove(connection, self._who, one.id)
            elif one.type == "Subscription":
                await self._registrar.check(connection, self._who, one.id)


@lru_cache(maxsize=1024)
def _marked(mark: str) -> SearchQuery:
    return parse_search("Subscription", [("_tag", f"{MAKER}|{mark}")])


def _check_operator(who: Principal, *, harmless: bool) -> None:
    """What belongs to another is left alone; the operator may end it."""
    if not is_operator(who) or not harmless:
        raise Forbidden(
            "Only whose subscription it is can change it, with the app that made it; the operator may turn it off.",
            german="Ein Abonnement ändert nur, wem es gehört, und mit derselben Anwendung; der Betreiber kann es "
            "abschalten.",
        )


def _is_bounded(who: Principal) -> bool:
    return who.role is Role.PATIENT or all(level is Level.PATIENT for level, _, _ in who.scopes.grants)


def _check_rights(who: Principal, topic: Topic) -> None:
    for name in topic.types:
        if not who.scopes.allows(name, "r"):
            raise Forbidden(
                f"The token does not allow to be told of {name}; it needs the scope user/{name}.r.",
                german=f"Der Zugang erlaubt das nicht; nötig ist die Berechtigung user/{name}.r.",
            )
