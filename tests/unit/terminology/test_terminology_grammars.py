"""Codes that a grammar makes: languages and media types."""

import pytest

from verbund.terminology.catalogue import Catalogue
from verbund.terminology.membership import KnownTerms

ALL_LANGUAGES = "http://hl7.org/fhir/ValueSet/all-languages"
COMMON_LANGUAGES = "http://hl7.org/fhir/ValueSet/languages"
MEDIA_TYPES = "http://hl7.org/fhir/ValueSet/mimetypes"


@pytest.mark.parametrize(
    ("value_set", "code", "expected"),
    [
        (ALL_LANGUAGES, "de", True),
        (ALL_LANGUAGES, "de-CH-1996", True),
        (ALL_LANGUAGES, "zh-Hant-TW", True),
        (ALL_LANGUAGES, "Deutsch, bitte", False),
        (COMMON_LANGUAGES, "de-AT", True),
        (COMMON_LANGUAGES, "gsw", False),
        (MEDIA_TYPES, "application/fhir+json; fhirVersion=4.0", True),
        (MEDIA_TYPES, "json", True),
        (MEDIA_TYPES, "no type", False),
    ],
)
def test_a_code_is_of_a_value_set_by_its_form(value_set: str, code: str, expected: bool) -> None:
    assert KnownTerms(Catalogue(0)).member(value_set, None, code) is expected
