"""Letters are real documents: German text or a PDF that a reader opens; copies stay recognisable as the same."""

import re
from base64 import b64decode

from invented_region import Invented, Json

from verbund.demo.papers import as_pdf


def attachment(document: Json) -> Json:
    found: Json = document["content"][0]["attachment"]
    return found


def test_every_document_holds_what_its_type_says(invented: Invented) -> None:
    kinds = set()
    for document in invented.of_type("DocumentReference"):
        data = b64decode(attachment(document)["data"])
        kinds.add(attachment(document)["contentType"])
        assert len(data) == attachment(document)["size"]
        if attachment(document)["contentType"] == "application/pdf":
            assert data.startswith(b"%PDF-1.4")
            assert data.endswith(b"%%EOF\n")
        else:
            assert "Erfundenes Dokument" in data.decode()
    assert kinds == {"application/pdf", "text/plain; charset=utf-8"}


def test_the_cross_reference_table_of_a_pdf_points_at_its_objects() -> None:
    pdf = as_pdf("\n".join(f"Zeile {number} (mit Klammern) und \\ Öl" for number in range(150)))

    start = int(pdf.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    table = pdf[start:].split(b"\n")
    offsets = [int(row[:10]) for row in table[3:] if row.endswith(b" n ")]
    assert table[0] == b"xref"
    assert len(offsets) == int(table[1].split()[1]) - 1
    for number, offset in enumerate(offsets, start=1):
        assert pdf[offset:].startswith(b"%d 0 obj\n" % number)
    assert pdf.count(b"/Type /Page ") == 3


def test_names_that_the_pdfs_alphabet_lacks_stay_readable() -> None:
    assert b"(Yilmaz, M\xfcller)" in as_pdf("Yılmaz, Müller")


def test_a_discharge_letter_names_patient_diagnosis_and_values_of_the_stay(invented: Invented) -> None:
    letter = next(
        one
        for one in invented.records[0, "uniklinikum"]
        if one["resourceType"] == "DocumentReference" and one["date"].startswith("2026")
    )
    text = b64decode(attachment(letter)["data"]).decode("cp1252")

    assert "Frau Erika Sommer, geb. 14.03.1958" in text
    assert "Pneumonie durch Streptococcus pneumoniae \\(J13\\)" in text
    assert re.search(r"CRP: Aufnahme 3\d\d,\d", text)
    assert "Ceftriaxon" in text


def test_the_practice_holds_copies_with_the_identifiers_of_the_originals(invented: Invented) -> None:
    documents = reports = 0
    for (number, house), record in invented.records.items():
        if house != "praxis" or (number, "uniklinikum") not in invented.records:
            continue
        originals = {
            (one["identifier"][0]["system"], one["identifier"][0]["value"]): one
            for name in ("uniklinikum", "reha")
            for one in invented.records.get((number, name), [])
            if one.get("identifier")
        }
        for copy in record:
            original = originals.get(_key(copy))
            if original is None or copy["resourceType"] == "Consent":
                continue
            assert copy["id"] != original["id"]
            if copy["resourceType"] == "DocumentReference":
                documents += 1
                assert attachment(copy)["data"] == attachment(original)["data"]
                assert copy["masterIdentifier"] == original["masterIdentifier"]
            elif copy["resourceType"] == "Observation":
                reports += 1
                assert copy["valueQuantity"] == original["valueQuantity"]
                assert copy["performer"][0]["identifier"]["value"] == "uniklinikum"
    assert documents > 10
    assert reports > 50


def _key(resource: Json) -> tuple[str, str] | None:
    if not resource.get("identifier"):
        return None
    first = resource["identifier"][0]
    return first["system"], first["value"]
