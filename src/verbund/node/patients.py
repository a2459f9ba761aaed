"""The house's patients as linkage needs them: demographics to encode, ids to catch up by.

This reads the store directly: nothing of it is shown to a person or leaves the node but as an encoding, and an entry in
every patient's log at every start would bury those that tell of people.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from verbund.errors import NotFound
from verbund.fhir import parse_search
from verbund.linkage import Demographics, demographics
from verbund.store import EVERYTHING, Store

_PAGE = "500"
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def merged_into(patient: Mapping[str, Any]) -> str | None:
    """The reference to the record that replaces this one (FHIR R4 Patient.link, `replaced-by`)."""
    for link in patient.get("link") or ():
        if isinstance(link, dict) and link.get("type") == "replaced-by":
            other = link.get("other")
            return str(other.get("reference") or other.get("display") or "?") if isinstance(other, dict) else "?"
    return None


class StoredPatients:
    """The patients that are in the store now (`exchange`'s port `Patients`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def demographics(self, patient_id: str) -> Demographics | None:
        """Of one patient; None when there is none any more, or nothing to compare by."""
        try:
            stored = await self._store.read("Patient", patient_id, within=EVERYTHING)
        except NotFound:
            return None
        return demographics(stored.body)

    async def resource(self, patient_id: str) -> Mapping[str, Any] | None:
        """The Patient as it is now; None when there is none any more. For whom it concerns, who is not known yet."""
        try:
            stored = await self._store.read("Patient", patient_id, within=EVERYTHING)
        except NotFound:
            return None
        return _decode(stored.body)

    async def by_identifier(self, system: str, value: str) -> Sequence[str]:
        """The patients in use who have this identifier; two at most, since one alone tells who it is."""
        query = parse_search("Patient", [("identifier", f"{system}|{value}"), ("_count", "10")])
        page = await self._store.search(query, within=EVERYTHING)
        found = ((stored.id, _decode(stored.body)) for stored in page.matches)
        return [name for name, one in found if one.get("active") is not False and merged_into(one) is None][:2]

    async def ids(self) -> AsyncIterator[str]:
        """The ids of all patients."""
        query = parse_search("Patient", [("_count", _PAGE)])
        cursor: str | None = None
        while True:
            page = await self._store.search(query, within=EVERYTHING, cursor=cursor)
            for stored in page.matches:
                yield stored.id
            cursor = page.next_cursor
            if cursor is None:
                return
