"""Behind the counters of the portal: its ports, answered by the gate, the exchange, identity and research."""

from verbund.node.desks.apps import AppDesk
from verbund.node.desks.enrolment import EnrolmentDesk, ProxyDesk
from verbund.node.desks.glass import GlassDesk
from verbund.node.desks.people import AdministrationDesk, SessionDesk
from verbund.node.desks.records import AccessDesk, RecordDesk, RegionDesk
from verbund.node.desks.releases import ReleaseDesk
from verbund.node.desks.rights import RightsDesk
from verbund.node.desks.staff import StaffDesk
from verbund.node.desks.studies import StudyDesk
from verbund.node.desks.trust import TrustCentreDesk

__all__ = [
    "AccessDesk",
    "AdministrationDesk",
    "AppDesk",
    "EnrolmentDesk",
    "GlassDesk",
    "ProxyDesk",
    "RecordDesk",
    "RegionDesk",
    "ReleaseDesk",
    "RightsDesk",
    "SessionDesk",
    "StaffDesk",
    "StudyDesk",
    "TrustCentreDesk",
]
