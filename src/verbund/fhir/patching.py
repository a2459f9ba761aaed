"""Patches: JSON Patch (RFC 6902) and FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html), on a resource's bytes.

Both are pure and keep every number as it was written. What comes out is a resource like any other that a client sends:
who calls validates it.
"""

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from json import JSONDecodeError, loads
from typing import Any, Final, Literal, NoReturn, Self

import jsonpatch
import jsonpointer
from msgspec import Raw, json

from verbund.errors import Incorrect, Invalid, Issue, TooLarge
from verbund.fhir.fhirpatch import apply, operations

LARGEST_PATCH: Final = 2**20
"""Bytes of the largest patch that is taken."""

MOST_OPERATIONS: Final = 1_000
LARGEST_RESULT: Final = 16 * 2**20
_encode = json.Encoder().encode
Json = Any
"""A JSON value."""

_VERBS: Final = frozenset({"add", "remove", "replace", "move", "copy", "test"})
# What says no more of the values that are there than whether there are any.
_BLIND: Final = frozenset({"add", "remove", "replace"})
_PLAIN_PATH: Final = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*(\[\d+\])?)*")


class _Number(Decimal):
    """A JSON number that compares by its value, and is written as it was read."""

    text: str

    def __new__(cls, text: str) -> Self:
        """Read a number, keeping its text."""
        try:
            number = super().__new__(cls, text)
        except DecimalException:
            raise Incorrect("A number is beyond every scale.") from None
        number.text = text
        return number

    def __deepcopy__(self, _: object) -> Self:
        return self


@dataclass(frozen=True, slots=True)
class Patch:
    """A patch as it was sent; called with the bytes of a resource it gives the resource after it.

    Raises as `json_patch` and `fhirpath_patch` do.
    """

    kind: Literal["json", "fhirpath"]
    content: bytes

    def __call__(self, raw: bytes) -> bytes:
        return json_patch(raw, self.content) if self.kind == "json" else fhirpath_patch(raw, self.content)

    @property
    def asks(self) -> bool:
        """Whether its outcome tells of values that are there: it tests, copies or moves some, or seeks by conditions.

        Incorrect or TooLarge for what is no patch.
        """
        found = _read(_bounded(self.content), "patch")
        if self.kind == "fhirpath":
            return not all(_PLAIN_PATH.fullmatch(one.path) for one in operations(found))
        return not isinstance(found, list) or any(
            not isinstance(one, dict) or one.get("op") not in _BLIND for one in found
        )


def json_patch(raw: bytes, patch: bytes) -> bytes:
    """The resource after a JSON Patch.

    Incorrect, with the operation's index and path, where the patch is malformed or leads to what is not there; Invalid
    (422) where a `test` fails; TooLarge beyond a million bytes, a thousand operations or sixteen million bytes of
    result. All operations take effect or none.
    """
    document, found = _read(raw, "resource"), _read(_bounded(patch), "patch")
    if not isinstance(found, list) or len(found) > MOST_OPERATIONS:
        raise Incorrect(f"A JSON Patch is a list of at most {MOST_OPERATIONS} operations.")
    size = len(raw)
    for index, operation in enumerate(found):
        document = _step(document, operation, index)
        if operation["op"] == "copy" and (size := size + len(raw)) > LARGEST_RESULT:
            raise TooLarge("The JSON Patch copies more than is accepted.")
    return _written(document)


def _step(document: Json, operation: Json, index: int) -> Json:
    """The document after one operation."""
    if not isinstance(operation, dict) or operation.get("op") not in _VERBS:
        _refuse(index, None, f"'op' must be one of {', '.join(sorted(_VERBS))}.")
    path = operation.get("path")
    try:
        return jsonpatch.apply_patch(document, [operation], in_place=True)
    except jsonpatch.JsonPatchTestFailed:
        sentence = f"Operation {index} of the JSON Patch{_place(path)}: the test fails."
        raise Invalid(sentence, issues=(Issue("conflict", sentence, rule="patch-test"),)) from None
    except jsonpatch.JsonPatchConflict:
        _refuse(index, path, "there is nothing at this path, or the place in the list is not there.")
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, ValueError):
        _refuse(index, path, "the operation is malformed, or its path leads to no element.")


def _refuse(index: int, path: object, reason: str) -> NoReturn:
    sentence = f"Operation {index} of the JSON Patch{_place(path)}: {reason}"
    raise Incorrect(sentence, issues=(Issue("processing", sentence, rule="patch"),))


def _place(path: object) -> str:
    """A path as it may be repeated: it holds names of elements and places in lists."""
    text = path if isinstance(path, str) else ""
    plain = all(character.isalnum() or character in "/_-" for character in text)
    return f" at {text}" if text and plain and len(text) <= 200 else ""


def fhirpath_patch(raw: bytes, parameters: bytes) -> bytes:
    """The resource after a FHIRPath Patch, which is a Parameters resource.

    Incorrect, with the operation's index, where the patch is malformed, where the path leads to none or to more than
    one element (a `delete` of nothing does nothing), or where the index is outside of the list. TooLarge as
    `json_patch`.
    """
    document, found = _read(raw, "resource"), _read(_bounded(parameters), "patch")
    todo = operations(found)
    if len(todo) > MOST_OPERATIONS:
        raise Incorrect(f"A FHIRPath Patch holds at most {MOST_OPERATIONS} operations.")
    for index, operation in enumerate(todo):
        apply(document, operation, index)
    return _written(document)


def _bounded(patch: bytes) -> bytes:
    if len(patch) > LARGEST_PATCH:
        raise TooLarge(f"A patch of more than {LARGEST_PATCH} bytes is not taken.")
    return patch


def _read(raw: bytes, what: str) -> Json:
    try:
        return loads(raw.decode("utf-8"), parse_float=_Number, parse_int=_whole, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Incorrect(f"The {what} is not UTF-8.") from None
    except JSONDecodeError as error:
        raise Incorrect(f"The {what} is not JSON, at line {error.lineno}, column {error.colno}.") from None
    except (RecursionError, ValueError):
        raise Incorrect(f"The {what} is nested too deep, or a number in it is too long.") from None


def _whole(text: str) -> int | _Number:
    return int(text) if len(text) < 19 else _Number(text)


def _no_number(text: str) -> NoReturn:
    raise Incorrect(f"JSON has no number {text}.")


def _written(document: Json) -> bytes:
    """The bytes of a patched resource."""
    if not isinstance(document, dict):
        raise Incorrect("After the patch there is no resource left.")
    try:
        written = _encode(_wire(document))
    except (RecursionError, UnicodeEncodeError):
        raise Incorrect("The patched resource is nested too deep, or holds what is no text.") from None
    if len(written) > LARGEST_RESULT:
        raise TooLarge("The patched resource is larger than what is accepted.")
    return written


def _wire(value: Json) -> Json:
    """A JSON value with its numbers as they were written."""
    if isinstance(value, dict):
        return {key: _wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_wire(item) for item in value]
    return Raw(value.text.encode()) if isinstance(value, _Number) else value
