"""What may become of a request, and who may ask and answer: a table; what is not in it is refused."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from verbund.errors import Conflict, Forbidden, Incorrect
from verbund.identity import Principal, Role
from verbund.rights.model import ANSWERS, Answer, Kind, State

ANSWER_WITHIN = timedelta(days=30)
"""Within a month the house tells what it has done (GDPR, Article 12(3))."""

LONGEST_TEXT = 4_000
MOST_WAITING = 50

ANSWERERS: Mapping[Kind, frozenset[Role]] = {
    Kind.CORRECTION: frozenset({Role.PHYSICIAN, Role.STEWARD}),
    Kind.RESTRICTION: frozenset({Role.STEWARD}),
    Kind.ERASURE: frozenset({Role.STEWARD}),
}
"""Which roles of the house see and answer requests of a kind."""

_NEXT: Mapping[tuple[Kind, State], Mapping[Answer, State]] = {
    (Kind.CORRECTION, State.OPEN): {
        "corrected": State.ACCEPTED,
        "supplemented": State.ACCEPTED,
        "refused": State.REFUSED,
    },
    (Kind.RESTRICTION, State.OPEN): {"accepted": State.ACCEPTED, "refused": State.REFUSED},
    # The patient is told before a restriction is lifted (Article 18(3)): the answer needs a text, as a refusal does.
    (Kind.RESTRICTION, State.ACCEPTED): {"ended": State.ENDED},
    (Kind.ERASURE, State.OPEN): {"accepted": State.ACCEPTED, "refused": State.REFUSED},
}


def following(kind: Kind, state: State, answer: Answer) -> State:
    """The state that an answer leads to. Incorrect for one of another kind, Conflict where it is too late for it."""
    if answer not in ANSWERS[kind]:
        raise Incorrect(f"A request for {kind} is not answered by '{answer}'.")
    found = _NEXT.get((kind, state), {}).get(answer)
    if found is None:
        raise Conflict(
            "This request has been answered already; look at it again.",
            german="Dieses Anliegen ist bereits beantwortet. Bitte sehen Sie es erneut an.",
        )
    return found


def withdrawn(kind: Kind, state: State) -> State:
    """The state after the patient took a request back; Conflict where there is nothing to take back any more."""
    if state is State.OPEN:
        return State.WITHDRAWN
    if (kind, state) == (Kind.RESTRICTION, State.ACCEPTED):
        return State.ENDED
    raise Conflict(
        "This request has been answered already and cannot be withdrawn.",
        german="Dieses Anliegen ist bereits beantwortet und kann nicht mehr zurückgenommen werden.",
    )


def check_text(text: str, *, needed: bool) -> str:
    """What somebody wrote, stripped; Incorrect where it is missing or too long."""
    said = text.strip()
    if needed and not said:
        raise Incorrect("Say it in a few words.", german="Bitte schreiben Sie es in ein paar Worten.")
    if len(said) > LONGEST_TEXT:
        raise Incorrect(
            f"At most {LONGEST_TEXT} characters, please.",
            german=f"Bitte schreiben Sie höchstens {LONGEST_TEXT} Zeichen.",
        )
    return said


def check_answerer(who: Principal, kind: Kind, site: str) -> None:
    """Forbidden for who does not answer requests of this kind in this house."""
    if who.organisation != site or who.role not in ANSWERERS[kind]:
        raise Forbidden(
            f"Requests for {kind} are answered by {' or '.join(sorted(ANSWERERS[kind]))} of this house.",
            german="Dieses Anliegen beantworten nur die dafür zuständigen Personen dieses Hauses.",
        )


def due_of(asked_at: datetime) -> datetime:
    """Until when the house must have answered."""
    return asked_at + ANSWER_WITHIN
