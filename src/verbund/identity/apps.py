"""The apps of a node: registered, switched off and on, removed by its administrator (metadata of RFC 7591)."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from verbund.config import Clock, utc_now
from verbund.database import Connection, Database
from verbund.errors import Conflict, Incorrect, NotFound
from verbund.identity.assertions import usable_keys
from verbund.identity.clients import (
    CODE,
    GRANTS,
    KEY_METHOD,
    PORTAL,
    REFRESH,
    SECRET_METHODS,
    SERVICE,
    Client,
    is_safe_address,
)
from verbund.identity.flow import Refusal
from verbund.identity.scopes import Level, Scopes
from verbund.identity.tokens import OPERATOR

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONGEST_NAME = 80
_PURPOSE = re.compile(r"[A-Z]{2,20}")


class Metadata(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is said of an app at its registration (RFC 7591, section 2), with what else is used here.

    `launch_uri` is where an EHR launch opens it (SMART App Launch 2.2), `purpose` a code of HL7 v3 ActReason for what
    it does in its own name.
    """

    client_name: str
    redirect_uris: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = (CODE,)
    scope: str = ""
    token_endpoint_auth_method: str = "none"  # noqa: S105 - a method's name
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    dpop_bound_access_tokens: bool = False
    launch_uri: str | None = None
    purpose: str = "HOPERAT"
    preapproved: bool = False


class App(msgspec.Struct, frozen=True):
    """A registered app."""

    id: str
    metadata: Metadata
    enabled: bool
    created: datetime


_METADATA = msgspec.json.Decoder(Metadata)


def checked(metadata: Metadata) -> Metadata:
    """The metadata, if an app can be registered so. Raises Refusal with a code of RFC 7591, section 3.2.2."""
    if not 0 < len(metadata.client_name.strip()) <= _LONGEST_NAME or not metadata.client_name.isprintable():
        raise _wrong(f"'client_name' has 1 to {_LONGEST_NAME} characters that can be shown.")
    grants = set(metadata.grant_types)
    if not grants or grants - set(GRANTS) or grants == {REFRESH}:
        raise _wrong(f"'grant_types' are of {', '.join(GRANTS)}; {REFRESH} comes with {CODE}.")
    if CODE in grants and not metadata.redirect_uris:
        raise Refusal("invalid_redirect_uri", f"An app with {CODE} needs a redirect address.")
    if not all(map(is_safe_address, metadata.redirect_uris)) or len(metadata.redirect_uris) > 20:
        raise Refusal("invalid_redirect_uri", "A redirect address is https, or http on this machine, without '#'.")
    if metadata.launch_uri is not None and (not is_safe_address(metadata.launch_uri) or "?" in metadata.launch_uri):
        raise _wrong("'launch_uri' is https, or http on this machine, without '?' and '#'.")
    if not _PURPOSE.fullmatch(metadata.purpose):
        raise _wrong("'purpose' is a code of HL7 v3 ActReason, such as HOPERAT or TREAT.")
    _check_proof(metadata, grants)
    _check_scope(metadata, grants)
    return metadata


def _check_proof(metadata: Metadata, grants: set[str]) -> None:
    """How the app proves itself fits what it may do."""
    method = metadata.token_endpoint_auth_method
    if method not in {"none", KEY_METHOD, *SECRET_METHODS}:
        raise _wrong(f"'token_endpoint_auth_method' is none, {', '.join(SECRET_METHODS)} or {KEY_METHOD}.")
    if SERVICE in grants and method != KEY_METHOD:
        raise _wrong(f"{SERVICE} needs '{KEY_METHOD}' (SMART Backend Services).")
    if (method == KEY_METHOD) is (metadata.jwks is None and metadata.jwks_uri is None):
        raise _wrong(f"'{KEY_METHOD}' needs 'jwks' or 'jwks_uri', and only it.")
    if metadata.jwks is not None and metadata.jwks_uri is not None:
        raise _wrong("Give 'jwks' or 'jwks_uri', not both (RFC 7591, section 2).")
    if metadata.jwks_uri is not None and not metadata.jwks_uri.startswith("https://"):
        raise _wrong("'jwks_uri' is https.")
    if metadata.jwks is not None:
        try:
            usable_keys(metadata.jwks)
        except Refusal:
            raise _wrong("'jwks' has no public key for RS384 or ES384 with a 'kid'.") from None


def _check_scope(metadata: Metadata, grants: set[str]) -> None:
    try:
        scopes = Scopes.parse(metadata.scope)
    except Incorrect as wrong:
        raise _wrong(wrong.text) from None
    levels = {level for level, _, _ in scopes.grants} | {part.level for part in scopes.narrowed}
    if Level.SYSTEM in levels and SERVICE not in grants:
        raise _wrong(f"Scopes of the level system need {SERVICE}.")
    if levels - {Level.SYSTEM} and CODE not in grants:
        raise _wrong(f"Scopes of the levels user and patient need {CODE}.")
    if not levels and SERVICE in grants and CODE not in grants:
        raise _wrong("Name the scopes that the app can get at most, such as system/Patient.rs.")


