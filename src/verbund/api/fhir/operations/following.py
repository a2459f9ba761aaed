"""From resources to what they refer to, for operations that put a net of resources together."""

import asyncio
from collections.abc import Iterable, Sequence

from verbund.api.fhir.service import Service
from verbund.api.ports import Version
from verbund.errors import Forbidden, NotFound
from verbund.fhir import RESOURCE_TYPES, parse_reference
from verbund.identity import Principal

AT_ONCE = 16


async def followed(service: Service, who: Principal, texts: Iterable[str]) -> list[Version]:
    """The resources of this node that these references lead to, each once, in their order.

    What is not there, or not for who asks, is left out; a reference to a version leads to that version.
    """
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(kind: str, identity: str, version: str | None) -> Version | None:
        async with turns:
            try:
                if version is not None and version.isdecimal():
                    return await service.gate.vread(who, kind, identity, int(version))
                return await service.gate.read(who, kind, identity)
            except (NotFound, Forbidden):
                return None

    targets = dict.fromkeys(target for text in texts if (target := _local(service, text)) is not None)
    found: Sequence[Version | None] = await asyncio.gather(*(one(*target) for target in targets))
    return [version for version in found if version is not None]


def _local(service: Service, text: str) -> tuple[str, str, str | None] | None:
    """Type, id and version of a resource of this node, else None."""
    target = parse_reference(text)
    if target is None or target.type not in RESOURCE_TYPES or target.base not in {None, service.base}:
        return None
    return target.type, target.id, target.version
