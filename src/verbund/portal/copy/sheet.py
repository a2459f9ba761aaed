"""A PDF of lines: headings, and entries that break over lines and pages, set quickly, in all of Europe's signs.

fpdf2 measures and breaks text sign by sign, which takes milliseconds a paragraph; here words are measured once.
"""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
_FAMILY = "DejaVu"
Weight = Literal["", "B"]
LEFT, RIGHT, TOP, BOTTOM = 18.0, 18.0, 18.0, 20.0
_WIDTH, _HEIGHT = 210.0, 297.0
_LONGEST_WORD = 60


class Sheet:
    """One PDF (A4) with language, title, bookmarks and page numbers. Sizes are points, places millimetres."""

    def __init__(self, title: str, language: str, made: datetime, page_words: str) -> None:
        self._pdf = pdf = _Document(page_words)
        pdf.set_lang("de-DE" if language == "de" else "en-GB")
        pdf.set_title(title)
        pdf.set_creator("Verbund")
        pdf.set_creation_date(made)
        pdf.set_display_mode("fullwidth")
        pdf.set_margins(LEFT, TOP, RIGHT)
        pdf.set_auto_page_break(auto=False)
        for style, name in (("", "DejaVuSansCondensed"), ("B", "DejaVuSansCondensed-Bold")):
            pdf.add_font(_FAMILY, style, FONTS / f"{name}.ttf")
        self._measure = lru_cache(50_000)(self._measured)
        pdf.add_page()
        self._y = TOP

    def heading(self, text: str, level: int = 1) -> None:
        """A heading, which is a bookmark too; level 0 is the title of the document."""
        size = {0: 18.0, 1: 13.0}.get(level, 10.5)
        self._room(size * 1.2)
        self._y += size * 0.25
        self._pdf.set_xy(LEFT, self._y)
        self._pdf.set_font(_FAMILY, "B", size)
        if level:
            self._pdf.start_section(text, level - 1)
        self._lines(text, "B", size, LEFT)
        self._y += size * 0.12

    def paragraph(self, text: str, *, size: float = 9.0, weight: Weight = "", indent: float = 0.0) -> None:
        """Text that breaks over lines and pages; line breaks in it stay."""
        for line in text.splitlines() or [""]:
            self._lines(line, weight, size, LEFT + indent)

    def gap(self, millimetres: float = 1.6) -> None:
        """Some room."""
        self._y += millimetres

    def keep(self, millimetres: float) -> None:
        """A new page, unless so much room is left on this one."""
        self._room(millimetres)

    def output(self) -> bytes:
        """The whole document."""
        return bytes(self._pdf.output())

    def _room(self, millimetres: float) -> None:
        if self._y + millimetres > _HEIGHT - BOTTOM:
            self._pdf.add_page()
            self._y = TOP

    def _lines(self, text: str, weight: Weight, size: float, left: float) -> None:
        height = size * 0.45
        for line in self._broken(text, weight, size, _WIDTH - RIGHT - left):
            self._room(height)
            self._pdf.set_font(_FAMILY, weight, size)
            self._y += height
            if line:
                self._pdf.text(left, self._y - height * 0.25, line)

    def _broken(self, text: str, weight: Weight, size: float, room: float) -> list[str]:
        """The text in lines that fit; words longer than a line are cut."""
        lines, line, used = [], "", 0.0
        blank = self._measure(" ", weight) * size
        for word in _words(text):
            width = self._measure(word, weight) * size
            if line and used + blank + width > room:
                lines.append(line)
                line, used = "", 0.0
            used += width + (blank if line else 0.0)
            line = f"{line} {word}" if line else word
        return [*lines, line]

    def _measured(self, word: str, weight: Weight) -> float:
        """The width of a word in millimetres for each point of size."""
        self._pdf.set_font(_FAMILY, weight, 10)
        return self._pdf.get_string_width(word) / 10


class _Document(FPDF):
    def __init__(self, page_words: str) -> None:
        super().__init__(format="A4")
        self._page_words = page_words

    def footer(self) -> None:
        """The page's number, out of how many."""
        self.set_font(_FAMILY, "", 7.5)
        self.set_xy(LEFT, _HEIGHT - 13)
        self.cell(0, 4, f"{self._page_words} {self.page_no()} / {{nb}}", align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _words(text: str) -> list[str]:
    return [
        word[start : start + _LONGEST_WORD] for word in text.split() for start in range(0, len(word), _LONGEST_WORD)
    ]
