"""The formats of FHIR's primitive types, used by the generated types and by the validator alike.

http://hl7.org/fhir/R4/datatypes.html#primitive. Where the specification's own pattern lets through what its prose
forbids (31 February), ours is stricter; white space is the four characters of JSON and XML, as in XML Schema.
"""

from collections.abc import Mapping
from typing import Final

MAX_STRING = 1024 * 1024
"""Characters: "strings SHALL NOT exceed 1MB in size"."""

_MONTH_DAY = (
    r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)"
_DAY = rf"(?:[0-9]{{4}}-(?:{_MONTH_DAY})|{_LEAP_YEAR}-02-29)"
_MONTH = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

CODE: Final = r"^[^ \t\r\n]+(?:[ \t\r\n][^ \t\r\n]+)*\Z"
URI: Final = r"^[^ \t\r\n]+\Z"
ID: Final = r"^[A-Za-z0-9.-]{1,64}\Z"
OID: Final = r"^urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+\Z"
UUID: Final = r"^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
DATE: Final = rf"^(?!0000)(?:{_DAY}|{_MONTH})\Z"
DATE_TIME: Final = rf"^(?!0000)(?:{_DAY}(?:T{_CLOCK}{_ZONE})?|{_MONTH})\Z"
INSTANT: Final = rf"^(?!0000){_DAY}T{_CLOCK}{_ZONE}\Z"
TIME: Final = rf"^{_CLOCK}\Z"
BASE64: Final = r"^(?=[^\s])[A-Za-z0-9+/ \t\r\n]*={0,2}[ \t\r\n]*\Z"

PATTERNS: Final[Mapping[str, str]] = {
    "code": CODE,
    "uri": URI,
    "url": URI,
    "canonical": URI,
    "id": ID,
    "oid": OID,
    "uuid": UUID,
    "date": DATE,
    "dateTime": DATE_TIME,
    "instant": INSTANT,
    "time": TIME,
    "base64Binary": BASE64,
}
"""Type to the pattern its JSON string must match."""

WHOLE_NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "integer": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
}
"""Type to its smallest and largest value."""

EXPECTED: Final[Mapping[str, str]] = {
    "code": "a code without surrounding or doubled white space",
    "uri": "an address without white space",
    "url": "an address without white space",
    "canonical": "an address without white space",
    "id": "1 to 64 letters, digits, hyphens and dots",
    "oid": "an OID such as urn:oid:1.2.3",
    "uuid": "a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520, in lower case",
    "date": "a date that exists: YYYY, YYYY-MM or YYYY-MM-DD",
    "dateTime": "a date that exists (YYYY, YYYY-MM, YYYY-MM-DD) or a date with time, seconds and time zone "
    "(2024-05-31T14:05:00+02:00)",
    "instant": "a date with time, seconds and time zone (2024-05-31T14:05:00+02:00)",
    "time": "a time with seconds (14:05:00)",
    "base64Binary": "Base64",
    "string": "a string that is not empty and holds no control characters",
    "markdown": "a string that is not empty and holds no control characters",
    "xhtml": "XHTML in a string",
    "boolean": "true or false, without quotation marks",
    "decimal": "a number, without quotation marks",
    "integer": "a whole number between -2147483648 and 2147483647, without quotation marks",
    "unsignedInt": "a whole number from 0 to 2147483647, without quotation marks",
    "positiveInt": "a whole number from 1 to 2147483647, without quotation marks",
}
"""Type to the words that complete "expected …"."""
