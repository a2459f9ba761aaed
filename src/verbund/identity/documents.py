"""What the node says of itself as provider: discovery, keys, SMART configuration. Says only what is so."""

from typing import Any

from verbund.crypto import PublicKeys
from verbund.crypto.tokens import ALGORITHM
from verbund.identity.model import House

_SCOPES = ["openid", "profile", "fhirUser", "patient/*.rs", "patient/Consent.cru", "user/*.cruds"]
_AUTHENTICATION = ["none", "client_secret_basic", "client_secret_post"]


def openid_configuration(house: House) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, section 3 (and RFC 8414)."""
    return {
        **_endpoints(house),
        "userinfo_endpoint": f"{house.issuer}/oauth/userinfo",
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": _AUTHENTICATION,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "amr", "nonce", "name", "fhirUser"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def smart_configuration(house: House) -> dict[str, Any]:
    """SMART App Launch 2.2, `.well-known/smart-configuration`."""
    return {
        **_endpoints(house),
        "grant_types_supported": ["authorization_code"],
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": _AUTHENTICATION,
        "code_challenge_methods_supported": ["S256"],
        "capabilities": [
            "launch-standalone",
            "client-public",
            "client-confidential-symmetric",
            "sso-openid-connect",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2",
        ],
    }


def key_set(public: PublicKeys) -> dict[str, Any]:
    """The key that signs tokens (RFC 7517)."""
    return {"keys": [{**public.signing, "kid": public.key_id, "use": "sig", "alg": ALGORITHM}]}


def _endpoints(house: House) -> dict[str, Any]:
    return {
        "issuer": house.issuer,
        "jwks_uri": f"{house.issuer}/oauth/jwks",
        "authorization_endpoint": f"{house.issuer}/oauth/authorize",
        "token_endpoint": f"{house.issuer}/oauth/token",
        "introspection_endpoint": f"{house.issuer}/oauth/introspect",
        "revocation_endpoint": f"{house.issuer}/oauth/revoke",
    }
