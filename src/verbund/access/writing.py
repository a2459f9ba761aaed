"""Writing: checked, carried out and logged as one act."""

from asyncio import gather
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec import structs

from verbund.access.admitting import Admission, lookable, nameable
from verbund.access.conditions import checked as with_conditions
from verbund.access.conditions import fitting, says_conditions
from verbund.access.consenting import check_statement, says_care
from verbund.access.events import IN_HOUSE, event, reference
from verbund.access.ground import Ground
from verbund.access.restricting import usable
from verbund.access.rules import SHARED_TYPES, Interaction, permits
from verbund.access.views import check_role, check_scope, view, view_of
from verbund.audit import Event
from verbund.errors import Forbidden, Gone, NotFound
from verbund.fhir import index
from verbund.identity import Level, Principal, Role
from verbund.store import EVERYTHING, Companion, RowFilter, Stored, Unit, Write, Written, and_, of_patient

_INTERACTIONS = {
    "create": Interaction.CREATE,
    "update": Interaction.UPDATE,
    "patch": Interaction.PATCH,
    "delete": Interaction.DELETE,
}
_WITH_RULES = frozenset({"Consent", "Subscription"})  # rules of their own
_MANY = 10  # from so many writes in a unit on, those about one patient are told of together
# Kind and action of what the log is told, by what became of a write.
_KINDS = {
    "created": ("create", "C"),
    "updated": ("update", "U"),
    "deleted": ("delete", "D"),
    "unchanged": ("read", "R"),
    "found": ("read", "R"),
}


async def commit(
    ground: Ground,
    who: Principal,
    writes: Sequence[Write],
    *,
    check_references: bool,
    companions: Sequence[Companion] = (),
) -> tuple[Written, ...]:
    """Carry out all writes, or none; the log entries and the companions are in the same transaction."""
    kinds = dict.fromkeys([(write.verb, write.type) for write in writes])
    for verb, of in kinds:
        await _permitted(ground, who, _INTERACTIONS[verb], of)
    asks = ground.treatment.asks(who)
    own = frozenset(of for verb, of in kinds if _confined(who, verb, of))
    looks = asks or usable(who.purpose) != EVERYTHING
    plain = {kind for kind in kinds if not own and _is_plain(who, *kind) and not (looks and kind[0] != "create")}
    if looks and not asks:
        await _look(ground, who, [write for write in writes if write.type not in own])
    admission = Admission(ground, who)
    checked = [
        write
        if (write.verb, write.type) in plain and not says_conditions(write)
        else await _checked(ground, who, write, bounded=write.type in own, admission=admission if asks else None)
        for write in writes
    ]
    named = nameable(ground, who, own=own.issuperset(of for _, of in kinds))
    within = lookable(who, named)
    patients = await _deleted_patients(ground, checked, within)

    def described(written: Sequence[Written]) -> Iterable[Event]:
        return _events(ground, who, written, patients)

    guards: tuple[Companion, ...] = (_Within(ground, who, own),) if own else ()
    if asks:
        guards = (*guards, admission)
    if any(of == "Subscription" for _, of in kinds):
        guards = (*guards, ground.subscribing.companion(who))
    beside = (*companions, *guards, ground.audit.describing(described))
    unit = Unit(tuple(checked), beside, check_references or asks, within, named)
    return tuple([_told(who, one) for one in await ground.store.commit(unit)])


async def _permitted(ground: Ground, who: Principal, interaction: Interaction, of: str) -> None:
    """Forbidden, and logged as such, for who may not do it at all."""
    try:
        view_of(ground, who, interaction, of)
    except Forbidden:
        await view(ground, who, interaction, of)
        raise


def _is_plain(who: Principal, verb: str, of: str) -> bool:
    """Whether nothing more is asked of such a write, unless it names conditions."""
    return of not in _WITH_RULES and (verb != "update" or who.scopes.allows(of, "c"))


