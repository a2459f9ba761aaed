"""The invented region: towns, streets, telephone numbers and insurers that do not exist.

The postcodes begin with 05, a leading region that the German postal service has not assigned. The telephone numbers
are of the blocks that the Federal Network Agency keeps free for film and media ("Drama Numbers"), the addresses on the
net of the domains that RFC 2606 reserves.
"""

from dataclasses import dataclass

from verbund.demo.chance import Chance
from verbund.demo.identifiers import ik
from verbund.demo.names import words


@dataclass(frozen=True, slots=True)
class Town:
    """A place of the region; `weight` grows with the number of people who live there."""

    name: str
    postcodes: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Insurer:
    """A health insurer: its name and institution number."""

    name: str
    number: str


REGION = "Gesundheitsregion Lindtal"
TOWNS = (
    Town("Lindstadt", ("05410", "05411", "05413", "05415"), 9.0),
    Town("Burgwalde", ("05420",), 3.0),
    Town("Oberlind", ("05423",), 1.5),
    Town("Mühlenrode", ("05427",), 2.0),
    Town("Kirchlohe", ("05431",), 1.5),
    Town("Rabenfeld an der Lind", ("05433",), 1.0),
    Town("Grünbrück", ("05436",), 1.2),
    Town("Altenwiese", ("05438",), 0.8),
    Town("Sankt Veit am Moos", ("05440",), 0.6),
    Town("Seehagen", ("05443",), 1.0),
)
STREETS = words(
    "Hauptstraße Bahnhofstraße Gartenstraße Schulstraße Lindenallee Mühlweg Birkenweg Kirchgasse Am_Markt "
    "Bergstraße Ringstraße Feldstraße Goethestraße Schillerstraße Rosenweg Ahornweg Uferstraße Am_Sportplatz "
    "Tulpenweg Finkenstieg Alte_Poststraße Burgstraße Weinbergweg An_der_Lind Töpfergasse Brunnenplatz "
    "Wiesengrund Buchenhain Kastanienweg Heinrich-Heine-Straße"
)
STATUTORY = (
    Insurer("Lindtaler Ersatzkasse", ik("10954001")),
    Insurer("Regionalkasse Lindtal", ik("10954002")),
    Insurer("BKK Lindwerke", ik("10954003")),
    Insurer("Handwerkskasse Mitte", ik("10954004")),
    Insurer("Knappenkasse Burgwalde", ik("10954005")),
)
PRIVATE = (Insurer("Adlerstein Krankenversicherung AG", ik("16954011")), Insurer("Hanse-Privat VVaG", ik("16954012")))

# Federal Network Agency, numbers for media productions: landline by city, mobile.
_LANDLINE = ("+49 30 23125", "+49 69 90009", "+49 40 66969", "+49 221 4710", "+49 89 99998")


def street(chance: Chance) -> str:
    """A street with a house number, a few with a letter."""
    letter = chance.choice("abc") if chance.happens(0.12) else ""
    return f"{chance.choice(STREETS).replace('_', ' ')} {chance.between(1, 94)}{letter}"


def town(chance: Chance) -> tuple[str, str]:
    """Postcode and name of a town."""
    place = chance.weighted([(town, town.weight) for town in TOWNS])
    return chance.choice(place.postcodes), place.name


def landline(chance: Chance) -> str:
    """A landline number that reaches nobody."""
    return f"{chance.choice(_LANDLINE)}{chance.between(0, 999):03d}"


def mobile(chance: Chance) -> str:
    """A mobile number that reaches nobody."""
    return f"+49 171 39200{chance.between(0, 99):02d}"
