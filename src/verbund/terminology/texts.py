"""Which of a concept's texts to show to whom."""

from collections.abc import Iterable

from verbund.fhir import normalise
from verbund.terminology.model import Concept, Designation, Head, Listed

# Fully specified names of SNOMED CT are not what people say.
_NOT_SHOWN = frozenset({"900000000000003001"})
_PREFERRED = frozenset({"preferred", "display", "900000000000013009"})


def languages(asked: str | None) -> tuple[str, ...]:
    """Languages by preference, as `Accept-Language` or `displayLanguage` names them."""
    weighed = []
    for place, part in enumerate((asked or "").split(",")):
        language, _, weight = part.partition(";q=")
        if language.strip() and language.strip() != "*":
            weighed.append((-_number(weight), place, language.strip().lower()))
    return tuple(language for _, _, language in sorted(weighed))


def _number(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def speaks(designation: Designation, language: str) -> bool:
    """Whether a designation is in a language: `de` takes `de-CH`, and `de-AT` makes do with `de`."""
    own = (designation.language or "").lower()
    return own != "" and (own == language or own.startswith(f"{language}-") or language.startswith(f"{own}-"))


def shown(concept: Concept, head: Head, asked: str | None, said: Listed | None = None) -> str | None:
    """The text to show: in the language asked for where there is one, else the value set's own, else the display."""
    designations = (*(said.designations if said else ()), *concept.designations)
    for language in languages(asked):
        if head.language and speaks(Designation("", head.language), language) and concept.display:
            break
        spoken = [one for one in designations if speaks(one, language) and one.use not in _NOT_SHOWN]
        if spoken:
            return min(spoken, key=lambda one: one.use not in _PREFERRED).text
    return (said.display if said else None) or concept.display


def known_as(concept: Concept, said: Listed | None, text: str) -> bool:
    """Whether a text is one of the concept's, without regard to case, accents and spaces."""
    listed: Iterable[str] = () if said is None else (said.display or "", *(one.text for one in said.designations))
    return normalise(text) in {normalise(one) for one in (*concept.texts(), *listed)}
