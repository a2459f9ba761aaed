"""The checker of histories finds what is planted, and accepts what a store may do."""

import pytest
from observed import Act, End, Seen, violations

END: End = {"a": ["one", "two", None], "b": ["left"], "c": ["left"]}
SOUND = [
    Act(0, 2, writes=(Seen("a", 1, "one"),)),
    Act(1, 3, writes=(Seen("a", 2, "two"),), based_on=1),
    Act(1, 4, reads=(Seen("a", 1, "one"),)),
    Act(4, 5, reads=(Seen("a", 3, None),)),
    Act(5, 6, writes=(Seen("b", 1, "left"), Seen("c", 1, "left"))),
    Act(6, 7, reads=(Seen("b", 1, "left"), Seen("c", 1, "left"))),
    Act(7, 8, writes=(Seen("a", 0, "lost"),), outcome="refused"),
    Act(7, 8, writes=(Seen("b", 0, "x"), Seen("c", 0, "x")), outcome="unknown"),
    Act(8, 9, makes="m", identity="1"),
    Act(8, 9, makes="m", identity="1"),
]
PLANTED: list[tuple[str, list[Act], End]] = [
    ("was told, the history has", [Act(9, 10, writes=(Seen("a", 4, "four"),))], END),
    ("was told, the history has", [Act(9, 10, reads=(Seen("b", 1, "right"),))], END),
    ("which nobody wrote", [], {**END, "b": ["left", "strange"]}),
    ("or was refused", [], {**END, "a": ["one", "two", None, "lost"]}),
    ("is there twice", [], {**END, "b": ["left", "left"]}),
    ("took effect in part", [], {**END, "b": ["left", "x"]}),
    ("version 1 was told after version 3", [Act(6, 7, reads=(Seen("a", 1, "one"),))], END),
    ("version 2 was told after version 2", [Act(3.5, 4, writes=(Seen("a", 2, "two"),))], END),
    ("in part", [Act(5, 6, reads=(Seen("b", 1, "left"), Seen("c", 0, None)))], END),
    ("was to follow version 2", [Act(2, 3, writes=(Seen("a", 2, "two"),), based_on=2)], END),
    ("was made 2 times", [Act(9, 10, makes="m", identity="2")], END),
]


def test_what_a_store_may_do_is_accepted() -> None:
    assert violations(SOUND, END) == []
    whole = {**END, "b": ["left", "x"], "c": ["left", "x"]}
    assert violations(SOUND, whole) == []


@pytest.mark.parametrize(("sentence", "acts", "end"), PLANTED)
def test_what_is_planted_is_found(sentence: str, acts: list[Act], end: End) -> None:
    assert any(sentence in text for text in violations([*SOUND, *acts], end))
