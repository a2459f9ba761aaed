"""The resource type MolecularSequence of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, aligned, is_code, is_uri, is_id
from verbund.fhir.extraction import Collector, number_range, patient_id
from verbund.fhir.generated.datatypes import BackboneElement, CodeableConcept, DomainResource, Element, Identifier, Quantity, Reference, Resource
from verbund.fhir.generated.primitives import CheckedUri, Decimal, Integer, String

class MolecularSequenceReferenceSeq(BackboneElement, kw_only=True):
    chromosome: CodeableConcept | None = None
    genomeBuild: String | None = None
    genomeBuild_element: Element | None = named(default=None, name="_genomeBuild")
    orientation: Literal['sense', 'antisense'] | None = None
    orientation_element: Element | None = named(default=None, name="_orientation")
    referenceSeqId: CodeableConcept | None = None
    referenceSeqPointer: Reference | None = None
    referenceSeqString: String | None = None
    referenceSeqString_element: Element | None = named(default=None, name="_referenceSeqString")
    strand: Literal['watson', 'crick'] | None = None
    strand_element: Element | None = named(default=None, name="_strand")
    windowStart: Integer | None = None
    windowStart_element: Element | None = named(default=None, name="_windowStart")
    windowEnd: Integer | None = None
    windowEnd_element: Element | None = named(default=None, name="_windowEnd")

class MolecularSequenceVariant(BackboneElement, kw_only=True):
    start: Integer | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Integer | None = None
    end_element: Element | None = named(default=None, name="_end")
    observedAllele: String | None = None
    observedAllele_element: Element | None = named(default=None, name="_observedAllele")
    referenceAllele: String | None = None
    referenceAllele_element: Element | None = named(default=None, name="_referenceAllele")
    cigar: String | None = None
    cigar_element: Element | None = named(default=None, name="_cigar")
    variantPointer: Reference | None = None

class MolecularSequenceQualityRoc(BackboneElement, kw_only=True):
    score: tuple[Integer | None, ...] = ()
    score_element: tuple[Element | None, ...] = named(default=(), name="_score")
    numTP: tuple[Integer | None, ...] = ()
    numTP_element: tuple[Element | None, ...] = named(default=(), name="_numTP")
    numFP: tuple[Integer | None, ...] = ()
    numFP_element: tuple[Element | None, ...] = named(default=(), name="_numFP")
    numFN: tuple[Integer | None, ...] = ()
    numFN_element: tuple[Element | None, ...] = named(default=(), name="_numFN")
    precision: tuple[Decimal | None, ...] = ()
    precision_element: tuple[Element | None, ...] = named(default=(), name="_precision")
    sensitivity: tuple[Decimal | None, ...] = ()
    sensitivity_element: tuple[Element | None, ...] = named(default=(), name="_sensitivity")
    fMeasure: tuple[Decimal | None, ...] = ()
    fMeasure_element: tuple[Element | None, ...] = named(default=(), name="_fMeasure")
    def __post_init__(self) -> None:
        if (self.score_element or None in self.score) and not aligned(self.score, self.score_element):
            raise ValueError("MolecularSequenceQualityRoc.score holds a null without an extension")
        if (self.numTP_element or None in self.numTP) and not aligned(self.numTP, self.numTP_element):
            raise ValueError("MolecularSequenceQualityRoc.numTP holds a null without an extension")
        if (self.numFP_element or None in self.numFP) and not aligned(self.numFP, self.numFP_element):
            raise ValueError("MolecularSequenceQualityRoc.numFP holds a null without an extension")
        if (self.numFN_element or None in self.numFN) and not aligned(self.numFN, self.numFN_element):
            raise ValueError("MolecularSequenceQualityRoc.numFN holds a null without an extension")
        if (self.precision_element or None in self.precision) and not aligned(self.precision, self.precision_element):
            raise ValueError("MolecularSequenceQualityRoc.precision holds a null without an extension")
        if (self.sensitivity_element or None in self.sensitivity) and not aligned(self.sensitivity, self.sensitivity_element):
            raise ValueError("MolecularSequenceQualityRoc.sensitivity holds a null without an extension")
        if (self.fMeasure_element or None in self.fMeasure) and not aligned(self.fMeasure, self.fMeasure_element):
            raise ValueError("MolecularSequenceQualityRoc.fMeasure holds a null without an extension")

class MolecularSequenceQuality(BackboneElement, kw_only=True):
    type: Literal['indel', 'snp', 'unknown'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    standardSequence: CodeableConcept | None = None
    start: Integer | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Integer | None = None
    end_element: Element | None = named(default=None, name="_end")
    score: Quantity | None = None
    method: CodeableConcept | None = None
    truthTP: Decimal | None = None
    truthTP_element: Element | None = named(default=None, name="_truthTP")
    queryTP: Decimal | None = None
    queryTP_element: Element | None = named(default=None, name="_queryTP")
    truthFN: Decimal | None = None
    truthFN_element: Element | None = named(default=None, name="_truthFN")
    queryFP: Decimal | None = None
    queryFP_element: Element | None = named(default=None, name="_queryFP")
    gtFP: Decimal | None = None
    gtFP_element: Element | None = named(default=None, name="_gtFP")
    precision: Decimal | None = None
    precision_element: Element | None = named(default=None, name="_precision")
    recall: Decimal | None = None
    recall_element: Element | None = named(default=None, name="_recall")
    fScore: Decimal | None = None
    fScore_element: Element | None = named(default=None, name="_fScore")
    roc: MolecularSequenceQualityRoc | None = None
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("MolecularSequenceQuality.type is required")

class MolecularSequenceRepository(BackboneElement, kw_only=True):
    type: Literal['directlink', 'openapi', 'login', 'oauth', 'other'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    url: CheckedUri | None = None
    url_element: Element | None = named(default=None, name="_url")
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    datasetId: String | None = None
    datasetId_element: Element | None = named(default=None, name="_datasetId")
    variantsetId: String | None = None
    variantsetId_element: Element | None = named(default=None, name="_variantsetId")
    readsetId: String | None = None
    readsetId_element: Element | None = named(default=None, name="_readsetId")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("MolecularSequenceRepository.type is required")

class MolecularSequenceStructureVariantOuter(BackboneElement, kw_only=True):
    start: Integer | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Integer | None = None
    end_element: Element | None = named(default=None, name="_end")

class MolecularSequenceStructureVariantInner(BackboneElement, kw_only=True):
    start: Integer | None = None
    start_element: Element | None = named(default=None, name="_start")
    end: Integer | None = None
    end_element: Element | None = named(default=None, name="_end")

class MolecularSequenceStructureVariant(BackboneElement, kw_only=True):
    variantType: CodeableConcept | None = None
    exact: bool | None = None
    exact_element: Element | None = named(default=None, name="_exact")
    length: Integer | None = None
    length_element: Element | None = named(default=None, name="_length")
    outer: MolecularSequenceStructureVariantOuter | None = None
    inner: MolecularSequenceStructureVariantInner | None = None

class MolecularSequence(DomainResource, kw_only=True, tag_field="resourceType", tag="MolecularSequence"):
    identifier: tuple[Identifier, ...] = ()
    type: Literal['aa', 'dna', 'rna'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    coordinateSystem: Integer | None = None
    coordinateSystem_element: Element | None = named(default=None, name="_coordinateSystem")
    patient: Reference | None = None
    specimen: Reference | None = None
    device: Reference | None = None
    performer: Reference | None = None
    quantity: Quantity | None = None
    referenceSeq: MolecularSequenceReferenceSeq | None = None
    variant: tuple[MolecularSequenceVariant, ...] = ()
    observedSeq: String | None = None
    observedSeq_element: Element | None = named(default=None, name="_observedSeq")
    quality: tuple[MolecularSequenceQuality, ...] = ()
    readCoverage: Integer | None = None
    readCoverage_element: Element | None = named(default=None, name="_readCoverage")
    repository: tuple[MolecularSequenceRepository, ...] = ()
    pointer: tuple[Reference, ...] = ()
    structureVariant: tuple[MolecularSequenceStructureVariant, ...] = ()
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.coordinateSystem is None and self.coordinateSystem_element is None:
            raise ValueError("MolecularSequence.coordinateSystem is required")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a MolecularSequence into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    uri = out.uris.append
    reference = out.references.append
    number = out.numbers.append
    patient0 = None
    if (v1 := r.referenceSeq) is not None:
        if (v2 := v1.chromosome) is not None:
            for c in v2.coding:
                if c.code is not None:
                    token(('chromosome', c.system, c.code))
        if (v3 := v1.referenceSeqId) is not None:
            for c in v3.coding:
                if c.code is not None:
                    token(('referenceseqid', c.system, c.code))
        if (v4 := v1.windowEnd) is not None:
            v4l, v4h = number_range(v4)
            number(('window-end', v4l, v4h))
        if (v5 := v1.windowStart) is not None:
            v5l, v5h = number_range(v5)
            number(('window-start', v5l, v5h))
    for v6 in r.identifier:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    if (v7 := r.patient) is not None:
        if (v7r := v7.reference) is not None and v7r[0] != '#':
            reference(('patient', v7r))
            if patient0 is None: patient0 = patient_id(v7r)
        if (v7i := v7.identifier) is not None and v7i.value is not None:
            identifier(('patient', v7i.system, v7i.value))
    if (v8 := r.type) is not None:
        token(('type', 'http://hl7.org/fhir/sequence-type', v8))
    for v9 in r.variant:
        if (v10 := v9.end) is not None:
            v10l, v10h = number_range(v10)
            number(('variant-end', v10l, v10h))
        if (v11 := v9.start) is not None:
            v11l, v11h = number_range(v11)
            number(('variant-start', v11l, v11h))
    if (v12 := r.meta) is not None:
        for v13 in v12.profile:
            if v13 is not None:
                uri(('_profile', v13))
                if '|' in v13:
                    v13w = v13.partition('|')[0]
                    uri(('_profile', v13w))
        for v14 in v12.security:
            if v14.code is not None:
                token(('_security', v14.system, v14.code))
        if (v15 := v12.source) is not None:
            uri(('_source', v15))
        for v16 in v12.tag:
            if v16.code is not None:
                token(('_tag', v16.system, v16.code))
    return patient0, None
