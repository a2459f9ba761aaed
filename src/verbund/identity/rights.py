"""Whether somebody may still act: asked where something goes on for them without a request, such as a subscription."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.identity.clients import PORTAL
from verbund.identity.people import person_of
from verbund.identity.seals import Seals
from verbund.identity.tokens import OPERATOR

CLOSED = "The account of whose this is has been closed."
RENEWED = "The role or the password of whose this is has been changed since; ask for it again."
SWITCHED_OFF = "The app that asked for this has been switched off."
REVOKED = "The access token with which this was asked for has been revoked."

_PEOPLE = "select id, active, epoch, record from identity_person where id = any($1)"
_APPS = "select id, created, stopped from identity_app where id = any($1) and enabled"
_REVOKED = "select jti from identity_revocation where jti = any($1)"
_OF_THE_NODE = frozenset({PORTAL, OPERATOR})


class Asked(msgspec.Struct, frozen=True):
    """Whose right it is (`Principal.subject`) in which role, and with which app and token it was asked for when.

    `epoch` is the person's (`Person.epoch`), `at` the time. Both are None for what a former version kept: then the role
    alone tells whether the person is still who asked.
    """

    subject: str
    role: str
    client: str
    token: UUID | None
    epoch: int | None = None
    at: datetime | None = None


class Rights:
    """Tells whose right to act has ended. That a token expires does not end what it asked for while it was valid."""

    def __init__(self, database: Database, keys: NodeKeys) -> None:
        self._database = database
        self._seals = Seals(keys)

    async def ended(self, asked: Collection[Asked]) -> dict[Asked, str]:
        """Those who may not act any more, with the reason: a sentence without names.

        Whoever is not there any more, person or app, may not.
        """
        people = {one.subject: found for one in asked if (found := _id(one.subject)) is not None}
        apps = {one.client for one in asked} - _OF_THE_NODE
        tokens = [one.token for one in asked if one.token]
        async with self._database.connection() as connection:
            there = await _rows(connection, _PEOPLE, list(people.values()))
            on = await _rows(connection, _APPS, list(apps))
            revoked = {row["jti"] for row in await connection.fetch(_REVOKED, tokens)} if tokens else set()
        ended = {one: REVOKED for one in asked if one.token in revoked}
        ended |= {one: SWITCHED_OFF for one in asked if one.client in apps and not _is_on(one, on.get(one.client))}
        for one in asked:
            if one.subject in people:
                ended |= self._over(one, there.get(people[one.subject]))
        return ended

    def _over(self, one: Asked, person: Any) -> dict[Asked, str]:  # noqa: ANN401 - a row of the driver
        if person is None or not person["active"]:
            return {one: CLOSED}
        same = self._role(person) == one.role if one.epoch is None else person["epoch"] == one.epoch
        return {} if same else {one: RENEWED}

    async def epoch(self, one: Asked) -> int | None:
        """The present epoch of a person who still has the role; None for others, and for who is no person."""
        if (identity := _id(one.subject)) is None:
            return None
        async with self._database.connection() as connection:
            person = await connection.fetchrow(_PEOPLE, [identity])
        return person["epoch"] if person is not None and self._role(person) == one.role else None

    def _role(self, person: Any) -> str:  # noqa: ANN401 - a row of the driver
        return str(person_of(person["id"], person["record"], self._seals).role)


async def _rows(connection: Connection, statement: str, ids: list[Any]) -> dict[Any, Any]:
    return {row["id"]: row for row in await connection.fetch(statement, ids)} if ids else {}


def _is_on(one: Asked, app: Any) -> bool:  # noqa: ANN401 - a row of the driver
    """Whether the app is on, and was never off since: what was taken from it is not given back with it."""
    if app is None:
        return False
    if one.at is None:
        return app["stopped"] is None
    since: datetime = max(app["created"], app["stopped"] or app["created"])
    return since <= one.at


def _id(subject: str) -> UUID | None:
    """The id of a person; other subjects, such as the operator, have none."""
    try:
        return UUID(subject)
    except ValueError:
        return None
