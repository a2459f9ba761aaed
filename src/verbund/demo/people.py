"""The people who sign in to the demo region. Names and passwords are invented and public: for the demo only."""

from dataclasses import dataclass

from verbund.demo.chart import patient_id
from verbund.demo.houses import PRAXIS, REHA, RESCUE, UNIKLINIKUM

PASSWORD = "Verbund-2026"  # noqa: S105 -- the demo's password, printed on its sign-in page

# The patients with an account: their numbers, the same whatever the seed.
ERIKA_SOMMER, HANS_BERGMANN, AYSE_KAYA = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account at a node. `role` is a value of identity's Role.

    The ids are those of the house's records.
    """

    login: str
    password: str
    name: str
    role: str
    house: str
    patient_id: str | None = None
    practitioner_id: str | None = None
    about: str = ""
    specialty: str = ""


def _staff(
    login: str, name: str, role: str, house: str, *, about: str, practitioner_id: str | None = None, specialty: str = ""
) -> Person:
    return Person(login, PASSWORD, name, role, house, practitioner_id=practitioner_id, about=about, specialty=specialty)


STAFF = (
    _staff(
        "weber",
        "Dr. Anna Weber",
        "physician",
        PRAXIS.name,
        about="Hausärztin",
        practitioner_id="praxis-weber",
        specialty="ALLG",
    ),
    _staff(
        "klose",
        "Nadine Klose",
        "nurse",
        PRAXIS.name,
        about="Medizinische Fachangestellte",
        practitioner_id="praxis-klose",
    ),
    _staff(
        "yilmaz",
        "Dr. Emre Yılmaz",
        "physician",
        UNIKLINIKUM.name,
        about="Oberarzt Innere Medizin",
        practitioner_id="uniklinikum-yilmaz",
        specialty="INNE",
    ),
    _staff("lehmann", "Ines Lehmann", "steward", UNIKLINIKUM.name, about="Data Steward, Datenintegrationszentrum"),
    _staff("kramer", "Tobias Kramer", "administrator", UNIKLINIKUM.name, about="IT-Betrieb"),
    _staff(
        "vogel",
        "Dr. Katrin Vogel",
        "physician",
        REHA.name,
        about="Chefärztin Rehabilitation",
        practitioner_id="reha-vogel",
        specialty="KARD",
    ),
    _staff("brandt", "Jonas Brandt", "paramedic", RESCUE, about="Notfallsanitäter"),
    _staff("hoffmann", "Dr. Lena Hoffmann", "researcher", "hub", about="Versorgungsforschung"),
    _staff("berg", "Dr. Judith Berg", "steward", "hub", about="Vertrauensstelle: Zweifelsfälle der Zuordnung"),
    _staff("admin", "Miriam Vogt", "administrator", "hub", about="Betrieb der Drehscheibe"),
)


def people(seed: int) -> tuple[Person, ...]:
    """Everybody with an account: staff first, then three patients of the practice.

    Erika Sommer allows exchange for treatment and has broad consent; Hans Bergmann withholds psychiatry; Ayşe Kaya
    refuses every exchange.
    """
    patients = (
        ("sommer", "Erika Sommer", ERIKA_SOMMER, "Patientin, gibt alles frei"),
        ("bergmann", "Hans Bergmann", HANS_BERGMANN, "Patient, gibt alles außer Psychiatrie frei"),
        ("kaya", "Ayşe Kaya", AYSE_KAYA, "Patientin, gibt nichts frei"),
    )
    return STAFF + tuple(
        Person(login, PASSWORD, name, "patient", PRAXIS.name, patient_id(seed, PRAXIS.name, number), about=about)
        for login, name, number, about in patients
    )
