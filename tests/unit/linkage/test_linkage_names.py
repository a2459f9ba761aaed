"""Names, insurance numbers and Patients, read as they are written in German houses."""

import pytest

from verbund.errors import Incorrect
from verbund.linkage import Demographics, demographics
from verbund.linkage.names import bigrams, parts, phonetic, plain
from verbund.linkage.resources import is_insurance_number


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Müller", ("mueller",)),
        ("MUELLER", ("mueller",)),
        ("Müller-Groß", ("mueller", "gross")),
        ("Prof. Dr. med. von der Schulenburg", ("schulenburg",)),
        ("Freiherr von und zu Guttenberg", ("guttenberg",)),
        ("O'Brien", ("obrien",)),
        ("D’Angelo", ("dangelo",)),
        ("Šimůnek", ("simunek",)),
        ("Øystein", ("oeystein",)),
        ("Yılmaz", ("yilmaz",)),
        ("İnci", ("inci",)),
        ("Łukasz", ("lukasz",)),
        ("Graf", ("graf",)),
        ("Le", ("le",)),
        ("Anna  Maria Anna", ("anna", "maria")),
        ("Иванова", ("иванова",)),
        ("", ()),
        ("123 - .", ()),
    ],
)
def test_names_are_read_in_parts(written: str, read: tuple[str, ...]) -> None:
    assert parts(written) == read


def test_decomposed_and_composed_umlauts_are_one() -> None:
    assert plain("Mu\u0308ller") == plain("Müller") == "mueller"


def test_bigrams_mark_the_ends() -> None:
    assert bigrams("ute") == ("_u", "ut", "te", "e_")


@pytest.mark.parametrize(
    ("word", "digits"),
    [
        ("mueller", "657"),
        ("luedenscheidt", "52682"),
        ("wikipedia", "3412"),
        ("breschnew", "17863"),
        ("phonetik", "3624"),
        ("xaver", "4837"),
        ("christian", "47826"),
        ("caecilie", "485"),
        ("sclerosis", "85788"),
        ("matzner", "6867"),
        ("anna", "06"),
        ("heinz", "068"),
        ("alexa", "0548"),
        ("kxa", "48"),
    ],
)
def test_cologne_phonetics(word: str, digits: str) -> None:
    assert phonetic(word) == digits


@pytest.mark.parametrize(
    "words", [("meier", "maier", "mayr", "meyer"), ("schmidt", "schmitt", "schmid"), ("kurt", "curt")]
)
def test_what_sounds_alike_is_alike(words: tuple[str, ...]) -> None:
    assert len({phonetic(word) for word in words}) == 1


def test_another_alphabet_sounds_like_itself() -> None:
    assert phonetic("иванова") == "иванова"


@pytest.mark.parametrize("number", ["A123456780", "M111111119", "Z000000005"])
def test_insurance_numbers_with_their_check_digit(number: str) -> None:
    assert is_insurance_number(number)
    last = str((int(number[-1]) + 1) % 10)
    assert not is_insurance_number(number[:-1] + last)


@pytest.mark.parametrize("number", ["", "1234567890", "A12345678", "a123456780", "AA23456780", "A1234567801"])
def test_what_is_no_insurance_number(number: str) -> None:
    assert not is_insurance_number(number)


def patient(names: str = "", rest: str = "") -> bytes:
    return b'{"resourceType":"Patient","name":[' + names.encode() + b"]" + rest.encode() + b"}"


def test_the_official_name_counts() -> None:
    names = (
        '{"use":"maiden","family":"Alt"},{"family":"Ohne"},{"use":"old","family":"Uralt"},'
        '{"use":"official","family":"von Neu","given":["Eva","Maria"]}'
    )
    rest = ',"birthDate":"1970-03-12","gender":"female"'
    assert demographics(patient(names, rest)) == Demographics("Eva Maria", "von Neu", "1970-03-12", "female")


def test_a_name_that_is_only_text_is_split() -> None:
    assert demographics(patient('{"text":"Eva Maria Neu"}')) == Demographics("Eva Maria", "Neu")


@pytest.mark.parametrize("names", ["", '{"given":["Eva"]}', '{"use":"anonymous","family":"X"}', '{"text":" "}'])
def test_without_a_family_name_there_is_nothing_to_compare(names: str) -> None:
    assert demographics(patient(names)) is None


def test_the_insurance_number_needs_its_system_and_check_digit() -> None:
    system = "http://fhir.de/sid/gkv/kvid-10"

    def found(system: str, value: str) -> str | None:
        rest = f',"identifier":[{{"system":"urn:x","value":"7"}},{{"system":"{system}","value":"{value}"}}]'
        read = demographics(patient('{"family":"Neu"}', rest))
        assert read is not None
        return read.insurance_number

    assert found(system, "A123456780") == "A123456780"
    assert found("http://fhir.de/NamingSystem/gkv/kvid-10", "a123456780 ") == "A123456780"
    assert found(system, "A123456781") is None
    assert found("urn:other", "A123456780") is None


def test_a_date_that_is_none_is_left_out() -> None:
    assert demographics(patient('{"family":"Neu"}', ',"birthDate":"12.03.1970"')) == Demographics("", "Neu")


def test_what_is_no_patient_is_refused() -> None:
    for raw in (b'{"resourceType":"Observation"}', b"{", b"[]"):
        with pytest.raises(Incorrect):
            demographics(raw)
