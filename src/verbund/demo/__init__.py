"""An invented region to try everything with: synthetic patients, people, sites, and the story that checks it."""

from verbund.demo.generator import TODAY, GeneratedPatient, GeneratedRegion, HouseRecord, generate, write
from verbund.demo.people import PASSWORD, Person, people

__all__ = [
    "PASSWORD",
    "TODAY",
    "GeneratedPatient",
    "GeneratedRegion",
    "HouseRecord",
    "Person",
    "generate",
    "people",
    "write",
]