def _wrong(text: str) -> Refusal:
    return Refusal("invalid_client_metadata", text)


class Apps:
    """The registered apps. What changes counts for the next request at every process of the node."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock

    async def add(self, metadata: Metadata, *, app_id: str | None = None) -> tuple[App, str | None]:
        """Register an app; returns it with its secret, which is told this once, where it proves itself by one.

        Raises Refusal for metadata that cannot be, Conflict when the id is taken.
        """
        metadata = checked(metadata)
        app_id = app_id or f"app-{secrets.token_hex(8)}"
        if not _ID.fullmatch(app_id) or app_id in {PORTAL, OPERATOR} or _names_a_person(app_id):
            raise _wrong(
                "A client id has 1 to 64 letters, digits, '.', '_' and '-', and none is 'portal', 'operator' or a UUID."
            )
        secret = secrets.token_urlsafe(32) if metadata.token_endpoint_auth_method in SECRET_METHODS else None
        hashed = None if secret is None else hashlib.sha256(secret.encode()).hexdigest()
        now = self._clock()
        async with self._database.transaction() as connection:
            try:
                await connection.execute(
                    "insert into identity_app (id, metadata, secret, created, changed) values ($1, $2, $3, $4, $4)",
                    app_id, msgspec.json.encode(metadata).decode(), hashed, now,
                )  # fmt: skip
            except asyncpg.UniqueViolationError:
                raise Conflict("An app of this id is registered already; choose another.") from None
        return App(app_id, metadata, enabled=True, created=now), secret

    async def all(self) -> tuple[App, ...]:
        """All apps, by name."""
        async with self._database.connection() as connection:
            rows = await connection.fetch("select id, metadata, enabled, created from identity_app")
        return tuple(sorted(map(_app, rows), key=lambda app: (app.metadata.client_name.casefold(), app.id)))

    async def names(self, ids: Mapping[str, object] | set[str]) -> dict[str, str]:
        """The names of the apps of these ids, as far as they are registered."""
        return {app.id: app.metadata.client_name for app in await self.all() if app.id in ids}

    async def client(self, app_id: str) -> Client | None:
        """The app as a client of the provider; None when it is unknown or switched off, or no app has such an id."""
        if not _ID.fullmatch(app_id):
            return None
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "select id, metadata, secret from identity_app where id = $1 and enabled", app_id
            )
        return None if row is None else _client(row["id"], _METADATA.decode(row["metadata"]), row["secret"])

    async def switch(self, app_id: str, *, enabled: bool) -> App:
        """Switch an app on or off. Off, all that it was given stops at once, and it is not given back with the app.

        Raises NotFound for an app that is not registered.
        """
        now = self._clock()
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "update identity_app set enabled = $2, changed = $3, stopped = case when $2 then stopped else $3 end "
                "where id = $1 returning id, metadata, enabled, created",
                app_id, enabled, now,
            )  # fmt: skip
            if row is not None and not enabled:
                await put_out(connection, app_id, now)
        if row is None:
            raise NotFound(f"There is no app of the id '{app_id[:64]}'; see: verbund app list")
        return _app(row)

    async def remove(self, app_id: str) -> App:
        """Forget an app; all that it was given stops at once. Raises NotFound for one that is not registered."""
        async with self._database.transaction() as connection:
            row = await connection.fetchrow(
                "delete from identity_app where id = $1 returning id, metadata, enabled, created", app_id
            )
            if row is not None:
                await put_out(connection, app_id, self._clock())
        if row is None:
            raise NotFound(f"There is no app of the id '{app_id[:64]}'; see: verbund app list")
        return _app(row)


def _names_a_person(app_id: str) -> bool:
    """Whether it could be somebody's id: an app that speaks for itself is `sub` as people are (RFC 9700, 4.15)."""
    try:
        UUID(app_id)
    except ValueError:
        return False
    return True


async def put_out(connection: Connection, app_id: str, now: datetime) -> None:
    """End all permits of an app and revoke all its tokens."""
    await connection.execute("update identity_permit set ended = $2 where client = $1 and ended is null", app_id, now)
    await connection.execute(
        "insert into identity_revocation (jti, revoked, expires) "
        "select jti, $2, expires from identity_grant where client = $1 on conflict do nothing",
        app_id, now,
    )  # fmt: skip


def _app(row: asyncpg.Record) -> App:
    return App(row["id"], _METADATA.decode(row["metadata"]), row["enabled"], row["created"])


def _client(app_id: str, metadata: Metadata, secret: str | None) -> Client:
    return Client(
        app_id,
        metadata.client_name,
        metadata.redirect_uris,
        Scopes.parse(metadata.scope),
        secret,
        keys=metadata.jwks,
        jwks_uri=metadata.jwks_uri,
        grants=frozenset(metadata.grant_types),
        launch_uri=metadata.launch_uri,
        purpose=metadata.purpose,
        preapproved=metadata.preapproved,
        dpop_bound=metadata.dpop_bound_access_tokens,
    )
