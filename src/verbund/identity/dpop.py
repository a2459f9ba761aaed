"""Sender-constrained tokens: DPoP (RFC 9449). A token bound to a key is worth nothing to who does not have the key.

A proof is a JWT that the client signs for one request. It says the method and address, when, an id that is used once,
at the resource the hash of the token, and, where one was asked for, our nonce.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Unauthenticated
from verbund.identity.once import LAST_SECOND, Once
from verbund.identity.seals import Seals

ALGORITHMS = ("ES256", "ES384", "PS256", "RS256", "Ed25519")
WINDOW_SECONDS = 60
NONCE_SECONDS = 120
_LONGEST_PROOF = 8_192
_LEAST_RSA_BITS = 2_048
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_KEYS: Mapping[str, type[ECKey | OKPKey | RSAKey]] = {"EC": ECKey, "OKP": OKPKey, "RSA": RSAKey}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class BadProof(Unauthenticated):
    """A DPoP proof that does not hold; `code` is the error of RFC 9449, `nonce` what the next proof is to say."""

    def __init__(self, text: str, *, code: str = "invalid_dpop_proof", nonce: str | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.nonce = nonce


class Proofs:
    """Checks proofs. One is taken once in all processes of a node, within a minute of when it was made."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._once = Once(database, keys, clock=clock)
        self._seals = Seals(keys)
        self._clock = clock

    @property
    def nonce(self) -> str:
        """What proofs say from now on; it is taken for two to four minutes."""
        return self._nonce(0)

    async def key_of(
        self, proof: str, method: str, address: str, *, token: str | None = None, nonce_needed: bool = False
    ) -> str:
        """The thumbprint (RFC 7638) of the key that made a proof for this request. Raises BadProof.

        `address` is without query and fragment. With `token` the proof must hold its hash (`ath`).
        """
        said, thumbprint = _opened(proof)
        now = self._clock()
        _check_request(said, method, address)
        if token is not None and not _same(said.get("ath"), _hash(token)):
            raise BadProof("The proof was not made for this token ('ath').")
        self._check_nonce(said.get("nonce"), needed=nonce_needed)
        made = _moment(said.get("iat"))
        if abs((now - made).total_seconds()) > WINDOW_SECONDS:
            raise BadProof("The proof was not made within the last minute ('iat').", nonce=self.nonce)
        until = made + timedelta(seconds=2 * WINDOW_SECONDS)
        if not await self._once.first("proof", f"{thumbprint} {_id(said)}", until=until):
            raise BadProof("The proof was used before ('jti').")
        return thumbprint

    def _check_nonce(self, said: object, *, needed: bool) -> None:
        if said is None and not needed:
            return
        if not any(_same(said, self._nonce(ago)) for ago in (0, 1)):
            raise BadProof(
                "The proof must say the nonce of this server ('nonce'); it is in the header DPoP-Nonce.",
                code="use_dpop_nonce",
                nonce=self.nonce,
            )

    def _nonce(self, ago: int) -> str:
        """Derived from the time, so that every process knows those of every other."""
        window = int(self._clock().timestamp()) // NONCE_SECONDS - ago
        return self._seals.lookup("dpop nonce", str(window)).hex


def _opened(proof: str) -> tuple[dict[str, Any], str]:
    """What a proof says, and the thumbprint of the key in its header that signed it."""
    if len(proof) > _LONGEST_PROOF or not _COMPACT.fullmatch(proof):
        raise BadProof("The proof is no signed JWT, or longer than any that is needed here.")
    try:
        header = json.loads(_decoded(proof.partition(".")[0]))
        if not isinstance(header, dict) or header.get("typ") != "dpop+jwt" or header.get("alg") not in ALGORITHMS:
            raise BadProof("The proof is not of the type dpop+jwt or is signed in a way that is not taken here.")
        key = _key(header.get("jwk"))
        opened = jws.deserialize_compact(proof, key, algorithms=[header["alg"]])
        said = json.loads(opened.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise BadProof("This is not a proof, or its signature does not fit its key.") from None
    if not isinstance(said, dict):
        raise BadProof("The proof says nothing.")
    return said, key.thumbprint()


def _key(given: object) -> ECKey | OKPKey | RSAKey:
    if not isinstance(given, dict) or given.get("kty") not in _KEYS or _PRIVATE & given.keys():
        raise BadProof("The proof must hold a public key ('jwk'), and only that.")
    key = _KEYS[given["kty"]].import_key(given)
    if isinstance(key, RSAKey) and key.public_key.key_size < _LEAST_RSA_BITS:
        raise BadProof("The proof's key is too short.")
    return key


def _check_request(said: Mapping[str, Any], method: str, address: str) -> None:
    if said.get("htm") != method:
        raise BadProof("The proof was made for another method ('htm').")
    claimed = said.get("htu")
    if not isinstance(claimed, str) or _claimed_place(claimed) != _place(address):
        raise BadProof("The proof was made for another address ('htu').")


def _place(address: str) -> tuple[str, str, str]:
    """An address without query and fragment, compared as RFC 3986, sections 6.2.2 and 6.2.3 say."""
    parts = urlsplit(address)
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    return scheme, host.removesuffix(":443" if scheme == "https" else ":80"), parts.path or "/"


def _claimed_place(address: str) -> tuple[str, str, str] | None:
    """The same of what anybody sent; None where it is no address."""
    try:
        return _place(address)
    except ValueError:
        return None


def _moment(said: object) -> datetime:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 < said < LAST_SECOND:
        raise BadProof("The proof does not say when it was made ('iat').")
    return datetime.fromtimestamp(said, UTC)


def _id(said: Mapping[str, Any]) -> str:
    identity = said.get("jti")
    if not isinstance(identity, str) or not 0 < len(identity) <= 256:
        raise BadProof("The proof has no id ('jti').")
    return identity


def _same(said: object, wanted: str) -> bool:
    return isinstance(said, str) and said.isascii() and hmac.compare_digest(said.encode(), wanted.encode())


def _hash(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
