"""However a sender writes the head of a resource, it is kept as if it had been stamped with nought."""

from datetime import UTC, datetime

import pytest

from verbund.fhir import decode, stamp
from verbund.store.rewriting import unstamped, unstamped_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HEADS = (
    '"id":"a"',
    '"gender":"male","id":"a"',
    '"id":"a","meta":{"profile":["urn:x"]}',
    '"id":"a","meta":{"_versionId":{"extension":[{"url":"urn:x","valueCode":"x"}]}}',
    '"id":"a","meta":{"versionId":"7","lastUpdated":"2024-05-31T14:05:00Z"}',
    '"id":"a","meta":{"versionId":"7","lastUpdated":"2024-05-31T14:05:00Z","source":"urn:x"}',
    '"id":"a","meta":{"lastUpdated":"2024-05-31T14:05:00Z","source":"urn:x"}',
    '"meta":{"source":"urn:x"},"id":"a"',
    '"id":"a","name":[{"text":"\\u0022meta\\u0022:"}]',
    '"id":"a","m\\u0065ta":{"source":"urn:x"}',
    '"name":[{"id":"a","text":"x"}],"id":"a"',
    '"name":[{"id":"b","text":"x"}],"id":"a","active":true',
)


@pytest.mark.parametrize("rest", HEADS)
def test_the_head_is_as_if_stamped_with_nought(rest: str) -> None:
    raw = b'{"resourceType":"Patient",%b}' % rest.encode()
    resource = decode(raw)
    for identity in ("a", "of-our-own"):
        expected = stamp(raw, id=identity, version=0, updated=EPOCH)
        assert unstamped_of(resource, raw, identity) == expected
        assert unstamped(raw, "Patient", identity) == expected


def test_a_resource_without_an_id_is_given_one() -> None:
    raw = b'{"resourceType":"Patient","name":[{"text":"x"}]}'
    assert unstamped_of(decode(raw), raw, "a") == stamp(raw, id="a", version=0, updated=EPOCH)
