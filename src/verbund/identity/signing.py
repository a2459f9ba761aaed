"""The key that signs identity tokens: RSA, since OpenID Connect and SMART App Launch want RS256 of every provider.

Access tokens are read by this node alone and stay with Ed25519; identity tokens are read by apps of any kind.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.seals import Seals

ALGORITHM = "RS256"
BITS = 3072
"""As BSI TR-02102-1 asks of RSA."""

_NAME = "identity token"
_KEPT = "select sealed from identity_key where name = $1"
_KEEP = "insert into identity_key (name, sealed, made) values ($1, $2, $3) on conflict do nothing"


def new_key() -> RSAKey:
    """A key of `BITS`; takes a second of a processor."""
    return RSAKey.generate_key(BITS)


class IdentityKey:
    """Made, by `new`, when it is first needed, sealed in the database, the same for every process of the node."""

    def __init__(
        self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now, new: Callable[[], RSAKey] = new_key
    ) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock
        self._new = new
        self._key: RSAKey | None = None
        self._making = asyncio.Lock()

    async def published(self) -> dict[str, Any]:
        """The public half as a JWK (RFC 7517), named by its thumbprint (RFC 7638)."""
        key = await self._got()
        return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}

    async def sign(self, claims: dict[str, Any]) -> str:
        """An identity token that says this (OpenID Connect Core 1.0, section 2)."""
        key = await self._got()
        header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": "JWT"}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM])

    async def _got(self) -> RSAKey:
        async with self._making:
            while self._key is None:
                self._key = await self._kept()
                if self._key is None:
                    await self._make()
            return self._key

    async def _kept(self) -> RSAKey | None:
        async with self._database.connection() as connection:
            sealed = await connection.fetchval(_KEPT, _NAME)
        return None if sealed is None else RSAKey.import_key(msgspec.json.decode(self._seals.unseal(_NAME, sealed)))

    async def _make(self) -> None:
        """Keep a new key, unless another process was first."""
        key = await asyncio.to_thread(self._new)
        sealed = self._seals.seal(_NAME, msgspec.json.encode(key.as_dict(private=True)))
        async with self._database.transaction() as connection:
            await connection.execute(_KEEP, _NAME, sealed, self._clock())
