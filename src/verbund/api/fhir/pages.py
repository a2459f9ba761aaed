"""Links to the next page: sealed, so that no criterion of a search, such as a name, stands in an address."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from verbund.api.forms import Pairs
from verbund.crypto import NodeKeys, Sealer
from verbund.errors import Fault, Incorrect

PARAMETER = "_page"


class _Place(msgspec.Struct, frozen=True, array_like=True):
    pairs: Pairs
    cursor: str


_PLACE = msgspec.json.Decoder(_Place)


class PageLinks:
    """Makes and reads the opaque value of a page link. It opens only for who got it and at the same address."""

    def __init__(self, keys: NodeKeys) -> None:
        self._sealer = Sealer(HKDF(SHA256(), length=32, salt=None, info=b"verbund page links").derive(keys.index))

    def token(self, subject: str, address: str, pairs: Pairs, cursor: str) -> str:
        """The value that leads on from `cursor` in the search that `pairs` describe."""
        sealed = self._sealer.seal(msgspec.json.encode(_Place(pairs, cursor)), f"{subject} {address}".encode())
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, token: str, subject: str, address: str) -> tuple[Pairs, str]:
        """The search and the cursor of a link. Raises Incorrect for one that was not made here for this."""
        try:
            sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
            place = _PLACE.decode(self._sealer.unseal(sealed, f"{subject} {address}".encode()))
        except (Fault, Incorrect, binascii.Error, ValueError):
            raise Incorrect("This page link was not made here for you; begin the search again.") from None
        return place.pairs, place.cursor
