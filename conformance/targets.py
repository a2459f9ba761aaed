"""What reads bytes of strangers: each parser with seeds, and the promise that it refuses what it does not understand.

No exception but VerbundError, nothing over a second of work, memory within what the input allows.
"""

import json
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
from graphql import GraphQLError

from verbund.api.fhir.operations.graphql.asking import _Body, _question
from verbund.api.fhir.operations.graphql.schema import schema
from verbund.api.forms import read_pairs
from verbund.errors import VerbundError
from verbund.fhir import decode, index, parse_bundle, parse_search, reference_texts, validate
from verbund.fhir.fhirpath import compile as compiled
from verbund.fhir.patching import fhirpath_patch, json_patch
from verbund.fhir.ucum import converted
from verbund.fhir.xml import to_json, to_xml
from verbund.terminology.importers import opened

MOST_SECONDS = 1.0

PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><b>Muster</b></div>'},
    "identifier": [{"system": "urn:x", "value": "1"}],
    "name": [{"family": "Müller", "given": ["Erika", None], "_given": [None, {"id": "g"}]}],
    "birthDate": "1970-05-31",
    "contained": [{"resourceType": "Organization", "id": "o", "name": "House"}],
    "managingOrganization": {"reference": "#o"},
}
OBSERVATION = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}]},
    "effectivePeriod": {"start": "2024-05-31T14:05:00+02:00"},
    "valueQuantity": {"value": 5.4, "system": "http://unitsofmeasure.org", "code": "g/dL"},
    "component": [{"code": {"text": "x"}, "valueSampledData": {"period": 1, "dimensions": 1, "origin": {"value": 1}}}],
}
BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {"fullUrl": "urn:uuid:1", "resource": PATIENT, "request": {"method": "POST", "url": "Patient"}},
        {"request": {"method": "DELETE", "url": "Patient/1"}},
    ],
}
CHANGE = {
    "resourceType": "Parameters",
    "parameter": [
        {
            "name": "operation",
            "part": [
                {"name": "type", "valueCode": "replace"},
                {"name": "path", "valueString": "Patient.name[0].family"},
                {"name": "value", "valueString": "Neu"},
            ],
        }
    ],
}
# The library of rare units takes a second to load, once in a process.
converted(1, "Cm", "m")
_WHOLE = json.dumps(PATIENT).encode()
_TREE: Any = msgspec.json.Decoder(float_hook=Decimal).decode(_WHOLE)


@dataclass(frozen=True, slots=True)
class Target:
    """A parser: what runs it, and inputs that it takes."""

    run: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    ready: Callable[[], object] = lambda: None


def _json(data: bytes) -> None:
    found = decode(data, invariants=True)
    index(found)
    reference_texts(data)
    to_xml(data)


def _xml(data: bytes) -> None:
    decode(to_json(data))


def _search(data: bytes) -> None:
    kind, _, query = data.decode("utf-8", "surrogateescape").partition("?")
    parse_search(kind, read_pairs(query))


def _filter(data: bytes) -> None:
    parse_search("Observation", [("_filter", data.decode("utf-8", "replace"))])


def _fhirpath(data: bytes) -> None:
    compiled(data.decode("utf-8", "replace")).evaluate(_TREE)


def _graphql(data: bytes) -> None:
    try:
        _question(_Body(data.decode("utf-8", "replace")), schema("Patient"))
    except GraphQLError as refused:
        str(refused)


def _bundle(data: bytes) -> None:
    parse_bundle(data)


