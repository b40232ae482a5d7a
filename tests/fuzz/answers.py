"""What has to hold of AWS's answers, in which others have a say: selectors, policies, rows of a store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from cloudtrail.manifest import EventDataStorePromise, TrailPromise
from cloudtrail.policy_evaluation import Answer, Request, Stranger, may, surely
from cloudtrail.policy_exposure import to_anybody, to_others
from cloudtrail.policy_requesters import CLOUDTRAIL, cloudtrail_for
from cloudtrail.selectors import (
    Destination,
    MalformedSelector,
    SelectableEvent,
    UntranslatableSelectors,
    explain,
    matches,
    problems,
    read_selectors,
    to_advanced,
)
from cloudtrail.selectors.types import EventSelector
from tests.fuzz import documents
from tests.fuzz.records import use
from tests.fuzz.target import Target
from verify.controls.bucket_state import MalformedPolicy, read_policy
from verify.controls.policy_change import opened_to_anybody
from verify.stores.base import Place, Reading
from verify.stores.event_data_store import EventDataStore
from verify.stores.event_history import EventHistory
from verify.stores.expectation import of_event_data_store, of_trail
from verify.stores.log_group import LogGroup
from verify.stores.log_group_state import LogGroupState
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.aws import Aws
    from verify.lookup_events import LookupEvents

BUCKET = ["arn:aws:s3:::audit-bucket", "arn:aws:s3:::audit-bucket/*"]


def run_selectors(data: bytes) -> None:
    """Selectors that were read can be explained, judged and translated; all else is malformed."""
    answer = _object(data)
    if answer is None:
        return
    try:
        selectors = read_selectors(answer)
    except MalformedSelector as error:
        assert error.why
        assert str(error).isascii()
        return
    matches(selectors, SelectableEvent.from_document(documents.RECORD))
    assert explain(selectors).summary()
    for destination in Destination:
        for problem in problems(selectors, destination):
            assert str(problem).isprintable()
    classic = [each for each in selectors if isinstance(each, EventSelector)]
    try:
        to_advanced(classic)
    except UntranslatableSelectors as error:
        assert error.what


def run_policy(data: bytes) -> None:
    """A policy that was read gets an answer to every question; all else is malformed."""
    text = data.decode("utf-8", errors="replace")
    try:
        opened_to_anybody({"policy": text}, BUCKET)
    except ValueError as error:
        assert str(error)
    try:
        policy = read_policy(text, where="here")
    except MalformedPolicy as error:
        assert error.why
        return
    anybody = to_anybody(policy, BUCKET)
    others = to_others(policy, BUCKET, accounts=[documents.ACCOUNT], organization_id="o-exampleorgid")
    assert not anybody or others
    context = cloudtrail_for(documents.ARN)
    put = Request(principal=CLOUDTRAIL, action="s3:PutObject", resource=BUCKET[1], context=context)
    if surely(policy, put).answer is Answer.ALLOWS:
        assert may(policy, put).answer is not Answer.REFUSES
    may(policy, Request(principal=Stranger("111122223333"), action="*", resource="*")).open_keys  # noqa: B018 -- that it can


def run_rows(data: bytes) -> None:
    """Whatever a store answers as an event is kept, set aside with a reason, or listed as unreadable."""
    answer = _object(data) or {}
    texts = [text for text in answer.values() if isinstance(text, str)]
    texts.append(data.decode("utf-8", errors="surrogateescape"))
    answers = _Answers(texts)
    expectation = of_trail(_TRAIL, account=documents.ACCOUNT, since=None)
    lake = of_event_data_store(_STORE, account=documents.ACCOUNT, since=None, now=_WINDOW.end)
    group = LogGroupState(str(_TRAIL.log_group_arn), aws=cast("Aws", answers), account=documents.ACCOUNT)
    stores = (
        EventHistory(cast("LookupEvents", answers), oldest=_WINDOW.start),
        EventDataStore(_STORE, aws=cast("Aws", answers), expectation=lake),
        LogGroup(_TRAIL, group=group, expectation=expectation),
    )
    for store in stores:
        reading: Reading = store.find(_PLACE, _WINDOW, sources=["appmesh.amazonaws.com"], now=_WINDOW.end)
        assert reading.records_in == len(texts)
        assert len(reading.unreadable) == reading.set_aside.get("unreadable", 0)
        for sighting in reading.sightings:
            use(sighting.record)


def _object(data: bytes) -> dict[str, Any] | None:
    """JSON as botocore reads it."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


class _Answers:
    """Answers everything with the same texts."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def client(self, _service: str, _region: str) -> _Answers:
        """Itself."""
        return self

    def cloudtrail(self, _region: str) -> _Answers:
        """Itself."""
        return self

    def pages(self, _place: Place, **_request: object) -> Iterator[list[dict[str, Any]]]:
        """A page of Event history."""
        yield [{"CloudTrailEvent": text} for text in self._texts]

    def filter_log_events(self, **_request: object) -> dict[str, Any]:
        """A page of a log group."""
        return {"events": [{"logStreamName": "s", "message": text} for text in self._texts]}

    def start_query(self, **_request: object) -> dict[str, str]:
        """A query."""
        return {"QueryId": "q"}

    def describe_query(self, **_request: object) -> dict[str, str]:
        """It is done."""
        return {"QueryStatus": "FINISHED"}

    def get_query_results(self, **_request: object) -> dict[str, Any]:
        """Its rows."""
        return {"QueryResultRows": [[{"eventJson": text}] for text in self._texts]}


_PLACE = Place(documents.ACCOUNT, "us-east-1")
_WINDOW = Window(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC))
_TRAIL = TrailPromise(
    arn=documents.ARN,
    name="meshtrail",
    home_region="us-east-1",
    scope="multi-region",
    bucket="audit-bucket",
    bucket_region="us-east-1",
    log_group_arn=f"arn:aws:logs:us-east-1:{documents.ACCOUNT}:log-group:audit",
)
_STORE = EventDataStorePromise(arn=documents.STORE_ARN, home_region="us-east-1", multi_region=True)
_ROW = documents.encoded(documents.RECORD)

TARGETS = (
    Target(
        "selectors",
        run_selectors,
        (documents.encoded(documents.ADVANCED), documents.encoded(documents.CLASSIC)),
        documents.words_of([documents.ADVANCED, documents.CLASSIC]),
    ),
    Target(
        "policy", run_policy, (documents.encoded(documents.POLICY),), documents.words_of(documents.POLICY)
    ),
    Target(
        "rows",
        run_rows,
        (_ROW, documents.encoded({"a": _ROW.decode(), "b": "\ud800"})),
        documents.words_of(documents.RECORD),
    ),
)
