"""Versions of definitions, as far as one can be told to be newer than another."""

import re

_PART = re.compile(r"\d+|[A-Za-z]+")


def older(version: str, than: str) -> bool:
    """Whether a version is older (https://semver.org, 11; versions that are dates compare as well).

    Without a version, or where letters are compared with numbers, nothing is said to be older.
    """
    if not version or not than:
        return False
    (left, left_label), (right, right_label) = _parts(version), _parts(than)
    if left != right:
        return left < right
    return bool(left_label) and (not right_label or left_label < right_label)


def _parts(version: str) -> tuple[tuple[int, ...], tuple[tuple[int, str], ...]]:
    """Its numbers, and the parts of its label: a label (`-rc.1`) makes a version older than the same without."""
    main, _, label = version.partition("+")[0].partition("-")
    if re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", version):
        main, label = version.replace("-", "."), ""
    numbers = [int(part) for part in re.findall(r"\d+", main)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    words = [(int(part), "") if part.isdecimal() else (1_000_000_000, part) for part in _PART.findall(label)]
    return tuple(numbers), tuple(words)
