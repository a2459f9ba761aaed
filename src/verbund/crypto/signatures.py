"""Plain signatures over bytes: Ed25519 (RFC 8032)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from verbund.crypto.keys import NodeKeys, PublicKeys
from verbund.errors import Fault


def sign(keys: NodeKeys, message: bytes) -> bytes:
    """The 64-byte signature of the node; whoever signs begins the message with what kind of statement it is."""
    key = keys.signing.private_key
    if not isinstance(key, Ed25519PrivateKey):
        raise Fault("The node's signing key is no Ed25519 key.")
    return key.sign(message)


def verify_signature(public: PublicKeys, message: bytes, signature: bytes) -> bool:
    """Whether the node with these keys signed exactly this message."""
    key = public.signing_key.public_key
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
