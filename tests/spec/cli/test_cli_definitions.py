"""Teaching a node from the command line, and validating with what it knows."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import verbund
from profiles_at_hand import element, profile

PERSON = profile("Patient", "taught-person", element("name", min=1), element("name.family", min=1))
CLAIM: dict[str, Any] = {"resourceType": "Patient", "meta": {"profile": [PERSON["url"]]}}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "de.taught", "version": "3.1.0"}))
    (folder / "person.json").write_text(json.dumps(PERSON))
    return folder


def pretty(path: Path, resource: dict[str, Any]) -> Path:
    path.write_text(json.dumps(resource, indent=2))
    return path


def test_a_node_is_taught_shows_it_validates_with_it_and_forgets_it(node: Path, package: Path, tmp_path: Path) -> None:
    added = verbund("definitions", "add", node, package)
    assert (added.code, "package de.taught 3.1.0" in added.out) == (0, True), added.err
    assert "1 new, 0 updated, 0 unchanged" in added.out
    assert "0 new, 0 updated, 1 unchanged" in verbund("definitions", "add", node, package).out
    (known,) = [one for one in verbund("definitions", "list", node, "--json").json if one["url"] == PERSON["url"]]
    assert known["package"] == {"name": "de.taught", "version": "3.1.0"}
    assert f"StructureDefinition  {PERSON['url']}  1.0.0  de.taught#3.1.0" in verbund("definitions", "list", node).out
    file = pretty(tmp_path / "p.json", CLAIM | {"name": [{"text": "x"}]})
    (found,) = verbund("validate", file, "--node", node, "--json").json
    assert (found["path"], found["line"], found["severity"]) == ("Patient.name[0].family", 9, "error")
    assert verbund("definitions", "remove", node, "de.taught").out == "1 forgotten\n"
    assert verbund("definitions", "remove", node, "de.taught").code == 1


def test_what_cannot_be_learnt_is_told(node: Path, tmp_path: Path) -> None:
    file = pretty(tmp_path / "broken.json", PERSON | {"url": "http://example.org/broken", "status": "nonsense"})
    done = verbund("definitions", "add", node, file)
    assert done.code == 1
    assert "broken.json: http://example.org/broken: StructureDefinition.status" in done.out


class TestValidatingWithPackages:
    def test_claims_are_looked_at_with_the_lines_of_the_file(self, package: Path, tmp_path: Path) -> None:
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": CLAIM}, {"resource": CLAIM}]}
        done = verbund("validate", pretty(tmp_path / "b.json", bundle), "--definitions", package)
        assert done.code == 1
        assert [line.partition(":")[0] for line in done.out.splitlines()] == [
            "b.json entry 1 line 6",
            "b.json entry 2 line 16",
        ]
        assert "Patient.name: taught-person#Patient.name: the profile asks for this element" in done.out

    def test_a_profile_is_asked_for(self, package: Path, tmp_path: Path) -> None:
        file = pretty(tmp_path / "p.json", {"resourceType": "Patient", "gender": "male"})
        assert verbund("validate", file, "--definitions", package).out == "No issues.\n"
        asked = verbund("validate", file, "--definitions", package, "--profile", PERSON["url"], "--json")
        assert [one["path"] for one in asked.json] == ["Patient.name"]

    def test_claims_that_nobody_knows_warn_or_are_refused(self, package: Path, tmp_path: Path) -> None:
        unknown = {"resourceType": "Patient", "gender": "male", "meta": {"profile": ["http://example.org/unknown"]}}
        file = pretty(tmp_path / "p.json", unknown)
        loose = verbund("validate", file, "--definitions", package)
        assert (loose.code, "warning: the profile http://example.org/unknown is not known" in loose.out) == (0, True)
        assert verbund("validate", file, "--definitions", package, "--strict").code == 1

    def test_xml_and_lines_are_validated(self, package: Path, tmp_path: Path) -> None:
        claim = f'<meta><profile value="{PERSON["url"]}"/></meta>'
        (tmp_path / "p.xml").write_text(f'<Patient xmlns="http://hl7.org/fhir">{claim}</Patient>')
        (tmp_path / "p.ndjson").write_text(json.dumps(CLAIM) + "\n" + json.dumps(CLAIM))
        done = verbund("validate", tmp_path / "p.xml", tmp_path / "p.ndjson", "--definitions", package, "--json")
        assert [(one["place"], one["line"], one["path"]) for one in done.json] == [
            ("p.xml", None, "Patient.name"),
            ("p.ndjson line 1", 1, "Patient.name"),
            ("p.ndjson line 2", 2, "Patient.name"),
        ]

    def test_broken_xml_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "p.xml").write_text("<Patient")
        (found,) = verbund("validate", tmp_path / "p.xml", "--json").json
        assert (found["place"], found["rule"]) == ("p.xml", "xml")
