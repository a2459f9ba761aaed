"""Where a node's keys come from, and what each place refuses."""

import os
import subprocess
from pathlib import Path

import pytest

from verbund.crypto import NodeKeys, source_of
from verbund.errors import Conflict, Fault, Incorrect, NotFound, Unavailable, Unsupported

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


def test_a_file_is_kept_from_others_and_replaced_whole(tmp_path: Path) -> None:
    source = source_of("file:safe.json", tmp_path)
    source.write(b"one")
    assert (tmp_path / "safe.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Conflict):
        source.write(b"two")
    source.write(b"two", replace=True)
    assert source.read() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["safe.json"]


def test_a_credential_of_systemd_is_read_and_never_written(tmp_path: Path) -> None:
    keys = NodeKeys.generate()
    (tmp_path / "verbund-keys").write_bytes(keys.render())
    source = source_of("credential:verbund-keys", Path("/nowhere"), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert NodeKeys.parse(source.read(), "x").public() == keys.public()
    with pytest.raises(Unsupported, match="systemd-creds"):
        source.write(b"")
    with pytest.raises(NotFound, match="LoadCredentialEncrypted"):
        source_of("credential:verbund-keys", Path(), {}).read()
    with pytest.raises(NotFound, match="cannot be read"):
        source_of("credential:other", Path(), {"CREDENTIALS_DIRECTORY": str(tmp_path)}).read()


def test_a_command_prints_the_keys_or_says_that_it_failed(tmp_path: Path) -> None:
    assert source_of("command:printf 'a b'", tmp_path).read() == b"a b"
    for line in ("false", "no-such-program-here", "printf '"):
        with pytest.raises(Unavailable):
            source_of(f"command:{line}", tmp_path).read()
    with pytest.raises(Unsupported):
        source_of("command:true", tmp_path).write(b"")


@pytest.mark.parametrize("setting", ["keys.json", "file:", "credential:../x", "command: ", "ftp:x", "pkcs11:token=t"])
def test_any_other_setting_is_refused(setting: str, tmp_path: Path) -> None:
    with pytest.raises(Incorrect):
        source_of(setting, tmp_path)


def test_a_new_wrapping_key_keeps_the_former_until_it_is_forgotten() -> None:
    keys = NodeKeys.generate()
    second = keys.with_new_wrapping()
    third = NodeKeys.parse(second.with_new_wrapping().render(), "x")
    assert third.generation == 2
    assert [third.wrapping_of(number) for number in range(4)] == [keys.master, second.wrapping, third.wrapping, None]
    assert third.without_former().wrapping_of(1) is None
    assert (third.master, third.index) == (keys.master, keys.index)
    assert repr(third) == "NodeKeys()"
    with pytest.raises(Fault, match="damaged"):
        NodeKeys.parse(third.render().replace(b'"version": 2', b'"version": 1'), "x")


@pytest.fixture
def token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URI of a key in a token of SoftHSM."""
    if not MODULE.exists():
        pytest.skip("SoftHSM (Debian: softhsm2) is not installed: no security module to try with")
    pkcs11 = pytest.importorskip("pkcs11")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm.conf"))
    make = ["softhsm2-util", "--init-token", "--free", "--label", "verbund", "--so-pin", "0000", "--pin", "1234"]
    subprocess.run(make, check=True, capture_output=True, env=os.environ)
    lib = pkcs11.lib(str(MODULE))
    lib.reinitialize()
    with lib.get_token(token_label="verbund").open(rw=True, user_pin="1234") as session:
        session.generate_key(pkcs11.KeyType.AES, 256, label="node", store=True)
    (tmp_path / "pin").write_text("1234\n")
    (tmp_path / "pin").chmod(0o600)
    return f"pkcs11:token=verbund;object=node?module-path={MODULE}&pin-source=file:pin"


def test_a_security_module_opens_what_it_sealed_and_nobody_else(token: str, tmp_path: Path) -> None:
    keys = NodeKeys.generate()
    source = source_of(token, tmp_path)
    source.write(keys.render())
    assert NodeKeys.parse(source.read(), "x").public() == keys.public()
    held = (tmp_path / "keys.sealed").read_bytes()
    assert b"verbund-node-keys" not in held
    with pytest.raises(Unavailable, match="other"):
        source_of(token.replace("object=node", "object=other"), tmp_path).read()
    (tmp_path / "keys.sealed").write_bytes(held.replace(b'"keys": "', b'"keys": "AAAA'))
    with pytest.raises(Fault):
        source.read()
    (tmp_path / "pin").write_text("9999\n")
    with pytest.raises(Unavailable, match="PinIncorrect"):
        source.read()