def _told(who: Principal, written: Written) -> Written:
    """Without the body of what was there already, for who may not read it: only what was sent is the sender's."""
    if written.status not in {"found", "unchanged"} or who.scopes.allows(written.type, "r"):
        return written
    return structs.replace(written, body=b"")


def _confined(who: Principal, verb: str, of: str) -> bool:
    """Whether of this type only what is in one patient's own compartment may be written, whatever else is granted."""
    return who.role is Role.PATIENT or check_scope(who, _INTERACTIONS[verb], of) is Level.PATIENT


async def _checked(
    ground: Ground, who: Principal, write: Write, *, bounded: bool, admission: "Admission | None"
) -> Write:
    looked_up = bounded or (admission is not None and _by_id(write))
    if write.verb == "update" and not looked_up:
        await _creating(ground, who, write)
    write = await with_conditions(ground, who, write, bounded=bounded)
    # What may not be seen is not there, before anything is said of it.
    if admission is not None and _by_id(write):
        await admission.look(write)
    if bounded:
        write = await _own(ground, who, write)
    if write.type == "Consent":
        write = await _consent(ground, who, write)
    return _subscription(ground, who, write) if write.type == "Subscription" else write


def _by_id(write: Write) -> bool:
    """Whether a write is about one entry that may be a patient's, by its id."""
    return write.verb != "create" and write.condition is None and write.type not in SHARED_TYPES


async def _look(ground: Ground, who: Principal, writes: Iterable[Write]) -> None:
    """NotFound where one of these is about something that is there and may not be used; looked up together."""
    looking = [_look_up(ground, who, write) for write in writes if _by_id(write)]
    for refused in await gather(*looking, return_exceptions=True) if looking else ():
        if refused is not None:
            raise refused


async def _look_up(ground: Ground, who: Principal, write: Write) -> None:
    """What is hidden ends like what is not there; but for an update, which makes what is not there."""
    seen = await view(ground, who, _INTERACTIONS[write.verb], write.type)
    try:
        await ground.store.read(write.type, write.id or "", within=seen.within)
    except Gone:
        return
    except NotFound:
        makes = write.verb == "update" and who.scopes.allows(write.type, "c")
        if not makes or await _present(ground, write.type, write.id or "") is not None:
            raise


def _subscription(ground: Ground, who: Principal, write: Write) -> Write:
    """What is kept of a Subscription: in a state that a client may ask for, its secrets sealed."""
    prepared, patch = partial(ground.subscribing.prepared, who), write.patch
    if write.raw is not None:
        write = structs.replace(write, raw=prepared(write.raw))
    return write if patch is None else structs.replace(write, patch=lambda raw: prepared(patch(raw)))


async def _consent(ground: Ground, who: Principal, write: Write) -> Write:
    """What a patient allows in care is written, replaced and deleted only by who may record the patient's word.

    Which consent a condition finds is not known yet, so it needs that right; what a patch makes is checked when made.
    """
    if write.raw is not None:
        check_statement(write.raw, ground.clock())
    there = write.id is not None and says_care(await _present(ground, "Consent", write.id))
    if there or says_care(write.raw) or write.condition is not None:
        await check_role(ground, who, Interaction.CHANGE_CONSENT, "Consent")
    return write if write.patch is None else structs.replace(write, patch=_patching(ground, who, write.patch))


