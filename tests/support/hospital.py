"""A house whose staff see whom they treat: two people, a ward, three patients, of whom one is treated."""

from typing import Any

from opened_gate import Node, observation, opened, patient, principal

from verbund.access import Treatment
from verbund.crypto import NodeKeys
from verbund.database import Database
from verbund.identity import Role

Json = dict[str, Any]
DOCTOR = principal(Role.PHYSICIAN, subject="p-1", practitioner_id="weber")
NURSE = principal(Role.NURSE, subject="p-2", practitioner_id="klose")
TREATED, HIDDEN = "7", "8"


def ref(text: str) -> Json:
    return {"reference": text}


def encounter(identity: str, who: str, practitioner: str = "weber", **more: object) -> Json:
    return {
        "resourceType": "Encounter",
        "id": identity,
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": ref(f"Patient/{who}"),
        "participant": [{"individual": ref(f"Practitioner/{practitioner}")}],
        **more,
    }


async def hospital(database: Database, *, days: int = 30, keys: NodeKeys | None = None) -> Node:
    """Patient 7 is treated by Weber, 8 and 9 by nobody; each has an observation."""
    node = await opened(database, treatment=Treatment("relation", days=days), keys=keys)
    await node.put(
        {"resourceType": "Practitioner", "id": "weber"},
        {"resourceType": "Practitioner", "id": "klose"},
        *(patient(one) for one in ("7", "8", "9")),
        *(observation(f"o{one}", one) for one in ("7", "8", "9")),
        encounter("e7", TREATED),
    )
    return node
