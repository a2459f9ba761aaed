"""From the text of an expression to its tokens.

http://hl7.org/fhirpath/N1/grammar.html. A backslash before a character that needs none is kept: the invariants of R4
write regular expressions that way.
"""

import re
from dataclasses import dataclass
from typing import Final

from verbund.fhir.fhirpath.errors import Malformed

LONGEST: Final = 20_000
"""Characters of the longest expression that is read."""

_TOKEN: Final = re.compile(
    r"""
      (?P<space>[ \t\r\n\f]+|//[^\r\n]*|/\*.*?\*/)
    | (?P<time>@T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?)
    | (?P<date>@\d{4}(?:-\d\d(?:-\d\d)?)?
        (?P<clock>T(?:\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?)?)?)
    | (?P<number>\d+(?:\.\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<quoted>`(?:[^`\\]|\\.)*`)
    | (?P<special>\$(?:this|index|total)\b)
    | (?P<variable>%(?:[A-Za-z_][\w-]*|`(?:[^`\\]|\\.)*`|'(?:[^'\\]|\\.)*'))
    | (?P<name>[A-Za-z_]\w*)
    | (?P<sign><=|>=|!=|!~|[-+*/&|<>=~.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED: Final = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", **{c: c for c in "'\"`\\/"}}


@dataclass(frozen=True, slots=True)
class Token:
    """A token: its kind, its text (strings and names without quotes and escapes), and where it stands."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The tokens, the last of the kind `end`; Malformed where a character fits none."""
    if len(text) > LONGEST:
        raise Malformed(f"it is longer than {LONGEST} characters.", LONGEST)
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Malformed("this character begins nothing that FHIRPath knows.", position)
        if (token := _token(match)) is not None:
            found.append(token)
        position = match.end()
    return [*found, Token("end", "", len(text))]


def _token(match: re.Match[str]) -> Token | None:
    kind, text, position = match.lastgroup or "", match[0], match.start()
    if match["date"] is not None:
        kind = "date" if match["clock"] is None else "dateTime"
    if kind == "space":
        return None
    if kind in {"string", "quoted"}:
        return Token("string" if kind == "string" else "name", plain(text[1:-1]), position)
    if kind == "variable":
        return Token(kind, plain(text[2:-1]) if text[1] in "`'" else text[1:], position)
    return Token(kind, text.lstrip("@$"), position)


def plain(text: str) -> str:
    """A string's text with its escapes resolved."""
    return _ESCAPE.sub(_resolved, text) if "\\" in text else text


def _resolved(match: re.Match[str]) -> str:
    if len(match[1]) == 5:
        return chr(int(match[1][1:], 16))
    return _ESCAPED.get(match[1], match[0])
