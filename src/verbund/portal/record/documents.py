"""Documents and reports, read from FHIR R4 DocumentReference, DiagnosticReport and Composition."""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from verbund.errors import NotFound
from verbund.portal.language import noted
from verbund.portal.model import DocumentContent, HouseItem
from verbund.portal.record.model import Document
from verbund.portal.record.reading import chosen_when, concept, part, parts, text

_WRONG = {"entered-in-error", "superseded"}
_LONGEST_TEXT = 60_000
_REPORTS = {("http://loinc.org", "11502-2"): noted("Laboratory report")}


def document(item: HouseItem) -> Document | None:
    """A DocumentReference, or a DiagnosticReport or Composition with something to read; None otherwise."""
    source = item.resource
    if text(source, "status") in _WRONG:
        return None
    attachment = part(source, "content", "attachment") or part(source, "presentedForm")
    content = _content(source, attachment)
    if text(source, "resourceType") == "DiagnosticReport" and not content and not attachment:
        return None
    kind = concept(source.get("type")).text or concept(source.get("code")).text
    title = _title(source, attachment)
    return Document(
        title=title or kind or "–",
        kind=kind,
        when=chosen_when(source, "date", "effectiveDateTime", "effectivePeriod", "issued"),
        author=text(part(source, "author"), "display") or text(part(source, "performer"), "display"),
        house=item.house,
        type=text(source, "resourceType"),
        id=text(source, "id"),
        text=content,
        content_type=text(attachment, "contentType"),
        named="" if title else _named(source),
    )


def attachment_of(source: Mapping[str, Any]) -> DocumentContent:
    """What a DocumentReference, DiagnosticReport, Composition or Binary holds itself: the attachment, or else its text.

    NotFound when there is neither; an attachment that only names a URL counts as none.
    """
    attachment = part(source, "content", "attachment") or part(source, "presentedForm") or source
    try:
        body = b64decode(text(attachment, "data"))
    except (NotBase64, ValueError):
        body = b""
    if body:
        return DocumentContent(text(attachment, "contentType") or "application/octet-stream", body)
    written = _content(source, {})
    if not written:
        raise NotFound("This document has no content here.", german="Zu diesem Dokument liegt hier kein Inhalt.")
    return DocumentContent("text/plain", written.encode())


def readable(content_type: str, body: bytes) -> str | None:
    """Content as plain text when it is text; None for what must be opened otherwise."""
    kind = content_type.partition(";")[0].strip().casefold()
    if kind not in {"text/plain", "text/html", "text/markdown", "application/xhtml+xml", ""}:
        return None
    written = body.decode("utf-8", errors="replace")[:_LONGEST_TEXT]
    return without_tags(written) if "html" in kind else written


def without_tags(markup: str) -> str:
    """The text of a piece of HTML, a line for each block; nothing of scripts and styles."""
    reader = _Reader()
    reader.feed(markup)
    lines = (" ".join(line.split()) for line in "".join(reader.found).splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    _BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # HTMLParser's
        self._hidden += tag in self._HIDDEN
        if tag in self._BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in self._HIDDEN and self._hidden > 0
        if tag in self._BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data)


def _title(source: Mapping[str, Any], attachment: Mapping[str, Any]) -> str:
    return text(source, "title") or text(source, "description") or text(attachment, "title")


def _named(source: Mapping[str, Any]) -> str:
    """For the catalogue what a report is, when nobody wrote a name for it and its code is one of ours."""
    code = part(source, "code")
    known = (_REPORTS.get((text(c, "system"), text(c, "code")), "") for c in parts(code, "coding"))
    return "" if text(code, "text") else next(filter(None, known), "")


def _content(source: Mapping[str, Any], attachment: Mapping[str, Any]) -> str:
    """What came along as text: the attachment, a report's conclusion, a composition's sections."""
    data = text(attachment, "data")
    if data:
        try:
            return readable(text(attachment, "contentType"), b64decode(data)) or ""
        except (NotBase64, ValueError):
            return ""
    sections = [_section(section) for section in parts(source, "section")]
    return text(source, "conclusion") or "\n\n".join(section for section in sections if section)


def _section(section: Mapping[str, Any]) -> str:
    body = without_tags(text(part(section, "text"), "div"))
    return "\n".join(words for words in (text(section, "title"), body) if words)
