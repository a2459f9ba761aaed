"""What writes are about, looked up before anything is said of it: what may not be seen is not there."""

from asyncio import gather
from collections.abc import Iterable, Mapping

from msgspec import structs

from verbund.access.ground import Ground
from verbund.access.rules import SHARED_TYPES, Interaction
from verbund.access.views import view
from verbund.errors import Forbidden, Gone, NotFound
from verbund.identity import Principal
from verbund.store import EVERYTHING, Write, and_, of_patient

INTERACTIONS: Mapping[str, Interaction] = {
    "create": Interaction.CREATE,
    "update": Interaction.UPDATE,
    "patch": Interaction.PATCH,
    "delete": Interaction.DELETE,
}


def by_id(write: Write) -> bool:
    """Whether a write is about one entry that may be a patient's, by its id."""
    return write.verb != "create" and write.condition is None and write.type not in SHARED_TYPES


async def look(ground: Ground, who: Principal, writes: Iterable[Write]) -> None:
    """NotFound where one of these is about something that is there and may not be used; looked up together."""
    looking = [_look_up(ground, who, write) for write in writes if by_id(write)]
    for refused in await gather(*looking, return_exceptions=True) if looking else ():
        if refused is not None:
            raise refused


async def _look_up(ground: Ground, who: Principal, write: Write) -> None:
    """What is hidden ends like what is not there; but for an update, which makes what is not there."""
    seen = await view(ground, who, INTERACTIONS[write.verb], write.type)
    try:
        await ground.store.read(write.type, write.id or "", within=seen.within)
    except Gone:
        return
    except NotFound:
        makes = write.verb == "update" and who.scopes.allows(write.type, "c")
        if not makes or await present(ground, write.type, write.id or "") is not None:
            raise


async def present(ground: Ground, kind: str, identity: str) -> bytes | None:
    """What is there, whoever asks."""
    try:
        return (await ground.store.read(kind, identity, within=EVERYTHING)).body
    except NotFound:
        return None


async def creating(ground: Ground, who: Principal, write: Write) -> None:
    """An update of what is not there makes it, which needs the right to create as well."""
    if who.scopes.allows(write.type, "c"):
        return
    if write.condition is not None:
        raise Forbidden(
            f"A conditional update may make a resource; it needs the scope user/{write.type}.c as well.",
            german=f"Bedingtes Ändern braucht auch die Berechtigung user/{write.type}.c.",
        )
    if write.id is not None:
        seen = await view(ground, who, Interaction.UPDATE, write.type)
        await ground.store.read(write.type, write.id, within=seen.within)


async def own_version(ground: Ground, who: Principal, write: Write) -> Write:
    """A patient writes only what is the patient's own, and what it was when it was looked at."""
    if write.verb == "create":
        return write
    seen = await view(ground, who, INTERACTIONS[write.verb], write.type)
    own = of_patient(ground.store.patient_key(who.patient_id or ""))
    found = await ground.store.read(write.type, write.id or "", within=and_(own, seen.within))
    return structs.replace(write, if_match=write.if_match or found.version)
