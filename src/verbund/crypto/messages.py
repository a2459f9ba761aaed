"""Messages between nodes: signed by the sender, then sealed for the receiver, so that the hub between them is blind.

A message is a JWS (RFC 7515, Ed25519 of RFC 9864) inside a JWE (RFC 7516, ECDH-ES+A256KW on X25519 of RFC 8037,
A256GCM), both compact. What is signed names the receiver's keys too: a message that was taken out of its seal and
sealed anew for somebody else is refused there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import zstandard
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.registry import HeaderParameter

from verbund.crypto.keys import NodeKeys, PublicKeys
from verbund.errors import Forbidden, TooLarge

LARGEST_PAYLOAD = 64 * 2**20
_SIGNATURE_ALGORITHM = "Ed25519"
_KEY_ALGORITHM = "ECDH-ES+A256KW"
_CONTENT_ALGORITHM = "A256GCM"
_LARGEST_SIGNED = 2 * LARGEST_PAYLOAD


class _Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is signed, in MessagePack: `receiver` is the key id of the one node that may accept it."""

    sender: str
    receiver: str
    claims: dict[str, str]
    payload: bytes


class _SignatureRegistry(jws.JWSRegistry):
    max_header_length = 1_024
    max_payload_length = _LARGEST_SIGNED


class _SealRegistry(jwe.JWERegistry):
    max_ciphertext_length = 2 * _LARGEST_SIGNED


_SIGNATURES = _SignatureRegistry({"iss": HeaderParameter("Issuer", "str")}, [_SIGNATURE_ALGORITHM])
_SEALS = _SealRegistry(algorithms=[_KEY_ALGORITHM, _CONTENT_ALGORITHM])
_decode = msgspec.msgpack.Decoder(_Envelope).decode


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A message whose sender, receiver and content are proven."""

    sender: str
    claims: Mapping[str, str]
    payload: bytes


def pack(payload: bytes, *, sender: NodeKeys, sender_name: str, receiver: PublicKeys, claims: Mapping[str, str]) -> str:
    """Compress, sign and seal for one receiver, whose keys alone open it with `unpack`; TooLarge above 64 MiB."""
    if len(payload) > LARGEST_PAYLOAD:
        raise TooLarge(f"A message carries at most {LARGEST_PAYLOAD} bytes, not {len(payload)}. Send it in parts.")
    envelope = _Envelope(
        sender=sender_name,
        receiver=receiver.key_id,
        claims=dict(claims),
        payload=zstandard.ZstdCompressor(level=1).compress(payload),
    )
    signed = jws.serialize_compact(
        {"alg": _SIGNATURE_ALGORITHM, "kid": sender.public().key_id, "iss": sender_name},
        msgspec.msgpack.encode(envelope),
        sender.signing,
        registry=_SIGNATURES,
    )
    header = {"alg": _KEY_ALGORITHM, "enc": _CONTENT_ALGORITHM, "kid": receiver.sealing_id, "cty": "JWS"}
    return jwe.encrypt_compact(header, signed, receiver.sealing_key, registry=_SEALS)


def unpack(
    message: str, *, receiver: NodeKeys, public_of: Callable[[str], PublicKeys], largest_bytes: int = LARGEST_PAYLOAD
) -> Unpacked:
    """Open, prove and decompress; Forbidden when seal, signature, sender or receiver does not fit.

    `public_of` gives the keys of the sender by name, from the directory that the receiver trusts; what it raises comes
    through. TooLarge when the payload would open to more than `largest_bytes`; no more than that is ever allocated.
    """
    try:
        signed = jwe.decrypt_compact(message, receiver.sealing, registry=_SEALS).plaintext or b""
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden("The message is not sealed for this node, or was changed on its way.") from None
    envelope = _proven(signed, public_of)
    if envelope.receiver != receiver.public().key_id:
        raise Forbidden(f"The message of {envelope.sender} was signed for another receiver.")
    return Unpacked(envelope.sender, envelope.claims, _decompressed(envelope.payload, largest_bytes))


def _proven(signed: bytes, public_of: Callable[[str], PublicKeys]) -> _Envelope:
    try:
        header = jws.extract_compact(signed, registry=_SIGNATURES).headers()
        name = str(header["iss"])
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden("The message is not signed.") from None
    public = public_of(name)
    try:
        proven = jws.deserialize_compact(signed, public.signing_key, registry=_SIGNATURES)
        envelope = _decode(proven.payload or b"")
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden(f"The message is not signed by {name}.") from None
    if envelope.sender != name or header.get("kid") != public.key_id:
        raise Forbidden(f"The message is not signed by {name}.")
    return envelope


def _decompressed(packed: bytes, largest_bytes: int) -> bytes:
    """Decompress a frame that declares its size; zstd itself refuses a frame that holds more than it declares."""
    try:
        size = zstandard.frame_content_size(packed)
        if size > largest_bytes:
            raise TooLarge(f"The message would open to {size} bytes; at most {largest_bytes} are accepted.")
        if size < 0:
            raise Forbidden("The message does not say how large it is.")
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=largest_bytes)
    except zstandard.ZstdError:
        raise Forbidden("The message's payload does not open.") from None
