"""A statement under construction: SQL text from literals of this package, and values that are only ever bound."""


class Statement:
    """Collects bound values; `bind` gives the place holder for one. The same shape of search makes the same text."""

    def __init__(self, *values: object) -> None:
        self.values: list[object] = list(values)
        self._aliases = 0

    def bind(self, value: object) -> str:
        """The place holder (`$3`) that stands for the value."""
        self.values.append(value)
        return f"${len(self.values)}"

    def alias(self) -> str:
        """A new name for the rows of a subquery."""
        self._aliases += 1
        return f"r{self._aliases}"
