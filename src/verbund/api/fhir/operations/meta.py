"""`$meta`, `$meta-add`, `$meta-delete`: profiles, tags and security labels of resources.

https://hl7.org/fhir/R4/resource-operation-meta.html. Adding or taking away makes a new version, so that nothing of a
resource's past changes unseen.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from verbund.access import OWN_TYPES, Write
from verbund.api.fhir.messages import Response
from verbund.api.fhir.operations.model import Call, Operation
from verbund.api.fhir.operations.parameters import Parameter, answer_of, refused
from verbund.api.fhir.service import Service
from verbund.api.rules import scope
from verbund.errors import Unsupported
from verbund.fhir import RESOURCE_TYPES, parse_search
from verbund.identity import Principal

_KINDS = ("profile", "security", "tag")
_MOST = 10_000
_PAGE = 1000

Meta = dict[str, Any]


class _Marked(msgspec.Struct):
    meta: Meta | None = None


_marked = msgspec.json.Decoder(_Marked).decode
_whole = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode
_meta = msgspec.json.Decoder(Meta, float_hook=Decimal).decode


async def of_instance(service: Service, who: Principal, call: Call) -> Response:
    """The meta of a resource, or of one of its versions; of a type or the system: all that its resources carry."""
    if not call.id:
        return _answer(await _of_many(service, who, call.type))
    if call.address.version:
        found = await service.gate.vread(who, call.type, call.id, call.address.version)
    else:
        found = await service.gate.read(who, call.type, call.id)
    return _answer(_marked(found.body).meta or {})


async def _of_many(service: Service, who: Principal, of: str) -> Meta:
    """Each profile, tag and label that is in use on what may be seen; refused (Unsupported) for more than 10,000."""
    union: Meta = {}
    seen = 0
    for name in (of,) if of else sorted(RESOURCE_TYPES - OWN_TYPES):
        cursor: str | None = None
        while True:
            page = await service.gate.search(who, parse_search(name, (("_count", str(_PAGE)),)), cursor=cursor)
            seen += len(page.matches)
            if seen > _MOST:
                raise Unsupported(f"$meta is offered for at most {_MOST} resources; ask for a type, or for a resource.")
            for found in page.matches:
                union = _joined(union, _marked(found.body).meta or {})
            cursor = page.next_cursor
            if cursor is None:
                break
    return union


async def add(service: Service, who: Principal, call: Call) -> Response:
    """Put profiles, tags and labels on a resource; those that it has already stay as they are."""
    return await _changed(service, who, call, _joined)


async def take_away(service: Service, who: Principal, call: Call) -> Response:
    """Take profiles, tags and labels from a resource; those that it does not have are no error."""
    return await _changed(service, who, call, _without)


async def _changed(service: Service, who: Principal, call: Call, change: Callable[[Meta, Meta], Meta]) -> Response:
    asked = call.parameters.structure("meta")
    if asked is None:
        raise refused("meta", "is needed: a Meta with profile, security or tag.")
    found = await service.gate.read(who, call.type, call.id)
    resource = _whole(found.body)
    meta = change(_meta(resource["meta"]), dict(asked))
    raw = _encode(resource | {"meta": meta})
    write = Write("update", call.type, call.id, raw=raw, if_match=found.version)
    await service.gate.commit(who, (write,))
    return _answer(_marked((await service.gate.read(who, call.type, call.id)).body).meta or {})


def _joined(meta: Meta, more: Mapping[str, Any]) -> Meta:
    joined = dict(meta)
    for kind in _KINDS:
        known = list(meta.get(kind, ()))
        have = {_key(kind, one) for one in known}
        for one in more.get(kind, ()):
            if _key(kind, one) not in have:
                known.append(one)
                have.add(_key(kind, one))
        if known:
            joined[kind] = known
    return joined


def _without(meta: Meta, less: Mapping[str, Any]) -> Meta:
    kept = {name: value for name, value in meta.items() if name not in _KINDS}
    for kind in _KINDS:
        gone = {_key(kind, one) for one in less.get(kind, ())}
        if left := _staying(kind, meta.get(kind, ()), gone):
            kept[kind] = left
    return kept


def _staying(kind: str, items: Iterable[Any], gone: set[object]) -> list[Any]:
    return [one for one in items if _key(kind, one) not in gone]


def _key(kind: str, one: Any) -> object:  # noqa: ANN401 - a canonical or a Coding
    """What makes two the same: a canonical's text, a coding's system and code."""
    return one if kind == "profile" else (one.get("system"), one.get("code"))


def _answer(meta: Meta) -> Response:
    return Response(200, answer_of((Parameter("return", meta, "Meta"),)))


_LEVELS = ("instance", "version")

OPERATIONS = (
    Operation("meta", (*_LEVELS, "type", "system"), scope("r"), of_instance),
    Operation("meta-add", ("instance",), scope("u"), add, takes=frozenset({"meta"}), methods=("POST",)),
    Operation("meta-delete", ("instance",), scope("u"), take_away, takes=frozenset({"meta"}), methods=("POST",)),
)
