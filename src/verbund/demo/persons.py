"""The people of the region, and how differently each house wrote them down."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from verbund.demo import names, places
from verbund.demo.chance import Chance
from verbund.demo.identifiers import kvnr
from verbund.demo.places import Insurer

# (youngest, oldest, weight): the ages of people who are ill, not of all who live there.
AGES = (
    (0, 9, 3),
    (10, 17, 2),
    (18, 29, 5),
    (30, 39, 7),
    (40, 49, 10),
    (50, 59, 17),
    (60, 69, 21),
    (70, 79, 20),
    (80, 95, 15),
)
ORIGINS = (("de", 78.0), ("tr", 6.0), ("pl", 5.0), ("ru", 5.0), ("ar", 3.0), ("vi", 1.5), ("it", 1.5))
MISREGISTERED = 0.08


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person as they really are; `died` lies within the time the data covers."""

    number: int
    family: str
    given: tuple[str, ...]
    gender: str
    birth: date
    street: str
    postcode: str
    town: str
    insurer: Insurer
    private: bool
    insurance_number: str | None
    phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    title: str | None = None
    birth_name: str | None = None
    official_gender: str | None = None
    married: bool = False
    died: date | None = None

    def age(self, day: date) -> int:
        """Years of life completed on a day."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))

    @property
    def is_female(self) -> bool:
        """Whether reference ranges and wording for women apply."""
        return self.gender == "female"

    @property
    def salutation(self) -> str:
        """How a German letter names the person: `Frau Erika Sommer`."""
        word = {"female": "Frau ", "male": "Herr "}.get(self.gender, "")
        title = f"{self.title} " if self.title else ""
        return f"{word}{title}{' '.join(self.given)} {self.family}"


def person(number: int, chance: Chance, today: date) -> Person:
    """The person with this number, drawn from the stream."""
    low, high, _ = chance.weighted([(band, band[2]) for band in AGES])
    birth = date(today.year - chance.between(low, high), 1, 1) - timedelta(days=chance.between(1, 365))
    gender, official = _gender(chance)
    family, given = _name(chance, gender, birth)
    postcode, town = places.town(chance)
    age = today.year - birth.year
    private = chance.happens(0.1)
    adult = age >= 18
    married = adult and chance.happens(min(0.75, age / 70))
    return Person(
        number=number,
        family=family,
        given=given,
        gender=gender,
        official_gender=official,
        birth=birth,
        street=places.street(chance),
        postcode=postcode,
        town=town,
        insurer=chance.choice(places.PRIVATE if private else places.STATUTORY),
        private=private,
        insurance_number=None if private else _kvnr(chance, family, number),
        phone=places.landline(chance) if chance.happens(0.8) else None,
        mobile=places.mobile(chance) if adult and chance.happens(0.75 if age < 75 else 0.3) else None,
        email=f"patient{number}@post.example" if 16 <= age < 80 and chance.happens(0.5) else None,
        title=chance.choice(("Dr.", "Dr. med.", "Prof. Dr.", "Dr.-Ing."))
        if age > 30 and chance.happens(0.03)
        else None,
        birth_name=_other_family(chance, family) if married and gender == "female" and chance.happens(0.6) else None,
        married=married,
        died=_death(chance, age, today),
    )


def _gender(chance: Chance) -> tuple[str, str | None]:
    if chance.happens(0.012):
        return "other", chance.choice(("D", "D", "X"))
    return ("female" if chance.happens(0.52) else "male"), None


def _death(chance: Chance, age: int, today: date) -> date | None:
    if age > 64 and chance.happens(0.07):
        return today - timedelta(days=chance.between(40, 600))
    return None


def _kvnr(chance: Chance, family: str, number: int) -> str:
    """Unique by construction: the patient's number stands in the last five of the eight digits."""
    letter = family[0].upper()
    return kvnr(letter if "A" <= letter <= "Z" else "Q", f"{chance.between(100, 999)}{number % 100_000:05d}")


