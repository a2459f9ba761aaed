"""The portal's `Staff`: accounts of the house's people, for its administrator."""

from dataclasses import replace

from verbund.errors import Incorrect
from verbund.identity import Letters, Person, Principal, Role
from verbund.node.desks.enrolment import shown_letter
from verbund.node.staff import STAFF_ROLES, Entry, StaffBook, recipient_of
from verbund.portal import PrintedLetter, StaffForm, StaffMember


class StaffDesk:
    """The portal's `Staff`."""

    def __init__(self, book: StaffBook, letters: Letters) -> None:
        self._book = book
        self._letters = letters

    async def all(self, who: Principal) -> tuple[StaffMember, ...]:  # noqa: ARG002 - the rule is the page's
        """Everybody, by name."""
        return tuple(map(_shown, await self._book.all()))

    async def one(self, who: Principal, person_id: str) -> StaffMember:  # noqa: ARG002 - the rule is the page's
        """One of them, with the letter that is open."""
        person = await self._book.one(person_id)
        letter = await self._letters.open_for(recipient_of(person))
        shown = _shown(person)
        return shown if letter is None else replace(shown, letter=shown_letter(letter))

    async def add(self, who: Principal, form: StaffForm) -> PrintedLetter:
        """Somebody new, and their letter."""
        return await self._printed(who, await self._book.add(who, _entry(form)))

    async def change(self, who: Principal, person_id: str, form: StaffForm) -> None:
        """Change name, role and specialty."""
        person = await self._book.one(person_id)
        await self._book.change(who, person, _entry(form))

    async def letter(self, who: Principal, person_id: str) -> PrintedLetter:
        """A letter for a new password."""
        return await self._printed(who, await self._book.one(person_id))

    async def close(self, who: Principal, person_id: str) -> None:
        """End somebody's access."""
        await self._book.close(who, await self._book.one(person_id))

    async def reopen(self, who: Principal, person_id: str) -> None:
        """Let somebody sign in again."""
        await self._book.reopen(who, await self._book.one(person_id))

    async def _printed(self, who: Principal, person: Person) -> PrintedLetter:
        issued = await self._book.letter(who, person)
        return PrintedLetter(person.name, (), issued.code, issued.letter.expires, "person", login=person.login)


def _shown(person: Person) -> StaffMember:
    return StaffMember(
        id=str(person.id),
        login=person.login,
        name=person.name,
        role=person.role.value,
        specialty=person.specialty or "",
        active=person.active,
        created=person.created,
        practitioner_id=person.practitioner_id,
    )


def _entry(form: StaffForm) -> Entry:
    if form.role not in {role.value for role in STAFF_ROLES}:
        raise Incorrect("Choose a role.", german="Wählen Sie eine Rolle.")
    return Entry(form.login, form.name, Role(form.role), form.specialty)
