"""The primitive types of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from verbund.fhir import primitives as formats

String = Annotated[str, Meta(min_length=1, max_length=formats.MAX_STRING)]
Xhtml = Annotated[str, Meta(min_length=1)]
Code = Annotated[str, Meta(pattern=formats.CODE)]
Uri = Annotated[str, Meta(pattern=formats.URI)]
Id = Annotated[str, Meta(pattern=formats.ID)]
Oid = Annotated[str, Meta(pattern=formats.OID)]
Uuid = Annotated[str, Meta(pattern=formats.UUID)]
Date = Annotated[str, Meta(pattern=formats.DATE)]
DateTime = Annotated[str, Meta(pattern=formats.DATE_TIME)]
Instant = Annotated[str, Meta(pattern=formats.INSTANT)]
Time = Annotated[str, Meta(pattern=formats.TIME)]
Base64 = Annotated[str, Meta(pattern=formats.BASE64)]
Integer = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
UnsignedInt = Annotated[int, Meta(ge=0, le=2**31 - 1)]
PositiveInt = Annotated[int, Meta(ge=1, le=2**31 - 1)]
