"""Letters and reports as documents: German text, as a plain text or a small PDF inside a DocumentReference."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import Any

from verbund.demo.chance import digest
from verbund.demo.chart import KDS, Chart, Visit, coded, instant
from verbund.demo.houses import House, Professional, site_reference

Json = dict[str, Any]

DOCUMENT = f"{KDS}/ext/modul-dokument/StructureDefinition/mii-pr-dokument-dokument"
_WIDTH = 92
_PAGE_LINES = 58


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is: KDL and IHE-D codes, and the title people give it."""

    title: str
    kdl: str
    kdl_name: str
    type_code: str
    type_name: str


DISCHARGE = Kind("Entlassbrief", "AD010104", "Entlassungsbericht extern", "BERI", "Arztberichte")
LETTER = Kind("Arztbrief", "AD010110", "Ärztlicher Verlaufsbericht", "BERI", "Arztberichte")
REHABILITATION = Kind("Reha-Entlassungsbericht", "AD010105", "Reha-Bericht", "BERI", "Arztberichte")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter: a heading and paragraphs; paragraphs that begin with a dash stay lines of a list."""

    heading: str
    paragraphs: Sequence[str]


def letter(
    chart: Chart,
    author: Professional,
    written: datetime,
    subject: str,
    sections: Sequence[Section],
    *,
    to: House | None = None,
) -> str:
    """A German doctor's letter about the chart's patient, as text wrapped to 92 columns."""
    house, person = chart.house, chart.person
    lines = [
        house.title,
        house.department(author.department).title,
        f"{house.street} · {house.postcode} {house.town} · Tel. {house.phone}",
        "",
        *([to.title, to.street, f"{to.postcode} {to.town}", ""] if to else []),
        f"{house.town}, den {written:%d.%m.%Y}",
        "",
        f"{subject}",
        f"{person.salutation}, geb. {person.birth:%d.%m.%Y}, {person.street}, {person.postcode} {person.town}",
        "",
    ]
    if to:
        lines += ["Sehr geehrte Kolleginnen und Kollegen,", "", "wir berichten über die oben genannte Person.", ""]
    for section in sections:
        lines.append(f"{section.heading}:")
        for paragraph in section.paragraphs:
            lines += wrap(paragraph, _WIDTH, subsequent_indent="  " if paragraph.startswith("- ") else "")
        lines.append("")
    lines += [
        "Mit freundlichen kollegialen Grüßen" if to else "",
        author.name,
        house.department(author.department).title,
        "",
    ]
    lines.append("(Erfundenes Dokument der Verbund-Demoregion. Alle Personen sind erfunden.)")
    return "\n".join(lines)


def file(
    chart: Chart,
    visit: Visit,
    written: datetime,
    kind: Kind,
    text: str,
    *,
    pdf: bool = False,
    description: str | None = None,
) -> str:
    """Put a document into the record, as plain text or as PDF."""
    data = as_pdf(text) if pdf else text.encode()
    body: Json = {
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_uuid(chart)}"},
        "identifier": [chart.identifier("dokument")],
        "status": "current",
        "docStatus": "final",
        "type": {
            "coding": [
                {"system": "http://dvmd.de/fhir/CodeSystem/kdl", "code": kind.kdl, "display": kind.kdl_name},
                {
                    "system": "http://ihe-d.de/CodeSystems/IHEXDStypeCode",
                    "code": kind.type_code,
                    "display": kind.type_name,
                },
            ],
            "text": kind.title,
        },
        "category": [coded("http://ihe-d.de/CodeSystems/IHEXDSclassCode", "BRI", "Brief")],
        "subject": chart.subject,
        "date": instant(written),
        "author": [chart.practitioner(visit.doctor)],
        "custodian": chart.organisation(),
        "description": description or kind.title,
        "securityLabel": [_LABELS[visit.sensitive]],
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf" if pdf else "text/plain; charset=utf-8",
                    "language": "de",
                    "data": b64encode(data).decode(),
                    "size": len(data),
                    "title": f"{description or kind.title} vom {written:%d.%m.%Y}",
                    "creation": instant(written),
                },
                "format": _FORMAT,
            }
        ],
        "context": {
            "encounter": [{"reference": visit.reference}],
            "period": {"start": instant(visit.start), "end": instant(visit.end)},
            "practiceSetting": _setting(chart, visit),
        },
    }
    return chart.put("DocumentReference", body, profile=DOCUMENT, sensitive=visit.sensitive)


_LABELS = {
    False: coded("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N", "normal"),
    True: coded("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "R", "restricted"),
}
_FORMAT = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "display": "mimeType Sufficient",
}


def _setting(chart: Chart, visit: Visit) -> Json:
    department = chart.house.department(visit.department)
    return coded("http://ihe-d.de/CodeSystems/AerztlicheFachrichtungen", department.setting)


def _uuid(chart: Chart) -> str:
    digits = digest("document", chart.patient, len(chart.resources), size=16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def copy_document(source: Chart, reference: str, target: Chart) -> str:
    """A document as another house received it: same master identifier and content, the sender as custodian."""
    number = reference.partition("/")[2]
    original = next(one for one in source.resources if one["id"] == number)
    left_behind = {"resourceType", "id", "meta", "author", "context"}
    body = {key: value for key, value in original.items() if key not in left_behind}
    body["subject"] = target.subject
    body["custodian"] = site_reference(source.house)
    body["context"] = {key: value for key, value in original["context"].items() if key != "encounter"}
    sensitive = original["securityLabel"][0] is _LABELS[True]
    return target.put("DocumentReference", body, profile=DOCUMENT, sensitive=sensitive)


def as_pdf(text: str) -> bytes:
    """The text as a PDF 1.4 of A4 pages in Helvetica, made of nothing but its objects (ISO 32000-1, 7.5).

    The first line and short lines that end in a colon are set bold. Characters outside WinAnsiEncoding, as in some
    names, lose their accents or become a question mark.
    """
    lines = text.translate(_WIN_ANSI).split("\n")
    pages = [lines[start : start + _PAGE_LINES] for start in range(0, len(lines), _PAGE_LINES)]
    numbers = [5 + 2 * page for page in range(len(pages))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    fonts = [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>" % name
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    head = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))]
    objects = [*head, *fonts]
    for number, page in zip(numbers, pages, strict=True):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (number + 1)
        )
        content = _page(page, first=number == numbers[0])
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _assembled(objects)


_WIN_ANSI = str.maketrans("ğışİŞĞłśńżźćęąŁŚŻđĐ", "gisISGlsnzzceaLSZdD")


def _page(lines: Sequence[str], *, first: bool) -> bytes:
    parts = [b"BT 13 TL 62 790 Td"]
    for place, line in enumerate(lines):
        bold = (first and place == 0) or (line.endswith(":") and len(line) < 40)
        shown = line.encode("cp1252", "replace")
        for special in (b"\\", b"(", b")"):
            shown = shown.replace(special, b"\\" + special)
        parts.append(b"/%s Tf (%s) '" % (b"F2 10.5" if bold else b"F1 9.5", shown))
    return b"\n".join((*parts, b"ET"))


def _assembled(objects: Sequence[bytes]) -> bytes:
    parts = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"]
    offsets = []
    at = len(parts[0])
    for number, body in enumerate(objects, start=1):
        part = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        offsets.append(at)
        at += len(part)
        parts.append(part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))
    return b"".join(parts)
