from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.core.request import Request
from werkzeug.test import EnvironBuilder

from sandbox.recorder.call import Call, recognise
from sandbox.recorder.elements import (
    HIDDEN,
    LARGEST,
    parsed_response,
    request_parameters,
    response_elements,
    timestamp,
)


def call(backend: str, **options: Any) -> Call:
    """A recognised call."""
    found = recognise(backend, Request(EnvironBuilder(**options).get_environ()))
    assert found is not None
    return found


def test_times_read_as_cloudtrail_writes_them() -> None:
    """Times inside parameters and elements are written for people, in twelve hours."""
    assert timestamp(datetime(2019, 10, 18, 15, 0, 49, tzinfo=UTC)) == "Oct 18, 2019 3:00:49 PM"
    assert timestamp(datetime(2026, 1, 2, 0, 5, 9, tzinfo=UTC)) == "Jan 2, 2026 12:05:09 AM"


def test_names_begin_in_lower_case_and_only_that_is_changed() -> None:
    """`UserName` becomes `userName`, and acronyms keep all but their first letter."""
    form = {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "alice", "Tags.member.1.Key": "k"}
    parameters = request_parameters(call("iam", method="POST", data=form))
    assert parameters == {"userName": "alice", "tags": [{"key": "k"}]}


def test_a_bucket_is_called_bucket_name() -> None:
    """S3's records say `bucketName`."""
    assert request_parameters(call("s3", method="PUT", path="/audit-bucket")) == {
        "bucketName": "audit-bucket"
    }


def test_secrets_are_hidden() -> None:
    """Credentials that an answer holds never reach a record, and neither do those a request holds."""
    form = {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "TokenCode": "123456",
        "RoleArn": "arn:aws:iam::1:role/r",
    }
    assume = call("sts", method="POST", data=form)
    answer = {
        "Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t"},
        "ResponseMetadata": {"RequestId": "r"},
    }
    assert response_elements(assume, answer) == {
        "credentials": {"accessKeyId": "ASIA", "secretAccessKey": HIDDEN, "sessionToken": HIDDEN}
    }
    assert (request_parameters(assume) or {})["tokenCode"] == HIDDEN


def test_members_that_the_model_calls_sensitive_are_hidden() -> None:
    """A password in a request is hidden because botocore's model says that it is one."""
    form = {
        "Action": "CreateLoginProfile",
        "Version": "2010-05-08",
        "UserName": "alice",
        "Password": "hunter2",
    }
    assert request_parameters(call("iam", method="POST", data=form)) == {
        "userName": "alice",
        "password": HIDDEN,
    }


def test_oversized_parameters_are_omitted() -> None:
    """More than 100 KB of parameters are left out whole."""
    form = {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "a" * LARGEST}
    assert request_parameters(call("iam", method="POST", data=form)) is None


def test_an_empty_answer_has_no_elements() -> None:
    """An operation that answers with nothing has null elements."""
    form = {"Action": "DeleteUser", "Version": "2010-05-08", "UserName": "alice"}
    assert response_elements(call("iam", method="POST", data=form), {"ResponseMetadata": {}}) is None


def test_an_error_is_read_as_a_client_reads_it() -> None:
    """Code and message come from the answer, in whatever protocol."""
    body = b'{"__type": "NotFoundException", "message": "gone"}'
    headers = [("x-amzn-errortype", "NotFoundException")]
    mesh = call("appmesh", path="/v20190125/meshes/m")
    parsed = parsed_response(mesh, status=404, headers=headers, body=body)
    assert parsed["Error"] == {"Code": "NotFoundException", "Message": "gone"}


def test_a_request_that_cannot_be_read_has_no_parameters() -> None:
    """A body that is not what the model says does not lose the event."""
    target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    assert request_parameters(call("cloudtrail", method="POST", headers=headers, data="[1]")) is None


def test_an_answer_that_cannot_be_read_is_an_error() -> None:
    """A page of HTML where AWS would answer XML counts as failed, with the HTTP status."""
    form = {"Action": "DeleteUser", "Version": "2010-05-08", "UserName": "alice"}
    parsed = parsed_response(
        call("iam", method="POST", data=form), status=500, headers=[], body=b"<html lang=en>"
    )
    assert parsed == {"Error": {"Code": "HTTP500"}}
