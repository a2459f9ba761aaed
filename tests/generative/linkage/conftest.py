"""A trust centre on a real database."""

from fixtures.linkage import centre

__all__ = ["centre"]
