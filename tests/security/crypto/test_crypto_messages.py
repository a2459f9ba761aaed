"""Messages: whatever is not sealed for this node, signed by its sender, whole and of bounded size, is refused."""

import base64
import json

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwe, jws
from joserfc.jwk import OctKey

from verbund.crypto import NodeKeys, PublicKeys, Unpacked, pack, unpack
from verbund.crypto.messages import _SEALS, _SIGNATURES, LARGEST_PAYLOAD, _Envelope
from verbund.errors import Forbidden, NotFound, TooLarge

SENDER, RECEIVER, STRANGER = NodeKeys.generate(), NodeKeys.generate(), NodeKeys.generate()
DIRECTORY = {"praxis": SENDER.public(), "reha": STRANGER.public()}
CLAIMS = {"kind": "record.request", "id": "7"}


def public_of(name: str) -> PublicKeys:
    if name not in DIRECTORY:
        raise NotFound(f"no member {name}")
    return DIRECTORY[name]


def packed(payload: bytes = b"the record") -> str:
    return pack(payload, sender=SENDER, sender_name="praxis", receiver=RECEIVER.public(), claims=CLAIMS)


def opened(message: str, receiver: NodeKeys = RECEIVER) -> Unpacked:
    return unpack(message, receiver=receiver, public_of=public_of)


def sealed(signed: str | bytes, receiver: NodeKeys = RECEIVER, **header: str) -> str:
    protected = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", **header}
    return jwe.encrypt_compact(protected, signed, receiver.public().sealing_key, registry=_SEALS)


def signed(header: dict[str, str] | None = None, keys: NodeKeys = SENDER, **changes: object) -> str:
    content = {
        "sender": "praxis",
        "receiver": RECEIVER.public().key_id,
        "claims": CLAIMS,
        "payload": zstandard.compress(b"the record"),
    } | changes
    protected = {"alg": "Ed25519", "kid": keys.public().key_id, "iss": "praxis"} | (header or {})
    return jws.serialize_compact(protected, msgspec.msgpack.encode(content), keys.signing, registry=_SIGNATURES)


