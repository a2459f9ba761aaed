"""A patient's own rules: from the form, in words, before they are saved; prepared decisions; what is on paper."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from asking import Asking, send, token
from starlette.datastructures import FormData

from verbund.errors import Incorrect
from verbund.portal import House, Release, ReleaseRule, Releases, ReleaseTemplate, ReleaseVersion, Words
from verbund.portal.releases import Wish, history, wish_of
from verbund.portal.releases_paper import MOST_BYTES, scan_of
from verbund.portal.releases_rules import asked, carried, seen_by, written

A, B = House("a", "Praxis A"), House("b", "Klinik B")
TODAY = date(2026, 5, 4)
AT = datetime(2026, 5, 4, tzinfo=UTC)
RULE = ReleaseRule(False, ("kind:insurer",), ("site:a",), frozenset({"hiv"}), (), frozenset({"TREAT"}), None, AT)
TEMPLATE = ReleaseTemplate("t", Words("T", "T"), Words("t", "t"), (ReleaseRule(True, ("kind:hospital",), until=AT),))
NOW = Releases("1", (A, B), (A, B), (Release("a", "b", frozenset({"imaging"})),), rules=(RULE,), templates=(TEMPLATE,))


def form(**values: str | list[str]) -> FormData:
    pairs = [(name, one) for name, many in values.items() for one in (many if isinstance(many, list) else [many])]
    return FormData(pairs)


class TestTheForm:
    def test_it_says_everything_that_a_rule_can(self) -> None:
        sent = form(
            permit="yes", receiver="kind:rehabilitation", holder="site:b", category=["hiv", "imaging"],
            purpose=["CAREMGT"], until="2026-05-31", **{"except": "site:a"},
        )  # fmt: skip
        assert asked(NOW, sent, None, TODAY) == ReleaseRule(
            permit=True,
            receivers=("kind:rehabilitation",),
            holders=("site:b",),
            categories=frozenset({"hiv", "imaging"}),
            purposes=frozenset({"CAREMGT"}),
            until=datetime(2026, 5, 31, 22, tzinfo=UTC),
            exceptions=(ReleaseRule(False, ("site:a",)),),
        )

    def test_about_an_entry_it_is_about_nothing_else_and_of_this_house(self) -> None:
        sent = form(permit="no", category="hiv", holder="site:b")
        assert asked(NOW, sent, "Observation/7", TODAY) == ReleaseRule(False, (), ("site:a",), items=("Observation/7",))

    def test_today_is_still_a_day_to_come(self) -> None:
        assert asked(NOW, form(permit="no", until="2026-05-04"), None, TODAY).until == datetime(
            2026, 5, 4, 22, tzinfo=UTC
        )

    @pytest.mark.parametrize(
        "sent",
        [
            form(receiver="site:a"),
            form(permit="perhaps"),
            form(permit="yes", receiver="site:x"),
            form(permit="yes", receiver="kind:hub"),
            form(permit="yes", holder="site:x"),
            form(permit="yes", holder="kind:hospital"),
            form(permit="yes", **{"except": "a"}),
            form(permit="yes", until="2026-05-03"),
            form(permit="yes", until="31.05.2026"),
            form(permit="yes", until="9999-12-31"),
        ],
    )
    def test_what_it_does_not_say_is_not_guessed(self, sent: FormData) -> None:
        with pytest.raises(Incorrect):
            asked(NOW, sent, None, TODAY)


class TestTheWish:
    def test_a_rule_is_added_once_and_removed_by_its_place(self) -> None:
        new = ReleaseRule(True)
        assert wish_of(NOW, form(), new) == Wish(NOW.releases, (RULE, new))
        assert wish_of(NOW, form(), RULE).rules == (RULE,)
        assert wish_of(NOW, form(remove="0")) == Wish(NOW.releases, ())
        assert wish_of(NOW, form(remove="1")).rules == wish_of(NOW, form(remove="x")).rules == (RULE,)

    def test_the_table_keeps_the_rules_and_nothing_ends_them_too(self) -> None:
        assert wish_of(NOW, form(release="a|b|hiv")) == Wish((Release("a", "b", frozenset({"hiv"})),), (RULE,))
        assert wish_of(NOW, form(preset="none")) == Wish((), ())
        assert wish_of(NOW, form(preset="none")).is_nothing

    def test_a_prepared_decision_is_added_or_replaces(self) -> None:
        assert wish_of(NOW, form(template="t")) == Wish(NOW.releases, (RULE, *TEMPLATE.rules))
        before = replace(NOW, rules=(replace(TEMPLATE.rules[0], until=None), RULE))
        assert wish_of(before, form(template="t")).rules == (RULE, *TEMPLATE.rules), "renewed, not said twice"
        whole = replace(NOW, templates=(replace(TEMPLATE, replaces=True),))
        assert wish_of(whole, form(template="t")) == Wish((), TEMPLATE.rules)
        with pytest.raises(Incorrect):
            wish_of(NOW, form(template="gone"))

    def test_an_exception_that_permits_gives_something(self) -> None:
        denial = ReleaseRule(False, exceptions=(ReleaseRule(True),))
        assert not Wish((), (denial,)).is_nothing
        assert Wish((), (RULE,)).is_nothing

    def test_rules_are_carried_unchanged_from_page_to_page(self) -> None:
        rules = (RULE, ReleaseRule(True, exceptions=(RULE,)))
        assert carried(form(rule=[written(one) for one in rules])) == rules
        for wrong in (["{}"], ["nonsense"], [written(RULE)] * 101):
            with pytest.raises(Incorrect):
                carried(form(rule=wrong))


def test_history_tells_rules_that_came_and_went_and_what_was_on_paper() -> None:
    past = (
        ReleaseVersion(AT.replace(day=3), "Weber", (), (), "scan"),
        ReleaseVersion(AT.replace(day=2), "Erika", (), (RULE,)),
    )
    newest, first = history(replace(NOW, history=past))
    assert (newest.removed, newest.added, newest.by, newest.scan) == ((RULE,), (), "Weber", "scan")
    assert (first.added, first.removed, first.scan) == ((RULE,), (), None)


def test_what_each_house_sees_and_what_not() -> None:
    (_, none, all_hidden), (_, some, hidden) = seen_by(NOW.releases, (A, B))
    assert (none, some) == (frozenset(), frozenset({"imaging"}))
    assert len(all_hidden) == len(hidden) + 1


class TestAScan:
    def test_is_known_by_what_it_begins_with(self) -> None:
        assert scan_of(b"%PDF-1.7", "2026-05-01", TODAY).content_type == "application/pdf"
        assert scan_of(b"\xff\xd8\xff\xe0", "2026-05-04", TODAY).signed == TODAY

    @pytest.mark.parametrize(
        ("body", "signed", "said"),
        [
            (b"", "2026-05-01", "choose the scan"),
            (b"MZ%PDF-", "2026-05-01", "PDF or a JPEG"),
            (b"%PDF-" + b"x" * MOST_BYTES, "2026-05-01", "larger than 5 MB"),
            (b"%PDF-", "2026-05-05", "cannot lie ahead"),
            (b"%PDF-", "1900-01-01", "cannot lie ahead"),
            (b"%PDF-", "yesterday", "cannot lie ahead"),
        ],
    )
    def test_is_refused_for_what_is_wrong(self, body: bytes, signed: str, said: str) -> None:
        with pytest.raises(Incorrect, match=said):
            scan_of(body, signed, TODAY)


async def test_a_rule_is_shown_before_it_is_saved_and_taken_back_at_one_press(asking: Asking) -> None:
    patient = await asking.signed_in("patient")
    page = await patient.get("/my/releases/rule")
    sent = {"csrf": token(page), "new": "yes", "permit": "no", "receiver": "kind:insurer", "category": "hiv"}
    shown = await patient.post("/my/releases/check", data={**sent, "version": "1"})
    assert "may not see: HIV" in shown.text
    rule = ReleaseRule(False, ("kind:insurer",), categories=frozenset({"hiv"}))
    saved = await send(patient, "/my/releases/confirm", {"version": "1", "rule": written(rule)}, page="/my/releases")
    assert saved.status_code == 303
    page = await patient.get("/my/releases")
    assert "Insurer may not see: HIV" in page.text
    assert (await send(patient, "/my/releases/undo", {"version": "2"}, page="/my/releases")).status_code == 303
    assert "You have no rules of your own." in (await patient.get("/my/releases")).text


async def test_a_rule_that_says_nothing_comes_back_with_what_is_wrong(asking: Asking) -> None:
    patient = await asking.signed_in("patient")
    sent = {"new": "yes", "permit": "no", "until": "2020-01-01", "version": "1"}
    back = await send(patient, "/my/releases/check", sent, page="/my/releases/rule")
    assert back.status_code == 400
    assert "The last day must be today or later." in back.text


async def test_everything_is_withdrawn_at_one_press(asking: Asking) -> None:
    patient = await asking.signed_in("patient")
    assert (await send(patient, "/my/releases/withdraw", {"version": "1"}, page="/my/releases")).status_code == 303
    page = await patient.get("/my/releases")
    assert "brief__what--all" not in page.text


async def test_entries_are_found_page_by_page_and_lead_to_their_rule(asking: Asking) -> None:
    patient = await asking.signed_in("patient")
    first = await patient.get("/my/releases/entries")
    second = await patient.get("/my/releases/entries?page=2")
    assert first.text.count("/my/releases/rule?item=") == 50
    assert 0 < second.text.count("/my/releases/rule?item=") <= 50
    none = await patient.get("/my/releases/entries?sought=nothing-is-called-so")
    assert "No entry fits." in none.text
    link = first.text.partition('href="/my/releases/rule?item=')[2].partition('"')[0]
    form_page = await patient.get(f"/my/releases/rule?item={link}")
    assert "Rule for this entry" in form_page.text
    assert (await patient.get("/my/releases/rule?item=nonsense")).status_code == 404


async def test_paper_is_recorded_by_physicians_with_its_scan_and_the_patient_sees_by_whom(asking: Asking) -> None:
    physician = await asking.signed_in("physician")
    found = await send(physician, "/patients", {"sought": "Sommer, Erika"}, page="/patients")
    place = found.text.partition('href="/record/')[2].partition('"')[0]
    page = await physician.get(f"/record/{place}/consent")
    data = {"csrf": token(page), "template": "no-psychiatry", "signed": "2026-10-30", "read": "yes"}
    wrong = await physician.post(f"/record/{place}/consent", data=data, files={"scan": ("a.pdf", b"MZ")})
    assert (wrong.status_code, "PDF or a JPEG" in wrong.text) == (400, True)
    large = await physician.post(
        f"/record/{place}/consent", data=data, files={"scan": ("a.pdf", b"%PDF-" + b"x" * 6 * 2**20)}
    )
    assert large.status_code == 413
    forged = await physician.post(
        f"/record/{place}/consent", data={**data, "csrf": "x"}, files={"scan": ("a.pdf", b"%PDF-")}
    )
    assert forged.status_code == 403
    done = await physician.post(f"/record/{place}/consent", data=data, files={"scan": ("a.pdf", b"%PDF-1.7")})
    assert done.status_code == 303
    patient = await asking.signed_in("patient")
    seen = await patient.get("/my/releases/history")
    assert "Dr. Anna Weber" in seen.text
    assert "Recorded from what you signed on paper." in seen.text
    assert (await (await asking.signed_in("nurse")).get(f"/record/{place}/consent")).status_code == 403
