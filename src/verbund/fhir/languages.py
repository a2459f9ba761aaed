"""Languages: codes that a grammar makes, so that no list holds them (BCP 47)."""

import re
from typing import Final

SYSTEM: Final = "urn:ietf:bcp:47"
ALL: Final = "http://hl7.org/fhir/ValueSet/all-languages"
"""The value set of every language."""

_LANGUAGE = re.compile(
    r"[a-z]{2,8}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-([a-z\d]{5,8}|\d[a-z\d]{3}))*"
    r"(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?|x(-[a-z\d]{1,8})+",
    re.IGNORECASE,
)


def is_language(code: str) -> bool:
    """Whether a code has the form of a language, such as `de`, `de-AT` or `zh-Hant-TW`."""
    return _LANGUAGE.fullmatch(code) is not None
