"""Which rows somebody of the house may see whatever patients say: scope, house, table, and then by role and type."""

from dataclasses import replace
from itertools import product
from uuid import uuid4

import pytest
from opened_gate import HERE, NOW, principal

from verbund.access import SHARED_TYPES, Interaction, permits
from verbund.access.restricting import usable
from verbund.access.rules import NOBODYS_TYPES, SOMETIMES_NOBODYS_TYPES
from verbund.access.views import (
    Researching,
    Treating,
    View,
    check_scope,
    check_whole,
    kind_of,
    standing_view,
    unrestricted,
    whole,
)
from verbund.audit import Kind
from verbund.consent import ALL, Purpose, Sentence
from verbund.errors import Forbidden
from verbund.identity import Acting, Level, Principal, Role, Scopes
from verbund.store import EVERYTHING, NOTHING, UNRESTRICTED, WITHOUT_PATIENT, and_, of_patient

EVERY = Scopes.parse("system/*.cruds")
# What restricted data may be used for: the patient's own purposes, saving life, duties of the law, running the node.
THOUGH_RESTRICTED = {"PATRQT", "FAMRQT", "ETREAT", "BTG", "PUBHLTH", "HOPERAT"}
TYPES = ("Observation", "Patient", "Consent", "AuditEvent", "Binary", "Organization", "ValueSet", "Slot", "Appointment")
LOOKING = (Interaction.READ, Interaction.SEARCH, Interaction.EXPORT, Interaction.COUNT)


def expected(who: Principal, asks: bool, interaction: Interaction, kind: str) -> object:
    """What holds by the words of the documentation; None for who may see one patient's own only."""
    if not permits(who.role, who.purpose, interaction, kind):
        return Forbidden
    if kind in SHARED_TYPES:
        return WITHOUT_PATIENT
    if who.role == "patient" or who.scopes == Scopes.parse("patient/*.cruds"):
        return None
    if who.purpose == "HRESCH":
        return NOTHING if kind in {"AuditEvent", "Consent", "Provenance"} else Researching()
    if asks:
        return Treating(kind not in NOBODYS_TYPES, kind in NOBODYS_TYPES | SOMETIMES_NOBODYS_TYPES)
    return EVERYTHING if who.purpose in THOUGH_RESTRICTED else UNRESTRICTED


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scopes", ["system/*.cruds", "user/*.cruds", "patient/*.cruds"])
def test_every_role_sees_what_is_written_for_it(role: Role, scopes: str) -> None:
    for purpose, kind, interaction, asks in product(Purpose, TYPES, LOOKING, (True, False)):
        who = principal(role, purpose, scopes=Scopes.parse(scopes))
        told = expected(who, asks, interaction, kind)
        letterless = interaction is Interaction.COUNT
        if told is Forbidden or letterless:
            with pytest.raises(Forbidden):
                standing_view(HERE, asks, who, interaction, kind)
            continue
        found = standing_view(HERE, asks, who, interaction, kind)
        assert (found.within if isinstance(found, View) else found) == told, (purpose, kind, interaction, asks)


@pytest.mark.parametrize("role", list(Role))
def test_a_sign_in_at_another_house_sees_nothing_here(role: Role) -> None:
    who = principal(role, scopes=EVERY, organisation="elsewhere")
    for kind in TYPES:
        with pytest.raises(Forbidden, match="another house"):
            standing_view(HERE, False, who, Interaction.READ, kind)


@pytest.mark.parametrize(
    ("scopes", "interaction", "level"),
    [
        ("user/Observation.r", Interaction.READ, Level.USER),
        ("user/Observation.r", Interaction.SEARCH, None),
        ("user/Observation.s", Interaction.READ, None),
        ("user/*.rs patient/Observation.r", Interaction.READ, Level.USER),
        ("patient/Observation.r", Interaction.READ, Level.PATIENT),
        ("system/*.s patient/*.r", Interaction.SEARCH, Level.SYSTEM),
        ("user/Condition.cruds", Interaction.READ, None),
        ("", Interaction.READ, None),
        ("openid fhirUser", Interaction.READ, None),
        ("user/Observation.u", Interaction.PATCH, Level.USER),
        ("user/Observation.u", Interaction.DELETE, None),
    ],
)
def test_a_token_allows_what_its_scopes_say_at_their_widest(
    scopes: str, interaction: Interaction, level: Level | None
) -> None:
    who = principal(Role.PHYSICIAN, scopes=Scopes.parse(scopes))
    if level is not None:
        assert check_scope(who, interaction, "Observation") is level
        return
    with pytest.raises(Forbidden) as refused:
        check_scope(who, interaction, "Observation")
    assert "needs the scope user/Observation." in refused.value.text
    assert "nötig ist die Berechtigung user/Observation." in refused.value.german


def test_restricted_data_serves_the_purposes_that_the_law_still_allows() -> None:
    for purpose in (*Purpose, "UNHEARD", ""):
        assert usable(purpose) == (EVERYTHING if purpose in THOUGH_RESTRICTED else UNRESTRICTED)


def test_what_shows_nobody_needs_no_restriction_and_all_else_gets_it() -> None:
    said = Sentence("", "")
    for rows in (WITHOUT_PATIENT, NOTHING):
        assert unrestricted(View(rows, said), "TREAT").within == rows
    assert unrestricted(View(EVERYTHING, said), "TREAT").within == UNRESTRICTED
    own = of_patient(7)
    assert unrestricted(View(own, said), "TREAT").within == and_(own, UNRESTRICTED)
    assert unrestricted(View(own, said), "PATRQT").within == own


@pytest.mark.parametrize(
    ("categories", "all_of_it"), [(int(ALL), True), (int(ALL) | 1 << 15, True), (1, False), (0, False)]
)
def test_who_acts_for_a_patient_as_to_some_kinds_of_data_is_told_nothing_of_all(
    categories: int, all_of_it: bool
) -> None:
    me = principal(Role.PATIENT, patient_id="7")
    check_whole(me)
    acting = replace(me, proxy=Acting(uuid4(), "Kim", "proxy", categories, False, NOW, None))
    assert (whole(me), whole(acting)) == (True, all_of_it)
    if all_of_it:
        check_whole(acting)
        return
    with pytest.raises(Forbidden) as refused:
        check_whole(acting)
    assert "some kinds of data only" in refused.value.text
    assert "nur einige Arten von Daten" in refused.value.german


def test_the_log_calls_it_what_it_is() -> None:
    kinds: dict[Kind, str] = {
        "read": "read vread", "history": "history history-type", "search": "search", "create": "create",
        "update": "update patch", "delete": "delete", "record": "record", "access-log": "accesses openings",
        "consent": "consents change-consent", "decision": "explain", "count": "count count-everybody",
        "import": "import", "export": "export", "break-glass": "break-glass",
    }  # fmt: skip
    assert {one: kind for kind, some in kinds.items() for one in some.split()} == {
        str(one): kind_of(one) for one in Interaction
    }
