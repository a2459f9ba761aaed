"""Attachments: a Binary belongs to no compartment; who may see what its `securityContext` names may see it.

http://hl7.org/fhir/R4/binary.html#Binary.securityContext. This is for those who see whom they treat only, and for
patients; without a context nobody can tell whose it is, and it stays closed to them. Who a person is may be seen while
all else of the record is withheld: what is attached there is shown to who may see every kind of data, since nobody can
tell what is in it.
"""

import msgspec

from verbund.access.events import event, reference
from verbund.access.ground import Ground
from verbund.access.rules import Interaction
from verbund.access.views import View, check_scope, view_of, whose
from verbund.consent import Sentence
from verbund.errors import Forbidden, NotFound
from verbund.fhir import RESOURCE_TYPES, parse_reference
from verbund.identity import Level, Principal, Role
from verbund.store import NOTHING, Stored

TYPE = "Binary"
_USUAL = "DocumentReference"  # what attachments mostly belong to
_PERSONS = frozenset({"Patient", "Person", "RelatedPerson"})
_NOT_SEEN = Sentence("Nicht vorhanden oder nicht sichtbar.", "Not there, or not to be seen.")
_ATTACHED = Sentence("Anlage zu einem Eintrag, der gesehen werden darf.", "Attached to an entry that may be seen.")


class _Context(msgspec.Struct):
    reference: str | None = None


class _Binary(msgspec.Struct):
    security_context: _Context | None = msgspec.field(default=None, name="securityContext")


_decode = msgspec.json.Decoder(_Binary).decode


def applies(who: Principal, seen: View) -> bool:
    """Whether somebody sees a Binary by what it belongs to: else the rows of a view say all."""
    return seen.treating or who.role is Role.PATIENT or check_scope(who, Interaction.READ, TYPE) is Level.PATIENT


async def find(ground: Ground, who: Principal, identity: str) -> tuple[Stored, Stored]:
    """A Binary and what it is attached to; not logged. NotFound when it is not there or the context is hidden.

    What is hidden is looked up by the same statements as what is not there.
    """
    seen = await _visible(ground, who, TYPE, identity)
    found = seen or await ground.store.owned(TYPE, identity)
    target = None if found is None else _target(found)
    context = await _visible(ground, who, *(target or (_USUAL, identity)))
    closed = target is None or (target[0] in _PERSONS and seen is None)
    if found is None or context is None or closed:
        raise NotFound("There is no such resource here.", german="Das gibt es hier nicht.")
    return found, context


async def read(ground: Ground, who: Principal, identity: str) -> Stored:
    """The Binary, logged as of the patient of its context; NotFound as `find`."""
    name = f"{TYPE}/{identity}"
    try:
        found, context = await find(ground, who, identity)
    except NotFound:
        patient_id = await whose(ground, who, name)
        told = event(ground, who, "read", "R", _NOT_SEEN, patient_id=patient_id, entities=(name,), permitted=False)
        await ground.audit.record(told)
        raise
    told = event(
        ground, who, "read", "R", _ATTACHED, patient_id=ground.names.of(context), entities=(name, reference(context))
    )
    await ground.audit.record(told)
    return found


def _target(found: Stored) -> tuple[str, str] | None:
    """The type and id of what a Binary says that it belongs to."""
    said = _decode(found.body).security_context
    target = parse_reference(said.reference) if said is not None and said.reference else None
    if target is None or target.base is not None or target.type not in RESOURCE_TYPES or target.type == TYPE:
        return None
    return target.type, target.id


async def _visible(ground: Ground, who: Principal, kind: str, identity: str) -> Stored | None:
    """A resource as far as it may be seen."""
    try:
        within = view_of(ground, who, Interaction.READ, kind).within
    except Forbidden:
        within = NOTHING
    try:
        return await ground.store.read(kind, identity, within=within)
    except NotFound:
        return None
