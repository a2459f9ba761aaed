"""Who looks after a patient beyond single stays: the teams of the clinics, whose physicians so find people to treat.

A clinic's staff see whom they treat. Stays of the past end that after some weeks; every third patient of a clinic comes
back regularly, and the team that expects them has no end.
"""

from verbund.demo.chart import Chart
from verbund.demo.houses import REHA, UNIKLINIKUM
from verbund.demo.people import ERIKA_SOMMER, HANS_BERGMANN

_TEAMS = {UNIKLINIKUM.name: "innere", REHA.name: "kardio"}


def expected_again(number: int) -> bool:
    """Whether a patient comes back regularly. Hans Bergmann does not: to see him takes a reason."""
    return number == ERIKA_SOMMER or (number % 3 == 0 and number != HANS_BERGMANN)


def team(chart: Chart) -> None:
    """The team of the clinic for a patient who comes back regularly; a practice treats all of its own without one."""
    department = _TEAMS.get(chart.house.name)
    if department is None or not expected_again(chart.person.number):
        return
    chart.put(
        "CareTeam",
        {
            "status": "active",
            "name": f"Nachsorge {chart.house.department(department).title}",
            "subject": chart.subject,
            "participant": [
                {"member": chart.practitioner(chart.house.doctor(department))},
                {"member": chart.organisation(department)},
            ],
            "managingOrganization": [chart.organisation()],
        },
    )