def _name(chance: Chance, gender: str, birth: date) -> tuple[str, tuple[str, ...]]:
    origin = chance.weighted(ORIGINS)
    female = gender == "female" or (gender == "other" and chance.happens(0.5))
    if origin == "de":
        return _german_family(chance, female=female), _german_given(chance, birth, female=female)
    families, women, men = names.CAME[origin]
    family = chance.choice(families.split())
    if female and family.endswith(("ski", "ow")):
        family = family[:-1] + "a" if family.endswith("ski") else family + "a"
    return family, (chance.choice((women if female else men).split()),)


def _german_family(chance: Chance, *, female: bool) -> str:
    if chance.happens(0.012):
        return chance.choice(names.NOBLE)
    family = chance.choice(names.FAMILIES)
    if chance.happens(0.09 if female else 0.02):
        return f"{family}-{chance.choice(names.DOUBLE_PARTS)}"
    return family


def _german_given(chance: Chance, birth: date, *, female: bool) -> tuple[str, ...]:
    lists = names.FEMALE_BY_BIRTH if female else names.MALE_BY_BIRTH
    fitting = next(given for before, given in lists if birth.year < before).split()
    first = chance.choice(fitting)
    second = chance.choice(fitting)
    return (first, second) if second != first and chance.happens(0.22) else (first,)


def _other_family(chance: Chance, family: str) -> str:
    other = chance.choice(names.FAMILIES)
    return other if other != family else "Ahrens"


# How a house's registration departs from the person: each takes the person and returns them as written down.


def _typo(person: Person, chance: Chance) -> Person:
    """Two neighbouring letters of the family name swapped."""
    family = person.family
    place = chance.between(1, max(1, len(family) - 3))
    swapped = family[:place] + family[place + 1 : place + 2] + family[place] + family[place + 2 :]
    return replace(person, family=swapped) if swapped != family else replace(person, family=family + "e")


def _spelled_out(person: Person, chance: Chance) -> Person:
    """Umlauts and accents lost in a system that knows neither; where there are none, a typo."""
    folded = person.family.translate(_FOLDING)
    return replace(person, family=folded) if folded != person.family else _typo(person, chance)


def _maiden(person: Person, chance: Chance) -> Person:
    """Still under the name before the wedding."""
    if person.birth_name is None:
        return _typo(person, chance)
    return replace(person, family=person.birth_name, birth_name=None)


def _uninsured(person: Person, _chance: Chance) -> Person:
    """Without the insurance number."""
    return replace(person, insurance_number=None)


def _swapped(person: Person, chance: Chance) -> Person:
    """Second given name first, or family and given name in each other's place."""
    if len(person.given) > 1:
        return replace(person, given=person.given[::-1])
    if chance.happens(0.5):
        return replace(person, family=person.given[0], given=(person.family,))
    return replace(person, given=(person.given[0][:3] + ".",))


def _misread_birth(person: Person, _chance: Chance) -> Person:
    """Day and month exchanged where that is a date, else the day before."""
    born = person.birth
    if born.day <= 12 and born.day != born.month:
        return replace(person, birth=born.replace(month=born.day, day=born.month))
    return replace(person, birth=born - timedelta(days=1))


def _moved(person: Person, chance: Chance) -> Person:
    """The address before the last move."""
    postcode, town = places.town(chance)
    return replace(person, street=places.street(chance), postcode=postcode, town=town)


_FOLDING = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ö": "Oe", "Ü": "Ue", "Ş": "S", "ş": "s", "Ç": "C", "ç": "c", "ğ": "g"}
    | {
        "ı": "i",
        "Ł": "L",
        "ł": "l",
        "ń": "n",
        "ś": "s",
        "ó": "o",
        "ą": "a",
        "ź": "z",
        "ễ": "e",
        "ầ": "a",
        "Đ": "D",
        "đ": "d",
    }
)
DEPARTURES: tuple[tuple[Callable[[Person, Chance], Person], float], ...] = (
    (_typo, 5),
    (_spelled_out, 4),
    (_maiden, 3),
    (_uninsured, 4),
    (_swapped, 2),
    (_misread_birth, 1),
    (_moved, 3),
)


def as_registered(person: Person, chance: Chance) -> Person:
    """The person as a house wrote them down: in `MISREGISTERED` of all cases not as they are."""
    if not chance.happens(MISREGISTERED):
        return person
    return chance.weighted(DEPARTURES)(person, chance)