@given(st.binary(max_size=3_000), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
@settings(max_examples=30)
def test_a_message_arrives_as_it_was_sent(payload: bytes, claims: dict[str, str]) -> None:
    message = pack(payload, sender=SENDER, sender_name="praxis", receiver=RECEIVER.public(), claims=claims)
    assert opened(message) == Unpacked("praxis", claims, payload)


def test_the_hub_reads_nothing_of_it() -> None:
    message = packed(b"Erika Mustermann, potassium 4.1")
    header = json.loads(base64.urlsafe_b64decode(message.split(".")[0] + "=="))
    assert set(header) == {"alg", "enc", "kid", "cty", "epk"}
    assert "praxis" not in message
    assert "Mustermann" not in message


def test_the_test_helpers_make_a_message_that_is_accepted() -> None:
    assert opened(sealed(signed())).payload == b"the record"


def test_only_the_receiver_opens_it() -> None:
    with pytest.raises(Forbidden):
        opened(packed(), STRANGER)


def test_a_receiver_cannot_pass_it_on_as_if_it_were_meant_for_another() -> None:
    inner = jwe.decrypt_compact(packed(), RECEIVER.sealing, registry=_SEALS).plaintext
    assert inner is not None
    with pytest.raises(Forbidden, match="another receiver"):
        opened(sealed(inner, STRANGER), STRANGER)


def test_nobody_speaks_for_another() -> None:
    with pytest.raises(Forbidden, match="not signed by praxis"):
        opened(sealed(signed(keys=STRANGER)))
    with pytest.raises(Forbidden):
        opened(sealed(signed({"iss": "reha"})))
    with pytest.raises(Forbidden):
        opened(sealed(signed({"iss": "reha", "kid": STRANGER.public().key_id}, keys=STRANGER)))
    with pytest.raises(Forbidden):
        opened(sealed(signed({"kid": STRANGER.public().key_id})))
    with pytest.raises(NotFound):
        opened(sealed(signed({"iss": "nobody"})))


def test_a_message_without_signature_is_refused() -> None:
    envelope = _Envelope("praxis", RECEIVER.public().key_id, CLAIMS, zstandard.compress(b"x"))
    raw = msgspec.msgpack.encode(envelope)
    body = base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    for header in ('{"alg":"none","iss":"praxis"}', '{"iss":"praxis"}', '{"alg":"Ed25519","iss":"praxis"}'):
        head = base64.urlsafe_b64encode(header.encode()).rstrip(b"=").decode()
        with pytest.raises(Forbidden):
            opened(sealed(f"{head}.{body}."))
    with pytest.raises(Forbidden):
        opened(sealed(raw))


def test_a_public_key_is_never_taken_for_a_shared_secret() -> None:
    secret = OctKey.import_key(json.dumps(SENDER.public().signing).encode())
    forged = jws.serialize_compact({"alg": "HS256", "kid": SENDER.public().key_id}, b"x", secret)
    with pytest.raises(Forbidden):
        opened(sealed(forged))


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_other_algorithms_are_refused() -> None:
    public, signature = RECEIVER.public().sealing_key, {"alg": "EdDSA", "kid": SENDER.public().key_id}
    direct = {"alg": "ECDH-ES", "enc": "A256GCM"}
    shared = {"alg": "dir", "enc": "A256GCM"}
    forged = [
        jwe.encrypt_compact(direct, signed(), public, algorithms=["ECDH-ES", "A256GCM"]),
        jwe.encrypt_compact(shared, signed(), OctKey.import_key(RECEIVER.index), algorithms=["dir", "A256GCM"]),
        sealed(jws.serialize_compact(signature, b"x", SENDER.signing, algorithms=["EdDSA"])),
    ]
    for message in forged:
        with pytest.raises(Forbidden):
            opened(message)


def test_fields_that_nobody_knows_are_refused() -> None:
    with pytest.raises(Forbidden):
        opened(sealed(signed(also="this")))
    with pytest.raises(Forbidden):
        opened(sealed(signed(claims={"n": 7})))
    with pytest.raises(Forbidden):
        opened(sealed(signed(sender="reha")))


def _flipped(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


WHOLE = packed(b"x" * 200)


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=200)
def test_no_change_and_no_cut_is_accepted(at: int) -> None:
    for broken in (_flipped(WHOLE, at), WHOLE[:at], WHOLE[at + 1 :], WHOLE[:at] + WHOLE[at + 1 :]):
        try:
            result = opened(broken)
        except Forbidden:
            continue
        assert _same_bytes(broken)
        assert result.payload == b"x" * 200


def _same_bytes(message: str) -> bool:
    """Whether only unused bits of a base64 text differ, which decode to the same message."""
    return [_decoded(part) for part in message.split(".")] == [_decoded(part) for part in WHOLE.split(".")]


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode() + "...."))
@settings(max_examples=100, suppress_health_check=[HealthCheck.filter_too_much])
def test_noise_is_refused(noise: str) -> None:
    with pytest.raises(Forbidden):
        opened(noise)


def test_a_bomb_does_not_go_off() -> None:
    bomb = zstandard.compress(bytes(LARGEST_PAYLOAD + 1))
    with pytest.raises(TooLarge):
        opened(sealed(signed(payload=bomb)))
    with pytest.raises(TooLarge):
        unpack(packed(bytes(1001)), receiver=RECEIVER, public_of=public_of, largest_bytes=1000)


def test_a_frame_that_hides_its_size_or_lies_is_refused() -> None:
    without_size = zstandard.ZstdCompressor(write_content_size=False).compress(b"x" * 100)
    for payload in (without_size, b"", b"no frame at all", zstandard.compress(b"y" * 100)[:-3]):
        with pytest.raises(Forbidden):
            opened(sealed(signed(payload=payload)))


def test_more_than_a_message_carries_is_refused_at_the_sender() -> None:
    with pytest.raises(TooLarge):
        packed(bytes(LARGEST_PAYLOAD + 1))
