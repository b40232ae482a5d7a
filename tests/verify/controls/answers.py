"""An AWS that answers what a test tells it, and the claims about a trail or an event data store it describes."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from cloudtrail.event_data_store import BillingMode
from cloudtrail.manifest import EventDataStorePromise, TrailPromise
from verify.controls.event_data_store import STORE_CONTROLS
from verify.controls.recorded_calls import RecordedCalls
from verify.controls.recorded_trail import RecordedTrail
from verify.controls.store_state import StoreState
from verify.controls.trail import RECORDED_TRAIL_CONTROLS, TRAIL_CONTROLS
from verify.controls.trail_state import TrailState
from verify.finding import Scope
from verify.lookup_events import LookupEvents
from verify.report.parts import Claim
from verify.window import Window

if TYPE_CHECKING:
    from verify.aws import Aws

ACCOUNT = "123456789012"
HOME = "us-east-1"
NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(days=1), NOON)
KEY = f"arn:aws:kms:{HOME}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GROUP = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:meshtrail"
MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
ALL = [{"Name": "all", "FieldSelectors": [MANAGEMENT]}]
READS = [
    {
        "Name": "Management events selector",
        "FieldSelectors": [MANAGEMENT, {"Field": "readOnly", "Equals": ["true"]}],
    }
]
WRITES = [{"FieldSelectors": [MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}]}]
TRAIL = TrailPromise(
    arn=f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:trail/meshtrail",
    name="meshtrail",
    home_region=HOME,
    scope="multi-region",
    bucket="logs",
    bucket_region=HOME,
    key_arn=KEY,
    log_group_arn=GROUP,
    advanced_event_selectors=tuple(ALL),
)
STORE = EventDataStorePromise(
    arn=f"arn:aws:cloudtrail:{HOME}:{ACCOUNT}:eventdatastore/EXAMPLE-1",
    name="meshtrail",
    home_region=HOME,
    multi_region=True,
    organization=False,
    retention_days=366,
    billing_mode=BillingMode.EXTENDABLE,
    termination_protection=True,
    ingestion=True,
    key_arn=KEY,
    advanced_event_selectors=tuple(ALL),
)
DESCRIPTION: dict[str, Any] = {
    "Name": "meshtrail",
    "TrailARN": TRAIL.arn,
    "HomeRegion": HOME,
    "IsMultiRegionTrail": True,
    "S3BucketName": "logs",
    "LogFileValidationEnabled": True,
    "KmsKeyId": KEY,
    "CloudWatchLogsLogGroupArn": f"{GROUP}:*",
}
RECENT = NOON - timedelta(minutes=5)
STATUS: dict[str, Any] = {
    "IsLogging": True,
    "StartLoggingTime": NOON - timedelta(days=30),
    "LatestDeliveryTime": RECENT,
    "LatestDigestDeliveryTime": NOON - timedelta(minutes=50),
    "LatestCloudWatchLogsDeliveryTime": RECENT,
}
GOOD_STORE: dict[str, Any] = {
    "Status": "ENABLED",
    "AdvancedEventSelectors": ALL,
    "MultiRegionEnabled": True,
    "OrganizationEnabled": False,
    "RetentionPeriod": 366,
    "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    "TerminationProtectionEnabled": True,
    "KmsKeyId": KEY,
}
GOOD: dict[str, Any] = {
    "get_trail_status": STATUS,
    "get_trail": {"Trail": DESCRIPTION},
    "get_event_selectors": {"AdvancedEventSelectors": ALL},
    "list_tags": {"ResourceTagList": [{"TagsList": [{"Key": "purpose", "Value": "audit"}]}]},
    "describe_trails": {"trailList": [DESCRIPTION]},
    "get_event_data_store": GOOD_STORE,
    "lookup_events": {"Events": []},
}
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "X")


class FakeAws:
    """AWS as it answers a test: each operation with its entry, the same in every Region; `calls` are those made.

    An entry is the answer itself, an exception to raise, or a function of the request.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.calls: list[tuple[str, str]] = []

    def client(self, service: str, _region: str) -> "_FakeClient":
        """The client of a service."""
        return _FakeClient(self, service)

    def cloudtrail(self, region: str) -> "_FakeClient":
        """CloudTrail's."""
        return self.client("cloudtrail", region)


