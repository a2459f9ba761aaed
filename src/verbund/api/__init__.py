"""FHIR REST, SMART, bulk, DICOMweb: HTTP in, HTTP out."""
