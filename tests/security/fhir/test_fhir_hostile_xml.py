"""XML from hostile clients: no entities, nothing fetched, no depth, and an answer that says where."""

import time
from pathlib import Path

import pytest

from verbund.errors import Incorrect, Invalid
from verbund.fhir.validation import MAX_DEPTH
from verbund.fhir.xml import to_json, to_xml

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<Patient xmlns="http://hl7.org/fhir"><language value="&lol2;"/></Patient>"""


def patient(inner: str) -> bytes:
    return f'<Patient xmlns="http://hl7.org/fhir">{inner}</Patient>'.encode()


@pytest.mark.parametrize(
    "raw",
    [
        LAUGHS,
        b"<!-- a --><?x y?>\n<!DOCTYPE Patient SYSTEM 'http://127.0.0.1:9/x.dtd'><Patient xmlns='http://hl7.org/fhir'/>",
        LAUGHS.decode().encode("utf-16"),
        b"\xef\xbb\xbf" + LAUGHS,
    ],
)
def test_document_types_and_entities_are_refused(raw: bytes) -> None:
    with pytest.raises(Incorrect):
        to_json(raw)


def test_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    raw = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><Patient xmlns="http://hl7.org/fhir">&x;</Patient>'
    with pytest.raises(Incorrect) as refused:
        to_json(raw.encode())
    assert "hidden" not in refused.value.text


@pytest.mark.parametrize("depth", [MAX_DEPTH + 3, 240, 5_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    deep = '<extension url="a">' * depth + "</extension>" * depth
    with pytest.raises(Incorrect):
        to_json(patient(deep))


@pytest.mark.parametrize(
    ("inner", "path"),
    [
        ("<nonsense value='a'/>", "Patient: R4 knows no element 'nonsense' here"),
        ("\n<name><nonsense/></name>", r"Patient\.name\[0\]: R4 knows no element 'nonsense' here\. \(line 2\)"),
        ("<active value='maybe'/>", r"Patient\.active: expected true or false"),
        ("<active/>", r"Patient\.active: an element needs a value or an extension"),
        ("<active value='true'/><active value='true'/>", r"Patient\.active: this element may be given only once"),
        ("<active value='true' wrong='1'/>", "an attribute that R4 does not know"),
        ("<name>text</name>", r"Patient\.name\[0\]: there is text between"),
        ("<multipleBirthInteger value='1e'/>", r"Patient\.multipleBirthInteger: a number is expected"),
        ("<contained/>", r"Patient\.contained\[0\]: one resource is expected"),
        ("<contained><Foo/></contained>", r"Patient\.contained\[0\]: this element is no resource type"),
        ("<name xmlns='urn:x'/>", "elements must be in the namespace"),
    ],
)
def test_what_does_not_belong_is_refused_with_its_place(inner: str, path: str) -> None:
    with pytest.raises(Invalid, match=path):
        to_json(patient(inner))


@pytest.mark.parametrize("raw", [b"", b"<", b"<a>", b"\xff\xfe<", b"<Patient/>", b"<a xmlns='http://hl7.org/fhir'/>"])
def test_what_is_no_resource_is_refused(raw: bytes) -> None:
    with pytest.raises(Incorrect):
        to_json(raw)


def test_large_documents_take_no_more_than_a_second() -> None:
    raw = patient("<name><given value='a'/></name>" * 20_000)
    begun = time.process_time()
    assert to_json(raw).count(b"given") == 20_000
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "raw",
    [
        b'{"resourceType":"Patient","text":{"status":"generated","div":"<div"}}',
        b'{"resourceType":"Patient","text":{"status":"generated","div":"<div>a</div>"}}',
        b'{"resourceType":"Patient","text":{"status":"generated","div":"<!DOCTYPE a><div/>"}}',
        b'{"resourceType":"Patient","id":"\\u0001"}',
        b'{"resourceType":"Patient","name":[{"family":"\\ud800"}]}',
        b'{"resourceType":"Patient","name":{"family":"a"}}',
        b'{"resourceType":"Patient","name":[{"family":5}]}',
        b'{"resourceType":"Patient","active":"true"}',
        b'{"resourceType":"Patient","name":["a"]}',
        b'{"resourceType":"Patient","unknown":1}',
        b'{"resourceType":"Patient","extension":' + b'[{"extension":' * 300 + b"[]" + b"}]" * 300 + b"}",
        b"[" * 100_000,
        b"{}",
        b"nothing",
    ],
)
def test_what_xml_cannot_hold_is_refused(raw: bytes) -> None:
    with pytest.raises(Incorrect):
        to_xml(raw)
