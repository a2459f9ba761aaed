"""The portal's services, bundled for one node."""

from verbund.config import utc_now
from verbund.consent.templates import OF_REGION, templates
from verbund.identity import (
    Account,
    Brake,
    Desk,
    Factors,
    FrontDoor,
    Journal,
    Outside,
    Policy,
    Provider,
    Resetting,
    Sessions,
    Steps,
    Told,
)
from verbund.node.assembly import Node
from verbund.node.desks import (
    AccessDesk,
    AdministrationDesk,
    AppDesk,
    EnrolmentDesk,
    GlassDesk,
    ProxyDesk,
    RecordDesk,
    RegionDesk,
    ReleaseDesk,
    RightsDesk,
    SessionDesk,
    StaffDesk,
    StudyDesk,
    TrustCentreDesk,
)
from verbund.node.desks.releases import RegionPart
from verbund.node.patients import StoredPatients
from verbund.node.region import HubPart, Part, SitePart, contact
from verbund.node.rights import erasures_of
from verbund.ops import Health
from verbund.portal import House, Services


def portal_services(
    node: Node,
    part: Part,
    *,
    outside: Outside | None,
    door: FrontDoor,
    account: Account,
    provider: Provider,
    sessions: Sessions,
    health: Health,
) -> Services:
    """Everything the pages call; without a region the pages work for the own house."""
    house = House(node.config.name, node.config.title)
    site = part if isinstance(part, SitePart) else None
    offered = (
        templates(node.config.directory / node.config.consent_templates)
        if node.config.consent_templates
        else templates(OF_REGION)
    )
    region = RegionPart(site.correspondence, site.linkage, site.distribution) if site else None
    stored = StoredPatients(node.store)
    records = RecordDesk(node.gate, house)
    return Services(
        sign_in=door,
        account=account,
        resets=Resetting(node.database, node.keys, node.house, node.people, node.audit),
        sessions=SessionDesk(node.house, sessions, node.proxies),
        records=records,
        region=RegionDesk(site.records if site else None),
        accesses=AccessDesk(node.gate, site.accesses if site else None, house),
        releases=ReleaseDesk(node.gate, house, node.config.kind, region, utc_now, templates=offered),
        administration=AdministrationDesk(
            health=health,
            audit=node.audit,
            correspondence=part.correspondence if part else None,
            contact=lambda: contact(part),
        ),
        studies=StudyDesk(part.studies) if isinstance(part, HubPart) else None,
        trust=TrustCentreDesk(part.trust, part.correspondence.title) if isinstance(part, HubPart) else None,
        clock=utc_now,
        enrolment=EnrolmentDesk(
            node.gate,
            letters=node.letters,
            people=node.people,
            proxies=node.proxies,
            stored=stored,
            clock=utc_now,
        ),
        proxies=ProxyDesk(node.proxies, node.people, utc_now),
        staff=StaffDesk(node.staff, node.letters),
        outside=outside,
        rights=RightsDesk(node.gate, node.requests, node.copies, erasures_of(node, part)),
        glass=GlassDesk(node.gate) if node.gate.asks_for_treatment else None,
        apps=AppDesk(node.house, provider, node.people, records, Told(node.house, node.audit)),
    )


def sign_in_desk(node: Node, provider: Provider, sessions: Sessions) -> Desk:
    """Everybody whom the front door asks."""
    database, keys, house = node.database, node.keys, node.house
    return Desk(
        database=database,
        people=node.people,
        provider=provider,
        sessions=sessions,
        factors=Factors(database, keys, house),
        journal=Journal(database, keys, house, node.audit),
        brake=Brake(database, keys),
        steps=Steps(database, keys),
        policy=Policy.of(node.config),
    )
