"""When all is lost: an administrator, with the person in front of the desk, resets how that person signs in."""

from uuid import UUID

from verbund.audit import AuditLog
from verbund.config import Clock, utc_now
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.errors import Forbidden, Incorrect, NotFound
from verbund.identity.factors import Factors
from verbund.identity.journal import Journal
from verbund.identity.model import House, Person, Principal, Role
from verbund.identity.passwords import new_password
from verbund.identity.people import People

MINIMUM_REASON = 10
_DONE = ("Anmeldung einer Person zurückgesetzt.", "Reset how somebody signs in.")


class Resetting:
    """Takes away what somebody lost, and tells them that it was done."""

    def __init__(
        self,
        database: Database,
        keys: NodeKeys,
        house: House,
        people: People,
        audit: AuditLog,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._people = people
        self._factors = Factors(database, keys, house, clock=clock)
        self._journal = Journal(database, keys, house, audit, clock=clock)

    async def reset(self, by: Principal, person_id: UUID, reason: str) -> str:
        """Remove all factors of somebody, end their sessions, revoke their tokens, and set a password, as one act.

        The password is returned to be handed over, and must be replaced at the next sign-in, where the person is told
        who did this, when and why. Raises Forbidden for who is no administrator and for the own account, Incorrect
        without a reason, NotFound.
        """
        if by.role not in {Role.ADMINISTRATOR, Role.SYSTEM} or by.subject == str(person_id):
            raise _forbidden()
        return await self._reset(by, await self._people.of(person_id), reason)

    async def reset_patient(self, by: Principal, patient_id: str, reason: str) -> str:
        """As `reset`, for the account of a patient whom the caller may see; by whoever enrols patients.

        Raises NotFound when the patient has no account, or a closed one.
        """
        if by.role not in {Role.PHYSICIAN, Role.NURSE, Role.ADMINISTRATOR, Role.SYSTEM}:
            raise _forbidden()
        person = await self._people.of_patient(patient_id)
        if person is None or not person.active or person.role is not Role.PATIENT:
            raise NotFound("This patient has no account.", german="Diese Person hat kein Konto.")
        return await self._reset(by, person, reason)

    async def _reset(self, by: Principal, person: Person, reason: str) -> str:
        why = " ".join(reason.split())
        if len(why) < MINIMUM_REASON:
            raise Incorrect(
                f"Say why, in at least {MINIMUM_REASON} characters; the person reads it.",
                german=f"Geben Sie den Grund an, mit mindestens {MINIMUM_REASON} Zeichen; die Person liest ihn.",
            )
        password = new_password()
        secret = await self._people.hashed(person.id, password, person.login)
        told = self._journal.telling("factors-reset", by, *_DONE, {"person": str(person.id), "reason": why})
        async with self._database.transaction() as connection:
            await self._people.replace_password(connection, person.id, secret)
            await self._factors.clear(connection, person.id)
            await self._journal.leave_notice(connection, person.id, by.name, why)
            await told(connection)
        return password


def _forbidden() -> Forbidden:
    return Forbidden(
        "Only the office of the house resets how somebody else signs in.",
        german="Nur die Verwaltung des Hauses setzt die Anmeldung einer anderen Person zurück.",
    )
