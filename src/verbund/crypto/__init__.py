"""Keys and seals: envelopes, signatures, Merkle trees."""

from verbund.crypto.hashing import Hasher
from verbund.crypto.keys import NodeKeys, PublicKeys
from verbund.crypto.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistency_ranges,
    inclusion_proof,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    root_by_path,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from verbund.crypto.messages import Unpacked, pack, unpack
from verbund.crypto.sealing import Sealer, seal, unseal
from verbund.crypto.signatures import sign, verify_signature
from verbund.crypto.sources import KeySource, source_of
from verbund.crypto.tokens import sign_token, verify_token

__all__ = [
    "EMPTY_ROOT",
    "Frontier",
    "Hasher",
    "KeySource",
    "NodeKeys",
    "PublicKeys",
    "Sealer",
    "Unpacked",
    "consistency_proof",
    "consistency_ranges",
    "inclusion_proof",
    "inclusion_ranges",
    "leaf_hash",
    "node_hash",
    "pack",
    "root_by_path",
    "root_of",
    "seal",
    "sign",
    "sign_token",
    "source_of",
    "unpack",
    "unseal",
    "verify_consistency",
    "verify_inclusion",
    "verify_signature",
    "verify_token",
]
