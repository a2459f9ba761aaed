"""Names that sound alike in German have one code, after the Kölner Phonetik."""

import pytest

from verbund.fhir import decode, index
from verbund.fhir.sounds import sound


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Müller-Lüdenscheidt", "657x 52682x"),
        ("Wikipedia", "3412x"),
        ("Breschnew", "17863x"),
        ("Heinz Classen", "068x 4586x"),
        ("Philipp", "351x"),
        ("Hexe", "048x"),
        ("Ochs Czerny", "048x 876x"),
        ("Schmidt", "862x"),
        ("Aufmachen", "03646x"),
        ("Maxcx", "64848x"),
    ],
)
def test_the_codes_of_names(name: str, code: str) -> None:
    assert sound(name) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Meier", "Maier"),
        ("Meyer", "Mayr"),
        ("Schmidt", "Schmitt"),
        ("Müller", "Mueller"),
        ("Weiß", "Weiss"),
        ("Philipp", "Filip"),
        ("Christian", "Kristian"),
        ("Szimanski", "Schimanski"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Meier", "Mark"), ("Müller", "Möhring"), ("Schulz", "Schmidt")])
def test_names_that_do_not(one: str, other: str) -> None:
    assert not sound(one).startswith(sound(other))
    assert not sound(other).startswith(sound(one))


def test_a_word_without_latin_letters_is_itself() -> None:
    assert sound("Ольга 42") == "ольга 42"


def test_names_are_indexed_by_their_sound() -> None:
    found = index(decode(b'{"resourceType":"Patient","name":[{"family":"Mayr","given":["Ute"]}]}'))
    assert {text for param, text in found.strings if param == "phonetic"} == {"67x", "02x"}
