"""Numbers that German health care gives to people and organisations, with the check digits it demands."""

KVNR_SYSTEM = "http://fhir.de/sid/gkv/kvid-10"
IK_SYSTEM = "http://fhir.de/sid/arge-ik/iknr"
LANR_SYSTEM = "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_ANR"
BSNR_SYSTEM = "https://fhir.kbv.de/NamingSystem/KBV_NS_Base_BSNR"
# Houses of the region are named by their site id under this system, in consents, referrals and copies alike.
SITE_SYSTEM = "https://verbund.example/fhir/sid/site"


def _digit_sum(number: int) -> int:
    return number // 10 + number % 10


def kvnr(letter: str, digits: str) -> str:
    """The lifelong part of a health insurance number: a letter A to Z, eight digits and their check digit.

    The letter counts as two digits (A = 01); the ten digits weigh 1, 2, 1, 2 … and the digit sums of the products,
    modulo 10, are the check digit (§ 290 SGB V, guideline on the structure of the number, annex 1).
    """
    plain = f"{ord(letter) - 64:02d}{digits}"
    total = sum(_digit_sum(int(digit) * (1 + place % 2)) for place, digit in enumerate(plain))
    return f"{letter}{digits}{total % 10}"


def ik(digits: str) -> str:
    """An institution number: two digits of class, two of region, four serial, and their check digit.

    Digits three to eight weigh 2, 1, 2, 1, 2, 1; digit sums modulo 10 (guideline of the ARGE·IK, annex 1).
    """
    total = sum(_digit_sum(int(digit) * (2 - place % 2)) for place, digit in enumerate(digits[2:8]))
    return f"{digits}{total % 10}"


def lanr(digits: str, specialty: str) -> str:
    """A doctor's lifelong number: six digits, their check digit (weights 4 and 9) and two digits of specialty."""
    total = sum(int(digit) * (4 if place % 2 == 0 else 9) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}{specialty}"
