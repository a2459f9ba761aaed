"""A trust centre and a site's book, each on a real database."""

from fixtures.linkage import book, centre, vault_and_keys

__all__ = ["book", "centre", "vault_and_keys"]
