"""The outside identity providers of a node's settings, with their secrets."""

from verbund.config import NodeConfig
from verbund.crypto import NodeKeys
from verbund.identity import Credentials, OutsideProvider, assertion_of, secret_of


def outside_providers(config: NodeConfig, keys: NodeKeys) -> tuple[OutsideProvider, ...]:
    """Each of them, in the order of the settings. Incorrect where a secret is not there."""
    return tuple(
        OutsideProvider(
            one,
            Credentials(
                secret=secret_of(one.client_secret, config.directory),
                sign=assertion_of(one, keys) if one.client_key else None,
            ),
        )
        for one in config.identity_providers
    )
