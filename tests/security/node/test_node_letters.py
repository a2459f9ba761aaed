"""The list of open letters is a list of patients: staff see of it whom they treat, the office all of it."""

from pathlib import Path
from typing import Any

import msgspec
from assembled import assembled

from verbund.access import Write
from verbund.config import utc_now
from verbund.identity import Person, Recipient, Role
from verbund.node.counters import EnrolmentDesk
from verbund.node.patients import StoredPatients

Json = dict[str, Any]
PASSWORD = "blaue Birnen im Mai"


def patient(identity: str, family: str) -> Json:
    name = [{"family": family, "given": ["Kim"]}]
    return {"resourceType": "Patient", "id": identity, "name": name, "birthDate": "1970-01-01"}


def encounter(who: str, practitioner: str) -> Json:
    return {
        "resourceType": "Encounter",
        "id": f"e{who}",
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": {"reference": f"Patient/{who}"},
        "participant": [{"individual": {"reference": f"Practitioner/{practitioner}"}}],
    }


async def test_who_has_an_open_letter_is_told_to_who_may_see_them(tmp_path: Path, database_url: str) -> None:
    async with assembled(tmp_path, database_url, kind="hospital", treatment="relation") as house:
        node = house.node
        stored = [patient("a", "Anders"), patient("b", "Bauer"), patient("c", "Celik")]
        stored += [{"resourceType": "Practitioner", "id": "weber"}, encounter("b", "weber"), encounter("c", "klose")]
        writes = [Write("update", one["resourceType"], one["id"], msgspec.json.encode(one)) for one in stored]
        await node.gate.commit(node.operator(), writes, check_references=False)
        people: dict[Role, Person] = {}
        for role in (Role.ADMINISTRATOR, Role.PHYSICIAN, Role.NURSE):
            practitioner = "weber" if role is Role.PHYSICIAN else None
            people[role] = await node.people.add(
                str(role), f"Name of {role}", role, PASSWORD, practitioner_id=practitioner
            )
        office = people[Role.ADMINISTRATOR].principal(node.house, authenticated=utc_now())
        for identity, name in (("a", "Kim Anders"), ("b", "Kim Bauer"), ("c", "Kim Celik")):
            await node.letters.issue(office, Recipient("patient", name, "1970-01-01", patient_id=identity))
        staff = Recipient("person", "Name of nurse", "nurse", person=people[Role.NURSE].id)
        await node.letters.issue(office, staff)
        desk = EnrolmentDesk(
            node.gate,
            letters=node.letters,
            people=node.people,
            proxies=node.proxies,
            stored=StoredPatients(node.store),
            clock=utc_now,
        )

        async def shown(role: Role, count: int) -> list[str]:
            found: list[str] = []
            cursor: str | None = None
            while True:
                page, cursor = await desk.letters(people[role].principal(node.house), count=count, cursor=cursor)
                found += [one.name for one in page]
                if cursor is None:
                    return found

        for count in (1, 2, 50):
            assert await shown(Role.PHYSICIAN, count) == ["Kim Bauer"]
            assert await shown(Role.NURSE, count) == []
            assert await shown(Role.ADMINISTRATOR, count) == ["Name of nurse", "Kim Celik", "Kim Bauer", "Kim Anders"]