def _patching(ground: Ground, who: Principal, patch: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The patch of a consent, which refuses what may not be stated."""
    may = permits(who.role, who.purpose, Interaction.CHANGE_CONSENT, "Consent")

    def checked(raw: bytes) -> bytes:
        patched = patch(raw)
        check_statement(patched, ground.clock())
        if says_care(patched) and not may:
            raise Forbidden(
                "Only who records the patient's word may state what it permits in care.",
                german="Was in der Behandlung erlaubt ist, hält nur fest, wer das Wort der Patientin aufnimmt.",
            )
        return patched

    return checked


async def _present(ground: Ground, kind: str, identity: str) -> bytes | None:
    try:
        return (await ground.store.read(kind, identity, within=EVERYTHING)).body
    except NotFound:
        return None


async def _creating(ground: Ground, who: Principal, write: Write) -> None:
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


async def _own(ground: Ground, who: Principal, write: Write) -> Write:
    """A patient writes only what is the patient's own, and what it was when it was looked at."""
    if write.verb == "create":
        return write
    seen = await view(ground, who, _INTERACTIONS[write.verb], write.type)
    own = of_patient(ground.store.patient_key(who.patient_id or ""))
    found = await ground.store.read(write.type, write.id or "", within=and_(own, seen.within))
    return structs.replace(write, if_match=write.if_match or found.version)


class _Within:
    """Undoes a unit that would put something of these types into another compartment than the one that is open."""

    def __init__(self, ground: Ground, who: Principal, types: frozenset[str]) -> None:
        self._key = ground.store.patient_key(who.patient_id or "")
        self._types = types - SHARED_TYPES

    async def write(self, connection: object, written: Sequence[Written]) -> None:  # noqa: ARG002 - a Companion
        for one in written:
            if one.patient != self._key and one.type in self._types:
                raise Forbidden(
                    "Only the own record can be written to.", german="Nur die eigene Akte kann geändert werden."
                )


async def _deleted_patients(ground: Ground, writes: Iterable[Write], within: RowFilter) -> dict[str, str]:
    """Whose the resources are that will be deleted: afterwards nobody can tell."""
    found: dict[str, str] = {}
    for write in writes:
        for stored in await _deleted(ground, write, within) if write.verb == "delete" else ():
            patient_id = ground.names.of(stored)
            if patient_id is not None:
                found[reference(stored)] = patient_id
    return found


async def _deleted(ground: Ground, write: Write, within: RowFilter) -> Sequence[Stored]:
    """What a deletion is about, as far as it is there, and may be found by a condition."""
    if write.condition is not None:
        return await fitting(ground, write.condition, within)
    try:
        return (await ground.store.read(write.type, write.id or "", within=EVERYTHING),)
    except NotFound:
        return ()


_Act = tuple[str, str, str | None]
"""Kind and action of what was done, and whose record it was in."""


def _events(ground: Ground, who: Principal, written: Sequence[Written], deleted: dict[str, str]) -> list[Event]:
    """What the log is told; of many writes one event for each patient and kind of act, which names all it is about."""
    acts = [(_act(ground, one, deleted), one) for one in written]
    if len(acts) < _MANY:
        return [_event(ground, who, act, [one]) for act, one in acts]
    groups: dict[_Act, list[Written]] = {}
    for act, one in acts:
        groups.setdefault(act, []).append(one)
    return [_event(ground, who, act, ones) for act, ones in groups.items()]


def _act(ground: Ground, written: Written, deleted: dict[str, str]) -> _Act:
    patient_id = ground.names.known(written.patient)
    if patient_id is None:
        patient_id = deleted.get(f"{written.type}/{written.id}")
        if patient_id is None and written.resource is not None:
            patient_id = written.id if written.type == "Patient" else index(written.resource).patient
            ground.names.learn(written.patient, patient_id)
    kind, action = _KINDS[written.status]
    return "consent" if written.type == "Consent" and kind != "read" else kind, action, patient_id


def _event(ground: Ground, who: Principal, act: _Act, written: Sequence[Written]) -> Event:
    kind, action, patient_id = act
    first, number = written[0], len(written)
    return event(
        ground,
        who,
        kind,  # type: ignore[arg-type]
        action,  # type: ignore[arg-type]
        IN_HOUSE,
        patient_id=patient_id,
        entities=[f"{one.type}/{one.id}" for one in written],
        detail={"status": first.status, "items": str(number)}
        if number > 1
        else {"version": str(first.version), "status": first.status},
    )
