"""The decisions a region prepares: read in full, or refused with the place; those that come along are sound."""

from pathlib import Path

import pytest

from verbund.consent import ALL, DataCategory, Party, Purpose, Sentence
from verbund.consent.templates import OF_REGION, Template, templates
from verbund.errors import Incorrect

HEAD = """
[[template]]
name = "one"
title = {de = "Eins", en = "One"}
text = {de = "Text", en = "text"}
"""


def read(tmp_path: Path, text: str) -> tuple[Template, ...]:
    file = tmp_path / "templates.toml"
    file.write_text(text, encoding="utf-8")
    return templates(file)


def test_those_that_come_along_can_be_read_and_speak_both_languages() -> None:
    found = templates(OF_REGION)
    assert {"treating-houses", "nothing"} <= {one.name for one in found}
    assert all(one.title.de and one.title.en and one.text.de and one.text.en for one in found)
    (withdrawal,) = (one for one in found if one.name == "nothing")
    assert (withdrawal.replaces, withdrawal.rules, withdrawal.days) == (True, (), None)


def test_everything_that_a_template_can_say_is_read(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path,
        HEAD
        + """
days = 30
[[template.rule]]
permit = true
houses = ["praxis"]
kinds = ["hospital"]
data = ["laboratory", "hiv"]
purposes = ["CAREMGT"]
[[template.rule.except]]
permit = false
""",
    )
    (rule,) = found.rules
    assert (found.days, found.replaces) == (30, False)
    assert (rule.permit, rule.recipients) == (True, (Party("praxis"), Party(kind="hospital")))
    assert (rule.categories, rule.purposes) == (
        DataCategory.LABORATORY | DataCategory.HIV,
        frozenset({Purpose.CAREMGT}),
    )
    (exception,) = rule.exceptions
    assert (exception.permit, exception.categories, exception.recipients) == (False, ALL, ())


