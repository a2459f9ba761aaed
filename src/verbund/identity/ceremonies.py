"""What a browser brings from an authenticator, read strictly and verified: Web Authentication, levels 2 and 3.

Pure: the challenge is looked up, and the passkey loaded, by `verbund.identity.passkeys`. The library `webauthn` checks
the signature, the hash of the rp id and the attestation; what it lets through and the standard does not, or what could
be written in two ways, is refused here.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    CredentialDeviceType,
    RegistrationCredential,
)

from verbund.errors import Unauthenticated

ALGORITHMS = (
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
)
LONGEST_ANSWER = 64 * 1024
LONGEST_ID_BYTES = 1023  # WebAuthn level 3, section 5.8.1
TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
# What the library raises for data that is no answer of an authenticator: its own errors, and those of its parsers.
_BROKEN = (WebAuthnException, UnsupportedAlgorithm, ValueError, TypeError, LookupError, AttributeError)


class NotAccepted(Unauthenticated):
    """What the browser brought is not what a passkey of this node would say. The text never says why: `why` is for the
    log."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "This passkey was not accepted. Try again, or sign in another way.",
            german="Dieser Passkey wurde nicht angenommen. Versuchen Sie es wieder, oder melden Sie sich anders an.",
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class Party:
    """The node as relying party: `id` is its host name, `origin` its address as browsers write it.

    Passkeys belong to a name: where the address is a number, or is reached without TLS other than on this machine,
    browsers offer none, and `possible` is false (WebAuthn level 3, sections 5.1.3 and 13.4.9).
    """

    id: str
    origin: str
    title: str

    @classmethod
    def of(cls, issuer: str, title: str) -> "Party":
        """The relying party of a node's public address."""
        parts = urlsplit(issuer)
        host = (parts.hostname or "").lower()
        usual = {"https": 443, "http": 80}.get(parts.scheme)
        port = "" if parts.port in {None, usual} else f":{parts.port}"
        shown = f"[{host}]" if ":" in host else host
        return cls(host, f"{parts.scheme}://{shown}{port}", title)

    @property
    def possible(self) -> bool:
        """Whether browsers make passkeys for this address."""
        try:
            ip_address(self.id)
        except ValueError:
            local = self.id == "localhost" or self.id.endswith(".localhost")
            return bool(self.id) and (local or self.origin.startswith("https://"))
        return False


class _ClientData(msgspec.Struct, frozen=True):
    """The JSON that the browser wrote and the authenticator signed (section 5.8.1); later keys may be added to it."""

    type: str
    challenge: str
    origin: str
    crossOrigin: bool = False  # noqa: N815 - the standard's names
    topOrigin: str | None = None  # noqa: N815


class _AssertionResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clientDataJSON: str  # noqa: N815
    authenticatorData: str  # noqa: N815
    signature: str
    userHandle: str | None = None  # noqa: N815


class _AssertionForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    rawId: str  # noqa: N815
    type: Literal["public-key"]
    response: _AssertionResponse


class _AttestationResponse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    clientDataJSON: str  # noqa: N815
    attestationObject: str  # noqa: N815
    transports: list[str] = []


