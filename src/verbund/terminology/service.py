"""The terminology of a node: what others call."""

from collections.abc import Callable, Iterable, Sequence
from typing import Self, TypeVar

from verbund.database import Database
from verbund.errors import Incorrect, Invalid, NotFound
from verbund.fhir import SearchQuery
from verbund.fhir.terms import Terms
from verbund.terminology import rewriting
from verbund.terminology.answers import Closure, Coding, Expansion, Found, Match, Verdict
from verbund.terminology.catalogue import Catalogue, Loaded
from verbund.terminology.checking import Check, checked, checked_in_system
from verbund.terminology.closing import close
from verbund.terminology.expanding import Wish, expand
from verbund.terminology.membership import KnownTerms
from verbund.terminology.model import Concept, ConceptMap, Head, Outcome, System, ValueSet
from verbund.terminology.projecting import KINDS, take
from verbund.terminology.resources import described
from verbund.terminology.texts import shown
from verbund.terminology.translating import Question, translate
from verbund.terminology.writing import Origin, Progress, replace_system

T = TypeVar("T")
# A process asks the database for changes at each operation; validation, which comes with every write, this often.
ROUNDS = 5
AS_IT_IS = Check()
ALL = Wish()
_GENERATION = "select number from terminology_generation"


class Terminology:
    """Code systems, value sets and maps of one node (http://hl7.org/fhir/R4/terminology-service.html).

    An answer follows every change that was acknowledged before it was asked for. Without a version, the one in use with
    the highest version is meant. Errors: NotFound for what is not known here, Incorrect for what is wrong with the
    question, both with an issue code of the standard.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._catalogue = Catalogue(-1, database)
        self._terms = KnownTerms(self._catalogue)

    @classmethod
    async def open(cls, database: Database) -> Self:
        """The terminology of a migrated database."""
        terminology = cls(database)
        await terminology.catalogue()
        return terminology

    async def catalogue(self) -> Catalogue:
        """What there is now."""
        async with self._database.connection() as connection:
            if await connection.fetchval(_GENERATION) != self._catalogue.generation:
                self._catalogue = await Catalogue.read(self._database, connection)
                self._terms = KnownTerms(self._catalogue)
        return self._catalogue

    async def loaded(self) -> list[Loaded]:
        """The code systems that were loaded, by url and version; the standard's own are not listed."""
        return sorted((await self.catalogue()).loaded, key=lambda one: (one.url, one.version or ""))

    async def lookup(
        self,
        system: str | System,
        code: str,
        *,
        version: str | None = None,
        language: str | None = None,
        properties: Iterable[str] = (),
    ) -> Found:
        """What is known of a code; the codes below it where the property `child` is asked for.

        http://hl7.org/fhir/R4/codesystem-operation-lookup.html
        """
        source = await self._system(system, version)
        concept = (await source.find([code])).get(code)
        if concept is None:
            raise NotFound(f"{source.head.called} has no code {code}.")
        wanted = set(properties)
        children = tuple(await source.children(code)) if wanted & {"child", "*"} else ()
        return Found(source.head, concept, shown(concept, source.head, language), children)

    async def _system(self, system: str | System, version: str | None = None) -> System:
        if not isinstance(system, str):
            return system
        found = (await self.catalogue()).system(system, version)
        if found is None:
            at = f" in version {version}" if version else ""
            raise NotFound(
                f"The code system {system}{at} is not known here. Load it (verbund terminology add), or check its "
                "address."
            )
        return found

    async def system_of(self, identity: str) -> System:
        """The code system of the resource `CodeSystem/identity`."""
        found = (await self.catalogue()).by_resource.get(identity)
        if found is None:
            raise NotFound(f"CodeSystem/{identity} is not here, or holds no codes to be asked for.")
        return found

    async def canonical_of(self, kind: str, identity: str) -> str:
        """The canonical of the resource `kind/identity`."""
        found = (await self.catalogue()).ids.get((kind, identity))
        if found is None:
            raise NotFound(f"{kind}/{identity} is not here, or has no url to be asked by.")
        return found

    async def validate_code(
        self, value_set: str | ValueSet, codings: Sequence[Coding], check: Check = AS_IT_IS
    ) -> Verdict:
        """Whether one of the codings is of a value set, and its display, where one is given, fits.

        http://hl7.org/fhir/R4/valueset-operation-validate-code.html
        """
        catalogue = await self.catalogue()
        return await checked(catalogue, await catalogue.composed_of(value_set), codings, check)

    async def validate_in_system(
        self, system: str | System, codings: Sequence[Coding], check: Check = AS_IT_IS, *, version: str | None = None
    ) -> Verdict:
        """Whether one of the codings is of a code system, and its display, where one is given, fits.

        http://hl7.org/fhir/R4/codesystem-operation-validate-code.html
        """
        return await checked_in_system(await self._system(system, version), codings, check)

    async def expand(self, value_set: str | ValueSet, wish: Wish = ALL) -> Expansion:
        """A page of a value set's members; Incorrect (`too-costly`) for more than can be listed at once."""
        return await expand(await (await self.catalogue()).composed_of(value_set), wish)

    async def subsumes(self, system: str | System, first: str, second: str, *, version: str | None = None) -> Outcome:
        """How the first code relates to the second; NotFound where one of them is not there.

        http://hl7.org/fhir/R4/codesystem-operation-subsumes.html
        """
        source = await self._system(system, version)
        outcome = await source.relation(first, second)
        if outcome is None:
            known = await source.find([first, second])
            raise NotFound(f"{source.head.called} has no code {second if first in known else first}.")
        return outcome

    async def translate(self, question: Question, *, given: ConceptMap | None = None) -> list[Match]:
        """Translations of codings by concept maps; none where no map has a line for them.

        http://hl7.org/fhir/R4/conceptmap-operation-translate.html
        """
        return await translate(await self.catalogue(), question, given)

    async def closure(
        self, name: str, codings: Sequence[Coding], *, version: int | None = None, owner: str = ""
    ) -> Closure:
        """Add codings to a closure table of its owner and tell the lines that follow; or all since a version.

        http://hl7.org/fhir/R4/terminology-service.html#closure
        """
        return await close(self._database, await self.catalogue(), (owner, name), codings, version)

    async def rewritten(self, query: SearchQuery) -> SearchQuery:
        """The query with codes in place of `:in`, `:not-in`, `:above` and `:below` on tokens, at any depth.

        Incorrect, with the parameter, for an unknown value set or code and for more than 10,000 codes.
        """
        if not rewriting.concerns(query):
            return query
        return await rewriting.rewritten(await self.catalogue(), query)

    @property
    def terms(self) -> Terms:
        """Membership in memory, as far as it is at hand; `settled` brings what is not."""
        return self._terms

    async def settled(self, check: Callable[[Terms], T]) -> T:
        """The outcome of a check that asks terminologies at once, when all that it asked for is in memory.

        The check is run again when it asked for what was not, so that it must not change anything.
        """
        await self.catalogue()
        outcome = check(self._terms)
        for _ in range(ROUNDS):
            terms = self._terms
            if not terms.wanted and not terms.unread:
                break
            await terms.bring()
            outcome = check(terms)
        return outcome

    async def add(self, head: Head, concepts: Iterable[Concept], progress: Progress | None = None) -> int:
        """Write a version of a code system in place of one of the same url and version; how many concepts it has.

        The old one is there until the new one is complete: it is one transaction.
        """
        async with self._database.transaction() as connection:
            await connection.execute("set local statement_timeout = 0")
            entries = await replace_system(connection, head, concepts, Origin(), progress)
        # The planner must know what came, or it walks through a whole code system where an index serves.
        async with self._database.connection() as connection:
            await connection.execute("analyze terminology_concept, terminology_word")
        return entries

    async def add_resource(self, raw: bytes, place: str) -> tuple[str, int] | None:
        """Take over a CodeSystem, ValueSet or ConceptMap that is in no store: its canonical, and how much it holds.

        None for resources of other types; Invalid, with the place, for one that cannot be used.
        """
        kind, name = described(raw)
        if kind not in KINDS:
            return None
        if name is None:
            raise Invalid(f"{place}: a {kind} needs a url to be known by.")
        try:
            async with self._database.transaction() as connection:
                await connection.execute("set local statement_timeout = 0")
                return name, await take(connection, kind, raw, Origin())
        except Incorrect as error:
            raise Invalid(f"{place}: {error.text}", issues=error.issues) from error
