"""What a write tells of what was there before: something only to who may read it; what was sent is the sender's.

An answer holds more than was sent where something was found, where it stays as it was, and after a patch.
"""

from msgspec import structs

from verbund.access.ground import Ground
from verbund.access.looking import INTERACTIONS
from verbund.access.rules import Interaction
from verbund.access.views import log_refusal, view_of
from verbund.errors import Forbidden, VerbundError
from verbund.fhir.patching import Patch
from verbund.identity import Principal
from verbund.store import Write, Written


async def told(ground: Ground, who: Principal, write: Write, written: Written) -> Written:
    """Without the body where it holds more than was sent, for who may not read the entry."""
    more = write.verb == "patch" or written.status in {"found", "unchanged"}
    if not more or not written.body or await _shown(ground, who, write, written.id):
        return written
    return structs.replace(written, body=b"", resource=None)


async def check_patch(ground: Ground, who: Principal, write: Write) -> None:
    """Forbidden, and logged, where a patch asks what is there and who sends it may not read it.

    What a condition finds is not known yet: such a patch needs the right to read all that may be patched.
    """
    asks = isinstance(write.patch, Patch) and write.patch.asks
    if not asks or reads_what_it_writes(ground, who, write.verb, write.type):
        return
    if write.condition is None and await _shown(ground, who, write, write.id or ""):
        return
    refused = Forbidden(
        "A patch that tests, copies, moves or seeks what is there tells of it; "
        f"it needs the right to read this as well, the scope user/{write.type}.r.",
        german="Ein Patch, der Vorhandenes prüft, kopiert, verschiebt oder sucht, verrät etwas davon; "
        f"nötig ist auch die Berechtigung user/{write.type}.r.",
    )
    asked = None if write.id is None else f"{write.type}/{write.id}"
    await log_refusal(ground, who, Interaction.PATCH, write.type, refused, asked=asked)
    raise refused


def reads_what_it_writes(ground: Ground, who: Principal, verb: str, of: str) -> bool:
    """Whether the same rows of a type may be read that may be written, as is most often so."""
    try:
        seen = view_of(ground, who, Interaction.READ, of)
    except Forbidden:
        return False
    return seen.within == view_of(ground, who, INTERACTIONS[verb], of).within


async def _shown(ground: Ground, who: Principal, write: Write, identity: str) -> bool:
    """Whether an entry may be read as it is now; not where that cannot be told: what is written is no failure."""
    if reads_what_it_writes(ground, who, write.verb, write.type):
        return True
    try:
        seen = view_of(ground, who, Interaction.READ, write.type)
        await ground.store.read(write.type, identity, within=seen.within)
    except VerbundError:
        return False
    return True