RULE = HEAD + "[[template.rule]]\n"
KNOWN_TEMPLATE = "which is not known; known are days, name, replaces, rule, text, title"
KNOWN_RULE = "which is not known; known are data, except, houses, kinds, permit, purposes"
KINDS = "hospital, insurer, laboratory, nursing-home, pharmacy, practice, rehabilitation, rescue-service"
CODES = "allergies, demographics, diagnoses, documents, encounters, genetics, hiv, imaging, immunisation, laboratory"
PURPOSES = "BTG, CAREMGT, COVERAGE, ETREAT, FAMRQT, HOPERAT, HPAYMT, HQUALIMP, HRESCH, PATRQT, PUBHLTH, TREAT"
NO_DAYS = "template[0].days must be a number from 1 to 36525"
NO_TEXT = "must have a text in German (de) and in English (en)"
NO_LIST = "template[0].rule[0].houses must be a list of words"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "the file has 'colour', which is not known; known are template"),
        ("template = 1", "the file.template must be written as [[template]]"),
        ("template = [1]", "the file.template must be written as [[template]]"),
        ("[[template]]\nname = 'x'\nreplaces = true\ntext = {de='a', en='b'}", f"template[0].title {NO_TEXT}"),
        ("[[template]]\nname = 'x'\nreplaces = true\ntitle = {de='a', en='b'}", f"template[0].text {NO_TEXT}"),
        (HEAD, "template[0] says nothing: it needs a rule, or replaces = true to withdraw everything"),
        (HEAD.replace('"one"', '""') + "replaces = true", "template[0].name must be a word"),
        (HEAD.replace('"one"', "1") + "replaces = true", "template[0].name must be a word"),
        (HEAD.replace('name = "one"', "") + "replaces = true", "template[0].name must be a word"),
        (HEAD.replace('de = "Text", ', "") + "replaces = true", f"template[0].text {NO_TEXT}"),
        (HEAD.replace('de = "Text"', 'de = ""') + "replaces = true", f"template[0].text {NO_TEXT}"),
        (HEAD.replace('de = "Text"', "de = 1") + "replaces = true", f"template[0].text {NO_TEXT}"),
        (HEAD.replace('de = "Text"', 'de = "Text", fr = "x"') + "replaces = true", f"template[0].text {NO_TEXT}"),
        (HEAD + "replaces = 1", "template[0].replaces must be true or false"),
        (HEAD + "replaces = true\ndays = 0", NO_DAYS),
        (HEAD + "replaces = true\ndays = true", NO_DAYS),
        (HEAD + "replaces = true\ndays = 1.5", NO_DAYS),
        (HEAD + "replaces = true\ndays = 36526", NO_DAYS),
        (HEAD + "colour = 1", f"template[0] has 'colour', {KNOWN_TEMPLATE}"),
        (HEAD + "rule = 1", "template[0].rule must be written as [[rule]]"),
        (RULE, "template[0].rule[0].permit must be true or false"),
        (
            RULE + "permit = true\nkinds = ['hub']",
            (
                "template[0].rule[0].kinds has 'hub', which is not known; known are "
                f"{KINDS}, research-institute, university-hospital"
            ),
        ),
        (
            RULE + "permit = true\ndata = ['gossip']",
            (
                "template[0].rule[0].data has 'gossip', which is not known; known are "
                f"{CODES}, medication, other, procedures, psychiatry, vitals"
            ),
        ),
        (
            RULE + "permit = true\npurposes = ['FUN']",
            f"template[0].rule[0].purposes has 'FUN', which is not known; known are {PURPOSES}",
        ),
        (RULE + "permit = true\nhouses = 'praxis'", NO_LIST),
        (RULE + "permit = true\nhouses = ['']", NO_LIST),
        (RULE + "permit = true\nhouses = [1]", NO_LIST),
        (RULE + "permit = true\ncolour = 1", f"template[0].rule[0] has 'colour', {KNOWN_RULE}"),
        (
            RULE + "permit = true\n[[template.rule.except]]\npermit = 1",
            "template[0].rule[0].except[0].permit must be true or false",
        ),
        (RULE + "permit = true\nexcept = 1", "template[0].rule[0].except must be written as [[except]]"),
        (f"{HEAD}replaces = true\n{HEAD}replaces = true", "two templates have the same name"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        read(tmp_path, text)
    assert refused.value.text == f"{tmp_path / 'templates.toml'}: {said}. See docs/how-to/consent-templates.md."


@pytest.mark.parametrize("days", [1, 36_525])
def test_a_template_holds_for_a_day_up_to_a_century(tmp_path: Path, days: int) -> None:
    (found,) = read(tmp_path, f"{HEAD}replaces = true\ndays = {days}")
    assert (found.days, found.replaces, found.title, found.text) == (
        days, True, Sentence("Eins", "One"), Sentence("Text", "text"),
    )  # fmt: skip


def test_templates_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "".join(HEAD.replace("one", name) + "replaces = true\n" for name in ("b", "a", "c"))
    assert [one.name for one in read(tmp_path, text)] == ["b", "a", "c"]
    assert read(tmp_path, "") == ()


def test_what_is_no_toml_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "templates.toml"
    for raw in (b"[[template", b"name = '\xff'"):
        file.write_bytes(raw)
        with pytest.raises(Incorrect) as refused:
            templates(file)
        assert refused.value.text.startswith(f"{file} is not valid TOML: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Incorrect) as refused:
        templates(tmp_path / "missing.toml")
    assert refused.value.text == (
        f"The templates of consents, {tmp_path / 'missing.toml'}, cannot be read: No such file or directory."
    )


def test_the_example_in_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/consent-templates.md").read_text(encoding="utf-8")
    example = page.split("```toml")[2].partition("```")[0]
    (found,) = read(tmp_path, example)
    assert (found.name, found.days, len(found.rules[0].exceptions)) == ("heart", 365, 1)
