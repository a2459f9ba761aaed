"""The page of changes that no test can notice names changes that can still be made."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "explanation" / "mutants.md"
NAMED = re.compile(
    r"^- `(?P<module>\S+) (?P<function>\S+): (?P<ahead>.*)⟦(?P<was>.*) → .*⟧(?P<behind>.*)`$", re.MULTILINE
)


def test_each_known_change_stands_where_it_says() -> None:
    found = list(NAMED.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(found) == PAGE.read_text(encoding="utf-8").count("\n- `")
    for one in found:
        source = (ROOT / "src" / "verbund" / one["module"]).read_text(encoding="utf-8")
        flat = re.sub(r"\s+", " ", source).replace("`", "'")
        was, cut, _ = one["was"].partition("…")
        assert f"{one['ahead']}{was}{'' if cut else one['behind']}" in flat, one[0]
        assert f"def {one['function'].rpartition('.')[2]}(" in source, one[0]
