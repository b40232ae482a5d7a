"""A verification is held to the permissions it declares, by CloudTrail's own record of what it called."""

from typing import Any

from tests.verify.iam_actions import iam_action
from verify.permissions import permissions
from verify.selection import Selection

World = Any  # the fixture's own type lives in conftest


def test_a_verification_makes_no_call_it_does_not_declare(landed: World) -> None:
    """Every management event that the verifier's own calls left behind is a declared action."""
    landed.verify()
    calls = {
        (record["eventSource"].removesuffix(".amazonaws.com"), record["eventName"])
        for record in landed.sandbox.events()
        if "meshtrail" in record.get("userAgent", "")
    }
    reads = {iam_action(service, name) for service, name in calls if (service, name) not in _SET_UP}
    assert reads
    assert reads <= {one.action for one in permissions()}


_SET_UP = {
    ("s3", "CreateBucket"),
    ("s3", "PutBucketPolicy"),
    ("s3", "PutBucketEncryption"),
    ("cloudtrail", "CreateTrail"),
    ("cloudtrail", "StartLogging"),
    ("cloudtrail", "CreateEventDataStore"),
}
"""What the fixture itself does, with the same user agent."""


def test_the_probe_declares_its_own_calls() -> None:
    """The marked call and the witness are the only calls a probe adds to reading the stores."""
    landing = {one.action for one in permissions(Selection(("landing.*",)))}
    probe = {one.action for one in permissions(Selection(("probe.*",)))}
    assert probe - landing == {"appmesh:ListMeshes", "cloudtrail:DescribeTrails"}
