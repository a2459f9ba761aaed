"""A record on paper, in German or English: every entry in words, by kind, and who looked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from verbund.audit import Event
from verbund.portal.accesses import KINDS, PURPOSES
from verbund.portal.copy.sheet import Sheet
from verbund.portal.language import Format, noted, translations
from verbund.portal.record import Teller, section_of, title_of
from verbund.portal.rules import role_name

Resource = Mapping[str, Any]
Language = Literal["de", "en"]
MOST_IN_A_FILE = 4_000
"""So many entries are one file: memory holds one, and programs that show PDF stay quick."""

_INDENT = 4.0
_FILE, _PAGE, _PART, _RECORD = noted("File"), noted("Page"), noted("Part"), noted("record")
_TITLE, _OF_THE_HOUSE = noted("Complete copy of my data"), noted("The complete copy of your data at this house")
_LOOKED = noted("Who looked")
_NO_FILE = noted("A file of this entry cannot be given: it is not kept here, or it does not say whose it is.")
_NO_ANSWER = noted("This house did not answer when the copy was made. Ask it, or have a copy made later.")
_ARCHIVED = noted("Older accesses, which lie in the archive of the house; ask it for them:")
_PURPOSE, _STATED = noted("purpose"), noted("Stated reason")


class ReadableCopies:
    """Makes readable copies (`verbund.rights.Readable`)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def paper(self, house: str, language: Language) -> "RecordPaper":
        """An empty one."""
        return RecordPaper(house, language, self._clock())

    def explanation(self, house: str, language: Language) -> tuple[str, str]:
        """The file that says what is in the copy."""
        say = translations(language).gettext
        lines = [
            say(_OF_THE_HOUSE) + f": {house}",
            Format(language).moment(self._clock()),
            "",
            *(say(line) for line in _EXPLAINED),
        ]
        name = say(noted("README.txt"))
        return name, "\r\n".join(lines) + "\r\n"


_EXPLAINED = (
    noted("record-1.pdf and following: all entries in words, and who looked at them, to read and to print."),
    noted("documents: the files that belong to entries, such as letters and images."),
    noted("fhir/record.json: all entries as they are now, for programs (HL7 FHIR R4, a Bundle)."),
    noted("fhir/versions.json: what these entries said before they were changed."),
    noted(
        "fhir/accesses.json: who looked at your data, when and on which permission (AuditEvent), also at other houses; "
        "an OperationOutcome names each house that did not answer."
    ),
    noted("Other houses hold copies of their own data; ask each of them for its copy."),
    noted("Whoever has this file can read all of it. Keep it where nobody else looks."),
)


class RecordPaper:
    """One readable copy (`verbund.rights.Paper`): PDF files of at most `MOST_IN_A_FILE` entries each."""

    def __init__(self, house: str, language: Language, made: datetime) -> None:
        self._house, self._language, self._made = house, language, made
        self._form = Format(language)
        self._say = translations(language).gettext
        self._teller = Teller(self._form, self._say)
        self._files: list[tuple[str, bytes]] = []
        self._sheet: Sheet | None = None
        self._in_file = 0
        self._section = ""

    def learn(self, resource: Resource) -> None:
        """What entries refer to, by its name."""
        kind, identity = str(resource.get("resourceType")), str(resource.get("id"))
        self._teller.names[f"{kind}/{identity}"] = title_of(resource)

    def add(self, resource: Resource, files: Sequence[str | None]) -> None:
        """An entry under the heading of its kind."""
        told = self._teller.told(resource)
        sheet = self._under(section_of(told.type))
        day = self._form.when(told.when) if told.when else ""
        sheet.keep(11)
        sheet.paragraph(f"{day}  {told.title}".strip(), weight="B")
        said = " · ".join(f"{label}: {' '.join(words.split())}" for label, words in told.said)
        if said:
            sheet.paragraph(said, size=8.5, indent=_INDENT)
        for file in files:
            words = f"{self._say(_FILE)}: {file}" if file is not None else self._say(_NO_FILE)
            sheet.paragraph(words, size=8.5, indent=_INDENT)
        sheet.gap()

    def add_silent(self, house: str) -> None:
        """That a house did not say who looked there."""
        sheet = self._under(f"{self._say(_LOOKED)} – {house}")
        sheet.paragraph(self._say(_NO_ANSWER))
        sheet.gap()

    def add_archived(self, number: int) -> None:
        """That older accesses are not told here."""
        sheet = self._under(_LOOKED)
        sheet.paragraph(f"{self._say(_ARCHIVED)} {number}")
        sheet.gap()

    def add_access(self, event: Event, house: str | None = None) -> None:
        """Who looked, what for and on which ground; a house is told where it is another one."""
        sheet = self._under(_LOOKED if house is None else f"{self._say(_LOOKED)} – {house}")
        agent = event.agent
        role = self._say(role_name(agent.role))
        sheet.keep(11)
        sheet.paragraph(f"{self._form.moment(event.at)}  {agent.name}, {role}, {agent.organisation_name}", weight="B")
        deed = KINDS.get(event.kind, event.kind) if event.permitted else noted("wanted to see data and was refused")
        words = [
            self._say(deed),
            f"{self._say(_PURPOSE)}: {self._say(PURPOSES.get(event.purpose, event.purpose))}",
        ]
        if event.stated_reason:
            words.append(f"{self._say(_STATED)}: {event.stated_reason}")
        words.append(event.reason_de if self._language == "de" else event.reason_en)
        sheet.paragraph(" · ".join(filter(None, words)), size=8.5, indent=_INDENT)
        sheet.gap()

    def finish(self) -> Sequence[tuple[str, bytes]]:
        """The files, with their names."""
        self._close()
        return tuple(self._files)

    def _under(self, section: str) -> Sheet:
        """The sheet to write on, with the heading of this section as the last one."""
        if self._sheet is not None and self._in_file >= MOST_IN_A_FILE:
            self._close()
        if self._sheet is None:
            self._sheet = self._opened()
            self._section = ""
        if section != self._section:
            self._sheet.heading(self._say(section))
            self._section = section
        self._in_file += 1
        return self._sheet

    def _opened(self) -> Sheet:
        title = f"{self._say(_TITLE)} – {self._house}"
        sheet = Sheet(title, self._language, self._made, self._say(_PAGE))
        sheet.heading(title, 0)
        part = f"{self._say(_PART)} {len(self._files) + 1}"
        sheet.paragraph(f"{part} · {self._form.moment(self._made)}")
        self._in_file = 0
        return sheet

    def _close(self) -> None:
        if self._sheet is not None:
            name = self._say(_RECORD) + f"-{len(self._files) + 1}.pdf"
            self._files.append((name, self._sheet.output()))
            self._sheet = None
