"""What was brought in from the npm registry: licensed, complete for what the pages use, without the federal header."""

import re

from verbund.portal.web import HERE

VENDOR = HERE / "static/vendor"


def test_every_part_has_its_licence_and_the_versions_are_written_down() -> None:
    notes = (VENDOR / "README.md").read_text("utf-8")
    for part, package in (("kern", "@kern-ux/native@"), ("fira-sans", "@fontsource/fira-sans@"), ("htmx", "htmx.org@")):
        assert package in notes
        assert list((VENDOR / part).glob("LICENSE*")), part


def test_the_header_of_federal_sites_is_nowhere() -> None:
    files = [*VENDOR.rglob("*.css"), *(HERE / "templates").rglob("*.html")]
    assert files
    assert not [file for file in files if "kopfzeile" in file.read_text("utf-8")]


def test_every_class_and_icon_of_the_design_system_that_pages_use_is_there() -> None:
    style = (VENDOR / "kern/kern.css").read_text("utf-8")
    have = set(re.findall(r"\.(kern-[a-z0-9_-]+)", style))
    used = set()
    for file in (HERE / "templates").rglob("*.html"):
        text = file.read_text("utf-8")
        used |= {name for name in re.findall(r"kern-[a-z0-9_-]+", text) if not name.endswith("-")}
        used |= {f"kern-icon--{name}" for name in re.findall(r'icon\("([a-z-]+)"', text)}
    without_style = {"kern-light", "kern-dark", "kern-theme"}
    assert used - have - without_style == set()


def test_the_fonts_that_the_style_names_are_there() -> None:
    folder = VENDOR / "fira-sans"
    named = set(re.findall(r'url\("([^"]+)"\)', (folder / "fira-sans.css").read_text("utf-8")))
    assert named == {file.name for file in folder.glob("*.woff2")} != set()


def test_nothing_is_fetched_from_elsewhere() -> None:
    for file in [*(HERE / "static").rglob("*.css"), *(HERE / "templates").rglob("*.html")]:
        text = file.read_text("utf-8")
        assert not re.search(r"""(?:src|href|url)\s*[=(]\s*["']?https?://""", text), file
