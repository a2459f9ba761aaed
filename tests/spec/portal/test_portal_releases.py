"""What a patient's choice in the form means, and how a change is told before it is made."""

from datetime import UTC, datetime

from starlette.datastructures import FormData

from verbund.portal import CATEGORIES, House, Release, Releases, ReleaseVersion
from verbund.portal.releases import PRESETS, SENSITIVE, changes, history, matrix, preset_of, wanted

A, B, C = House("a", "Praxis A"), House("b", "Klinik B"), House("c", "Reha C")
ALL = frozenset(CATEGORIES)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def releases(*given: Release, past: tuple[ReleaseVersion, ...] = ()) -> Releases:
    return Releases("1", (A, B), (A, B, C), given, history=past)


def test_everything_gives_every_other_house_every_kind_and_no_house_its_own() -> None:
    asked = matrix(wanted(releases(), FormData({"preset": "all"})))
    assert set(asked) == {("a", "b"), ("a", "c"), ("b", "a"), ("b", "c")}
    assert set(asked.values()) == {ALL}


def test_the_usual_preset_keeps_back_what_is_sensitive() -> None:
    asked = matrix(wanted(releases(), FormData({"preset": "usual"})))
    assert all(kinds == ALL - SENSITIVE for kinds in asked.values())


def test_nothing_is_no_release_at_all() -> None:
    assert wanted(releases(Release("a", "b", ALL)), FormData({"preset": "none"})) == ()


def test_ticks_release_exactly_what_is_ticked() -> None:
    form = FormData([("release", "a|b|laboratory"), ("release", "a|b|diagnoses"), ("release", "b|c|imaging")])
    assert matrix(wanted(releases(), form)) == {
        ("a", "b"): frozenset({"laboratory", "diagnoses"}),
        ("b", "c"): frozenset({"imaging"}),
    }


def test_houses_and_kinds_that_do_not_exist_are_not_released() -> None:
    form = FormData(
        [("release", v) for v in ("a|a|laboratory", "x|b|laboratory", "a|x|laboratory", "a|b|all", "a|b", "")]
    )
    assert wanted(releases(), form) == ()


def test_a_change_names_for_each_pair_what_is_given_taken_and_left() -> None:
    before = (Release("a", "b", frozenset({"laboratory", "imaging"})), Release("b", "a", ALL))
    after = (Release("a", "b", frozenset({"imaging", "hiv"})), Release("b", "a", ALL))
    (change,) = changes(releases(*before), before, after)
    assert (change.holder, change.receiver) == (A, B)
    assert (change.given, change.taken, change.left) == (("hiv",), ("laboratory",), ("imaging", "hiv"))


def test_several_releases_of_a_pair_add_up() -> None:
    two = (Release("a", "b", frozenset({"hiv"})), Release("a", "b", frozenset({"imaging"})))
    assert changes(releases(), two, (Release("a", "b", frozenset({"hiv", "imaging"})),)) == ()


def test_a_house_that_left_the_region_is_still_told_by_its_id() -> None:
    (change,) = changes(releases(), (Release("a", "gone", ALL),), ())
    assert change.receiver == House("gone", "gone")
    assert change.left == ()


def test_the_present_choice_is_recognised_as_a_preset_or_as_the_patient_s_own() -> None:
    for name in PRESETS:
        now = releases(*wanted(releases(), FormData({"preset": name})))
        assert preset_of(now) == name
    assert preset_of(releases(Release("a", "b", frozenset({"hiv"})))) == ""


def test_history_tells_each_change_and_the_beginning() -> None:
    versions = (
        ReleaseVersion(AT.replace(day=3), "Erika", ()),
        ReleaseVersion(AT.replace(day=2), "Erika", (Release("a", "b", frozenset({"hiv"})),)),
        ReleaseVersion(AT, "Praxis", (Release("a", "b", ALL),)),
    )
    newest, middle, first = history(releases(past=versions))
    assert newest.changes[0].taken == ("hiv",)
    assert len(middle.changes[0].taken) == len(CATEGORIES) - 1
    assert (first.first, newest.first, len(first.changes[0].given)) == (True, False, len(CATEGORIES))


def test_without_a_history_there_is_none_to_tell() -> None:
    assert history(releases()) == ()
