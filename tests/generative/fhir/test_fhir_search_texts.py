"""Whatever a client sends is read or refused; what is read from an expression is what was written."""

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from verbund.errors import VerbundError
from verbund.fhir import RESOURCE_TYPES, normalise, parse_compartment, parse_search
from verbund.fhir.search import (
    Criterion,
    Either,
    Every,
    Filter,
    Not,
    SearchQuery,
    StringValue,
    TokenValue,
    parameters_of,
)
from verbund.fhir.sounds import sound
from verbund.fhir.ucum import converted, dimension

TYPES = st.sampled_from(sorted(RESOURCE_TYPES))
NAMED = TYPES.flatmap(
    lambda of: st.tuples(st.just(of), st.sampled_from([*parameters_of(of), "_list", "_has:", "_type"]))
)
ENDINGS = st.sampled_from(
    [
        "",
        ":not",
        ":exact",
        ":missing",
        ":in",
        ":of-type",
        ":Patient",
        ".name",
        ":Patient.name",
        ":identifier",
        "Observation:subject:code",
    ]
)
PIECES = st.sampled_from(
    [
        "eq",
        "and",
        "or",
        "not",
        "(",
        ")",
        "[",
        "]",
        ".",
        '"',
        "\\",
        " ",
        "  ",
        "name",
        "link",
        "gender",
        "pr",
        "true",
        "2024-05",
        '"a b"',
        "\u00a0",
    ]
)
VALUES = st.text(max_size=12) | st.sampled_from(
    ["a|b|c", "ge2024", "5.4|u|c", "a$b", "a$b$1", "true", "1|2|3|km", ",", "$", "|", "\\"]
)


def is_answered(parsed: Callable[[], SearchQuery]) -> bool:
    """Whether a search is read, or refused with a sentence by one of the errors that a client may cause."""
    try:
        parsed()
    except VerbundError as error:
        return error.http_status in {400, 404, 501} and error.text.endswith((".", "?"))
    return True


@settings(max_examples=600, deadline=None)
@given(NAMED, ENDINGS, VALUES)
def test_any_value_of_any_parameter_is_read_or_refused(named: tuple[str, str], ending: str, value: str) -> None:
    of, name = named
    assert is_answered(lambda: parse_search(of, [(name + ending, value)]))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "Patient", "Observation"]), st.lists(st.tuples(st.text(max_size=12), VALUES), max_size=4))
def test_any_parameters_are_read_or_refused(of: str, pairs: list[tuple[str, str]]) -> None:
    assert is_answered(lambda: parse_search(of, pairs))
    assert is_answered(lambda: parse_search(of, pairs, lenient=True))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8) | st.just("*"))
def test_any_compartment_is_read_or_refused(compartment: str, identity: str, of: str) -> None:
    assert is_answered(lambda: parse_compartment(compartment, identity, of, []))
    assert is_answered(lambda: parse_compartment("Patient", identity, of, []))


@settings(max_examples=800, deadline=None)
@given(st.lists(PIECES, max_size=16).map("".join) | st.lists(PIECES, max_size=16).map(" ".join) | st.text(max_size=30))
def test_any_expression_is_read_or_refused(text: str) -> None:
    assert is_answered(lambda: parse_search("Patient", [("_filter", text)]))


CODES = st.sampled_from(["gender", "active", "deceased"]).flatmap(
    lambda param: st.text("abc12-", min_size=1, max_size=4).map(
        lambda code: Filter(param, "token", None, (TokenValue(None, code, any_system=True),))
    )
)
STRINGS = st.tuples(
    st.sampled_from(["eq", "sw", "ew", "contains"]), st.text('aä "\\,$|()[]', min_size=1, max_size=6).filter(normalise)
).map(lambda pair: Filter("name", "string", pair[0], (StringValue(normalise(pair[1])),)))


def several(inner: st.SearchStrategy[Criterion]) -> st.SearchStrategy[tuple[Criterion, ...]]:
    return st.lists(inner, min_size=2, max_size=3).map(tuple)


CRITERIA: st.SearchStrategy[Criterion] = st.recursive(
    CODES | STRINGS,
    lambda inner: several(inner).map(Every) | several(inner).map(Either) | inner.map(Not),
    max_leaves=8,
)


def written(one: Criterion) -> str:
    """A criterion in the language of `_filter`, every part of it in parentheses."""
    match one:
        case Every(parts):
            return " and ".join(f"({written(part)})" for part in parts)
        case Either(parts):
            return " or ".join(f"( {written(part)} )" for part in parts)
        case Not(part):
            return f"not ({written(part)})"
        case Filter(param, "token", _, (TokenValue(_, code),)):
            return f"{param} eq {code}"
        case Filter(param, _, modifier, (StringValue(text),)):
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            return f'{param} {"co" if modifier == "contains" else modifier} "{quoted}"'
    raise AssertionError(one)


@settings(max_examples=300, deadline=None)
@given(CRITERIA)
def test_an_expression_is_read_as_it_was_meant(meant: Criterion) -> None:
    assert parse_search("Patient", [("_filter", written(meant))]).filters == (meant,)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=20), st.text("abcdefghijklmnopqrstuvwxyz -", max_size=20))
def test_each_word_has_one_code_that_knows_no_case(text: str, latin: str) -> None:
    assert sound(latin) == sound(latin.upper())
    assert len(sound(text).split()) == len(normalise(text).split())


UNITS = st.sampled_from(
    ["mg/dL", "g/L", "kg/m3", "Cel", "[degF]", "K", "h", "min", "a", "mm[Hg]", "Pa", "{x}", "%", "[iU]/L"]
)


@settings(max_examples=300, deadline=None)
@given(st.floats(-1e6, 1e6), UNITS, UNITS)
def test_a_conversion_can_be_undone(value: float, one: str, other: str) -> None:
    there = converted(value, one, other)
    assert (there is None) == (dimension(one) != dimension(other))
    if there is not None:
        back = converted(there, other, one)
        assert back is not None
        assert abs(back - value) <= 1e-9 * max(1.0, abs(value))


@settings(max_examples=400, deadline=None)
@given(st.text("mgdLlUi[]{}()/.*10^-' %CelkAx", max_size=14) | st.text(max_size=6))
def test_any_text_is_a_unit_or_is_not(unit: str) -> None:
    known = dimension(unit)
    assert converted(1.0, unit, unit) == (None if known is None else 1.0)
