"""The primitive types of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from verbund.fhir import primitives as formats

String = Annotated[str, Meta(min_length=1, max_length=formats.MAX_STRING)]
Xhtml = Annotated[str, Meta(min_length=1)]
CheckedCode = Annotated[str, Meta(pattern=formats.CODE)]
CheckedUri = Annotated[str, Meta(pattern=formats.URI)]
CheckedId = Annotated[str, Meta(pattern=formats.ID)]
CheckedOid = Annotated[str, Meta(pattern=formats.OID)]
CheckedUuid = Annotated[str, Meta(pattern=formats.UUID)]
CheckedDate = Annotated[str, Meta(pattern=formats.DATE)]
CheckedDateTime = Annotated[str, Meta(pattern=formats.DATE_TIME)]
CheckedInstant = Annotated[str, Meta(pattern=formats.INSTANT)]
CheckedTime = Annotated[str, Meta(pattern=formats.TIME)]
CheckedBase64 = Annotated[str, Meta(pattern=formats.BASE64)]
Code = str
Uri = str
Id = str
Oid = str
Uuid = str
Date = str
DateTime = str
Instant = str
Time = str
Base64 = str
Integer = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
UnsignedInt = Annotated[int, Meta(ge=0, le=2**31 - 1)]
PositiveInt = Annotated[int, Meta(ge=1, le=2**31 - 1)]
