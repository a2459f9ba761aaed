"""By what somebody can prove who they are, what the node wants of them, and what is asked next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from verbund.config import Clock, NodeConfig, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Connection, Database
from verbund.identity.model import House, Role
from verbund.identity.passkeys import Passkeys
from verbund.identity.recovery import Recovery
from verbund.identity.steps import Want
from verbund.identity.totp import Totp

STRONG = "mfa"
"""Stands among the `amr` (RFC 8176) of who proved more than one factor: a passkey that verified its user is two."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Of whom this node wants a second factor; everybody may have one."""

    staff: bool = True
    patients: bool = False

    @classmethod
    def of(cls, config: NodeConfig) -> "Policy":
        """The policy of a node's settings; where they leave it open, only the demonstration's staff needs none."""
        staff = config.second_factor_staff or ("offered" if config.demo else "required")
        return cls(staff == "required", config.second_factor_patients == "required")

    def wants(self, role: Role) -> bool:
        """Whether people of this role must have a second factor."""
        return self.patients if role is Role.PATIENT else self.staff


@dataclass(frozen=True, slots=True)
class Having:
    """What somebody has beside the password: how many passkeys, since when an authenticator app, how many unused
    recovery codes; and whether the password was set by an administrator and must be replaced."""

    passkeys: int = 0
    totp_since: datetime | None = None
    codes_left: int = 0
    renewal: bool = False

    @property
    def second(self) -> bool:
        """Whether there is a second factor; recovery codes alone are none."""
        return self.passkeys > 0 or self.totp_since is not None


def wanted(policy: Policy, role: Role, having: Having, amr: tuple[str, ...]) -> Want | None:
    """What is asked next of somebody who has proven `amr`; None when they are in.

    Who has a second factor must show it, whatever the policy: a password alone never goes round it.
    """
    if STRONG not in amr and having.second:
        return "code"
    if having.renewal:
        return "password"
    if STRONG not in amr and policy.wants(role):
        return "factor"
    return None


class Factors:
    """Passkeys, authenticator apps and recovery codes of a node's people."""

    def __init__(self, database: Database, keys: NodeKeys, house: House, *, clock: Clock = utc_now) -> None:
        self.passkeys = Passkeys(database, keys, house, clock=clock)
        self.totp = Totp(database, keys, house, clock=clock)
        self.recovery = Recovery(database, keys, clock=clock)
        self._database = database
        self._clock = clock

    async def having(self, person_id: UUID) -> Having:
        """What somebody has."""
        async with self._database.connection() as connection:
            row = await connection.fetchrow(
                "select (select count(*) from identity_passkey where person = $1) as passkeys, "
                "(select added from identity_totp where person = $1 and secret is not null) as totp, "
                "(select count(*) from identity_recovery where person = $1 and used is null) as codes, "
                "exists (select from identity_renewal where person = $1) as renewal",
                person_id,
            )
        return Having() if row is None else Having(row["passkeys"], row["totp"], row["codes"], row["renewal"])

    async def first_codes(self, person_id: UUID) -> tuple[str, ...]:
        """Recovery codes for who has none, once a second factor is there; else nothing."""
        having = await self.having(person_id)
        return await self.recovery.renew(person_id) if having.second and not having.codes_left else ()

    async def renewed(self, person_id: UUID) -> None:
        """Somebody has a password of their own again."""
        async with self._database.transaction() as connection:
            await connection.execute("delete from identity_renewal where person = $1", person_id)

    async def clear(self, connection: Connection, person_id: UUID) -> None:
        """Take away all factors, and what links accounts of outside providers; the password is to be replaced at the
        next sign-in."""
        await connection.execute("delete from identity_link where person = $1", person_id)
        await connection.execute("delete from identity_passkey where person = $1", person_id)
        await connection.execute("delete from identity_totp where person = $1", person_id)
        await connection.execute("delete from identity_recovery where person = $1", person_id)
        await connection.execute(
            "insert into identity_renewal (person, since) values ($1, $2) on conflict do nothing",
            person_id, self._clock(),
        )  # fmt: skip
