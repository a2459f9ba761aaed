"""What a node does of FHIR R4, tried over HTTP; `make conformance` runs all, writes docs/reference/conformance.md."""
