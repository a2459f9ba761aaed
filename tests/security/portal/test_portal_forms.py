"""Forms that are none, or have no end: a page says so, and no more of them is read than a form may hold."""

from collections.abc import AsyncIterator

import pytest
from asking import Asking

from verbund.portal.web import FORM_BYTES

URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=x", b"no part at all"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n1\r\n--x--\r\n',
        ),
        (URLENCODED, b"&".join(b"a=1" for _ in range(3_100))),
    ],
)
async def test_what_is_no_form_is_refused_with_a_page(asking: Asking, kind: str, body: bytes) -> None:
    client = await asking.signed_in("physician")
    answer = await client.post("/patients", content=body, headers={"content-type": kind})
    assert answer.status_code == 400
    assert "This form cannot be read." in answer.text


@pytest.mark.parametrize("kind", [URLENCODED, "multipart/form-data; boundary=x"])
async def test_a_form_without_an_end_is_not_read_to_it(asking: Asking, kind: str) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' if "multipart" in kind else b""
        for _ in range(1_000):
            sent += 64 * 1024
            yield b"&a=" + b"x" * (64 * 1024 - 3)

    answer = await asking.client().post("/settings", content=endless(), headers={"content-type": kind})
    assert answer.status_code in {400, 413}
    assert sent <= FORM_BYTES + 2 * 64 * 1024
