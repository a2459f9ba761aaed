"""Whether codes are valid, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from verbund.terminology.answers import Coding, Verdict
from verbund.terminology.catalogue import Catalogue
from verbund.terminology.composing import Composed, Part
from verbund.terminology.conditions import every
from verbund.terminology.model import EVERYTHING, Concept, Condition, Listed, Selectable, System
from verbund.terminology.texts import known_as, shown


@dataclass(frozen=True, slots=True)
class Check:
    """How strict: whether concepts that only group others may be used; the language of the texts in the answer."""

    abstract: bool = True
    language: str | None = None


async def checked(catalogue: Catalogue, composed: Composed, codings: Iterable[Coding], check: Check) -> Verdict:
    """The verdict on the first coding that is of the value set, else that on the last one that is not."""
    verdict = Verdict(valid=False, message="There is no code to check.", issue="required")
    for coding in codings:
        verdict = await _in_value_set(catalogue, composed, coding, check)
        if verdict.coding is not None:
            return verdict
    return verdict


async def _in_value_set(catalogue: Catalogue, composed: Composed, coding: Coding, check: Check) -> Verdict:
    name = composed.definition.title or composed.definition.canonical or "this value set"
    known = None if coding.system is None else catalogue.system(coding.system)
    url = coding.system if known is None else known.head.url
    parts = composed.parts if url is None else composed.of(url)
    unknown: Part | None = None
    for part in parts:
        if coding.version is not None and part.version not in {None, coding.version}:
            continue
        if part.source is None:
            unknown = part
            continue
        verdict = await _in_part(composed, part, coding, check)
        if verdict is not None:
            return verdict
    if unknown is not None:
        text = f"The code system {unknown.url} is not known here, so that {coding.code} cannot be checked."
        return Verdict(valid=False, message=text, issue="not-found")
    if known is not None and coding.code not in await known.find([coding.code]):
        return Verdict(valid=False, message=f"{known.head.called} has no code {coding.code}.", issue="code-invalid")
    return Verdict(valid=False, message=f"{_said(coding)} is not in {name}.", issue="code-invalid")


async def _in_part(composed: Composed, part: Part, coding: Coding, check: Check) -> Verdict | None:
    source = part.source
    assert source is not None  # noqa: S101 - the caller looks
    condition = part.condition if check.abstract else every(part.condition, Selectable())
    concept = (await source.find([coding.code], condition)).get(coding.code)
    if concept is None:
        return None
    said = composed.listed.get((part.url, concept.code))
    return _with_display(source, concept, coding, check, said)


async def checked_in_system(source: System, codings: Sequence[Coding], check: Check) -> Verdict:
    """The verdict on the first coding that is of the code system, else that on the last one."""
    condition: Condition = EVERYTHING if check.abstract else Selectable()
    verdict = Verdict(valid=False, message="There is no code to check.", issue="required")
    for coding in codings:
        concept = (await source.find([coding.code], condition)).get(coding.code)
        if concept is not None:
            return _with_display(source, concept, coding, check, None)
        verdict = Verdict(valid=False, message=f"{source.head.called} has no code {coding.code}.", issue="code-invalid")
    return verdict


def _with_display(source: System, concept: Concept, coding: Coding, check: Check, said: Listed | None) -> Verdict:
    display = shown(concept, source.head, check.language, said)
    found = replace(coding, system=source.head.url, version=source.head.version, display=display)
    if coding.display and display and not known_as(concept, said, coding.display):
        text = f"{coding.code} is not called “{coding.display}” in {source.head.called}; it is called “{display}”."
        return Verdict(valid=False, message=text, display=display, coding=found, issue="code-invalid")
    note = None
    if source.head.content == "not-present":
        note = f"Only the form of the code was checked: the catalogue {source.head.called} is not loaded."
    elif concept.inactive:
        note = f"{coding.code} is no longer in use in {source.head.called}."
    return Verdict(valid=True, message=note, display=display, coding=found)


def _said(coding: Coding) -> str:
    return coding.code if coding.system is None else f"{coding.code} of {coding.system}"