class _FakeClient:
    def __init__(self, aws: FakeAws, service: str) -> None:
        self._aws = aws
        self._service = service

    def __getattr__(self, operation: str) -> Any:
        def answer(**request: Any) -> Any:
            self._aws.calls.append((self._service, operation))
            value = self._aws.answers[operation]
            if isinstance(value, Exception):
                raise value
            return value(**request) if callable(value) else value

        return answer


def event(
    name: str, at: datetime, *, source: str = "cloudtrail.amazonaws.com", **fields: Any
) -> dict[str, Any]:
    """An event as LookupEvents tells it; `fields` are those of the record."""
    record = {
        "eventVersion": "1.11",
        "eventTime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": source,
        "eventName": name,
        "awsRegion": HOME,
        "eventID": f"{name}-{at:%d%H%M%S}",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "readOnly": False,
        "recipientAccountId": ACCOUNT,
        "sourceIPAddress": "198.51.100.7",
        "userIdentity": {"type": "IAMUser", "userName": "mallory", "accountId": ACCOUNT},
    } | fields
    return {"EventId": record["eventID"], "CloudTrailEvent": json.dumps(record)}


def history(*events: dict[str, Any]) -> Any:
    """LookupEvents over these events: by name or by `readOnly`, within the times asked for."""

    def answer(**request: Any) -> dict[str, Any]:
        (attribute,) = request["LookupAttributes"]
        return {"Events": [one for one in reversed(events) if _asked(one, attribute, request)]}

    return answer


def _asked(one: dict[str, Any], attribute: Mapping[str, str], request: Mapping[str, Any]) -> bool:
    try:
        record = json.loads(one["CloudTrailEvent"])
        at = datetime.fromisoformat(record["eventTime"])
    except (ValueError, KeyError):
        return True
    key, value = attribute["AttributeKey"], attribute["AttributeValue"]
    wanted = record["eventName"] if key == "EventName" else str(record["readOnly"]).lower()
    return value == wanted and request["StartTime"] <= at <= request["EndTime"]


def aws_of(answers: Mapping[str, Any]) -> "Aws":
    """The fake in place of the real one."""
    return cast("Aws", FakeAws(answers))


def calls_of(aws: "Aws", *, window: Window = WINDOW, now: datetime = NOON) -> RecordedCalls:
    """What Event history tells, without ever waiting."""
    lookup = LookupEvents(aws, clock=lambda: 0.0, sleep=lambda _: None)
    return RecordedCalls(ACCOUNT, lookup=lookup, window=window, now=now)


def trail_claims(
    promise: TrailPromise = TRAIL,
    *,
    window: Window = WINDOW,
    discovered: bool = False,
    now: datetime = NOON,
    **changes: Any,
) -> dict[str, Claim]:
    """The claims about a trail for which AWS answers so."""
    aws = aws_of(GOOD | changes)
    state = TrailState(promise, aws=aws, window=window, now=now, discovered=discovered)
    recorded = RecordedTrail(state, calls_of(aws, window=window, now=now))
    scope = Scope(ACCOUNT, HOME, None, promise.arn)
    return {
        **{control.id: control.claim(recorded, scope) for control in RECORDED_TRAIL_CONTROLS},
        **{control.id: control.claim(state, scope) for control in TRAIL_CONTROLS},
    }


def store_claims(
    promise: EventDataStorePromise = STORE, *, discovered: bool = False, **changes: Any
) -> dict[str, Claim]:
    """The claims about an event data store that AWS describes so."""
    state = StoreState(
        promise, aws=aws_of({"get_event_data_store": GOOD_STORE | changes}), discovered=discovered
    )
    scope = Scope(ACCOUNT, HOME, None, promise.arn)
    return {control.id: control.claim(state, scope) for control in STORE_CONTROLS}


def labels(claim: Claim) -> Sequence[str]:
    """The labels of a claim's evidence."""
    return [fact.label for fact in claim.evidence]
