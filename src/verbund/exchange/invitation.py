"""An invitation to the region: one line of text that a member hands to the next one, outside of the system.

It holds a one-time key and the region's linkage key. Whoever has the line can join under the name it says, once, until
it expires: treat it like a password. The hub issues the first one, which carries no linkage key: the first site makes
it, and the hub never learns it.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Self

import msgspec
import zstandard
from joserfc.jwk import OKPKey

from verbund.crypto import PublicKeys
from verbund.errors import Incorrect
from verbund.exchange.trust import Jwks

_PREFIX = "verbund-invitation-1."
_LONGEST = 16_384


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new member needs to know; `one_time` is the private JWK whose public half stands in the grant."""

    hub_url: str
    hub: str
    hub_keys: Jwks
    site: str
    title: str
    kind: str
    inviter: str
    inviter_keys: Jwks
    grant: str
    one_time: dict[str, str]
    expires_at: datetime
    linkage_key: bytes | None = None

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Invitation({self.site!r} by {self.inviter!r} to {self.hub_url!r})"

    def one_time_key(self) -> OKPKey:
        """The key that proves the invitation at the hub and towards all members."""
        return OKPKey.import_key(dict(self.one_time))

    def inviter_public(self) -> PublicKeys:
        """The keys of the member that invites."""
        return PublicKeys.from_dict(self.inviter_keys)

    def hub_public(self) -> PublicKeys:
        """The keys of the hub."""
        return PublicKeys.from_dict(self.hub_keys)

    def to_line(self) -> str:
        """One line of letters, digits, `-`, `_` and `.`."""
        return _PREFIX + urlsafe_b64encode(zstandard.compress(msgspec.json.encode(self))).decode().rstrip("=")

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Read what `to_line` wrote; Incorrect when it is not whole."""
        text = line.strip()
        if not text.startswith(_PREFIX) or len(text) > _LONGEST:
            raise Incorrect(f"This is not an invitation. It is one line that begins with {_PREFIX}")
        coded = text.removeprefix(_PREFIX)
        try:
            raw = zstandard.ZstdDecompressor().decompress(
                urlsafe_b64decode(coded + "=" * (-len(coded) % 4)), max_output_size=_LONGEST
            )
            return msgspec.json.decode(raw, type=cls)
        except (ValueError, zstandard.ZstdError):
            raise Incorrect(
                "The invitation is not whole. Copy the line again, from its first to its last sign."
            ) from None
