"""The houses of the region as Organizations to refer to: the own and those of the hub's signed list of members."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from verbund.access import Gate, Write
from verbund.consent.resources import KIND_SYSTEM, SITE_SYSTEM
from verbund.errors import Busy, Interrupted, NotFound, Unavailable
from verbund.exchange import Correspondence, Member
from verbund.identity import House, Principal

TAG = {"system": "https://verbund.example/fhir/tags", "code": "member-of-the-region"}
"""Marks what this node keeps after the region's directory: the Organizations of members (others are never touched), and
the Practitioners and PractitionerRoles that other houses publish."""

EVERY_SECONDS = 60.0
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def organization(site: str, title: str, kind: str) -> dict[str, Any]:
    """A house as FHIR R4 Organization; its id is the site's."""
    return {
        "resourceType": "Organization",
        "id": site,
        "meta": {"tag": [TAG]},
        "identifier": [{"system": SITE_SYSTEM, "value": site}],
        "active": True,
        "type": [{"coding": [{"system": KIND_SYSTEM, "code": kind}]}],
        "name": title,
    }


async def keep(gate: Gate, operator: Principal, house: House, kind: str, members: Iterable[Member]) -> int:
    """Add an Organization for each house that has none, rename those kept by this node; how many were written.

    One that somebody else wrote under a house's id stays as it is.
    """
    wanted = {one.site: organization(one.site, one.title, one.kind) for one in members}
    wanted |= {house.organisation: organization(house.organisation, house.organisation_name, kind)}
    written = 0
    for site, resource in wanted.items():
        write = await needed(gate, operator, site, resource)
        if write is not None:
            await gate.commit(operator, [write])
            written += 1
    return written


async def keep_known(gate: Gate, operator: Principal, house: House, kind: str, correspondence: Correspondence) -> None:
    """Keep the houses as the list of members has them, at the start and when it has changed, until cancelled."""
    kept: frozenset[tuple[str, str]] = frozenset()
    while True:
        members = [one for one in correspondence.members.all() if one.kind != "hub"]
        now = frozenset((one.site, one.title) for one in members)
        if now != kept:
            with suppress(Unavailable, Interrupted, Busy):
                await keep(gate, operator, house, kind, members)
                kept = now
        await asyncio.sleep(EVERY_SECONDS)


async def missing(gate: Gate, operator: Principal, house: House, kind: str) -> Sequence[Write]:
    """The write that makes the own house known, where it is not."""
    own = organization(house.organisation, house.organisation_name, kind)
    write = await needed(gate, operator, house.organisation, own)
    return () if write is None else (write,)


async def needed(gate: Gate, operator: Principal, site: str, resource: dict[str, Any]) -> Write | None:
    """The write that makes a house known by this `organization`; None where it is, or somebody else keeps it."""
    try:
        stored = await gate.read(operator, "Organization", site)
    except NotFound:
        return Write("update", "Organization", site, msgspec.json.encode(resource))
    present = _decode(stored.body)
    kept = TAG in (present.get("meta") or {}).get("tag", ())
    if not kept or present.get("name") == resource["name"]:
        return None
    return Write("update", "Organization", site, msgspec.json.encode(resource), if_match=stored.version)
