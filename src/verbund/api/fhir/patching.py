"""Patches as they come: JSON Patch (RFC 6902) or FHIRPath Patch in Parameters, alone or in a bundle.

https://hl7.org/fhir/R4/http.html#patch, https://hl7.org/fhir/R4/fhirpatch.html.
"""

import msgspec

from verbund.api.fhir.formats import JSON_PATCH, body_format
from verbund.api.fhir.messages import JSON, XML, Request
from verbund.errors import Incorrect, WrongMediaType
from verbund.fhir import type_of
from verbund.fhir.patching import Patch

FORMATS = (JSON_PATCH, JSON, XML)
"""The content types of patches."""


class _Binary(msgspec.Struct, rename="camel"):
    content_type: str = ""
    data: bytes = b""


_binary = msgspec.json.Decoder(_Binary).decode


def patch_of(request: Request) -> Patch:
    """What the patch in a request makes of the bytes of a resource.

    Raises WrongMediaType for other kinds of patches, Incorrect for a body that is no patch. In a bundle a JSON Patch is
    the content of a Binary.
    """
    kind, body = body_format(request.headers), request.body
    if kind == JSON and type_of(body) == "Binary":
        kind, body = _unwrapped(body)
    if kind == JSON_PATCH or (kind == JSON and body.lstrip()[:1] == b"["):
        return Patch("json", body)
    if kind == JSON and type_of(body) == "Parameters":
        return Patch("fhirpath", body)
    if kind == JSON:
        raise Incorrect("A patch is a JSON Patch (a list of operations) or a Parameters resource (FHIRPath Patch).")
    raise WrongMediaType(f"The content type '{kind[:60]}' is no patch; send {', '.join(FORMATS)}.")


def _unwrapped(raw: bytes) -> tuple[str, bytes]:
    try:
        found = _binary(raw)
    except msgspec.DecodeError as error:
        raise Incorrect(f"This is no Binary: {error}.") from None
    return body_format({"content-type": found.content_type}), found.data
