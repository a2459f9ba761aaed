"""An authenticator in software: makes passkeys and signs with them, rightly or, on request, wrongly."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40


def words(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unwords(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey of one person. Wishes by name change what it says: `origin`, `rp_id`, `flags`, `type`, `challenge`,
    `cross`, `top`, `count`, `key`, `id`, `handle`."""

    origin: str
    rp_id: str
    eligible: bool = False
    counts: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def create(self, options: dict[str, Any], **wishes: Any) -> str:
        """The answer to `navigator.credentials.create()`."""
        self.handle = unwords(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options, wishes)
        auth_data = self._auth_data(wishes, ATTESTED) + self._attested()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": auth_data})
        return self._answer(
            wishes,
            {
                "clientDataJSON": words(client_data),
                "attestationObject": words(attestation),
                "transports": ["internal", "hybrid", "unheard-of"],
            },
        )

    def get(self, options: dict[str, Any], **wishes: Any) -> str:
        """The answer to `navigator.credentials.get()`."""
        client_data = self._client_data("webauthn.get", options, wishes)
        auth_data = self._auth_data(wishes, 0)
        signer: ec.EllipticCurvePrivateKey = wishes.get("key", self.key)
        signature = signer.sign(auth_data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            wishes,
            {
                "clientDataJSON": words(client_data),
                "authenticatorData": words(auth_data),
                "signature": words(signature),
                "userHandle": words(wishes.get("handle", self.handle)),
            },
        )

    def _client_data(self, kind: str, options: dict[str, Any], wishes: dict[str, Any]) -> bytes:
        said = {
            "type": wishes.get("type", kind),
            "challenge": wishes.get("challenge", options["challenge"]),
            "origin": wishes.get("origin", self.origin),
            "crossOrigin": wishes.get("cross", False),
        }
        if "top" in wishes:
            said["topOrigin"] = wishes["top"]
        return json.dumps(said, separators=(",", ":")).encode()

    def _auth_data(self, wishes: dict[str, Any], more: int) -> bytes:
        self.count += self.counts
        usual = PRESENT | VERIFIED | (ELIGIBLE | BACKED_UP if self.eligible else 0)
        flags = wishes.get("flags", usual) | more
        count: int = wishes.get("count", self.count)
        rp_hash = hashlib.sha256(wishes.get("rp_id", self.rp_id).encode()).digest()
        return rp_hash + bytes([flags]) + count.to_bytes(4, "big")

    def _attested(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)

    def _answer(self, wishes: dict[str, Any], response: dict[str, Any]) -> str:
        shown = words(wishes.get("id", self.id))
        return json.dumps({"id": shown, "rawId": shown, "type": "public-key", "response": response})
