"""What the trust centre promises: one pseudonym a person, wherever and however often enrolled; doubt is shown."""

import re

import pytest

from verbund.crypto import Hasher, NodeKeys
from verbund.errors import Incorrect, NotFound
from verbund.linkage import Demographics, Encoding, Found, PseudonymBook, Reason, TrustCentre, encode
from verbund.store import Vault

KEY = b"k" * 32
NUMBER, OTHER_NUMBER = "A123456780", "B123456782"


def person(
    given: str = "Erika",
    family: str = "Mustermann",
    birth_date: str | None = "1970-03-12",
    gender: str | None = "female",
    insurance_number: str | None = None,
) -> Encoding:
    return encode(Demographics(given, family, birth_date, gender, insurance_number), KEY)


async def test_one_person_has_one_pseudonym_at_all_houses(centre: TrustCentre) -> None:
    at_praxis = await centre.enrol("praxis", "h1", person())
    at_hospital = await centre.enrol("uniklinikum", "h9", person("ERIKA", "Mustermann"))
    assert at_praxis == at_hospital
    assert re.fullmatch("[0-9a-f]{32}", at_praxis)
    assert await centre.locate(at_praxis, "praxis") == ("uniklinikum",)
    assert await centre.locate(at_praxis, "uniklinikum") == ("praxis",)
    assert await centre.reviews() == ()


async def test_asking_again_changes_nothing(centre: TrustCentre) -> None:
    first = await centre.enrol("praxis", "h1", person())
    assert await centre.enrol("praxis", "h1", person()) == first
    assert await centre.enrol_many("praxis", [("h1", person()), ("h1", person())]) == [first, first]
    assert await centre.locate(first, "praxis") == ()


async def test_strangers_are_two(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person())
    assert await centre.enrol("praxis", "h2", person("Max", "Schneider", "1951-10-01", "male")) != one
    assert await centre.reviews() == ()


@pytest.mark.parametrize(
    "same",
    [
        person(family="Mustermannn"),
        person(gender=None),
        person("Erika", "MUSTERMANN"),
        person("Erika", "von Mustermann"),
    ],
)
async def test_slips_and_spellings_do_not_part_a_person(centre: TrustCentre, same: Encoding) -> None:
    assert await centre.enrol("praxis", "h1", person()) == await centre.enrol("reha", "h7", same)


@pytest.mark.parametrize(
    "near", [person(birth_date="1970-03-21"), person("Verena"), person(family="Mustermann-Hohenstein")]
)
async def test_what_may_be_one_person_stays_two_and_is_shown(centre: TrustCentre, near: Encoding) -> None:
    one = await centre.enrol("praxis", "h1", person())
    other = await centre.enrol("reha", "h7", near)
    assert one != other
    (review,) = await centre.reviews()
    assert (review.pseudonym, review.candidate, review.reason) == (other, one, Reason.SIMILAR)
    assert 0.75 <= review.similarity < 0.90


async def test_an_insurance_number_joins_what_a_marriage_parted(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person(insurance_number=NUMBER))
    assert await centre.enrol("reha", "h7", person(family="Weber", insurance_number=NUMBER)) == one


async def test_contradicting_insurance_numbers_never_merge(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person(insurance_number=NUMBER))
    other = await centre.enrol("reha", "h7", person(insurance_number=OTHER_NUMBER))
    assert one != other
    (review,) = await centre.reviews()
    assert review.reason == Reason.CONTRADICTION


async def test_who_fits_two_becomes_neither(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person(insurance_number=NUMBER))
    other = await centre.enrol("reha", "h7", person(insurance_number=OTHER_NUMBER))
    third = await centre.enrol("uniklinikum", "h9", person())
    assert third not in {one, other}
    assert {review.candidate for review in await centre.reviews() if review.pseudonym == third} == {one, other}


async def test_a_strangers_card_is_shown_and_not_believed(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person(insurance_number=NUMBER))
    card = person("Thorsten", "Yılmaz", "2004-11-30", "male", NUMBER)
    assert await centre.enrol("reha", "h7", card) != one
    assert [review.reason for review in await centre.reviews()] == [Reason.WRONG_CARD]


async def test_a_person_twice_in_one_batch_gets_one_pseudonym(centre: TrustCentre) -> None:
    batch = [("h1", person()), ("h2", person("Max", "Schneider", "1951-10-01", "male")), ("h3", person())]
    first, second, third = await centre.enrol_many("praxis", batch)
    assert first == third != second


