"""An operator brings catalogues and FHIR terminologies onto a node."""

from pathlib import Path

from catalogue_files import ATC, CLAML, one_file
from command_line import verbund

SYSTEM = "https://example.org/colours"


def node(folder: Path) -> Path:
    """The settings of a new node."""
    made = verbund("init", folder / "node", "--name", "praxis", "--title", "Praxis", "--kind", "practice")
    assert made.code == 0, made.err
    return folder / "node" / "node.toml"


def test_catalogues_and_resources_are_loaded_and_listed(tmp_path: Path) -> None:
    config = node(tmp_path)
    assert "None were loaded" in verbund("terminology", "list", config).out
    claml = one_file(tmp_path, "icd10gm2024_claml.xml", CLAML)
    concept = {"code": "red", "display": "Red"}
    colours = one_file(
        tmp_path,
        "colours.json",
        {
            "resourceType": "CodeSystem",
            "url": SYSTEM,
            "version": "2",
            "status": "active",
            "content": "complete",
            "concept": [concept],
        },
    )
    added = verbund("terminology", "add", config, claml, colours, "--json")
    assert added.code == 0, added.err
    assert [(one["what"].rpartition("/")[2], one["entries"]) for one in added.json] == [
        ("icd-10-gm|2024", 11),
        ("colours|2", 1),
    ]
    listed = {one["url"]: one["concepts"] for one in verbund("terminology", "list", config, "--json").json}
    assert listed == {"http://fhir.de/CodeSystem/bfarm/icd-10-gm": 11, SYSTEM: 1}

    broken = one_file(tmp_path, "ATC.csv", ATC + "nonsense;x;\n")
    refused = verbund("terminology", "add", config, broken, "--version", "2024")
    assert refused.code == 1
    assert "ATC.csv, line 9" in refused.err
    assert len(verbund("terminology", "list", config, "--json").json) == 2
