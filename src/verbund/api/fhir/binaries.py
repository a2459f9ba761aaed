"""Binaries as themselves: sent and taken in their own content type (https://hl7.org/fhir/R4/binary.html#rest)."""

import base64
import binascii
import re

import msgspec
from msgspec import structs

from verbund.api.fhir.addresses import Address
from verbund.api.fhir.codings import quality_of
from verbund.api.fhir.formats import JSON_PATCH, body_format
from verbund.api.fhir.messages import JSON, XML, Request, Response
from verbund.errors import Incorrect, Unsupported

# What a header can say: a type with the end of a line in it is told in FHIR only.
_SENT = re.compile(r"[\x20-\x7e]+")
_TAKEN = frozenset({"create", "update", "conditional-update"})
_READ = frozenset({"read", "vread"})
# A stranger's document is shown by the browser as a download that can do nothing, whatever type it claims to be.
_HARMLESS = (("Content-Disposition", "attachment"), ("Content-Security-Policy", "sandbox; default-src 'none'"))


class _Binary(msgspec.Struct, rename="camel"):
    content_type: str
    data: str = ""


_decode = msgspec.json.Decoder(_Binary).decode


def is_read_as_itself(address: Address) -> bool:
    """Whether the answer may be in a format of its own."""
    return address.type == "Binary" and address.interaction.name in _READ


def wrapped(request: Request, address: Address) -> Request:
    """The request with content of another type than FHIR's put into a Binary."""
    if address.type != "Binary" or address.interaction.name not in _TAKEN:
        return request
    kind = body_format(request.headers)
    if kind in {JSON, XML, JSON_PATCH} or "/" not in kind:
        return request
    content: dict[str, object] = {"resourceType": "Binary"}
    content |= {"id": address.id} if address.id else {}
    context = request.headers.get("x-security-context")
    content |= {"securityContext": {"reference": context}} if context else {}
    content |= {"contentType": request.headers["content-type"], "data": base64.b64encode(request.body).decode()}
    return structs.replace(request, body=msgspec.json.encode(content), headers=request.headers | {"content-type": JSON})


def unwrapped(request: Request, response: Response, otherwise: Unsupported) -> Response:
    """The content of the Binary in an answer, in its own type; raises `otherwise` where that is not asked for."""
    if response.status != 200:
        return response
    found = _decode(response.body)
    if not _accepts(request.headers.get("accept", ""), found.content_type) or not _SENT.fullmatch(found.content_type):
        raise otherwise
    try:
        content = base64.b64decode(found.data, validate=False)
    except binascii.Error:
        raise Incorrect("The data of this Binary is not base64; read it as FHIR.") from None
    return structs.replace(
        response, body=content, media_type=found.content_type, headers=(*response.headers, *_HARMLESS)
    )


def _accepts(accepted: str, kind: str) -> bool:
    """Whether an Accept header takes a media type."""
    name = kind.partition(";")[0].strip().lower()
    wanted = {name, f"{name.partition('/')[0]}/*"}
    return any(quality > 0 and choice in wanted for choice, quality in map(quality_of, accepted.split(",")))
