"""EHR launch (SMART App Launch 2.2, section 2.1.1): the portal opens an app for a patient it shows.

The app gets an opaque value that says nothing and is taken once, by the app it was made for, with the sign-in of who
made it, within five minutes.
"""

from datetime import timedelta

import msgspec

from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity.seals import Seals, new_secret

LAUNCH_MINUTES = 5


class Launch(msgspec.Struct, frozen=True):
    """From where an app was opened: by whom, and for which patient and encounter."""

    client: str
    person: str
    patient: str
    encounter: str | None = None


_LAUNCH = msgspec.json.Decoder(Launch)


class Launches:
    """Launch contexts that wait to be taken."""

    def __init__(self, database: Database, keys: NodeKeys, *, clock: Clock = utc_now) -> None:
        self._database = database
        self._seals = Seals(keys)
        self._clock = clock

    async def open(self, launch: Launch) -> str:
        """The opaque value for the app (`launch`)."""
        secret, now = new_secret(), self._clock()
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_launch where expires < $1", now)
            await connection.execute(
                "insert into identity_launch (token, said, expires) values ($1, $2, $3)",
                self._seals.lookup("launch", secret),
                self._seals.seal("launch", msgspec.json.encode(launch)),
                now + timedelta(minutes=LAUNCH_MINUTES),
            )
        return secret

    async def take(self, secret: str, client_id: str) -> Launch | None:
        """What a value stands for; None when it is unknown, too old, taken before, or another app's.

        It is used up, also by an app it was not made for.
        """
        async with self._database.transaction() as connection:
            sealed = await connection.fetchval(
                "delete from identity_launch where token = $1 and expires > $2 returning said",
                self._seals.lookup("launch", secret), self._clock(),
            )  # fmt: skip
        found = None if sealed is None else _LAUNCH.decode(self._seals.unseal("launch", sealed))
        return found if found is not None and found.client == client_id else None
