"""An outside provider as it is met over the network: its metadata, its keys, and the exchange of a code.

Metadata are read at the start and again every hour; keys too, and when a token names one that is not known, at most
every half minute. The answers of the code flow are made and read by Authlib (RFC 6749, 7636); here they only travel.
"""

import asyncio
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.jwk import KeySet

from verbund.config import IdentityProvider
from verbund.errors import Incorrect, Unavailable
from verbund.identity.fetching import NotFetched, fetched
from verbund.identity.outside_tokens import LONGEST_AGO_SECONDS, Expected, NotBelieved, UnknownKey, claims_of, usable

_log = logging.getLogger(__name__)

FRESH_SECONDS = 3600.0
AGAIN_SECONDS = 30.0
_LARGEST = 512 * 1024
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Metadata(msgspec.Struct, frozen=True):
    """What is needed of a provider's metadata (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Granted(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the node proves itself: by a secret, or by an assertion that `sign` makes for a token endpoint."""

    secret: str | None = field(default=None, repr=False)
    sign: Callable[[str], str] | None = field(default=None, repr=False)


class OutsideProvider:
    """One provider. Unavailable when it is not there; NotBelieved when what it says does not hold."""

    def __init__(self, settings: IdentityProvider, credentials: Credentials) -> None:
        self.settings = settings
        self._credentials = credentials
        self._client = httpx.AsyncClient(timeout=settings.timeout_seconds, follow_redirects=False)
        self._metadata: Metadata | None = None
        self._keys = KeySet([])
        self._read_at = self._tried_at = -FRESH_SECONDS
        self._reading = asyncio.Lock()

    async def close(self) -> None:
        """Close its connections."""
        await self._client.aclose()

    async def metadata(self) -> Metadata:
        """The metadata, at most an hour old; older ones serve on while the provider is not there."""
        if self._metadata is None or time.monotonic() - self._read_at > FRESH_SECONDS:
            try:
                await self._read()
            except Unavailable:
                if self._metadata is None:
                    raise
        if self._metadata is None:
            raise self._gone()
        return self._metadata

    def authorization_address(
        self, metadata: Metadata, redirect_uri: str, *, state: str, nonce: str, verifier: str, anew: bool = False
    ) -> str:
        """Where to send the browser (RFC 6749, section 4.1.1, with PKCE S256 and nonce).

        Whoever signed in there longer ago than `LONGEST_AGO_SECONDS`, or at all where it is to be done `anew`, has to
        once more (OpenID Connect Core 1.0, section 3.1.2.1).
        """
        extra = {"acr_values": " ".join(self.settings.acr)} if self.settings.acr else {}
        extra |= {"prompt": "login", "max_age": "0"} if anew else {"max_age": str(LONGEST_AGO_SECONDS)}
        return str(
            prepare_grant_uri(
                metadata.authorization_endpoint,
                client_id=self.settings.client_id,
                response_type="code",
                redirect_uri=redirect_uri,
                scope=" ".join(self.settings.scopes),
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
                **extra,
            )
        )

    async def redeem(self, code: str, redirect_uri: str, verifier: str, nonce: str, now: datetime) -> dict[str, Any]:
        """The believed claims of the identity token for a code."""
        metadata = await self.metadata()
        granted = await self._granted(metadata, code, redirect_uri, verifier)
        expected = Expected(self.settings, nonce, granted.access_token)
        try:
            return claims_of(granted.id_token, self._keys, expected, now)
        except UnknownKey:
            if time.monotonic() - self._tried_at < AGAIN_SECONDS:
                raise
        await self._read()
        return claims_of(granted.id_token, self._keys, expected, now)

    async def _granted(self, metadata: Metadata, code: str, redirect_uri: str, verifier: str) -> _Granted:
        form = {"code_verifier": verifier, "client_id": self.settings.client_id}
        if self._credentials.sign is not None:
            form |= {"client_assertion_type": _ASSERTION, "client_assertion": self._credentials.sign(metadata.issuer)}
        body = prepare_token_request("authorization_code", "", redirect_uri, code=code, **form)
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        uri = metadata.token_endpoint
        if self._credentials.secret is not None:
            auth = ClientAuth(self.settings.client_id, self._credentials.secret, "client_secret_basic")
            uri, headers, body = auth.prepare("POST", uri, headers, body)
        raw = await self._asked("POST", uri, headers=dict(headers), content=body.encode())
        try:
            return msgspec.json.decode(raw, type=_Granted)
        except msgspec.DecodeError:
            raise NotBelieved("no identity token") from None

    async def _read(self) -> None:
        """Metadata and keys, anew."""
        async with self._reading:
            self._tried_at = time.monotonic()
            issuer = self.settings.issuer
            raw = await self._asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            try:
                metadata = msgspec.json.decode(raw, type=Metadata)
                if metadata.issuer != issuer:
                    raise NotBelieved("speaks for another issuer")
                self._check_addresses(metadata)
                found = msgspec.json.decode(await self._asked("GET", metadata.jwks_uri), type=_Keys)
            except msgspec.DecodeError:
                raise self._gone() from None
            self._metadata, self._keys, self._read_at = metadata, usable(found.keys), time.monotonic()

    def _check_addresses(self, metadata: Metadata) -> None:
        secure = urlsplit(self.settings.issuer).scheme == "https"
        leaving = () if metadata.end_session_endpoint is None else (metadata.end_session_endpoint,)
        for address in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri, *leaving):
            scheme = urlsplit(address).scheme
            if scheme != "https" and (secure or scheme != "http"):
                raise NotBelieved("an address without TLS")

    async def _asked(
        self, method: str, address: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> bytes:
        try:
            status, body = await fetched(
                self._client,
                method,
                address,
                most_bytes=_LARGEST,
                seconds=self.settings.timeout_seconds,
                headers=headers,
                content=content,
            )
        except NotFetched:
            raise self._gone() from None
        if status >= 500:
            raise self._gone()
        if status != 200:
            raise NotBelieved(f"refused with {status}")
        return body

    def _gone(self) -> Unavailable:
        title = self.settings.title
        return Unavailable(
            f"{title} cannot be reached now. Try again, or sign in with your login.",
            german=f"{title} ist jetzt nicht erreichbar. Versuchen Sie es noch einmal, oder melden Sie sich mit Ihrem "
            "Anmeldenamen an.",
        )


async def keep_fresh(providers: Sequence[OutsideProvider]) -> None:
    """Read metadata and keys at the start and every hour, until cancelled; one that is not there is tried again."""
    while True:
        for one in providers:
            try:
                await one.metadata()
            except (Unavailable, NotBelieved) as error:
                _log.warning("outside provider %s: %s", one.settings.name, error.text)
        await asyncio.sleep(AGAIN_SECONDS)


def secret_of(setting: str, directory: Path, environment: Mapping[str, str] = os.environ) -> str | None:
    """The secret that `file:PATH` or `env:NAME` stands for; None for no setting, Incorrect where it is not there."""
    kind, _, where = setting.partition(":")
    if not setting:
        return None
    try:
        found = environment[where] if kind == "env" else (directory / where).read_text(encoding="utf-8")
    except (KeyError, OSError):
        raise Incorrect(f"identity_providers: there is no secret at {setting}.") from None
    return found.strip()
