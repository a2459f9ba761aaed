"""Reads the FHIRPath of the official SearchParameters into steps: the small part of the language that they use."""

import re
from dataclasses import dataclass

SPLIT = re.compile(r"\.(?![^(]*\))")


@dataclass(frozen=True)
class Step:
    """One move along a path: field, cast, equals (field, value), type, extension, has-extension, exists."""

    kind: str
    name: str
    value: str = ""


class NotCompiled(Exception):
    """An expression that cannot be compiled, with the reason."""


def paths(expression: str) -> list[tuple[str, list[Step]]]:
    """The alternatives of an expression: the type each begins with (or an empty string) and its steps."""
    if " and " in expression:
        return [truth(expression)]
    return [path(part.strip()) for part in unions(expression)]


def unions(expression: str) -> list[str]:
    """The parts between the bars that stand outside of parentheses."""
    parts, depth = [""], 0
    for character in expression:
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def truth(expression: str) -> tuple[str, list[Step]]:
    """`Patient.deceased.exists() and Patient.deceased != false`: a path whose presence is the value."""
    found = re.fullmatch(r"(\w+)\.(\w+)\.exists\(\) and \1\.\2 != false", expression.strip())
    if found is None:
        raise NotCompiled(f"a truth value other than exists: {expression}")
    return found[1], [Step("exists", found[2])]


def path(text: str) -> tuple[str, list[Step]]:
    """One path, such as `(Observation.value as Quantity)` or `Patient.telecom.where(system='phone')`."""
    cast = re.fullmatch(r"\(?([\w.]+) as (\w+)\)?((?:\.\w+)*)", text)
    if cast:
        root, steps = path(cast[1])
        return root, [*steps, Step("cast", cast[2]), *(Step("field", name) for name in cast[3].split(".")[1:])]
    segments = SPLIT.split(text)
    root = segments.pop(0) if segments[0][0].isupper() else ""
    return root, [step(segment) for segment in segments]


def step(segment: str) -> Step:
    """One segment of a path."""
    if re.fullmatch(r"\w+", segment):
        return Step("field", segment)
    if found := re.fullmatch(r"(?:as|ofType)\((\w+)\)", segment):
        return Step("cast", found[1])
    if found := re.fullmatch(r"where\(resolve\(\) is (\w+)\)", segment):
        return Step("type", found[1])
    if found := re.fullmatch(r"where\((\w+)='([\w-]+)'\)", segment):
        return Step("equals", found[1], found[2])
    if found := re.fullmatch(r"extension\('([^']+)'\)", segment):
        return Step("extension", found[1])
    if found := re.fullmatch(r"where\(hasExtension\('([^']+)'\)\)", segment):
        return Step("has-extension", found[1])
    raise NotCompiled(f"the step {segment}")
