"""What files of FHIR data hold, read in the plainest way: the oracle for importing and exporting."""

import bz2
import json
import lzma
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

Key = tuple[str, str]
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_URN = re.compile(rb'("reference"\s*:\s*)"(urn:uuid:[^"]+)"')
_CONDITION = re.compile(rb'("reference"\s*:\s*)"([A-Z][A-Za-z]+)\?identifier=([^"|]+)\|([^"]+)"')


@dataclass
class Held:
    """Resources as files hold them: bytes by type and id, with references by `urn:uuid` and by condition resolved."""

    resources: dict[Key, bytes] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)

    @property
    def by_type(self) -> Counter[str]:
        return Counter(kind for kind, _ in self.resources)


def held(documents: Iterable[bytes]) -> Held:
    """What bundles and single resources hold together."""
    found = Held()
    identifiers: dict[tuple[str, str, str], str] = {}
    for raw in documents:
        entries = list(_entries(raw))
        names = {url: f"{head['resourceType']}/{head['id']}" for url, head, _ in entries if url}
        for _, head, content in entries:
            found.read[head["resourceType"]] += 1
            found.resources[head["resourceType"], head["id"]] = _named(content, names)
            for one in _listed(head.get("identifier")):
                key = (head["resourceType"], one.get("system", ""), one.get("value", ""))
                identifiers[key] = f"{head['resourceType']}/{head['id']}"
    for key, content in found.resources.items():
        found.resources[key] = _found(content, identifiers)
    return found


def _entries(raw: bytes) -> Iterator[tuple[str | None, dict[str, Any], bytes]]:
    whole = _members.decode(raw)
    if json.loads(bytes(whole["resourceType"])) != "Bundle":
        yield None, json.loads(raw), raw
        return
    for entry in msgspec.json.decode(bytes(whole["entry"]), type=list[dict[str, msgspec.Raw]]):
        content = bytes(entry["resource"])
        url = json.loads(bytes(entry["fullUrl"])) if "fullUrl" in entry else None
        yield url, json.loads(content), content


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _named(content: bytes, names: dict[str, str]) -> bytes:
    return _URN.sub(lambda m: m[1] + json.dumps(names.get(m[2].decode(), m[2].decode())).encode(), content)


def _found(content: bytes, identifiers: dict[tuple[str, str, str], str]) -> bytes:
    return _CONDITION.sub(
        lambda m: m[1] + json.dumps(identifiers[m[2].decode(), m[3].decode(), m[4].decode()]).encode(), content
    )


def members(raw: bytes) -> list[tuple[str, bytes]]:
    """A resource's members in their order with their bytes, but for `id` and `meta`, which a server sets.

    White space between tokens is left out; numbers and strings are compared as they are written.
    """
    plain = msgspec.json.format(raw, indent=-1)
    return [(name, bytes(value)) for name, value in _members.decode(plain).items() if name not in {"id", "meta"}]


def own_meta(raw: bytes) -> dict[str, Any]:
    """What `meta` says apart from version and time."""
    meta = json.loads(raw).get("meta", {})
    return {name: value for name, value in meta.items() if name not in {"versionId", "lastUpdated"}}


def synthea(files: Iterable[Path]) -> Held:
    """What these packed bundles hold."""
    return held(bz2.decompress(file.read_bytes()) for file in files)


def core_data_set(folder: Path) -> Held:
    """What the archive of the core data set holds."""
    (file,) = folder.glob("*.tar.xz")
    with lzma.open(file) as plain, tarfile.open(fileobj=plain) as archive:
        return held([archive.extractfile(m).read() for m in archive if m.name.endswith(".json")])  # type: ignore[union-attr]
