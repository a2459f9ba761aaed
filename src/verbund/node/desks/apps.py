"""The portal's `Applications`: the provider's questions, permits and launches, and patients through the gate."""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from verbund.errors import NotFound
from verbund.identity import Apps, House, Launch, People, Principal, Provider, Role, Scopes, Told
from verbund.portal.applications import AppQuestion, LaunchableApp, PermittedApp
from verbund.portal.model import FoundPatients, PatientQuery
from verbund.portal.ports import Records


class AppDesk:
    """Apps of one node."""

    def __init__(self, house: House, provider: Provider, people: People, records: Records, told: Told) -> None:
        self._house = house
        self._provider = provider
        self._apps: Apps = provider.apps
        self._people = people
        self._records = records
        self._told = told

    async def question(self, request_id: str) -> AppQuestion:
        """What waits for an answer."""
        asked = await self._provider.question(request_id)
        return AppQuestion(
            asked.client.name,
            asked.scopes,
            asked.person.role is Role.PATIENT,
            asked.redirect_origin,
            asked.picks_patient,
        )

    async def find(self, request_id: str, query: PatientQuery, *, count: int, cursor: str | None) -> FoundPatients:
        """Patients whom the person who is asked may find."""
        asked = await self._provider.question(request_id)
        return await self._records.find(asked.person.principal(self._house), query, count=count, cursor=cursor)

    async def permit(self, request_id: str, kept: Scopes, patient_id: str | None) -> str:
        """Permit what is kept, for a patient whose record the person may see."""
        if patient_id is not None:
            asked = await self._provider.question(request_id)
            await self._records.record(asked.person.principal(self._house), patient_id)
        return await self._provider.answer(request_id, kept, patient=patient_id)

    async def refuse(self, request_id: str) -> str:
        """Refuse."""
        return await self._provider.refuse(request_id)

    async def permitted(self, who: Principal) -> tuple[PermittedApp, ...]:
        """What somebody permits now."""
        found = await self._provider.permits.of_person(UUID(who.subject))
        names = await self._apps.names({one.client for one in found})
        return tuple(
            PermittedApp(
                str(one.id),
                names.get(one.client, one.client),
                Scopes.parse(one.said.scope),
                one.said.lasting,
                one.granted,
                one.used,
                one.expires,
            )
            for one in found
        )

    async def end(self, who: Principal, permit_id: str) -> None:
        """End it, and say so in the log."""
        person = await self._people.of(UUID(who.subject))
        ended = await self._provider.permits.end(UUID(permit_id), person=person.id)
        await self._told.ended(person, ended.client)

    async def launchable(self, who: Principal) -> tuple[LaunchableApp, ...]:  # noqa: ARG002 - the rule is the page's
        """The apps that can be opened from a record."""
        return tuple(
            LaunchableApp(one.id, one.metadata.client_name, _origin(one.metadata.launch_uri))
            for one in await self._apps.all()
            if one.enabled and one.metadata.launch_uri is not None
        )

    async def launch(self, who: Principal, app_id: str, patient_id: str, encounter_id: str | None) -> str:
        """The app's address with `iss` and `launch`."""
        client = await self._apps.client(app_id)
        if client is None or client.launch_uri is None:
            raise NotFound("There is no such app here.", german="Diese Anwendung gibt es hier nicht.")
        word = await self._provider.launches.open(Launch(client.id, who.subject, patient_id, encounter_id))
        return f"{client.launch_uri}?{urlencode({'iss': self._house.audience, 'launch': word})}"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
