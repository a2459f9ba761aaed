"""Breaking the glass inside the house: a record opened by staff who do not treat the patient, with a reason.

The patient reads of it in the log, the steward finds it there (kind `break-glass`), and it ends by itself. There is no
list to choose from: who opens a record names the patient by id, or as one describes a person who lies there, so nobody
is shown whom they did not mean to open.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from verbund.access.events import event
from verbund.access.ground import Ground
from verbund.access.relations import Kind
from verbund.access.rules import Interaction
from verbund.access.treating import Opening, Relations
from verbund.access.views import check_role, moment, question_of, view
from verbund.consent import Deny, Purpose, Sentence, Span, decide
from verbund.errors import Forbidden, Incorrect, NotFound
from verbund.fhir import parse_search
from verbund.identity import Level, Principal
from verbund.store import EVERYTHING

_SUPERVISED = Sentence(
    "Aufsicht über Akten, die im Notfall geöffnet wurden.", "Supervision of records opened in an emergency."
)
_REACH = Sentence(
    "Eine Akte öffnet nur, wer sich selbst angemeldet hat, oder eine Anwendung, deren Zugang alle Personen umfasst "
    "(user/Patient.rs) und nicht auf Teile beschränkt ist.",
    "A record is opened by who has signed in, or by an app whose token reaches everybody (user/Patient.rs) and is not "
    "narrowed to parts.",
)
_SEVERAL = Sentence("Auf die Beschreibung passen mehrere Personen.", "The description fits several people.")
_NOBODY = Sentence("Niemand gefunden, auf den das passt.", "Nobody was found whom this describes.")
SHORTEST_NAME = 2  # characters of each name that must be given


@dataclass(frozen=True, slots=True)
class Sought:
    """A person as one can describe them: names as far as they are known from the beginning, and the day of birth."""

    family: str = field(repr=False)
    given: str = field(repr=False)
    birth_date: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Openings:
    """A page of the records that were opened, the latest first, and from where on there are more."""

    items: tuple[Opening, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A record that may be read now: `until` when, None where the patient is treated anyway and nothing was opened."""

    patient_id: str = field(repr=False)
    until: datetime | None


async def open_record(ground: Ground, who: Principal, patient: str | Sought, reason: str) -> Opened:
    """Open the record of a patient, by id or described, to somebody of this house for some time.

    Logged with the reason in the same transaction, and when it is refused. Forbidden without a reason, for whom the
    table does not permit it, and with a token that reaches one patient or parts only; Incorrect where the house has
    nothing to open, or the description fits several; NotFound when there is no such patient.
    """
    relations = await _may(ground, who)
    at = moment(ground)
    who = replace(who, purpose=str(Purpose.BTG), emergency_reason=reason.strip())
    decision = decide(question_of(ground, who, "", at), (), emergency_allowed=ground.emergency_allowed)
    if isinstance(decision, Deny):
        await ground.audit.record(event(ground, who, "break-glass", "E", decision.reason, permitted=False))
        raise Forbidden(decision.reason.en, german=decision.reason.de)
    patient_id = await _found(ground, who, patient)
    key = ground.store.patient_key(patient_id)
    known = await relations.present(who, key, at, ground.treatment.ended(at))
    if known is not None and known.kind is not Kind.OPENED:
        return Opened(patient_id, None)
    until = at + timedelta(minutes=ground.treatment.glass_minutes)
    opened = event(
        ground,
        who,
        "break-glass",
        "E",
        decision.reason,
        patient_id=patient_id,
        entities=(f"Patient/{patient_id}",),
        detail={"until": until.isoformat()},
    )
    async with relations.transaction() as connection:
        await relations.open(connection, who, patient_id, reason.strip(), Span(at, until))
        await ground.audit.append(connection, (opened,))
    return Opened(patient_id, until)


async def openings(ground: Ground, who: Principal, count: int, before: int | None) -> Openings:
    """Which records were opened in this house, for its steward; logged. Forbidden for everybody else."""
    await check_role(ground, who, Interaction.OPENINGS, "Patient")
    if who.organisation != ground.site:
        raise Forbidden(
            "This sign-in belongs to another house.", german="Diese Anmeldung gehört zu einem anderen Haus."
        )
    found, further = ([], None) if ground.relations is None else await ground.relations.openings(count, before)
    await ground.audit.record(event(ground, who, "access-log", "R", _SUPERVISED, detail={"openings": str(len(found))}))
    return Openings(tuple(found), further)


async def _may(ground: Ground, who: Principal) -> Relations:
    await view(ground, who, Interaction.BREAK_GLASS, "Patient")
    # An opening is the person's, whatever they sign in with next: what an app may not reach it must not open to them.
    if who.scopes.narrowed or not who.scopes.allows("Patient", "rs", level=Level.USER):
        await ground.audit.record(event(ground, who, "break-glass", "E", _REACH, permitted=False))
        raise Forbidden(_REACH.en, german=_REACH.de)
    if ground.relations is None or not ground.treatment.asks(who):
        raise Incorrect(
            "In this house nothing is closed to those who treat: open the record as usual.",
            german="In diesem Haus ist den Behandelnden nichts verschlossen; die Akte lässt sich wie sonst öffnen.",
        )
    return ground.relations


async def _found(ground: Ground, who: Principal, patient: str | Sought) -> str:
    """The id of the patient who is meant; logged when there is none."""
    if isinstance(patient, str):
        query = parse_search("Patient", [("_id", patient)])
    else:
        if min(len(patient.family.strip()), len(patient.given.strip())) < SHORTEST_NAME:
            raise Incorrect(
                f"Give at least {SHORTEST_NAME} letters of each name.",
                german=f"Von jedem Namen braucht es mindestens {SHORTEST_NAME} Buchstaben.",
            )
        born = patient.birth_date.isoformat()
        query = parse_search(
            "Patient", [("family", _bare(patient.family)), ("given", _bare(patient.given)), ("birthdate", born)]
        )
    page = await ground.store.search(query, within=EVERYTHING)
    if len(page.matches) == 1:
        return page.matches[0].id
    said = _SEVERAL if page.matches else _NOBODY
    await ground.audit.record(event(ground, who, "break-glass", "E", said, permitted=False))
    if page.matches:
        raise Incorrect(
            "The description fits several people; write the names in full.",
            german="Die Beschreibung passt auf mehrere Personen; bitte die Namen ganz schreiben.",
        )
    raise NotFound("There is no such patient here.", german="Diese Patientin oder diesen Patienten gibt es hier nicht.")


def _bare(name: str) -> str:
    """A name as a search takes it, with what means something there put away."""
    return name.strip().replace("\\", "").replace(",", " ").replace("|", " ").replace("$", " ")
