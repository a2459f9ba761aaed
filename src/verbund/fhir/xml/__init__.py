"""Resources as XML, read and written without loss (http://hl7.org/fhir/R4/xml.html)."""

from verbund.fhir.xml.reading import to_json
from verbund.fhir.xml.writing import to_xml

__all__ = ["to_json", "to_xml"]
