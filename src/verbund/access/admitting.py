"""What staff may write who see only whom they treat: into the records of these, and of patients they admit.

What they may not see does not exist for them: it is found by no condition, no reference leads to it, and no write
changes it. Nobody comes to treat a patient by writing so: what is written counts for the next request, and only where
the patient was treated, or made, before.
"""

from collections.abc import Sequence
from functools import lru_cache

from verbund.access.ground import Ground
from verbund.access.looking import INTERACTIONS
from verbund.access.narrowing import narrowed_by_scopes
from verbund.access.restricting import usable
from verbund.access.rules import NOBODYS_TYPES, SHARED_TYPES, SOMETIMES_NOBODYS_TYPES
from verbund.access.treating import rows_treated
from verbund.access.views import moment, view
from verbund.database import Connection
from verbund.errors import NotFound
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import Level, Principal, Scopes
from verbund.store import EVERYTHING, WITHOUT_PATIENT, RowFilter, Write, Written, and_, of_patient, of_types, or_

_NOBODYS = of_types(*SHARED_TYPES, *NOBODYS_TYPES, *SOMETIMES_NOBODYS_TYPES)
_NOT_HERE = "There is no such patient here whom you treat."
_NOT_HERE_DE = "Diese Patientin oder diesen Patienten, von Ihnen behandelt, gibt es hier nicht."


def nameable(ground: Ground, who: Principal, *, own: bool) -> RowFilter:
    """What references by id of somebody's writes may lead to; with `own` one patient's data alone.

    Restricted data is among it: to name it shows nothing of it, and what happens to a patient goes on being written
    down (GDPR, Article 18(2): storage).
    """
    asks = ground.treatment.asks(who)
    found = rows_treated(ground.relations, ground.treatment, who, moment(ground)) if asks else EVERYTHING
    if own:
        found = and_(found, of_patient(ground.store.patient_key(who.patient_id or "")))
    if found != EVERYTHING:
        found = or_(found, and_(WITHOUT_PATIENT, _NOBODYS))
    return and_(found, narrowed_by_scopes(ground, who, "s"))


def lookable(ground: Ground, who: Principal, named: RowFilter) -> RowFilter:
    """What conditions of somebody's writes may find: of what may be named, nothing that is restricted.

    Of types that the token lets be searched for one patient only, what is that patient's.
    """
    found = and_(named, usable(who.purpose))
    of_one = _searched_of_one(who.scopes)
    if not of_one:
        return found
    own = of_patient(ground.store.patient_key(who.patient_id or ""))
    return and_(found, or_(own, of_types(*(RESOURCE_TYPES - of_one))))


@lru_cache(maxsize=1024)
def _searched_of_one(scopes: Scopes) -> frozenset[str]:
    """The types that a token lets be searched for one patient only."""
    own = {of for level, of, _ in scopes.grants if level is Level.PATIENT}
    own |= {one.type for one in scopes.narrowed if one.level is Level.PATIENT}
    types = RESOURCE_TYPES if "*" in own else own
    return frozenset(of for of in types if scopes.level_for(of, "s") is Level.PATIENT) - SHARED_TYPES


class Admission:
    """Undoes a unit that would write into the record of a patient whom the writer does not treat.

    A patient who is made in the unit is admitted by it, and whoever made it may complete the admission afterwards.
    """

    def __init__(self, ground: Ground, who: Principal) -> None:
        self._ground = ground
        self._who = who
        self._known: set[int] = set()

    async def look(self, write: Write) -> None:
        """NotFound for what is not there, or not for who writes; what is there is of a patient they treat."""
        seen = await view(self._ground, self._who, INTERACTIONS[write.verb], write.type)
        found = await self._ground.store.read(write.type, write.id or "", within=seen.within)
        if found.patient is not None:
            self._known.add(found.patient)

    async def write(self, connection: Connection, written: Sequence[Written]) -> None:
        """The store's `Companion`."""
        relations, at = self._ground.relations, moment(self._ground)
        done = [one for one in written if one.status in {"created", "updated", "deleted"}]
        if relations is None or not done:
            return
        names = [(one.type, one.id) for one in done]
        touched = {one.patient for one in done if one.patient is not None}
        touched |= await relations.established(connection, names)
        made = {one.patient for one in done if one.type == "Patient" and one.status == "created"} - {None}
        unknown = touched - made - self._known
        if unknown:
            ended = self._ground.treatment.ended(at)
            unknown -= await relations.before(connection, self._who, unknown, names, at=at, ended=ended)
        if unknown:
            raise NotFound(_NOT_HERE, german=_NOT_HERE_DE)
        if made:
            await relations.register(connection, self._who, [one for one in made if one is not None], at)
