"""Lists of staff that houses publish to the region: what one is, its proof, and the hub's keeping of them.

A roster replaces the former one of its house whole. It is a compact JWS (RFC 7515, Ed25519) with the house's own key:
the hub, which hands it out, can withhold it but neither invent nor change an entry. Its number grows, so that a former
one is known as such. It holds no identifiers (such as LANR) on purpose: they would make an entry of one house another
name of somebody at the house that takes it over.
"""

from typing import Literal

import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from verbund.crypto import NodeKeys, PublicKeys
from verbund.database import Database
from verbund.errors import Conflict, Forbidden, Incorrect, NotFound, TooLarge

MOST_ENTRIES = 2_000
LARGEST_TEXT = 2**20
LONGEST_WORDS = 200
"""Characters of a name or a specialty."""
_ALGORITHM = "Ed25519"
_ID_LENGTH = 32
_HEX = frozenset("0123456789abcdef")

_NUMBERS = "select site, number from exchange_roster order by site"
_KEEP = """
insert into exchange_roster (site, number, body) values ($1, $2, $3)
on conflict (site) do update set number = excluded.number, body = excluded.body
where exchange_roster.number < excluded.number
returning number
"""


class _Registry(jws.JWSRegistry):
    max_header_length = 1_024
    max_payload_length = LARGEST_TEXT


_SIGNATURES = _Registry(algorithms=[_ALGORITHM])


class Colleague(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the staff of a house, as others may find them.

    `id` is of 32 hexadecimal digits that say nothing and stay; `specialty` is a code of IHE Deutschland or words.
    """

    id: str
    name: str
    role: Literal["physician", "nurse", "paramedic"]
    specialty: str = ""

    def __post_init__(self) -> None:
        """Only what can be shown in one line."""
        if len(self.id) != _ID_LENGTH or not _HEX.issuperset(self.id):
            raise ValueError("an entry's id has 32 hexadecimal digits")
        if not self.name.strip() or not all(_is_line(text) for text in (self.name, self.specialty)):
            raise ValueError(f"an entry's name and specialty are one line of {LONGEST_WORDS} characters at most")


class Roster(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="statement", tag="verbund-staff"):
    """The staff that a house publishes; `number` is greater than that of every former list of the house."""

    site: str
    number: int
    entries: tuple[Colleague, ...]

    def __post_init__(self) -> None:
        """Nobody twice, and not more than others take."""
        if not 0 < self.number < 2**63:
            raise ValueError("the number of a list is from 1 to 2**63 - 1")
        if len(self.entries) > MOST_ENTRIES:
            raise ValueError(f"a list of staff has {MOST_ENTRIES} entries at most")
        if len({one.id for one in self.entries}) < len(self.entries):
            raise ValueError("a list of staff has one id twice")


_decode = msgspec.json.Decoder(Roster).decode


def _is_line(text: str) -> bool:
    return len(text) <= LONGEST_WORDS and text.isprintable()


def signed(roster: Roster, keys: NodeKeys) -> str:
    """The list as its house sends it."""
    return jws.serialize_compact({"alg": _ALGORITHM}, msgspec.json.encode(roster), keys.signing, registry=_SIGNATURES)


def proven(text: str, site: str, keys: PublicKeys) -> Roster:
    """The list of this house; Forbidden when it did not sign it, TooLarge or Incorrect for what is no list."""
    if len(text) > LARGEST_TEXT:
        raise TooLarge(f"A list of staff has {LARGEST_TEXT} bytes at most.")
    try:
        payload = jws.deserialize_compact(text, keys.signing_key, registry=_SIGNATURES).payload
    except (JoseError, ValueError, TypeError, KeyError):
        raise Forbidden(f"The list of staff is not signed by {site}.") from None
    try:
        roster = _decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Incorrect(f"The list of staff of {site} is none: {error}.") from None
    if roster.site != site:
        raise Forbidden(f"The list of staff of {site} says that it is of another house.")
    return roster


class Rosters:
    """What the hub keeps: the newest list of each member. They go with the member."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, roster: Roster, text: str) -> None:
        """Put a proven list in place of the former one; the same again changes nothing, Conflict for an older one."""
        async with self._database.transaction() as connection:
            if await connection.fetchval(_KEEP, roster.site, roster.number, text) is not None:
                return
            kept = await connection.fetchval("select body from exchange_roster where site = $1", roster.site)
        if kept != text:
            raise Conflict("There is a newer list of staff of this house.")

    async def numbers(self) -> dict[str, int]:
        """The number of each list, by member: whoever has that one need not fetch it."""
        async with self._database.connection() as connection:
            return {row["site"]: row["number"] for row in await connection.fetch(_NUMBERS)}

    async def of(self, site: str) -> str:
        """The list of a member as it was signed; NotFound when it has published none."""
        async with self._database.connection() as connection:
            text = await connection.fetchval("select body from exchange_roster where site = $1", site)
        if text is None:
            raise NotFound(f"{site} has published no list of staff.")
        return str(text)
