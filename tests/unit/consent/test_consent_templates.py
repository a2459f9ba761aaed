"""The decisions a region prepares: read in full, or refused with the place; those that come along are sound."""

from pathlib import Path

import pytest

from verbund.consent import ALL, DataCategory, Party, Purpose
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "the file has 'colour'"),
        ("template = 1", "the file.template must be written as"),
        ("[[template]]\nname = 'x'\nreplaces = true\ntext = {de='a', en='b'}", "template[0].title must have a text"),
        (HEAD, "template[0] says nothing"),
        (HEAD.replace('"one"', '""') + "replaces = true", "template[0].name must be"),
        (HEAD.replace('de = "Text", ', "") + "replaces = true", "template[0].text must have a text"),
        (HEAD + "replaces = 1", "template[0].replaces must be true or false"),
        (HEAD + "replaces = true\ndays = 0", "template[0].days must be a number"),
        (HEAD + "replaces = true\ndays = true", "template[0].days must be a number"),
        (HEAD + "replaces = true\ndays = 36526", "template[0].days must be a number"),
        (HEAD + "colour = 1", "template[0] has 'colour'"),
        (HEAD + "[[template.rule]]\n", "template[0].rule[0].permit must be true or false"),
        (HEAD + "[[template.rule]]\npermit = true\nkinds = ['hub']", "template[0].rule[0].kinds has 'hub'"),
        (HEAD + "[[template.rule]]\npermit = true\ndata = ['gossip']", "template[0].rule[0].data has 'gossip'"),
        (HEAD + "[[template.rule]]\npermit = true\npurposes = ['FUN']", "template[0].rule[0].purposes has 'FUN'"),
        (HEAD + "[[template.rule]]\npermit = true\nhouses = 'praxis'", "template[0].rule[0].houses must be a list"),
        (HEAD + "[[template.rule]]\npermit = true\nhouses = ['']", "template[0].rule[0].houses must be a list"),
        (HEAD + "[[template.rule]]\npermit = true\ncolour = 1", "template[0].rule[0] has 'colour'"),
        (
            HEAD + "[[template.rule]]\npermit = true\n[[template.rule.except]]\npermit = 1",
            "template[0].rule[0].except[0].permit must be true or false",
        ),
        (f"{HEAD}replaces = true\n{HEAD}replaces = true", "two templates have the same name"),
        ("[[template", "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        read(tmp_path, text)
    assert said in refused.value.text


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Incorrect, match=r"missing\.toml, cannot be read"):
        templates(tmp_path / "missing.toml")


def test_the_example_in_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/how-to/consent-templates.md").read_text(encoding="utf-8")
    example = page.split("```toml")[2].partition("```")[0]
    (found,) = read(tmp_path, example)
    assert (found.name, found.days, len(found.rules[0].exceptions)) == ("heart", 365, 1)
