"""German and English: which one is chosen, that nothing is left untranslated, how dates and numbers read."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from verbund.portal.accesses import KINDS, VIEWS
from verbund.portal.language import Format, choose, translations
from verbund.portal.rules import ROLE_NAMES
from verbund.portal.web import HERE
from verbund.portal.when import When

Text = str | tuple[str, ...]
JINJA = {"newstyle_gettext": "true", "extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true"}
AT = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)


def used_texts() -> Iterator[Text]:
    """Every text that the pages show."""
    for file in HERE.rglob("*.py"):
        with file.open("rb") as source:
            for _, text, _, _ in extract("python", source, keywords={"noted": None, "gettext": None}):
                yield text if isinstance(text, str) else tuple(text)
    for file in (HERE / "templates").rglob("*.html"):
        with file.open("rb") as source:
            for _, text, _, _ in extract("jinja2.ext:babel_extract", source, options=JINJA):
                yield text if isinstance(text, str) else tuple(text)


def test_the_german_catalogue_has_every_text_and_no_other() -> None:
    with (HERE / "locales/de.po").open("rb") as source:
        catalogue = read_po(source, locale="de")
    said = {message.id: message for message in catalogue if message.id}
    assert set(said) == set(used_texts())
    assert not [
        message.id
        for message in said.values()
        if not all([message.string] if isinstance(message.string, str) else message.string)
    ]


def test_translations_name_the_same_values() -> None:
    with (HERE / "locales/de.po").open("rb") as source:
        for message in read_po(source, locale="de"):
            english = message.id if isinstance(message.id, str) else message.id[1]
            german = message.string if isinstance(message.string, str) else message.string[1]
            if english:
                assert set(re.findall(r"%\(\w+\)s", english)) == set(re.findall(r"%\(\w+\)s", german)), english


def test_patients_are_not_addressed_with_words_of_the_trade() -> None:
    with (HERE / "locales/de.po").open("rb") as source:
        texts = [str(message.string) for message in read_po(source, locale="de") if message.id]
    formal = [text for text in texts if re.search(r"\b(Du|du|dein|deine|Dein)\b", text)]
    jargon = [text for text in texts if re.search(r"\b(Token|Consent|Resource|Request|Session|Policy)\b", text)]
    assert (formal, jargon) == ([], [])


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        (None, "", "de"),
        (None, "de-DE,de;q=0.9,en;q=0.8", "de"),
        (None, "en-US,en;q=0.9", "en"),
        (None, "fr,en;q=0.3,de;q=0.5", "de"),
        (None, "fr-FR", "de"),
        (None, "en;q=0,de;q=0.1", "de"),
        (None, "en;q=x", "de"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("xx", "en", "en"),
    ],
)
def test_the_chosen_language_goes_before_the_browser_s_and_german_is_the_default(
    chosen: str | None, accepted: str, language: str
) -> None:
    assert choose(chosen, accepted) == language


def test_times_are_those_of_germany_and_as_exact_as_known() -> None:
    german, english = Format("de"), Format("en")
    assert (german.moment(AT), english.moment(AT)) == ("06.03.2026, 00:30", "6 Mar 2026, 00:30")
    assert german.day(date(2026, 3, 5)) == "05.03.2026"
    assert [german.when(When(AT, p)) for p in ("year", "month", "day")] == ["2026", "03.2026", "06.03.2026"]
    assert english.when(When(AT, "month")) == "Mar 2026"
    assert (german.when(None), german.day(None), german.moment(None)) == ("–", "–", "–")


def test_numbers_and_durations_read_in_the_language() -> None:
    german, english = Format("de"), Format("en")
    assert (german.number(1234.5), english.number(1234.5)) == ("1.234,5", "1,234.5")
    assert german.number(0.00004) == "0"
    assert (german.elapsed(340), german.elapsed(1240), english.elapsed(1240)) == ("340 ms", "1,2 s", "1.2 s")


def test_every_role_kind_and_view_has_a_german_name() -> None:
    german = translations("de")
    for text in (*ROLE_NAMES.values(), *KINDS.values(), *(text for _, text in VIEWS)):
        assert german.gettext(text), text
    assert translations("en").gettext("Patients") == "Patients"
