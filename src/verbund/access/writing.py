"""Writing: checked, carried out and logged as one act."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec import structs

from verbund.access.admitting import Admission, lookable, nameable
from verbund.access.conditions import checked as with_conditions
from verbund.access.conditions import fitting, says_conditions
from verbund.access.consenting import check_statement, says_care
from verbund.access.events import IN_HOUSE, event, reference
from verbund.access.ground import Ground
from verbund.access.looking import INTERACTIONS, by_id, creating, look, own_version, present
from verbund.access.restricting import usable
from verbund.access.rules import MAKERS_TYPES, SHARED_TYPES, Interaction, permits
from verbund.access.subscribed import own_among
from verbund.access.telling import check_patch, reads_what_it_writes, told
from verbund.access.views import check_role, check_scope, view, view_of
from verbund.audit import Event
from verbund.errors import Forbidden, NotFound
from verbund.fhir import index
from verbund.identity import Level, Principal, Role
from verbund.store import EVERYTHING, Companion, RowFilter, Stored, Unit, Write, Written, refuse_named_twice

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
        await _permitted(ground, who, INTERACTIONS[verb], of)
    refuse_named_twice(writes)
    asks = ground.treatment.asks(who)
    own = frozenset(of for verb, of in kinds if _confined(who, verb, of))
    looks = asks or usable(who.purpose) != EVERYTHING
    plain = frozenset() if own else frozenset(kind for kind in kinds if _is_plain(ground, who, *kind, looks=looks))
    if looks and not asks:
        await look(ground, who, [write for write in writes if write.type not in own])
    admission = Admission(ground, who)
    checked = [
        write
        if (write.verb, write.type) in plain and not says_conditions(write)
        else await _checked(ground, who, write, bounded=write.type in own, admission=admission if asks else None)
        for write in writes
    ]
    named = nameable(ground, who, own=own.issuperset(of for _, of in kinds))
    within = lookable(ground, who, named)
    if any(of in MAKERS_TYPES for _, of in kinds):
        within = own_among(within, ground, who)
    patients = await _deleted_patients(ground, checked, within)

    def described(written: Sequence[Written]) -> Iterable[Event]:
        return _events(ground, who, written, patients)

    guards = _guards(ground, who, kinds, own)
    if asks:
        guards = (*guards, admission)
    beside = (*companions, *guards, ground.audit.describing(described))
    unit = Unit(tuple(checked), beside, check_references or asks, within, named)
    done = await ground.store.commit(unit)
    return tuple([await told(ground, who, write, one) for write, one in zip(writes, done, strict=True)])


def _guards(
    ground: Ground, who: Principal, kinds: Iterable[tuple[str, str]], own: frozenset[str]
) -> tuple[Companion, ...]:
    """What goes along to undo what may not be."""
    guards: tuple[Companion, ...] = (_Within(ground, who, own),) if own else ()
    if any(of == "Subscription" for _, of in kinds):
        guards = (*guards, ground.subscribing.companion(who))
    return guards


async def _permitted(ground: Ground, who: Principal, interaction: Interaction, of: str) -> None:
    """Forbidden, and logged as such, for who may not do it at all."""
    try:
        view_of(ground, who, interaction, of)
    except Forbidden:
        await view(ground, who, interaction, of)
        raise


def _is_plain(ground: Ground, who: Principal, verb: str, of: str, *, looks: bool) -> bool:
    """Whether nothing more is asked of such a write, unless it names conditions."""
    if of in _WITH_RULES or (looks and verb != "create"):
        return False
    if verb == "patch":
        return reads_what_it_writes(ground, who, verb, of)
    return verb != "update" or who.scopes.allows(of, "c")


def _confined(who: Principal, verb: str, of: str) -> bool:
    """Whether of this type only what is in one patient's own compartment may be written, whatever else is granted."""
    return who.role is Role.PATIENT or check_scope(who, INTERACTIONS[verb], of) is Level.PATIENT


async def _checked(
    ground: Ground, who: Principal, write: Write, *, bounded: bool, admission: "Admission | None"
) -> Write:
    looked_up = bounded or (admission is not None and by_id(write))
    if write.verb == "update" and not looked_up:
        await creating(ground, who, write)
    write = await with_conditions(ground, who, write, bounded=bounded)
    # What may not be seen is not there, before anything is said of it.
    if admission is not None and by_id(write):
        await admission.look(write)
    if bounded:
        write = await own_version(ground, who, write)
    if write.verb == "patch":
        await check_patch(ground, who, write)
    if write.type == "Consent":
        write = await _consent(ground, who, write)
    return _subscription(ground, who, write) if write.type == "Subscription" else write


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
    there = write.id is not None and says_care(await present(ground, "Consent", write.id))
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
