"""Brings in what the portal needs of the npm registry: the KERN design system, Fira Sans, htmx; axe for the tests.

`run()` fetches the pinned versions with `npm pack` and writes them, with their licences, where pages and journeys find
them. Of KERN's style sheet only the rules stay whose classes the templates use: run again after a template uses a
new one (a test says so). KERN's header is for federal sites and never taken.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PORTAL = PROJECT / "src/verbund/portal"
VENDOR = PORTAL / "static/vendor"
TEST_VENDOR = PROJECT / "tests/journeys/vendor"

KERN, HTMX, AXE, FIRA = "@kern-ux/native@2.7.2", "htmx.org@4.0.1", "axe-core@4.14.1", "@fontsource/fira-sans@5.3.0"
WEIGHTS = (400, 500, 600)
SUBSETS = ("latin-ext", "latin")
THEME_CLASSES = {"kern-light", "kern-dark"}


def run() -> None:
    """Fetch everything and replace what is there."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _take_kern(_package(KERN, work))
        _take_fira(_package(FIRA, work))
        _take_htmx(_package(HTMX, work))
        _take_axe(_package(AXE, work))
    _write_notes()


def _package(name: str, work: Path) -> Path:
    """Fetch and unpack one package; its folder."""
    packed = subprocess.run(["npm", "pack", "--silent", name], cwd=work, check=True, capture_output=True, text=True)
    target = work / re.sub(r"\W+", "-", name)
    with tarfile.open(work / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _take_kern(package: Path) -> None:
    target = _fresh(VENDOR / "kern")
    style = (package / "dist/kern.css").read_text("utf-8")
    (target / "kern.css").write_text(
        f"/* @kern-ux/native, EUPL-1.2; shortened to what is used */\n{prune(style, used_classes())}", "utf-8"
    )
    shutil.copy(package / "LICENSE.md", target / "LICENSE.md")


def _take_fira(package: Path) -> None:
    target = _fresh(VENDOR / "fira-sans")
    faces = []
    for weight in WEIGHTS:
        style = (package / f"{weight}.css").read_text("utf-8")
        for subset in SUBSETS:
            name = f"fira-sans-{subset}-{weight}-normal.woff2"
            shutil.copy(package / "files" / name, target / name)
            faces.append(_face(style, subset, weight, name))
    (target / "fira-sans.css").write_text("\n".join(faces), "utf-8")
    shutil.copy(package / "LICENSE", target / "LICENSE")


def _face(style: str, subset: str, weight: int, name: str) -> str:
    """One @font-face, with the range of characters that the package gives for the subset."""
    found = re.search(rf"/\* fira-sans-{subset}-{weight}-normal \*/\s*(@font-face {{.*?}})", style, re.DOTALL)
    if found is None:
        raise LookupError(f"no face for {subset} {weight}")
    return re.sub(r"src:[^;]*;", f'src: url("{name}") format("woff2");', found[1])


def _take_htmx(package: Path) -> None:
    target = _fresh(VENDOR / "htmx")
    shutil.copy(package / "dist/htmx.min.js", target / "htmx.min.js")
    shutil.copy(package / "LICENSE", target / "LICENSE")


def _take_axe(package: Path) -> None:
    target = _fresh(TEST_VENDOR / "axe")
    shutil.copy(package / "axe.min.js", target / "axe.min.js")
    shutil.copy(package / "LICENSE", target / "LICENSE")


def _write_notes() -> None:
    rows = [(KERN, "kern/", "EUPL-1.2"), (FIRA, "fira-sans/", "OFL-1.1"), (HTMX, "htmx/", "0BSD")]
    lines = [f"| `{name}` | `{place}` | {licence} |" for name, place, licence in rows]
    head = "# From the npm registry\n\nBrought in by `make vendor`; never edited by hand.\n\n"
    head += "| package | here | licence |\n|---|---|---|\n"
    (VENDOR / "README.md").write_text(head + "\n".join(lines) + "\n", "utf-8")
    (TEST_VENDOR / "README.md").write_text(head + f"| `{AXE}` | `axe/` | MPL-2.0 |\n", "utf-8")


# ------------------------------------------------------------------------------------------- KERN's style, shortened


def used_classes() -> set[str]:
    """The KERN classes that templates, scripts and our own style sheet name; one that ends in `--` stands for all that
    begin so. Icons are named by their last word in quotes.
    """
    files = [*(PORTAL / "templates").rglob("*.html"), PORTAL / "static/portal.js", PORTAL / "static/portal.css"]
    texts = [file.read_text("utf-8") for file in files]
    words = {word for text in texts for word in re.findall(r"kern-[a-z0-9_-]+", text)} - {"kern-icon--"}
    return words | {f"kern-icon--{name}" for text in texts for name in re.findall(r'"([a-z-]+)"', text)}


def prune(style: str, used: set[str]) -> str:
    """The rules of a style sheet that need only classes in `used`; at-rules keep what is left in them."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    style = re.sub(r"\s*--kern-component-kopfzeile-[^;]*;", "", style)
    return "".join(_kept(prelude, body, used) for prelude, body in _rules(style))


def _rules(style: str) -> list[tuple[str, str]]:
    """(selector or at-rule, body) of each block on the outermost level."""
    found, depth, start, opened = [], 0, 0, 0
    for place, sign in enumerate(style):
        if sign == "{":
            if depth == 0:
                opened = place
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                found.append((style[start:opened].strip(), style[opened + 1 : place].strip()))
                start = place + 1
        elif sign == ";" and depth == 0:
            start = place + 1
    return found


def _kept(prelude: str, body: str, used: set[str]) -> str:
    if prelude.startswith("@media"):
        inner = prune(body, used)
        return f"{prelude} {{\n{inner}}}\n" if inner else ""
    kept = [selector for selector in _selectors(prelude) if _wanted(selector, used)]
    return f"{', '.join(kept)} {{\n  {body}\n}}\n" if kept else ""


def _selectors(prelude: str) -> list[str]:
    """Split at the commas outside brackets."""
    parts, depth, current = [], 0, ""
    for sign in prelude:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append(" ".join(current.split()))
            current = ""
        else:
            current += sign
    return [*parts, " ".join(current.split())]


def _wanted(selector: str, used: set[str]) -> bool:
    if "kopfzeile" in selector:
        return False
    needed = set(re.findall(r"\.(kern-[a-z0-9_-]+)", re.sub(r":not\([^()]*(\([^()]*\)[^()]*)*\)", "", selector)))
    return all(_is_used(name, used) for name in needed - THEME_CLASSES)


def _is_used(name: str, used: set[str]) -> bool:
    return name in used or any(word.endswith("--") and name.startswith(word) for word in used)


if __name__ == "__main__":
    run()
