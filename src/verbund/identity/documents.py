"""What the node says of itself as provider: discovery, keys, SMART configuration. Says only what is so."""

from collections.abc import Mapping
from typing import Any

from verbund.crypto import PublicKeys
from verbund.crypto.tokens import ALGORITHM
from verbund.identity.assertions import ALGORITHMS
from verbund.identity.clients import GRANTS, KEY_METHOD, SECRET_METHODS
from verbund.identity.dpop import ALGORITHMS as DPOP_ALGORITHMS
from verbund.identity.model import House
from verbund.identity.signing import ALGORITHM as IDENTITY_ALGORITHM

_SCOPES = [
    "openid",
    "profile",
    "fhirUser",
    "launch",
    "launch/patient",
    "launch/encounter",
    "online_access",
    "offline_access",
    "patient/*.rs",
    "patient/Consent.cru",
    "user/*.cruds",
    "system/*.cruds",
]
_PROVEN = [*SECRET_METHODS, KEY_METHOD]
_DPOP = {"dpop_signing_alg_values_supported": list(DPOP_ALGORITHMS)}


def openid_configuration(house: House) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, section 3 (and RFC 8414)."""
    return {
        **_endpoints(house),
        "userinfo_endpoint": f"{house.issuer}/oauth/userinfo",
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [IDENTITY_ALGORITHM],
        "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "amr", "nonce", "name", "fhirUser"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


def authorization_server(house: House) -> dict[str, Any]:
    """RFC 8414, section 2, with RFC 9207 and RFC 9449."""
    return {
        **_endpoints(house),
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "protected_resources": [house.audience],
    }


def protected_resource(house: House) -> dict[str, Any]:
    """RFC 9728, section 2: the FHIR API, and who gives tokens for it."""
    return {
        "resource": house.audience,
        "resource_name": house.organisation_name,
        "authorization_servers": [house.issuer],
        "scopes_supported": _SCOPES,
        "bearer_methods_supported": ["header"],
        **_DPOP,
    }


def smart_configuration(house: House) -> dict[str, Any]:
    """SMART App Launch 2.2, `.well-known/smart-configuration`."""
    return {
        **_endpoints(house),
        "scopes_supported": _SCOPES,
        "response_types_supported": ["code"],
        "capabilities": [
            "launch-ehr",
            "launch-standalone",
            "authorize-post",
            "client-public",
            "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "sso-openid-connect",
            "context-banner",
            "context-style",
            "context-ehr-patient",
            "context-ehr-encounter",
            "context-standalone-patient",
            "permission-offline",
            "permission-online",
            "permission-patient",
            "permission-user",
            "permission-v1",
            "permission-v2",
        ],
    }


def key_set(public: PublicKeys, identity: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that sign identity tokens, and what else this node signs (RFC 7517)."""
    own = {**public.signing, "kid": public.key_id, "use": "sig", "alg": ALGORITHM}
    return {"keys": [dict(identity), own]}


def _endpoints(house: House) -> dict[str, Any]:
    return {
        "issuer": house.issuer,
        "jwks_uri": f"{house.issuer}/oauth/jwks",
        "authorization_endpoint": f"{house.issuer}/oauth/authorize",
        "token_endpoint": f"{house.issuer}/oauth/token",
        "introspection_endpoint": f"{house.issuer}/oauth/introspect",
        "revocation_endpoint": f"{house.issuer}/oauth/revoke",
        "grant_types_supported": list(GRANTS),
        "token_endpoint_auth_methods_supported": ["none", *_PROVEN],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": _PROVEN,
        "introspection_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": ["none", *_PROVEN],
        "revocation_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        **_DPOP,
    }


def style() -> dict[str, Any]:
    """How our pages look, for apps that are opened from them (SMART App Launch 2.2, section 4.5)."""
    return {
        "color_background": "#f3f4f7",
        "color_error": "#c31c13",
        "color_highlight": "#2044aa",
        "color_modal_backdrop": "",
        "color_success": "#006b4c",
        "color_text": "#131525",
        "dim_border_radius": "4px",
        "dim_font_size": "16px",
        "dim_spacing_size": "16px",
        "font_family_body": "'Fira Sans', system-ui, sans-serif",
        "font_family_heading": "'Fira Sans', system-ui, sans-serif",
    }
