"""Codes that people copy from paper: 100 random bits in five groups of four signs, none of which looks like another."""

import secrets

GROUPS, SIGNS = 5, 4
# Crockford's base 32: without I, L, O and U.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A code as it stands in a letter: `7QXM-0K3V-…`."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(SIGNS)) for _ in range(GROUPS))


def canonical_code(written: str) -> str:
    """A code as it is compared, however it was written: case, spaces, dashes, O for 0 and l for 1 make no difference.

    Empty for what cannot be a code.
    """
    signs = "".join(sign for sign in written[:200].upper() if sign.isalnum()).translate(_READ_AS)
    return signs if len(signs) == GROUPS * SIGNS and all(sign in _ALPHABET for sign in signs) else ""
