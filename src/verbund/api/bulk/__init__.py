"""Bulk Data (https://hl7.org/fhir/uv/bulkdata/STU2/): exports and imports that are asked for, followed and fetched."""

from pathlib import Path

from verbund.api.bulk.exporting import Exports
from verbund.api.bulk.importing import Imports
from verbund.api.bulk.jobs import Jobs

MIGRATIONS = ("bulk", Path(__file__).parent / "migrations")

__all__ = ["MIGRATIONS", "Exports", "Imports", "Jobs"]
