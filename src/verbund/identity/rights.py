"""Whether somebody may still act: asked where something goes on for them without a request, such as a subscription."""

from collections.abc import Collection
from uuid import UUID

from verbund.database import Database

CLOSED = "The account of whose this is has been closed."
SWITCHED_OFF = "The app that asked for this has been switched off."
REVOKED = "The access token with which this was asked for has been revoked."

_CLOSED = "select id from identity_person where id = any($1) and not active"
# An app that speaks for itself is the subject itself.
_SWITCHED_OFF = "select id from identity_app where id = any($1) and not enabled"
_REVOKED = "select jti from identity_revocation where jti = any($1)"

Asked = tuple[str, UUID | None]
"""Whose right it is (`Principal.subject`), and the id of the token that it was asked for with."""


class Rights:
    """Tells whose right to act has ended. That a token expires does not end what it asked for while it was valid."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ended(self, asked: Collection[Asked]) -> dict[Asked, str]:
        """Those whose account was closed or whose token was revoked, with the reason: a sentence without names."""
        people = {subject: found for subject, _ in asked if (found := _id(subject)) is not None}
        async with self._database.connection() as connection:
            closed = {row["id"] for row in await connection.fetch(_CLOSED, list(people.values()))}
            off = {row["id"] for row in await connection.fetch(_SWITCHED_OFF, [subject for subject, _ in asked])}
            revoked = {row["jti"] for row in await connection.fetch(_REVOKED, [token for _, token in asked if token])}
        ended: dict[Asked, str] = {one: REVOKED for one in asked if one[1] in revoked}
        ended.update((one, SWITCHED_OFF) for one in asked if one[0] in off)
        ended.update((one, CLOSED) for one in asked if people.get(one[0]) in closed)
        return ended


def _id(subject: str) -> UUID | None:
    """The id of a person; other subjects, such as the operator, have none."""
    try:
        return UUID(subject)
    except ValueError:
        return None
