"""An AWS that answers what a test tells it, Region by Region, and what preflight finds in it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from verify.preflight.command import preflight_of
from verify.preflight.plan import Plan
from verify.report.parts import Claim
from verify.selection import EVERYTHING, Selection

if TYPE_CHECKING:
    from verify.aws import Aws

ORGANIZATION = "o-exampleorgid"
MANAGEMENT = "111111111111"
LOG_ARCHIVE = "222222222222"
DELEGATED = "333333333333"
MEMBER = "123456789012"
HOME, OTHER, NOT_ENABLED = "us-east-1", "eu-west-1", "ap-east-1"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = f"arn:aws:kms:{HOME}:{LOG_ARCHIVE}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
STORE = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"
ALL_EVENTS = {
    "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}]
}
FULL_ACCESS = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def refused(code: str = "AccessDeniedException", message: str = "no") -> ClientError:
    """An error that AWS answers."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "X")


def session_of(account: str, role: str = "Provisioner") -> dict[str, str]:
    """What STS tells to a role's session."""
    return {"Account": account, "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/ana"}


def simulated(**decisions: str) -> Callable[..., dict[str, Any]]:
    """A simulator that allows everything but what is named, as `CreateTrail="implicitDeny"`."""

    def answer(_region: str, *, ActionNames: list[str], **_request: Any) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        return {
            "EvaluationResults": [
                {
                    "EvalActionName": action,
                    "EvalDecision": decisions.get(action.partition(":")[2], "allowed"),
                    "MissingContextValues": [],
                }
                for action in ActionNames
            ],
            "IsTruncated": False,
        }

    return answer


def policies(*documents: Mapping[str, Any], at: str = "r-exam") -> dict[str, Any]:
    """Answers of an organization in which full access is attached everywhere, and these documents at one level."""
    known = {"p-FullAWSAccess": FULL_ACCESS} | {f"p-{number}": one for number, one in enumerate(documents)}

    def attached(_region: str, *, TargetId: str, **_request: Any) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        ids = list(known) if TargetId == at else ["p-FullAWSAccess"]
        return {"Policies": [{"Id": one, "Name": one.removeprefix("p-")} for one in ids]}

    def described(_region: str, *, PolicyId: str) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        return {"Policy": {"Content": json.dumps(known[PolicyId])}}

    return {"list_policies_for_target": attached, "describe_policy": described}


def parents(_region: str, *, ChildId: str) -> dict[str, Any]:  # noqa: N803 -- AWS's name
    """Every account lies in one unit below the root."""
    if ChildId.startswith("ou-"):
        return {"Parents": [{"Id": "r-exam", "Type": "ROOT"}]}
    return {"Parents": [{"Id": "ou-exam-security", "Type": "ORGANIZATIONAL_UNIT"}]}


def trail(
    name: str, *, owner: str = MANAGEMENT, organization: bool = False, home: str = HOME
) -> dict[str, Any]:
    """A multi-Region trail as DescribeTrails tells it."""
    return {
        "Name": name,
        "TrailARN": f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}",
        "HomeRegion": home,
        "IsMultiRegionTrail": True,
        "IsOrganizationTrail": organization,
    }


GOOD: dict[str, Any] = {
    "get_caller_identity": session_of(MANAGEMENT),
    "get_role": {"Role": {"Arn": f"arn:aws:iam::{MANAGEMENT}:role/teams/Provisioner"}},
    "simulate_principal_policy": simulated(),
    "describe_organization": {
        "Organization": {"Id": ORGANIZATION, "MasterAccountId": MANAGEMENT, "FeatureSet": "ALL"}
    },
    "list_aws_service_access_for_organization": {
        "EnabledServicePrincipals": [
            {"ServicePrincipal": "cloudtrail.amazonaws.com"},
            {"ServicePrincipal": "member.org.stacksets.cloudformation.amazonaws.com"},
        ]
    },
    "list_delegated_administrators": {"DelegatedAdministrators": [{"Id": DELEGATED}]},
    "list_roots": {
        "Roots": [{"Id": "r-exam", "PolicyTypes": [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]}]
    },
    "list_parents": parents,
    **policies(),
    "describe_regions": {
        "Regions": [
            {"RegionName": HOME, "OptInStatus": "opt-in-not-required"},
            {"RegionName": OTHER, "OptInStatus": "opt-in-not-required"},
            {"RegionName": NOT_ENABLED, "OptInStatus": "not-opted-in"},
        ]
    },
    "describe_trails": {"trailList": []},
    "get_event_selectors": ALL_EVENTS,
    "list_event_data_stores": {"EventDataStores": []},
    "get_event_data_store": {"OrganizationEnabled": True},
    "head_bucket": {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": HOME}}},
}
"""A management account in which nothing stands in the way."""

PLAN = Plan(home_region=HOME)


class FakeAws:
    """AWS as it answers a test; `calls` are those made.

    An entry is the answer itself, an exception to raise, or a function of the Region and the request.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.answers = answers
        self.calls: list[tuple[str, str]] = []

    def client(self, service: str, region: str) -> "_FakeClient":
        """The client of a service."""
        return _FakeClient(self, service, region)

    def cloudtrail(self, region: str) -> "_FakeClient":
        """CloudTrail's."""
        return self.client("cloudtrail", region)


class _FakeClient:
    def __init__(self, aws: FakeAws, service: str, region: str) -> None:
        self._aws = aws
        self._service = service
        self._region = region

    def __getattr__(self, operation: str) -> Any:
        def answer(**request: Any) -> Any:
            self._aws.calls.append((self._service, operation))
            value = self._aws.answers[operation]
            if isinstance(value, Exception):
                raise value
            return value(self._region, **request) if callable(value) else value

        return answer


def found(
    plan: Plan = PLAN, *, selection: Selection = EVERYTHING, aws: FakeAws | None = None, **changes: Any
) -> list[Claim]:
    """What preflight claims of an account that answers as `GOOD`, but for the changes."""
    fake = cast("Aws", aws or FakeAws(GOOD | changes))
    return list(preflight_of(plan, aws=fake, now=NOW, selection=selection).claims)


def one(name: str, plan: Plan = PLAN, **changes: Any) -> Claim:
    """The one claim of a check."""
    (claim,) = found(plan, selection=Selection((f"preflight.{name}",)), **changes)
    return claim
