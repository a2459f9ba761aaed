"""Check digits of German health care numbers, against published examples and by an independent calculation."""

from hypothesis import given
from hypothesis import strategies as st

from verbund.demo.identifiers import ik, kvnr, lanr


def test_the_published_example_of_a_health_insurance_number() -> None:
    assert kvnr("A", "12345678") == "A123456780"


def test_the_institution_number_of_a_real_insurer() -> None:
    assert ik("10951900") == "109519005"


def test_the_published_example_of_a_doctors_number() -> None:
    assert lanr("123456", "01") == "123456601"


@given(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), st.integers(0, 99_999_999))
def test_one_wrong_digit_in_a_health_insurance_number_is_always_noticed(letter: str, number: int) -> None:
    digits = f"{number:08d}"
    right = kvnr(letter, digits)

    for place in range(8):
        other = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert kvnr(letter, other)[-1] != right[-1]
