"""The named patients of the demo, invented like all others: who they are, what they went through, what they allow."""

from collections.abc import Callable, Mapping
from datetime import date

from verbund.demo.chance import Chance
from verbund.demo.consents import Will
from verbund.demo.courses.life import Life
from verbund.demo.heroes import erika, others
from verbund.demo.people import AYSE_KAYA, ERIKA_SOMMER, HANS_BERGMANN

HEROES: Mapping[int, Callable[[int, Chance, date], tuple[Life, Will]]] = {
    ERIKA_SOMMER: erika.live,
    HANS_BERGMANN: others.hans_bergmann,
    AYSE_KAYA: others.ayse_kaya,
}

__all__ = ["HEROES"]
