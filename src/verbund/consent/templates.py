"""Decisions that a region has put into words, for patients to take over: read from a file, with the exact place of a
fault.

The file is TOML. Each `[[template]]` has a `name`, `title` and `text` in German and English, perhaps `days` for which
it holds and `replaces = true` where it stands in place of everything else; each `[[template.rule]]` says `permit`, and
perhaps `houses`, `kinds` (of house), `data` (kinds of data), `purposes`, and the same as `[[template.rule.except]]`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verbund.consent.model import ALL, NONE, DataCategory, Party, Provision, Purpose, Sentence
from verbund.consent.rules import ASKING_KINDS
from verbund.errors import Incorrect

OF_REGION = Path(__file__).parent / "templates.toml"
_TEMPLATE = frozenset({"name", "title", "text", "days", "replaces", "rule"})
_RULE = frozenset({"permit", "houses", "kinds", "data", "purposes", "except"})
_CATEGORIES = {category.code: category for category in DataCategory}
_MOST_DAYS = 36_525


@dataclass(frozen=True, slots=True)
class Template:
    """A named decision; `days` is how long it holds from when it is taken over, None without end.

    With `replaces` it stands in place of everything the patient decided before, else it is added.
    """

    name: str
    title: Sentence
    text: Sentence
    rules: tuple[Provision, ...]
    days: int | None = None
    replaces: bool = False


def templates(file: Path) -> tuple[Template, ...]:
    """The templates of a file, in its order. Incorrect, with the place, for what is missing, unknown or wrong."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Incorrect(f"The templates of consents, {file}, cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Incorrect(f"{file} is not valid TOML: {error}") from error
    try:
        return _read(values)
    except _Fault as fault:
        raise Incorrect(f"{file}: {fault}. See docs/how-to/consent-templates.md.") from fault


def _read(values: Mapping[str, Any]) -> tuple[Template, ...]:
    _only(values, frozenset({"template"}), "the file")
    tables = _tables(values, "template", "the file")
    found = tuple(_template(value, f"template[{at}]") for at, value in enumerate(tables))
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise _Fault("two templates have the same name")
    return found


class _Fault(Exception):
    """What is wrong, with its place."""


def _only(value: Mapping[str, Any], known: frozenset[str], path: str) -> None:
    for name in value:
        if name not in known:
            raise _Fault(f"{path} has '{name}', which is not known; known are {', '.join(sorted(known))}")


def _template(value: Mapping[str, Any], path: str) -> Template:
    _only(value, _TEMPLATE, path)
    days = value.get("days")
    if days is not None and (type(days) is not int or not 0 < days <= _MOST_DAYS):
        raise _Fault(f"{path}.days must be a number from 1 to {_MOST_DAYS}")
    replaces = value.get("replaces", False)
    if type(replaces) is not bool:
        raise _Fault(f"{path}.replaces must be true or false")
    rules = tuple(_rule(one, f"{path}.rule[{at}]") for at, one in enumerate(_tables(value, "rule", path)))
    if not rules and not replaces:
        raise _Fault(f"{path} says nothing: it needs a rule, or replaces = true to withdraw everything")
    name = value.get("name")
    if not isinstance(name, str) or not name:
        raise _Fault(f"{path}.name must be a word")
    return Template(name, _sentence(value, "title", path), _sentence(value, "text", path), rules, days, replaces)


def _tables(value: Mapping[str, Any], name: str, path: str) -> Sequence[Mapping[str, Any]]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _Fault(f"{path}.{name} must be written as [[{name}]]")
    return found


def _sentence(value: Mapping[str, Any], name: str, path: str) -> Sentence:
    said = value.get(name)
    if (
        not isinstance(said, dict)
        or set(said) != {"de", "en"}
        or not all(isinstance(t, str) and t for t in said.values())
    ):
        raise _Fault(f"{path}.{name} must have a text in German (de) and in English (en)")
    return Sentence(said["de"], said["en"])


def _rule(value: Mapping[str, Any], path: str) -> Provision:
    _only(value, _RULE, path)
    permit = value.get("permit")
    if type(permit) is not bool:
        raise _Fault(f"{path}.permit must be true or false")
    houses = [Party(organisation=site) for site in _words(value, "houses", path)]
    kinds = [Party(kind=kind) for kind in _words(value, "kinds", path, ASKING_KINDS)]
    categories = NONE
    for code in _words(value, "data", path, frozenset(_CATEGORIES)):
        categories |= _CATEGORIES[code]
    return Provision(
        permit=permit,
        recipients=(*houses, *kinds),
        purposes=frozenset(map(Purpose, _words(value, "purposes", path, frozenset(Purpose)))),
        categories=categories or ALL,
        exceptions=tuple(_rule(one, f"{path}.except[{at}]") for at, one in enumerate(_tables(value, "except", path))),
    )


def _words(value: Mapping[str, Any], name: str, path: str, known: frozenset[str] | None = None) -> list[str]:
    found = value.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise _Fault(f"{path}.{name} must be a list of words")
    for one in found:
        if known is not None and one not in known:
            raise _Fault(f"{path}.{name} has '{one}', which is not known; known are {', '.join(sorted(known))}")
    return found
