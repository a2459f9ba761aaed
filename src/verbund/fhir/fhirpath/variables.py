"""Variables of the environment (http://hl7.org/fhir/R4/fhirpath.html#variables)."""

from typing import Final

from verbund.fhir.fhirpath.environment import Collection, Environment
from verbund.fhir.fhirpath.errors import Malformed

CONSTANTS: Final = {
    "ucum": "http://unitsofmeasure.org",
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}


def variable(env: Environment, name: str, position: int) -> Collection:
    """The value of a variable; Malformed if there is none of this name."""
    if name in env.variables:
        return env.variables[name]
    if name == "resource":
        return [env.resource] if env.resource is not None else []
    if name == "rootResource":
        return [env.root] if env.root is not None else []
    if name.startswith("vs-"):
        return [f"http://hl7.org/fhir/ValueSet/{name[3:]}"]
    if name.startswith("ext-"):
        return [f"http://hl7.org/fhir/StructureDefinition/{name[4:]}"]
    raise Malformed(f"there is no variable {name[:60]}.", position)