def _claml(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "icd.xml"
        path.write_bytes(data)
        with opened(path, "claml") as table:
            list(table.concepts)


def _archive(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "loinc.zip"
        path.write_bytes(data)
        with opened(path) as table:
            list(table.concepts)


CLAML = (
    b'<?xml version="1.0" encoding="UTF-8"?><ClaML version="2.0.0"><Identifier authority="B" uid="1.2"/>'
    b'<Title name="ICD-10-GM" version="2024" date="2023-09-15">ICD</Title><ClassKinds><ClassKind name="category"/>'
    b'</ClassKinds><Modifier code="M"><SubClass code=".0"/></Modifier><ModifierClass code=".0" modifier="M">'
    b'<SuperClass code="M"/><Rubric kind="preferred"><Label>Koma</Label></Rubric></ModifierClass>'
    b'<Class code="E10" kind="category"><ModifiedBy code="M"/><Rubric kind="preferred"><Label>Diabetes</Label></Rubric>'
    b"</Class></ClaML>"
)
LOINC = (
    '"LOINC_NUM","COMPONENT","PROPERTY","TIME_ASPCT","SYSTEM","SCALE_TYP","METHOD_TYP","CLASS","VersionLastChanged",'
    '"STATUS","CLASSTYPE","SHORTNAME","ORDER_OBS","LONG_COMMON_NAME","DisplayName"\n"718-7","Hemoglobin","MCnc","Pt",'
    '"Bld","Qn","","HEM/BC","2.73","ACTIVE","1","Hgb Bld-mCnc","Both","Hemoglobin [Mass/volume] in Blood","Hb"\n'
)


def _zipped() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("LoincTable/Loinc.csv", LOINC)
    return packed.getvalue()


XML = (
    '<Patient xmlns="http://hl7.org/fhir"><id value="p"/><text><status value="generated"/>'
    '<div xmlns="http://www.w3.org/1999/xhtml"><b>Muster</b></div></text><name id="n"><family value="Müller"/></name>'
    '<contained><Organization><id value="o"/><name value="H"/></Organization></contained></Patient>'
).encode()

TARGETS: Mapping[str, Target] = {
    "json": Target(_json, (_WHOLE, json.dumps(OBSERVATION).encode())),
    "xml": Target(_xml, (XML,)),
    "search": Target(
        _search,
        (
            b"Observation?code=http://loinc.org|718-7&date=ge2024-05-31T14:05:00%2B02:00&_sort=-date,code&_count=5",
            b"Observation?subject:Patient.name:exact=x&_has:Provenance:target:agent._id=1&value-quantity=ap5.40||mg",
            b"?_type=Patient,Basic&_include:iterate=Patient:link&_elements=id,name&code-value-quantity=a$gt5|u|c",
            b"Location?near=52.5|13.4|5|km&_list=1&name:missing=true&identifier:of-type=a|b|c&_total=accurate",
        ),
    ),
    "filter": Target(
        _filter,
        (
            b'code eq http://loinc.org|718-7 and (date gt 2024-01-01 or not (status eq "final"))',
            b'subject.name co "a\\"b" and value-quantity ge 5.4||mg or subject:Patient[name sw "x"].birthdate pr true',
        ),
    ),
    "fhirpath": Target(
        _fhirpath,
        (
            b"Patient.name.where(use = 'official' or family.startsWith('M')).given.first() & 'x'",
            b"name.select(given | family).distinct().count() > 2 and birthDate < today() - 18 years",
            b"iif(name.exists(), name.repeat($this).all(family.matches('^[A-Z]')), {}) implies (1 div 2 = @2024)",
            b"name.given.aggregate($total & $this, '').replace('a', 'b').substring(1, 2).indexOf('x') * -5 'mg'",
        ),
    ),
    "json-patch": Target(
        lambda data: json_patch(_WHOLE, data),
        (
            b'[{"op":"test","path":"/id","value":"p"},{"op":"replace","path":"/name/0/family","value":"Neu"}]',
            b'[{"op":"move","from":"/name/0","path":"/name/-"},{"op":"copy","from":"/id","path":"/a~1b~0"}]',
        ),
    ),
    "fhirpath-patch": Target(lambda data: fhirpath_patch(_WHOLE, data), (json.dumps(CHANGE).encode(),)),
    "graphql": Target(
        _graphql,
        (
            b'{ name(use: "official") @first { family given } ...F } fragment F on Patient { id name { text } }',
            b"query Q($n: Int) { identifier { value @include(if: true) } link { other { reference } } }",
        ),
        lambda: schema("Patient"),
    ),
    "bundle": Target(_bundle, (json.dumps(BUNDLE).encode(),)),
    "validate": Target(lambda data: list(validate(data)), (_WHOLE, json.dumps(OBSERVATION).encode())),
    "claml": Target(_claml, (CLAML,)),
    "zip": Target(_archive, (_zipped(),)),
}
"""Name to parser."""


class Broken(Exception):
    """A parser that did not keep its promise."""


def attempt(target: Target, data: bytes) -> bool:
    """Run a parser once; whether it took the input. Broken if it failed by another error, or worked over a second."""
    target.ready()
    began = time.thread_time()
    try:
        target.run(data)
        taken = True
    except VerbundError:
        taken = False
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error} for {data[:2000]!r}") from error
    seconds = time.thread_time() - began
    if seconds > MOST_SECONDS:
        raise Broken(f"{seconds:.1f} s for {data[:2000]!r}")
    return taken
