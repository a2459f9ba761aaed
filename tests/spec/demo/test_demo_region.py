"""The demo region: repeatable to the byte, as large as asked for, with the people and the record the story needs."""

from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from verbund.demo import PASSWORD, generate, people, write
from verbund.errors import Incorrect

HOUSES = ("praxis", "uniklinikum", "reha")


def record(house: str, number: int = 0) -> list[dict[str, Any]]:
    patient = next(islice(generate(patients=number + 1).patients(), number, None))
    return [orjson.loads(raw) for raw in patient.records[house].resources]


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert list(generate(seed=7, patients=25).everything()) == list(generate(seed=7, patients=25).everything())


def test_another_seed_gives_another_region() -> None:
    first, other = (list(generate(seed=seed, patients=25).bundles("praxis"))[5:] for seed in (7, 8))

    assert not {raw for part in first for raw in part} & {raw for part in other for raw in part}


def test_a_smaller_region_is_the_beginning_of_a_larger_one() -> None:
    assert list(generate(patients=12).patients()) == list(islice(generate(patients=40).patients(), 12))


def test_a_house_alone_gets_what_it_gets_with_all() -> None:
    region = generate(patients=15)

    for house in HOUSES:
        assert list(region.bundles(house)) == [part for name, part in region.everything() if name == house]


def test_the_first_list_of_a_house_describes_the_house_and_each_further_one_a_patient() -> None:
    directory, *patients = generate(patients=15).bundles("uniklinikum")

    kinds = Counter(orjson.loads(raw)["resourceType"] for raw in directory)
    assert kinds.keys() == {"Organization", "Practitioner", "PractitionerRole"}
    for part in patients:
        types = [orjson.loads(raw)["resourceType"] for raw in part]
        assert types[0] == "Patient"
        assert types.count("Patient") == 1


def test_nothing_is_made_before_it_is_asked_for() -> None:
    first = next(generate(patients=100_000).patients())

    assert first.person.family == "Sommer"


def test_every_patient_is_known_to_some_house() -> None:
    assert all(patient.records for patient in generate(patients=120).patients())


@pytest.mark.parametrize("count", [-1, 100_001])
def test_a_region_of_impossible_size_is_refused(count: int) -> None:
    with pytest.raises(Incorrect, match=r"0 to 100,000"):
        generate(patients=count)


def test_an_unknown_house_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(Incorrect, match="praxis, uniklinikum, reha"):
        next(generate(patients=1).bundles("apotheke"))


def test_another_day_moves_the_region_in_time() -> None:
    earlier = list(generate(patients=30, today=date(2025, 6, 1)).patients())[3:]

    for patient in earlier:
        for kept in patient.records.values():
            for resource in map(orjson.loads, kept.resources):
                assert resource.get("recordedDate", "") < "2025-06-02"


def test_people_of_every_role_have_an_account() -> None:
    accounts = {one.login: one for one in people(8400)}

    assert {"weber", "yilmaz", "vogel", "brandt", "hoffmann", "sommer"} <= accounts.keys()
    assert {one.role for one in accounts.values()} == {
        "physician",
        "nurse",
        "paramedic",
        "patient",
        "researcher",
        "steward",
        "administrator",
    }
    assert {one.password for one in accounts.values()} == {PASSWORD}
    assert accounts["brandt"].house == "rettungsdienst"
    assert accounts["hoffmann"].house == "hub"


def test_accounts_of_staff_and_patients_belong_to_records_of_their_house() -> None:
    region = generate(patients=3)
    held = {house: {orjson.loads(raw)["id"] for part in region.bundles(house) for raw in part} for house in HOUSES}

    for one in region.people:
        for known in (one.patient_id, one.practitioner_id):
            assert known is None or known in held[one.house]
    patients = [one for one in region.people if one.role == "patient"]
    assert [one.login for one in patients] == ["sommer", "bergmann", "kaya"]
    assert all(one.patient_id for one in patients)


def test_erika_sommer_has_a_rich_record_in_three_houses() -> None:
    sizes = {house: len(record(house)) for house in HOUSES}

    assert 250 <= sizes["praxis"] <= 380
    assert 450 <= sizes["uniklinikum"] <= 620
    assert 170 <= sizes["reha"] <= 240
    assert sum(sizes.values()) >= 950


def test_erika_sommer_has_laboratory_results_of_her_own_in_practice_and_hospital() -> None:
    for house in ("praxis", "uniklinikum"):
        own = [
            one
            for one in record(house)
            if one["resourceType"] == "Observation"
            and one["category"][0]["coding"][0]["code"] == "26436-6"
            and one["identifier"][0]["system"].startswith(f"https://{house}.")
        ]
        assert len(own) > 90


def test_erika_sommers_hba1c_is_a_curve_over_years() -> None:
    curve = [
        (one["effectiveDateTime"][:10], one["valueQuantity"]["value"])
        for one in record("praxis")
        if one["resourceType"] == "Observation" and one["code"]["coding"][0]["code"] == "4548-4"
    ]

    assert len(curve) >= 12
    assert min(curve)[1] > 8.5
    assert max(curve)[1] < 7.5


def test_erika_sommer_is_the_same_whatever_the_seed_but_for_her_ids() -> None:
    first, other = ([orjson.loads(raw) for raw in next(iter(generate(seed=seed).bundles("praxis")))] for seed in (1, 2))
    names = [next(generate(seed=seed, patients=1).patients()).person for seed in (1, 2)]

    assert first == other
    assert names[0] == names[1]


def test_the_region_is_written_as_one_file_a_house(tmp_path: Path) -> None:
    region = generate(patients=4)

    counts = write(tmp_path / "data", region)

    for house in HOUSES:
        lines = (tmp_path / "data" / f"{house}.ndjson").read_bytes().splitlines()
        assert lines == [raw for part in region.bundles(house) for raw in part]
        assert counts[house] == len(lines)
