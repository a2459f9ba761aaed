# ruff: noqa: S608 - composed of literals of this package; values are only ever bound, by `Statement`
"""Sets of patients as set operations on their hashes, over the index alone: nothing is opened, nobody is seen."""

from verbund.errors import Unsupported
from verbund.fhir import AllOf, AnyOf, Having, PatientSet, SearchQuery, Without
from verbund.store.planning import Plan
from verbund.store.sql import Statement
from verbund.store.ways import Scope

MOST_PARTS = 200


class Cohorts:
    """Compiles sets of patients. Every search in them sees only the rows that may be seen."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._parts = 0

    def count(self, patients: PatientSet) -> tuple[str, Statement]:
        """The statement for the number of patients in a set."""
        statement = Statement()
        chosen = self._compiled(patients, statement)
        return f"select count(distinct s.patient) from ({chosen}) s (patient) where s.patient is not null", statement

    def _compiled(self, patients: PatientSet, statement: Statement) -> str:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Unsupported(f"A cohort may have at most {MOST_PARTS} criteria.")
        match patients:
            case Having(kind, filters):
                return self._having(SearchQuery(kind, filters), statement)
            case AllOf(()):
                return self._having(SearchQuery("Patient"), statement)
            case AllOf(sets):
                return " intersect ".join(f"({self._compiled(one, statement)})" for one in sets)
            case AnyOf(()):
                return "select null::bigint where false"
            case AnyOf(sets):
                return " union ".join(f"({self._compiled(one, statement)})" for one in sets)
            case Without(chosen, minus):
                return f"({self._compiled(chosen, statement)}) except ({self._compiled(minus, statement)})"

    def _having(self, query: SearchQuery, statement: Statement) -> str:
        plan = Plan(query, self._scope, counting=True)
        if plan.needs_comparing:
            raise Unsupported("A cohort cannot ask for what must be read in clear, such as pieces of text (:contains).")
        return plan.patients(statement)
