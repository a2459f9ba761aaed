"""What is asked about one witness: each prefix, modifier and way that R4 defines for its kind, and what must follow.

http://hl7.org/fhir/R4/search.html#ptypes and #modifiers. `finds` says whether the witness must be among what is found;
`control` the same of a resource that has no value of the parameter (None: either is right).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from conformance.asking import escaped
from conformance.client import Pairs
from conformance.made import IDS, TARGET
from conformance.standard import Official
from conformance.witnesses import Witness

UCUM = "http://unitsofmeasure.org"
COMPARED = ("eq", "ge", "le", "ap")
NEVER = "zzz-nowhere"


@dataclass(frozen=True, slots=True)
class Question:
    """One search: `what` is tested by it, at which type, and whom it must find.

    `expected` is the witness unless another resource is named; `included` asks for it as what comes along.
    """

    what: str
    params: Pairs
    finds: bool = True
    control: bool | None = False
    type: str = ""
    expected: str = ""
    included: bool = False


def questions(one: Official, witness: Witness, me: str) -> Iterator[Question]:
    """All about a witness; `me` is its id."""
    asker = {
        "token": _token,
        "string": _string,
        "reference": _reference,
        "date": _date,
        "number": _number,
        "quantity": _quantity,
        "uri": _uri,
        "composite": _composite,
        "special": _special,
    }[one.kind]
    if one.code in _OWN:
        yield from _OWN[one.code](one, witness, me)
        return
    yield from asker(one, witness, me)
    if one.kind not in {"composite", "special"}:
        yield Question(":missing", [(f"{one.code}:missing", "false")], control=False)
        yield Question(":missing", [(f"{one.code}:missing", "true")], finds=False, control=True)
        both = [(one.code + ":missing", "false"), ("_id", me)]
        yield Question("_sort", [*both, ("_sort", one.code)])
        yield Question("_sort", [*both, ("_sort", f"-{one.code}")])


def _token(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    yield Question("value", [(one.code, witness.value)])
    system, bar, code = witness.value.rpartition("|")
    yield Question(":not", [(f"{one.code}:not", witness.value)], finds=False, control=True)
    yield Question("values", [(one.code, f"{NEVER},{witness.value}")])
    if bar:
        yield Question("code without system", [(one.code, code)])
        yield Question("system", [(one.code, f"http://example.org/other|{code}")], finds=False)
        if system:
            yield Question("no system", [(one.code, f"|{code}")], finds=False)
            yield Question("system|", [(one.code, f"{system}|")], control=None)
    element = witness.element
    if witness.type == "Identifier" and "type" in element:
        kind = element["type"]["coding"][0]
        of_type = f"{kind['system']}|{kind['code']}|{element['value']}"
        yield Question(":of-type", [(f"{one.code}:of-type", of_type)])
        yield Question(":of-type", [(f"{one.code}:of-type", f"{of_type}0")], finds=False)
        yield Question(":text", [(f"{one.code}:text", element["type"]["text"])])
    if witness.type in {"CodeableConcept", "Coding"} and (text := _display(witness)):
        yield Question(":text", [(f"{one.code}:text", text.lower()[:-1])], control=None)
        yield Question(":text", [(f"{one.code}:text", NEVER)], finds=False)


def _display(witness: Witness) -> str:
    element = witness.element
    return str(element.get("text") or element.get("display") or (element.get("coding") or [{}])[0].get("display") or "")


def _string(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    value = witness.value
    yield Question("value", [(one.code, value)])
    if one.code == "phonetic":
        return
    yield Question("beginning", [(one.code, value[:-1].upper())], control=None)
    yield Question("value", [(one.code, f"{NEVER}{value}")], finds=False)
    yield Question(":contains", [(f"{one.code}:contains", value[1:])])
    yield Question(":contains", [(f"{one.code}:contains", f"{value}{NEVER}")], finds=False)
    yield Question(":exact", [(f"{one.code}:exact", value)])
    if value.upper() != value:
        yield Question(":exact", [(f"{one.code}:exact", value.upper())], finds=False)


def _reference(one: Official, witness: Witness, me: str) -> Iterator[Question]:
    value = witness.value
    yield Question("value", [(one.code, value)])
    if "://" in value:
        yield Question("value", [(one.code, f"{value}/{NEVER}")], finds=False)
        return
    kind, _, identity = value.partition("/")
    yield Question("value", [(one.code, f"{kind}/{NEVER}")], finds=False)
    yield Question("id", [(one.code, identity)])
    yield Question(":[type]", [(f"{one.code}:{kind}", identity)])
    yield Question(":[type]", [(f"{one.code}:{kind}", NEVER)], finds=False)
    if isinstance(witness.element, dict) and "identifier" in witness.element:
        number = witness.element["identifier"]["value"]
        yield Question(":identifier", [(f"{one.code}:identifier", f"{IDS}|{number}")])
        yield Question(":identifier", [(f"{one.code}:identifier", f"{IDS}|{number}0")], finds=False)
    yield Question("chain", [(f"{one.code}:{kind}._id", identity)])
    yield Question("chain", [(f"{one.code}:{kind}._id", NEVER)], finds=False)
    has = f"_has:{one.type}:{one.code}:_id"
    yield Question("_has", [(has, me)], type=kind, expected=f"{kind}/{TARGET}")
    yield Question("_has", [(has, NEVER)], finds=False, type=kind, expected=f"{kind}/{TARGET}")
    along = [("_id", me), ("_include", f"{one.type}:{one.code}")]
    yield Question("_include", along, expected=f"{kind}/{TARGET}", included=True)
    yield Question("_include", [along[0], ("_include", f"{along[1][1]}:{kind}")], expected=value, included=True)
    back = [("_id", TARGET), ("_revinclude", f"{one.type}:{one.code}")]
    yield Question("_revinclude", back, type=kind, included=True)


def _date(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    day = witness.value[:10]
    before, after = f"{int(day[:4]) - 1}{day[4:]}", f"{int(day[:4]) + 1}{day[4:]}"
    yield Question("value", [(one.code, day)])
    yield from (Question(prefix, [(one.code, f"{prefix}{day}")], control=None) for prefix in COMPARED)
    yield Question("ne", [(one.code, f"ne{day}")], finds=False, control=None)
    yield from _between(one, before, day, after)
    yield Question("precision", [(one.code, day[:4])], control=None)
    yield Question("precision", [(one.code, day[:7])], control=None)


def _between(one: Official, before: str, same: str, after: str) -> Iterator[Question]:
    """Prefixes that compare with what lies before and after."""
    for prefix, right, wrong in (
        ("gt", before, after),
        ("sa", before, same),
        ("lt", after, before),
        ("eb", after, same),
    ):
        yield Question(prefix, [(one.code, f"{prefix}{right}")], control=None)
        yield Question(prefix, [(one.code, f"{prefix}{wrong}")], finds=False, control=None)
    yield Question("ge", [(one.code, f"ge{after}")], finds=False, control=None)
    yield Question("le", [(one.code, f"le{before}")], finds=False, control=None)


def _number(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    value = Decimal(witness.value)
    yield Question("value", [(one.code, str(value))])
    yield from (Question(prefix, [(one.code, f"{prefix}{value}")], control=None) for prefix in COMPARED)
    yield Question("ne", [(one.code, f"ne{value}")], finds=False, control=None)
    yield from _between(one, str(value - 2), str(value), str(value + 2))


def _quantity(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    number, system, code = witness.value.split("|")
    yield Question("value", [(one.code, witness.value)])
    yield Question("number alone", [(one.code, number)], control=None)
    yield Question("unit", [(one.code, f"{number}||{code}")])
    yield Question("unit", [(one.code, f"{number}|{system}|other")], finds=False)
    unit = f"|{system}|{code}"
    yield from (Question(prefix, [(one.code, f"{prefix}{number}{unit}")], control=None) for prefix in COMPARED)
    if witness.type != "Range":
        yield Question("ne", [(one.code, f"ne{number}{unit}")], finds=False, control=None)
    value = Decimal(number)
    for question in _between(one, str(value - 2), number, str(value + 2)):
        name, text = question.params[0]
        yield replace(question, params=[(name, text + unit)])
    if code == "mg":
        yield Question("UCUM", [(one.code, f"ge{value / 1000}|{UCUM}|g"), (one.code, f"le{value / 1000}|{UCUM}|g")])


def _uri(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    value = witness.value
    yield Question("value", [(one.code, value)])
    yield Question("value", [(one.code, f"{value}/{NEVER}")], finds=False)
    if "://" in value:
        yield Question(":below", [(f"{one.code}:below", value.rpartition("/")[0])], control=None)
        yield Question(":below", [(f"{one.code}:below", f"{value}/{NEVER}")], finds=False)
        yield Question(":above", [(f"{one.code}:above", f"{value}/{NEVER}")])
        yield Question(":above", [(f"{one.code}:above", value.rpartition("/")[0])], finds=False)


def _composite(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    yield Question("value", [(one.code, witness.value)])
    rest = witness.value.partition("$")[2]
    if one.components[0][0] == "token":
        yield Question("parts", [(one.code, f"{escaped(NEVER)}${rest}")], finds=False)
    if one.components[-1][0] == "token":
        yield Question("parts", [(one.code, f"{witness.value.rpartition('$')[0]}${escaped(NEVER)}")], finds=False)


def _special(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    yield Question("value", [(one.code, witness.value)])
    yield Question("value", [(one.code, "-77|166|1|km")], finds=False)


def _of_id(one: Official, _: Witness, me: str) -> Iterator[Question]:
    yield Question("value", [(one.code, me)])
    yield Question("value", [(one.code, NEVER)], finds=False)
    yield Question("values", [(one.code, f"{NEVER},{me}")])


def _of_time(one: Official, _: Witness, __: str) -> Iterator[Question]:
    """What was written just now."""
    yield Question("value", [(one.code, "ge2020-01-01")], control=None)
    yield Question("lt", [(one.code, "lt2020-01-01")], finds=False)
    yield Question("gt", [(one.code, "gt2020-01-01")], control=None)
    yield Question("le", [(one.code, "le2020-01-01")], finds=False)
    yield Question("_sort", [(one.code, "ge2020-01-01"), ("_sort", f"-{one.code}")], control=None)


def _of_words(one: Official, witness: Witness, _: str) -> Iterator[Question]:
    yield Question("value", [(one.code, witness.value)])
    yield Question("value", [(one.code, NEVER)], finds=False)


_OWN = {"_id": _of_id, "_lastUpdated": _of_time, "_text": _of_words, "_content": _of_words}
