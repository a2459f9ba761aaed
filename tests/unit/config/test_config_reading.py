"""A node's settings are read once, and what is wrong with them is said in a sentence."""

from pathlib import Path

import msgspec
import pytest

from verbund.config import NodeConfig, load, render
from verbund.errors import Incorrect

GOOD = 'name = "praxis"\ntitle = "Hausarztpraxis"\nkind = "practice"\nport = 8402\nhub_url = "http://127.0.0.1:8400"\n'


def node_file(folder: Path, text: str) -> Path:
    (folder / "node.toml").write_text(text, encoding="utf-8")
    return folder


def test_reads_a_file_by_its_folder_or_its_path(tmp_path: Path) -> None:
    folder = node_file(tmp_path, GOOD)
    assert load(folder, {}) == load(folder / "node.toml", {})
    assert load(folder, {}).directory == tmp_path.resolve()


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    assert load(node_file(tmp_path, GOOD), {"VERBUND_NODE_PORT": "9000", "OTHER": "1"}).port == 9000


def test_a_rendered_configuration_reads_back_the_same(tmp_path: Path) -> None:
    config = NodeConfig(
        name="reha",
        title='Reha "Seeblick"',
        kind="rehabilitation",
        directory=tmp_path.resolve(),
        emergency_access=False,
        house_timeout_seconds=2.5,
    )
    assert load(node_file(tmp_path, render(config)), {}) == config


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "potr = 1\n", "'potr' is unknown. Did you mean 'port'?"),
        (GOOD + "zzzzzzz = 1\n", "Known settings:"),
        ("name = ", "not valid TOML"),
        (GOOD.replace("8402", '"many"'), "port"),
        (GOOD.replace("8402", "70000"), "not between 1 and 65535"),
        (GOOD.replace('"praxis"', '"Praxis Süd"'), "lower-case letters"),
        (GOOD + 'role = "hub"\n', "belong together"),
        (GOOD.replace("practice", "circus"), "kind 'circus' is unknown"),
        (GOOD + 'database = "sqlite:x"\n', "must be 'embedded:FOLDER/NAME'"),
        (GOOD + "research_minimum_count = 0\n", "at least 1"),
        (GOOD.replace("http:", "ftp:"), "must begin with http"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Incorrect) as refused:
        load(node_file(tmp_path, text), {})
    assert said in refused.value.text
    assert "node.toml" in refused.value.text


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(Incorrect, match="verbund init"):
        load(tmp_path, {})


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/configuration.md").read_text(encoding="utf-8")
    undocumented = [f.name for f in msgspec.structs.fields(NodeConfig) if f"| `{f.name}` |" not in page]
    assert undocumented == []
