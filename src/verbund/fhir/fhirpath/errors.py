"""How expressions fail: as text that is no FHIRPath, or while they are evaluated."""

from verbund.errors import Incorrect


class Malformed(Incorrect):
    """A text that is no FHIRPath expression; `position` is the character (from 0) at which it goes wrong."""

    def __init__(self, text: str, position: int) -> None:
        super().__init__(f"The FHIRPath expression is malformed at character {position + 1}: {text}")
        self.position = position


class Failed(Incorrect):
    """An expression that cannot be evaluated on this data; its text names the function or operator, never a value."""
