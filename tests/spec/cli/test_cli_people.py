"""Who may sign in, and tokens for the operator."""

import re
from pathlib import Path

import pytest
from command_line import Done, verbund

from verbund.config import load, utc_now
from verbund.crypto import NodeKeys, verify_token
from verbund.identity import House

PASSWORD = "Verbund-2026"


def add(node: Path, login: str, password: str = PASSWORD, role: str = "physician") -> Done:
    """Add somebody."""
    return verbund(
        "people", "add", node, "--login", login, "--name", "Dr. Anna Weber", "--role", role, "--password", password
    )


def logins(node: Path) -> set[str]:
    """Who may sign in."""
    return {row["login"] for row in verbund("people", "list", node, "--json").json}


def test_people_are_added_listed_and_removed(node: Path) -> None:
    assert add(node, "weber").out == "weber can sign in at http://127.0.0.1:8400\n"
    assert "weber" in logins(node)
    assert re.search(r"^weber +physician +Dr\. Anna Weber$", verbund("people", "list", node).out, re.MULTILINE)
    assert verbund("people", "remove", node, "--login", "weber").code == 0
    assert "weber" not in logins(node)


def test_a_login_is_given_once(node: Path) -> None:
    assert add(node, "klose").code == 0
    again = add(node, "klose", role="nurse")
    assert (again.code, again.out) == (1, "")
    assert "taken" in again.err


def test_a_password_that_is_too_short_is_refused_and_not_repeated(node: Path) -> None:
    done = add(node, "short", "geheim7")
    assert done.code == 1
    assert "too short" in done.err
    assert "geheim7" not in done.err
    assert "short" not in logins(node)


def test_nobody_of_that_name_can_be_removed(node: Path) -> None:
    done = verbund("people", "remove", node, "--login", "nobody")
    assert done.code == 1
    assert "Nobody signs in as 'nobody'" in done.err


def test_a_token_is_printed_and_nothing_else(node: Path) -> None:
    done = verbund("token", node, "--scope", "system/*.cruds", "--purpose", "TREAT", "--ttl", "90s")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", done.out)
    config = load(node, {})
    house = House.of(config)
    keys = NodeKeys.load(config.directory / "keys.json")
    claims = verify_token(done.out.strip(), keys.public(), issuer=house.issuer, audience=house.audience, now=utc_now())
    assert (claims["scope"], claims["purpose"]) == ("system/*.cruds", "TREAT")
    assert claims["exp"] - claims["iat"] == 90


@pytest.mark.parametrize("scope", ["everything", "system/*.sdurc", "system/Patient"])
def test_a_scope_that_is_none_is_refused(node: Path, scope: str) -> None:
    done = verbund("token", node, "--scope", scope)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("verbund: ")
