"""The codes the demo region speaks: ICD-10-GM, OPS, LOINC with UCUM and reference ranges, ATC, as small tables."""
