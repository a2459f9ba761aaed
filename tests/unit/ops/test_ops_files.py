"""Resources are read from whatever files they come in, each with its place."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from verbund.errors import NotFound
from verbund.ops.files import documents

PATIENT = b'{"resourceType":"Patient","id":"p1"}'
BUNDLE = json.dumps(
    {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "p1"}},
            {"request": {"method": "DELETE", "url": "Patient/p2"}},
            {"resource": {"resourceType": "Observation", "id": "o1"}},
        ],
    }
).encode()

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


@pytest.mark.parametrize("ending", COMPRESSIONS)
def test_a_bundle_gives_its_resources_with_entry_and_full_url(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"bundle.json{ending}"
    file.write_bytes(COMPRESSIONS[ending](BUNDLE))
    (document,) = documents([file])
    assert [(p.place, json.loads(p.raw)["id"], p.full_url) for p in document.pieces] == [
        (f"{file.name} entry 1", "p1", "urn:uuid:1"),
        (f"{file.name} entry 3", "o1", None),
    ]


@pytest.mark.parametrize("ending", COMPRESSIONS)
def test_lines_are_numbered_and_empty_ones_passed_over(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"patients.ndjson{ending}"
    file.write_bytes(COMPRESSIONS[ending](PATIENT + b"\n\n" + PATIENT))
    (document,) = documents([file])
    assert [p.place for p in document.pieces] == [f"{file.name} line 1", f"{file.name} line 3"]


def test_many_lines_come_in_documents_of_a_thousand(tmp_path: Path) -> None:
    (tmp_path / "many.ndjson").write_bytes((PATIENT + b"\n") * 2500)
    assert [len(d.pieces) for d in documents([tmp_path])] == [1000, 1000, 500]


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        for name, content in (("a/p.json", PATIENT), ("a/README.md", b"no"), ("b.ndjson.gz", gzip.compress(PATIENT))):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    (tmp_path / "all.tar.xz").write_bytes(buffer.getvalue())
    assert [p.place for d in documents([tmp_path]) for p in d.pieces] == [
        "all.tar.xz:a/p.json",
        "all.tar.xz:b.ndjson.gz line 1",
    ]


def test_a_document_bundle_is_a_resource_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "letter.json").write_text('{"resourceType":"Bundle","type":"document","entry":[]}')
    (document,) = documents([tmp_path])
    assert [p.place for p in document.pieces] == ["letter.json"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("half.json", BUNDLE[: len(BUNDLE) // 2], "is not JSON"),
        ("list.json", b"[]", "is not JSON that FHIR allows"),
        ("other.json", b"{}", "has no resourceType"),
        ("deep.json", b'{"resourceType":"Patient","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
        ("torn.json.gz", gzip.compress(BUNDLE, mtime=0)[:40], "cannot be read"),
        ("wrong.json.xz", b"no archive", "cannot be read"),
        ("wrong.json.zst", b"no archive", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_the_next_is_read(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "zz.json").write_bytes(PATIENT)
    bad, good = documents([tmp_path])
    assert fault in (bad.fault or "")
    assert len(good.pieces) == 1


def test_numbers_and_strings_stay_as_they_are_written(tmp_path: Path) -> None:
    written = '{ "resourceType" : "Patient",\n "a": 1.50, "b": 1E5, "c": "\\u00e4\\/ x  y\\n", "d": [ ], "e": 0.10 }'
    (tmp_path / "a.json").write_text(f"\ufeff{written}", encoding="utf-8")
    (document,) = documents([tmp_path])
    (piece,) = document.pieces
    assert piece.raw == b'{"resourceType":"Patient","a":1.50,"b":1E5,"c":"\\u00e4\\/ x  y\\n","d":[],"e":0.10}'


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere"):
        list(documents([tmp_path / "nowhere"]))


def test_what_is_too_large_for_one_piece_is_said_and_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verbund.ops.files.LARGEST_BYTES", 2 * 2**20)
    entry = b'{"resource":{"resourceType":"Patient","id":"p"}},'
    head = b'{"resourceType":"Bundle","type":"collection","entry":['
    (tmp_path / "1.json.gz").write_bytes(gzip.compress(head + entry * 60_000 + entry[:-1] + b"]}"))
    (tmp_path / "2.ndjson").write_bytes(PATIENT + b"\n" + b" " * (3 * 2**20) + PATIENT + b"\n")
    (tmp_path / "3.json").write_bytes(head + entry * 1_500 + entry[:-1] + b"]}")
    large, line, rest, good = documents([tmp_path])
    assert (large.pieces, large.rule) == ((), "file")
    assert "NDJSON" in (large.fault or "")
    assert [piece.place for piece in line.pieces] == ["2.ndjson line 1"]
    assert "line 2 is larger than 2 MB" in (rest.fault or "")
    assert len(good.pieces) == 1_501
