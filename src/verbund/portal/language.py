"""German and English: which one somebody reads, its catalogue of texts, its dates and numbers.

Texts in templates are English and looked up in `locales/LANGUAGE.po` (gettext). The catalogues are read when the
process starts; nothing needs compiling.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from verbund.portal.model import Sentence
from verbund.portal.when import When

Language = Literal["de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("de", "en")
DEFAULT: Final[Language] = "de"
LOCALES = {"de": "de_DE", "en": "en_GB"}
ZONE = ZoneInfo("Europe/Berlin")
_FOLDER = Path(__file__).parent / "locales"


def noted(text: str) -> str:
    """Mark a text for the catalogue where it is defined; the template that shows it translates it."""
    return text


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language; English is what the templates say."""
    if language == "en":
        return NullTranslations()
    with (_FOLDER / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)


def choose(chosen: str | None, accepted: str) -> Language:
    """The language somebody chose, else the first of ours in Accept-Language (RFC 9110, 12.5.4), else German."""
    if chosen in LANGUAGES:
        return chosen
    for tag in _by_preference(accepted):
        if tag in LANGUAGES:
            return tag
    return DEFAULT


def _by_preference(accepted: str) -> list[str]:
    ranked: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            quality = 0.0
        if quality > 0:
            ranked.append((-quality, tag.strip().lower()[:2]))
    return [tag for _, tag in sorted(ranked, key=lambda entry: entry[0])]


# Babel parses its patterns anew at each call, and a long record writes the same days and values again and again.
_KEPT = 16_384


@cache
def _locale(language: Language) -> Locale:
    return Locale.parse(LOCALES[language])


@lru_cache(_KEPT)
def _date(value: date, pattern: str, language: Language) -> str:
    return dates.format_date(value, pattern, locale=_locale(language))


@lru_cache(_KEPT)
def _number(value: float, pattern: str, language: Language) -> str:
    return numbers.format_decimal(value, format=pattern, locale=_locale(language))


@dataclass(frozen=True, slots=True)
class Format:
    """Dates, times and numbers as readers of one language write them; times are those of Germany."""

    language: Language

    def day(self, value: date | datetime | None) -> str:
        """`05.03.2026`, in English `5 Mar 2026`; a dash for None."""
        if value is None:
            return "–"
        if isinstance(value, datetime):
            value = _local(value).date()
        return _date(value, "dd.MM.yyyy" if self.language == "de" else "d MMM yyyy", self.language)

    def when(self, value: When | None) -> str:
        """A FHIR date as exactly as it is known: year, month, day; a dash for None."""
        if value is None:
            return "–"
        if value.precision == "year":
            return str(value.at.year)
        return self.month(value.at) if value.precision == "month" else self.day(value.at)

    def month(self, value: date | datetime) -> str:
        """`03.2026`, in English `Mar 2026`."""
        return _date(value, "MM.yyyy" if self.language == "de" else "MMM yyyy", self.language)

    def moment(self, value: datetime | None) -> str:
        """Day and time to the minute; a dash for None."""
        if value is None:
            return "–"
        return f"{self.day(value)}, {self.clock(value)}"

    def clock(self, value: datetime) -> str:
        """The time to the minute."""
        return _local(value).strftime("%H:%M")

    def number(self, value: float) -> str:
        """With the decimal sign and grouping of the language, at most four decimals."""
        return _number(value, "#,##0.####", self.language)

    def elapsed(self, milliseconds: int) -> str:
        """`340 ms`, from a second on `1,2 s`."""
        if milliseconds < 1000:
            return f"{milliseconds} ms"
        seconds = _number(milliseconds / 1000, "#,##0.0", self.language)
        return f"{seconds} s"

    def say(self, sentence: Sentence | None) -> str:
        """The sentence in this language; nothing for None."""
        if sentence is None:
            return ""
        return sentence.de if self.language == "de" else sentence.en


def _local(value: datetime) -> datetime:
    return value.astimezone(ZONE) if value.tzinfo else value
