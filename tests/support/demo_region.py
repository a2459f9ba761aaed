"""The demo region as `verbund demo` runs it, and what it must hold."""

import contextlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import httpx
from command_line import Done, Started, program, started, verbund

from verbund.demo import generate
from verbund.demo.region import PLACES, SEED

PATIENTS = 12
TYPES = ("Patient", "Observation", "Consent", "DocumentReference")


@dataclass(frozen=True)
class Demo:
    """A demo region in a folder, from a port on."""

    directory: Path
    port: int

    def arguments(self, *more: str) -> tuple[object, ...]:
        """The command that runs it."""
        return ("demo", "--dir", self.directory, "--port", self.port, "--patients", PATIENTS, *more)

    def run(self, *more: str) -> Done:
        """Run it to its end."""
        return program(*self.arguments(*more))

    def started(self) -> contextlib.closing[Started]:
        """Start it."""
        return started(*self.arguments())

    def counts(self, house: str) -> dict[str, int]:
        """How many resources of a few types a running house has."""
        with self._asking(house) as http:
            return {kind: http.get(f"/{kind}?_total=accurate&_count=1").json()["total"] for kind in TYPES}

    def physicians(self, house: str, specialty: str, employer: str) -> list[str]:
        """The names of another house's physicians of a specialty, as a running house knows them."""
        query = {"specialty": specialty, "organization": f"Organization/{employer}", "active": "true"}
        with self._asking(house) as http:
            found = http.get("/PractitionerRole", params=query).json()
        return [one["resource"]["practitioner"]["display"] for one in found.get("entry", ())]

    def _asking(self, house: str) -> httpx.Client:
        offset = next(place.offset for place in PLACES if place.name == house)
        token = verbund("token", self.directory / house, "--scope", "system/*.rs").out.strip()
        address = f"http://127.0.0.1:{self.port + offset}/fhir"
        return httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, trust_env=False)


@dataclass(frozen=True)
class Told:
    """A region that does not run, what `demo --check` said of it, and whether nothing ran any more afterwards."""

    demo: Demo
    done: Done
    is_gone: bool


def generated(house: str) -> dict[str, int]:
    """How many resources of those types the generator gives a house."""
    found: Counter[str] = Counter()
    for name, unit in generate(SEED, PATIENTS).everything():
        if name == house:
            found.update(json.loads(raw)["resourceType"] for raw in unit)
    return {kind: found[kind] for kind in TYPES}