async def test_a_corrected_name_keeps_its_pseudonym_and_is_found_anew(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person())
    married = person(family="Weber")
    assert await centre.enrol("praxis", "h1", married) == one
    assert await centre.find(married, "reha") == Found(one, ("praxis",))
    assert await centre.find(person(), "reha") is None
    assert await centre.enrol("reha", "h7", married) == one


async def test_a_correction_that_fits_somebody_else_is_shown(centre: TrustCentre) -> None:
    erika = await centre.enrol("praxis", "h1", person())
    max_ = await centre.enrol("reha", "h7", person("Max", "Schneider", "1951-10-01", "male"))
    assert await centre.enrol("reha", "h7", person()) == max_
    assert {(review.pseudonym, review.candidate) for review in await centre.reviews()} == {(max_, erika), (max_, max_)}


async def test_who_only_asks_enrols_nobody(centre: TrustCentre) -> None:
    assert await centre.find(person(), "reha") is None
    one = await centre.enrol("praxis", "h1", person())
    assert await centre.find(person(), "rettungsdienst") == Found(one, ("praxis",))
    assert await centre.find(person(), "praxis") == Found(one, ())


async def test_withdrawing_forgets_one_house_and_keeps_the_others(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person())
    await centre.enrol("reha", "h7", person())
    assert await centre.withdraw("praxis", "h1")
    assert not await centre.withdraw("praxis", "h1")
    assert await centre.locate(one, "reha") == ()
    assert await centre.find(person(), "uniklinikum") == Found(one, ("reha",))
    assert await centre.withdraw("reha", "h7")
    with pytest.raises(NotFound):
        await centre.locate(one, "reha")
    assert await centre.find(person(), "reha") is None


async def test_who_holds_nothing_of_a_person_does_not_learn_where_the_person_is_treated(centre: TrustCentre) -> None:
    one = await centre.enrol("praxis", "h1", person())
    with pytest.raises(NotFound):
        await centre.locate(one, "uniklinikum")
    assert await centre.withdraw("praxis", "h1")
    with pytest.raises(NotFound):
        await centre.locate(one, "praxis")


async def test_a_pseudonym_that_nobody_has_is_not_found(centre: TrustCentre) -> None:
    with pytest.raises(NotFound):
        await centre.locate("0" * 32, "praxis")


async def test_a_handle_must_be_one(centre: TrustCentre) -> None:
    for handle in ("", "a\x00b"):
        with pytest.raises(Incorrect):
            await centre.enrol("praxis", handle, person())


async def test_nothing_to_enrol(centre: TrustCentre) -> None:
    assert await centre.enrol_many("praxis", []) == []


async def test_each_domain_has_its_own_pseudonyms(centre: TrustCentre) -> None:
    care = await centre.enrol("praxis", "h1", person())
    study, other_study = centre.in_domain(care, "study-1"), centre.in_domain(care, "study-2")
    assert len({care, study, other_study}) == 3
    assert study == centre.in_domain(care, "study-1")


async def test_a_site_keeps_its_book(book: PseudonymBook) -> None:
    await book.set("erika", "a" * 32)
    await book.set_many([("max", "b" * 32), ("erika-twice", "a" * 32)])
    assert await book.of_patient("erika") == "a" * 32
    assert await book.patients_of("a" * 32) == ("erika", "erika-twice")
    await book.set("erika", "c" * 32)
    assert await book.of_patient("erika") == "c" * 32
    assert await book.patients_of("a" * 32) == ("erika-twice",)
    assert await book.of_patient("nobody") is None
    assert await book.patients_of("d" * 32) == ()


async def test_the_handle_is_the_same_every_time_and_says_nothing(book: PseudonymBook) -> None:
    assert book.handle_of("erika") == book.handle_of("erika") != book.handle_of("max")
    assert "erika" not in book.handle_of("erika")


async def test_an_erased_patient_has_no_pseudonym(book: PseudonymBook, vault_and_keys: tuple[Vault, NodeKeys]) -> None:
    vault, keys = vault_and_keys
    await book.set("erika", "a" * 32)
    await vault.destroy(Hasher(keys.index).key64("Patient", "erika"))
    assert await book.of_patient("erika") is None
    assert await book.patients_of("a" * 32) == ()
    await book.set_many([("erika", "a" * 32), ("max", "b" * 32)])
    assert await book.of_patient("erika") is None
    assert await book.of_patient("max") == "b" * 32
