"""Restriction of processing (GDPR, Article 18): what is stored, and used for nothing but what the law still allows.

The gate looks at the table `consent_restriction` in every statement (`store.unrestricted`); here it is written.
"""

from collections.abc import Iterable

from verbund.consent import NONE, DataCategory
from verbund.database import Connection
from verbund.rights.model import Kind, Request, State

_CLEAR = "delete from consent_restriction where patient = $1"
_KEEP = "insert into consent_restriction (patient, categories) values ($1, $2)"


def in_force(requests: Iterable[Request]) -> DataCategory:
    """The kinds of data whose use is restricted by what was asked and accepted."""
    found = NONE
    for one in requests:
        if one.kind is Kind.RESTRICTION and one.state is State.ACCEPTED:
            found |= one.kinds
    return found


async def keep(connection: Connection, patient: int, categories: DataCategory) -> None:
    """Let that be what is restricted of a patient (by hash), nothing when it is none."""
    await connection.execute(_CLEAR, patient)
    # Who somebody is can still be seen: else nobody could tell that something is restricted.
    if restricted := categories & ~DataCategory.DEMOGRAPHICS:
        await connection.execute(_KEEP, patient, int(restricted))
