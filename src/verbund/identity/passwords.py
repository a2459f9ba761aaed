"""Passwords: argon2id with OWASP's parameters, a few at a time, and the same work when there is nobody of that name."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from verbund.errors import Incorrect

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 256  # longer is no safer and lets strangers make us hash megabytes

# OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane.
_OWASP = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Passwords:
    """Hashes and checks passwords outside the event loop; never more than `at_once` together, so that a storm of
    sign-ins cannot take all memory."""

    def __init__(self, hasher: PasswordHasher = _OWASP, *, at_once: int = 4) -> None:
        self._hasher = hasher
        self._turns = asyncio.Semaphore(at_once)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The encoded hash, salt and parameters included."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, encoded: str | None, password: str) -> bool:
        """Whether the password belongs to the hash; `None` (nobody of that name) costs the same and is never true."""
        if self._nobody is None:
            self._nobody = await self.hash("nobody has this password")
        async with self._turns:
            fits = await asyncio.to_thread(self._verify, encoded or self._nobody, password[: MAXIMUM_LENGTH + 1])
        return fits and encoded is not None

    def outdated(self, encoded: str) -> bool:
        """Whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False


def new_password() -> str:
    """A password to hand over and to be replaced at the next sign-in: 15 letters and digits that nobody misreads."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(3))


def check_strength(password: str, login: str) -> None:
    """Refuse (Incorrect) a password that is too short, too long or says the login; NIST SP 800-63B asks for no more."""
    if len(password) < MINIMUM_LENGTH:
        raise Incorrect(
            f"The password is too short; take at least {MINIMUM_LENGTH} characters.",
            german=f"Das Passwort ist zu kurz; nehmen Sie mindestens {MINIMUM_LENGTH} Zeichen.",
        )
    if len(password) > MAXIMUM_LENGTH:
        raise Incorrect(
            f"The password is too long; take at most {MAXIMUM_LENGTH} characters.",
            german=f"Das Passwort ist zu lang; nehmen Sie höchstens {MAXIMUM_LENGTH} Zeichen.",
        )
    if login.casefold() in password.casefold():
        raise Incorrect(
            "The password holds the login; take another one.",
            german="Das Passwort enthält den Anmeldenamen; nehmen Sie ein anderes.",
        )
