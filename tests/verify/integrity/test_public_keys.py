from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber

from verify.aws import AccessDenied, Aws
from verify.integrity import CloudTrailPublicKeys, PublicKey
from verify.window import Window

START = datetime(2026, 8, 3, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(days=1))
NOW = START + timedelta(days=5)


@pytest.fixture
def aws() -> Aws:
    """A session that never leaves the process."""
    return Aws(boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="eu-west-1"))


def test_the_keys_of_the_window_and_of_the_time_since_are_asked_for(aws: Aws) -> None:
    """From a day before the window to the present, through every page, in the Region asked for."""
    period = {"StartTime": START - timedelta(days=1), "EndTime": NOW}
    with Stubber(aws.cloudtrail("eu-west-1")) as stub:
        first = {"PublicKeyList": [{"Fingerprint": "aa", "Value": b"1"}, {"Fingerprint": "no value"}]}
        stub.add_response("list_public_keys", first | {"NextToken": "more"}, period)
        second = {"PublicKeyList": [{"Fingerprint": "bb", "Value": b"2"}]}
        stub.add_response("list_public_keys", second, period | {"NextToken": "more"})
        keys = CloudTrailPublicKeys(aws, window=WINDOW, now=NOW)("eu-west-1")
        stub.assert_no_pending_responses()
    assert keys == [PublicKey("aa", b"1"), PublicKey("bb", b"2")]


def test_a_missing_permission_names_the_action(aws: Aws) -> None:
    """Without cloudtrail:ListPublicKeys no signature can be checked, and the error says so."""
    with Stubber(aws.cloudtrail("eu-west-1")) as stub:
        stub.add_client_error("list_public_keys", "AccessDeniedException", "no", 400)
        with pytest.raises(AccessDenied) as caught:
            CloudTrailPublicKeys(aws, window=WINDOW, now=NOW)("eu-west-1")
    assert caught.value.action == "cloudtrail:ListPublicKeys"
    assert "cloudtrail:ListPublicKeys" in caught.value.remedy
