"""Data in, data out, data looked at: what is wrong is told with its place, what is right is there, as it was."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import verbund
from fhir_files import members

Json = dict[str, Any]
Written = Callable[..., Path]
URN = "urn:uuid:3b0b5a3e-0000-4000-8000-000000000001"


def observation(identity: str, **more: object) -> Json:
    """A small observation."""
    return {"resourceType": "Observation", "id": identity, "status": "final", "code": {"text": "x"}, **more}


MIXED: list[Json] = [
    {"fullUrl": URN, "resource": {"resourceType": "Patient", "gender": "female"}},
    {"resource": {"resourceType": "Patient", "id": "p2", "gender": "?", "birthDate": "1990-13-01"}},
    {"resource": {"resourceType": "Patient", "id": "p3", "nick": "x"}},
    {"resource": {"resourceType": "Nonsense", "id": "n1"}},
    {"resource": {"id": "n2"}},
    {"resource": observation("o1", subject={"reference": URN})},
    {"resource": observation("o2", performer=[{"reference": "Practitioner?identifier=urn:x|nobody"}])},
    {"resource": observation("o3", subject={"reference": "Patient/nowhere"})},
    {"resource": {"resourceType": "Patient", "id": "a b"}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of all sorts, good and bad."""
    directory = tmp_path / "mixed"
    directory.mkdir()
    bundle = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": MIXED})
    (directory / "bundle.json").write_text(bundle)
    (directory / "half.json").write_text(bundle[: len(bundle) // 2])
    (directory / "lines.ndjson").write_text(
        '{"resourceType":"Patient","id":"l1"}\nno\n{"resourceType":"Patient","id":"l3"}'
    )
    (directory / "torn.json.gz").write_bytes(gzip.compress(bundle.encode())[:80])
    (directory / "notes.txt").write_text("not data")
    return directory


EXPECTED = {
    ("half.json", "", "json"),
    ("lines.ndjson line 2", "", "json"),
    ("torn.json.gz", "", "file"),
    ("bundle.json entry 2", "Patient.gender", "binding"),
    ("bundle.json entry 2", "Patient.birthDate", "format:date"),
    ("bundle.json entry 3", "Patient", "unknown-element"),
    ("bundle.json entry 4", "", "invalid"),
    ("bundle.json entry 5", "", "json"),
    ("bundle.json entry 7", "", "not-found"),
    ("bundle.json entry 9", "", "invalid"),
}


def test_what_is_bad_is_told_with_its_place_and_the_rest_is_loaded_once(node: Path, folder: Path) -> None:
    first = verbund("import", node, folder, "--json")
    assert (first.code, first.err) == (1, "")
    assert {(one["place"], one["path"], one["rule"]) for one in first.json["faults"]} == EXPECTED
    assert all(one["text"] for one in first.json["faults"])
    assert (first.json["created"], first.json["refused"]) == (5, 9)
    assert first.json["dangling"] == ["bundle.json entry 8: reference to Patient"]
    again = verbund("import", node, folder, "--json")
    assert (again.code, again.json["created"], again.json["updated"], again.json["unchanged"]) == (1, 0, 0, 5)


def test_a_person_reads_a_line_for_each_fault_and_the_counts(node: Path, folder: Path) -> None:
    done = verbund("import", node, folder)
    assert done.code == 1
    lines = done.out.splitlines()
    assert (
        "bundle.json entry 2: Patient.gender: binding: the code must be one of female, male, other, unknown." in lines
    )
    assert "bundle.json entry 8: reference to Patient leads to nothing here; loaded all the same" in lines
    assert "        6 Patient" in lines
    assert lines[-1].endswith(" unchanged, 9 refused")


def test_many_faults_are_not_all_printed(node: Path, tmp_path: Path) -> None:
    (tmp_path / "many.ndjson").write_text("no\n" * 60)
    done = verbund("import", node, tmp_path / "many.ndjson")
    assert done.code == 1
    assert "… and 10 more; --json lists all" in done.out.splitlines()
    assert len(verbund("import", node, tmp_path / "many.ndjson", "--json").json["faults"]) == 60


def test_hostile_nesting_and_foreign_letters_are_told_and_the_rest_is_loaded(node: Path, tmp_path: Path) -> None:
    deep = '{"resourceType":"Patient","id":"deep","x":' + "[" * 100_000 + "]" * 100_000 + "}"
    (tmp_path / "deep.json").write_text(deep)
    (tmp_path / "lines.ndjson").write_text(deep + '\n{"resourceType":"Patient","id":"after-deep"}')
    (tmp_path / "latin.json").write_bytes(
        '{"resourceType":"Patient","id":"l","name":[{"text":"Müller"}]}'.encode("latin-1")
    )
    done = verbund("import", node, tmp_path, "--json")
    assert (done.code, done.json["created"], done.json["refused"]) == (1, 1, 3)
    texts = {one["place"]: one["text"] for one in done.json["faults"]}
    assert "nested too deep" in texts["deep.json"]
    assert "nested too deep" in texts["lines.ndjson line 1"]
    assert "not UTF-8" in texts["latin.json"]
    assert verbund("validate", tmp_path).code == 1


def test_a_changed_resource_is_updated_and_says_so(node: Path, written: Written) -> None:
    assert "1 created" in verbund("import", node, written("a.json", observation("changes"))).out
    done = verbund("import", node, written("b.json", observation("changes", issued="2026-01-01T00:00:00Z")))
    assert (done.code, done.out.splitlines()[-1]) == (0, "0 created, 1 updated, 0 unchanged, 0 refused")


@pytest.mark.parametrize("command", ["import", "validate"])
def test_a_file_that_is_not_there_is_the_users_matter(node: Path, tmp_path: Path, command: str) -> None:
    done = verbund(command, *([node] if command == "import" else []), tmp_path / "nowhere.json")
    assert (done.code, done.out) == (1, "")
    assert f"There is no file or folder {tmp_path / 'nowhere.json'}" in done.err


class TestExport:
    def test_everything_is_written_as_it_is_stored(self, node: Path, tmp_path: Path, written: Written) -> None:
        kept = observation("kept", valueQuantity={"value": 1.50, "unit": "mg/dl"}, note=[{"text": "Ünï \\ \u2028 <b>"}])
        source = written("kept.json", kept)
        assert verbund("import", node, source).code == 0
        done = verbund("export", node, tmp_path / "out", "--json")
        assert done.code == 0
        counts = {file.stem: len(file.read_bytes().splitlines()) for file in (tmp_path / "out").iterdir()}
        assert counts == done.json["by_type"]
        lines = (tmp_path / "out" / "Observation.ndjson").read_bytes().splitlines()
        (line,) = [one for one in lines if b'"id":"kept"' in one]
        assert members(line) == members(json.dumps(kept).encode())
        assert json.loads(line)["meta"]["versionId"] == "1"

    def test_what_was_exported_is_known_again(self, node: Path, tmp_path: Path) -> None:
        assert verbund("export", node, tmp_path / "out").code == 0
        again = verbund("import", node, tmp_path / "out", "--json")
        assert again.code == 0
        assert (again.json["created"], again.json["updated"]) == (0, 0)
        assert again.json["unchanged"] == sum(again.json["by_type"].values()) > 0

    def test_an_export_is_never_written_over(self, node: Path, tmp_path: Path) -> None:
        assert verbund("export", node, tmp_path / "out").code == 0
        before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").iterdir()}
        done = verbund("export", node, tmp_path / "out")
        assert done.code == 1
        assert "holds an export already" in done.err
        assert {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").iterdir()} == before

    def test_a_folder_that_cannot_be_written_is_the_systems_matter(self, node: Path, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        done = verbund("export", node, tmp_path / "file" / "out")
        assert (done.code, done.out) == (3, "")
        assert "cannot be written" in done.err


class TestValidate:
    def test_what_is_right_has_no_issues(self, written: Written) -> None:
        file = written("good.json", observation("o"), {"resourceType": "Patient", "id": "p"})
        assert verbund("validate", file).out == "No issues.\n"
        assert verbund("validate", file, "--json").json == []

    def test_issues_have_place_path_rule_and_a_sentence(self, folder: Path) -> None:
        done = verbund("validate", folder, "--json")
        assert done.code == 1
        found = {(one["place"], one["path"], one["rule"]) for one in done.json}
        assert ("bundle.json entry 2", "Patient.gender", "binding") in found
        assert ("lines.ndjson line 2", "", "json") in found
        assert ("half.json", "", "json") in found
        assert all(one["text"] for one in done.json)
        assert "bundle.json entry 3 line 1: Patient: unknown-element: R4 knows no element 'nick' here." in (
            verbund("validate", folder).out.splitlines()
        )

    def test_a_profile_that_nobody_knows_is_refused_with_what_to_do(self, written: Written) -> None:
        done = verbund("validate", written("a.json", observation("o")), "--profile", "http://example.org/p")
        assert (done.code, done.out) == (1, "")
        assert "The profile http://example.org/p is not known." in done.err
        assert "--definitions" in done.err
