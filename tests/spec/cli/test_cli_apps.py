"""`verbund app` and the operator's tokens: what an administrator does from registering an app to removing it."""

import json
from pathlib import Path

import pytest
from command_line import verbund
from smart_apps import KeyPair

RETURN = "https://app.example.org/back"


def test_an_app_is_registered_listed_switched_and_removed(node: Path, tmp_path: Path) -> None:
    added = verbund("app", "add", node, "--name", "Kurve", "--redirect", RETURN, "--scope", "openid patient/*.rs",
                    "--refresh", "--secret", "--launch", "https://app.example.org/launch", "--json")  # fmt: skip
    assert added.code == 0, added.err
    assert added.json["client_secret"]
    assert added.json["token_endpoint_auth_method"] == "client_secret_basic"
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(KeyPair.es384().public))
    service = verbund("app", "add", node, "--name", "Labor", "--service", "--jwks", keys, "--scope",
                      "system/Observation.cruds", "--id", "labor")  # fmt: skip
    assert "labor" in service.out
    listed = verbund("app", "list", node, "--json").json
    assert [(one["client_name"], one["enabled"]) for one in listed] == [("Kurve", True), ("Labor", True)]
    assert "client_secret" not in listed[0]
    assert listed[1]["grant_types"] == ["client_credentials"]
    assert "off" in verbund("app", "disable", node, "labor").out
    assert [one["enabled"] for one in verbund("app", "list", node, "--json").json] == [True, False]
    assert "on" in verbund("app", "enable", node, "labor").out
    assert verbund("app", "remove", node, "labor").code == 0
    gone = verbund("app", "disable", node, "labor")
    assert (gone.code, "no app of the id 'labor'" in gone.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--redirect", "http://app.example.org/"], "invalid_redirect_uri"),
        (["--redirect", RETURN, "--scope", "patient/*.x"], "invalid_client_metadata"),
        (["--service", "--scope", "system/*.rs"], "invalid_client_metadata"),
    ],
)
def test_what_cannot_be_registered_is_refused_for_people_and_programs(
    node: Path, arguments: list[str], error: str
) -> None:
    program = verbund("app", "add", node, "--name", "Kurve", *arguments, "--json")
    assert (program.code, program.json["error"]) == (1, error)
    person = verbund("app", "add", node, "--name", "Kurve", *arguments)
    assert person.code == 1
    assert person.err.startswith("verbund: ")


def test_the_operators_tokens_are_written_down(node: Path) -> None:
    assert verbund("token", node, "--scope", "system/*.rs", "--purpose", "TREAT").code == 0
    listed = verbund("token", node, "--list", "--json").json
    assert (listed[0]["scope"], listed[0]["purpose"], listed[0]["revoked"]) == ("system/*.rs", "TREAT", False)
    assert listed[0]["id"] in verbund("token", node, "--revoke", listed[0]["id"]).out
    assert verbund("token", node, "--list", "--json").json[0]["revoked"] is True
    assert verbund("token", node, "--revoke", "1b4e28ba-2fa1-41d2-883f-0016d3cca427").code == 1


def test_a_token_has_bounds(node: Path) -> None:
    long = verbund("token", node, "--scope", "system/*.rs", "--ttl", "91d")
    assert (long.code, "90 days" in long.err) == (1, True)
    useless = verbund("token", node, "--scope", "system/*.rs", "--purpose", "PATRQT")
    assert (useless.code, "is not one of" in useless.err) == (2, True)