class _AttestationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    rawId: str  # noqa: N815
    type: Literal["public-key"]
    response: _AttestationResponse


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion as sent, nothing of it verified: `challenge` is what it claims to answer."""

    challenge: bytes
    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes


@dataclass(frozen=True, slots=True)
class Attestation:
    """A new credential as sent, nothing of it verified."""

    challenge: bytes
    credential_id: bytes
    client_data: bytes
    attestation: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a passkey: its key (COSE), how often it has signed, whether it may be backed up."""

    public_key: bytes
    signs: int
    eligible: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What a verified assertion says of its passkey now."""

    signs: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class New:
    """A verified new credential."""

    credential_id: bytes
    known: Known
    backed_up: bool
    aaguid: str
    transports: tuple[str, ...]


def encoded(data: bytes) -> str:
    """Base64url without padding (RFC 4648, section 5), as the standard writes bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What `encoded` wrote; refuses (NotAccepted) any other way to write the same bytes."""
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise NotAccepted("not base64url")
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(data) != text:
        raise NotAccepted("base64url that is not canonical")
    return data


def read_assertion(text: str, party: Party) -> Assertion:
    """The answer of `navigator.credentials.get()` as our page sends it. Raises NotAccepted.

    The type, the origin, character by character, and that no foreign frame asked are checked here (section 7.2,
    steps 10 to 13).
    """
    form: _AssertionForm = _form(text, _AssertionForm)
    sent = form.response
    client_data = decoded(sent.clientDataJSON)
    challenge = _challenge(client_data, "webauthn.get", party)
    if not sent.userHandle:
        raise NotAccepted("no user handle: not a discoverable credential")
    return Assertion(
        challenge,
        _credential_id(form.id, form.rawId),
        client_data,
        decoded(sent.authenticatorData),
        decoded(sent.signature),
        decoded(sent.userHandle),
    )


def read_attestation(text: str, party: Party) -> Attestation:
    """The answer of `navigator.credentials.create()` as our page sends it. Raises NotAccepted; section 7.1, steps 7 to
    11."""
    form: _AttestationForm = _form(text, _AttestationForm)
    client_data = decoded(form.response.clientDataJSON)
    challenge = _challenge(client_data, "webauthn.create", party)
    transports = tuple(sorted(TRANSPORTS & set(form.response.transports)))
    sent = decoded(form.response.attestationObject)
    return Attestation(challenge, _credential_id(form.id, form.rawId), client_data, sent, transports)


def verify_assertion(assertion: Assertion, known: Known, party: Party) -> Seen:
    """Verify that this passkey of ours signed, with its user verified (section 7.2, steps 15 to 24).

    Raises NotAccepted, also for a counter that did not grow (a copy of the authenticator may exist) and for a passkey
    that says otherwise than when it was made whether it may be backed up.
    """
    credential = AuthenticationCredential(
        id=encoded(assertion.credential_id),
        raw_id=assertion.credential_id,
        response=AuthenticatorAssertionResponse(
            client_data_json=assertion.client_data,
            authenticator_data=assertion.authenticator_data,
            signature=assertion.signature,
            user_handle=assertion.user_handle,
        ),
    )
    try:
        done = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=assertion.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.signs,
            require_user_verification=True,
        )
    except _BROKEN as error:
        raise NotAccepted(type(error).__name__) from None
    if (done.credential_device_type is CredentialDeviceType.MULTI_DEVICE) is not known.eligible:
        raise NotAccepted("eligibility for backup has changed")
    return Seen(done.new_sign_count, done.credential_backed_up)


def verify_attestation(attestation: Attestation, party: Party) -> New:
    """Verify a new credential (section 7.1, steps 13 to 21). Raises NotAccepted.

    No maker of authenticators is preferred: an attestation, where one is sent, must be right in itself.
    """
    credential = RegistrationCredential(
        id=encoded(attestation.credential_id),
        raw_id=attestation.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data_json=attestation.client_data, attestation_object=attestation.attestation
        ),
    )
    try:
        done = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=attestation.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
            supported_pub_key_algs=list(ALGORITHMS),
        )
    except _BROKEN as error:
        raise NotAccepted(type(error).__name__) from None
    if done.credential_id != attestation.credential_id:
        raise NotAccepted("the credential's id is not the one it was sent with")
    eligible = done.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    known = Known(done.credential_public_key, done.sign_count, eligible)
    return New(done.credential_id, known, done.credential_backed_up, done.aaguid, attestation.transports)


def creation_options(
    party: Party,
    *,
    challenge: bytes,
    handle: bytes,
    login: str,
    name: str,
    excluded: Sequence[tuple[bytes, Sequence[str]]],
) -> dict[str, Any]:
    """What `navigator.credentials.create()` is asked with, bytes as base64url (section 5.4).

    A discoverable credential, with its user verified: it stands for login and both factors.
    """
    return {
        "challenge": encoded(challenge),
        "rp": {"id": party.id, "name": party.title},
        "user": {"id": encoded(handle), "name": login, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": int(algorithm)} for algorithm in ALGORITHMS],
        "excludeCredentials": [{"type": "public-key", "id": encoded(i), "transports": t} for i, t in excluded],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def request_options(party: Party, *, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get()` is asked with: any passkey of this node, with its user verified (5.5)."""
    return {"challenge": encoded(challenge), "rpId": party.id, "userVerification": "required"}


_Form = TypeVar("_Form", _AssertionForm, _AttestationForm)


def _form(text: str, kind: type[_Form]) -> _Form:
    if len(text) > LONGEST_ANSWER:
        raise NotAccepted("too long")
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotAccepted(type(error).__name__) from None


def _credential_id(shown: str, raw: str) -> bytes:
    if shown != raw:
        raise NotAccepted("two ids")
    found = decoded(raw)
    if not 0 < len(found) <= LONGEST_ID_BYTES:
        raise NotAccepted("an id of no known length")
    return found


def _challenge(client_data: bytes, kind: str, party: Party) -> bytes:
    try:
        said = msgspec.json.decode(client_data, type=_ClientData)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotAccepted(type(error).__name__) from None
    if said.type != kind:
        raise NotAccepted("another ceremony")
    if said.origin != party.origin:
        raise NotAccepted("another origin")
    if said.crossOrigin or said.topOrigin is not None:
        raise NotAccepted("asked from within another site's page")
    return decoded(said.challenge)
