"""The resource type TestReport of FHIR R4.

Generated from hl7.fhir.r4.examples 4.0.1 by `python -m scripts.vendor fhir`; change the generator, not this file.
"""


from datetime import datetime
from typing import Any, Literal

from msgspec import Raw
from msgspec import field as named

from verbund.fhir.checks import CODES, URIS, DATE_TIMES, is_code, is_uri, is_id, is_date_time
from verbund.fhir.extraction import Collector, date_range, known
from verbund.fhir.generated.datatypes import BackboneElement, DomainResource, Element, Identifier, Reference, Resource
from verbund.fhir.generated.primitives import CheckedUri, DateTime, Decimal, String

class TestReportParticipant(BackboneElement, kw_only=True):
    type: Literal['test-engine', 'client', 'server'] | None = None
    type_element: Element | None = named(default=None, name="_type")
    uri: CheckedUri | None = None
    uri_element: Element | None = named(default=None, name="_uri")
    display: String | None = None
    display_element: Element | None = named(default=None, name="_display")
    def __post_init__(self) -> None:
        if self.type is None and self.type_element is None:
            raise ValueError("TestReportParticipant.type is required")
        if self.uri is None and self.uri_element is None:
            raise ValueError("TestReportParticipant.uri is required")

class TestReportSetupActionOperation(BackboneElement, kw_only=True):
    result: Literal['pass', 'skip', 'fail', 'warning', 'error'] | None = None
    result_element: Element | None = named(default=None, name="_result")
    message: String | None = None
    message_element: Element | None = named(default=None, name="_message")
    detail: CheckedUri | None = None
    detail_element: Element | None = named(default=None, name="_detail")
    def __post_init__(self) -> None:
        if self.result is None and self.result_element is None:
            raise ValueError("TestReportSetupActionOperation.result is required")

class TestReportSetupActionAssert(BackboneElement, kw_only=True):
    result: Literal['pass', 'skip', 'fail', 'warning', 'error'] | None = None
    result_element: Element | None = named(default=None, name="_result")
    message: String | None = None
    message_element: Element | None = named(default=None, name="_message")
    detail: String | None = None
    detail_element: Element | None = named(default=None, name="_detail")
    def __post_init__(self) -> None:
        if self.result is None and self.result_element is None:
            raise ValueError("TestReportSetupActionAssert.result is required")

class TestReportSetupAction(BackboneElement, kw_only=True):
    operation: TestReportSetupActionOperation | None = None
    assert_: TestReportSetupActionAssert | None = named(default=None, name="assert")

class TestReportSetup(BackboneElement, kw_only=True):
    action: tuple[TestReportSetupAction, ...]

class TestReportTestAction(BackboneElement, kw_only=True):
    operation: TestReportSetupActionOperation | None = None
    assert_: TestReportSetupActionAssert | None = named(default=None, name="assert")

class TestReportTest(BackboneElement, kw_only=True):
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    description: String | None = None
    description_element: Element | None = named(default=None, name="_description")
    action: tuple[TestReportTestAction, ...]

class TestReportTeardownAction(BackboneElement, kw_only=True):
    operation: TestReportSetupActionOperation

class TestReportTeardown(BackboneElement, kw_only=True):
    action: tuple[TestReportTeardownAction, ...]

class TestReport(DomainResource, kw_only=True, tag_field="resourceType", tag="TestReport"):
    identifier: Identifier | None = None
    name: String | None = None
    name_element: Element | None = named(default=None, name="_name")
    status: Literal['completed', 'in-progress', 'waiting', 'stopped', 'entered-in-error'] | None = None
    status_element: Element | None = named(default=None, name="_status")
    testScript: Reference
    result: Literal['pass', 'fail', 'pending'] | None = None
    result_element: Element | None = named(default=None, name="_result")
    score: Decimal | None = None
    score_element: Element | None = named(default=None, name="_score")
    tester: String | None = None
    tester_element: Element | None = named(default=None, name="_tester")
    issued: DateTime | None = None
    issued_element: Element | None = named(default=None, name="_issued")
    participant: tuple[TestReportParticipant, ...] = ()
    setup: TestReportSetup | None = None
    test: tuple[TestReportTest, ...] = ()
    teardown: TestReportTeardown | None = None
    def __post_init__(self) -> None:
        if (v := self.id) is not None and not is_id(v):
            raise ValueError("Resource.id is malformed")
        if (v := self.implicitRules) is not None and v not in URIS and not is_uri(v):
            raise ValueError("Resource.implicitRules is malformed")
        if (v := self.language) is not None and v not in CODES and not is_code(v):
            raise ValueError("Resource.language is malformed")
        if self.status is None and self.status_element is None:
            raise ValueError("TestReport.status is required")
        if self.result is None and self.result_element is None:
            raise ValueError("TestReport.result is required")
        if (v := self.issued) is not None and v not in DATE_TIMES and not is_date_time(v):
            raise ValueError("TestReport.issued is malformed")


def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:
    """The search values of a TestReport into `out`; its patient and its clinical date."""
    identifier = out.identifiers.append
    token = out.tokens.append
    string = out.strings.append
    uri = out.uris.append
    reference = out.references.append
    date = out.dates.append
    date0 = None
    if (v1 := r.meta) is not None:
        for v2 in v1.profile:
            if v2 is not None:
                uri(('_profile', v2))
                if '|' in v2:
                    v2w = v2.partition('|')[0]
                    uri(('_profile', v2w))
        for v3 in v1.security:
            if v3.code is not None:
                token(('_security', v3.system, v3.code))
        if (v4 := v1.source) is not None:
            uri(('_source', v4))
        for v5 in v1.tag:
            if v5.code is not None:
                token(('_tag', v5.system, v5.code))
    if (v6 := r.identifier) is not None:
        if v6.value is not None:
            token(('identifier', v6.system, v6.value))
    if (v7 := r.issued) is not None:
        v7l, v7h = date_range(v7)
        date(('issued', v7l, v7h))
        if date0 is None: date0 = known(v7l, v7h)
    for v8 in r.participant:
        if (v9 := v8.uri) is not None:
            uri(('participant', v9))
    if (v10 := r.result) is not None:
        token(('result', 'http://hl7.org/fhir/report-result-codes', v10))
    if (v11 := r.tester) is not None:
        string(('tester', v11))
    if (v12 := r.testScript) is not None:
        if (v12r := v12.reference) is not None and v12r[0] != '#':
            reference(('testscript', v12r))
        if (v12i := v12.identifier) is not None and v12i.value is not None:
            identifier(('testscript', v12i.system, v12i.value))
    return None, date0
