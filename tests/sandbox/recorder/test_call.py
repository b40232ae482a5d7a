from __future__ import annotations

from moto.core.request import Request
from werkzeug.test import EnvironBuilder

from sandbox.recorder.call import Scope, recognise, services_of


def request(path: str = "/", **options: object) -> Request:
    """A request as a client sends it."""
    return Request(EnvironBuilder(path=path, **options).get_environ())  # pyright: ignore[reportArgumentType] - werkzeug's many options


def test_scope_is_read_from_the_signature() -> None:
    """Access key, Region and service are what the request is signed with and for."""
    signed = (
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261122/eu-west-1/appmesh/aws4_request, SignedHeaders=host"
    )
    assert Scope.of(signed, "") == Scope("AKIAEXAMPLE", "eu-west-1", "appmesh")


def test_scope_is_read_from_a_presigned_url() -> None:
    """A presigned URL carries the same in its query."""
    query = "X-Amz-Credential=AKIAEXAMPLE%2F20261122%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=60"
    assert Scope.of("", query) == Scope("AKIAEXAMPLE", "eu-west-1", "s3")


def test_an_unsigned_request_has_no_key_and_the_default_region() -> None:
    """Without a signature there is nobody to name, and moto takes the request for us-east-1."""
    assert Scope.of("Bearer whatever", "") == Scope(None, "us-east-1", None)


def test_rest_operations_are_recognised_by_method_and_path() -> None:
    """REST services say what they are asked for in method and path."""
    call = recognise("appmesh", request("/v20190125/meshes/m/virtualNodes/n", method="DELETE"))
    assert call is not None
    assert (call.service, call.operation.name, call.protocol) == ("appmesh", "DeleteVirtualNode", "rest-json")
    assert call.uri_parameters == {"meshName": "m", "virtualNodeName": "n"}


def test_json_operations_are_recognised_by_their_target() -> None:
    """JSON services say it in a header."""
    target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    call = recognise("cloudtrail", request(method="POST", headers=headers, data="{}"))
    assert call is not None
    assert call.operation.name == "LookupEvents"


def test_query_operations_are_recognised_by_their_action() -> None:
    """Query services say it in a form."""
    form = {"Action": "CreateUser", "Version": "2010-05-08", "UserName": "alice"}
    call = recognise("iam", request(method="POST", data=form))
    assert call is not None
    assert call.operation.name == "CreateUser"


def test_two_versions_of_one_api_are_told_apart() -> None:
    """Both Elastic Load Balancing APIs share names; the version in the request decides."""
    form = {"Action": "DescribeLoadBalancers", "Version": "2015-12-01"}
    call = recognise("elb", request(method="POST", data=form))
    assert call is not None
    assert call.service == "elbv2"


def test_what_is_no_api_call_is_not_recognised() -> None:
    """A page of a browser is none of AWS's operations."""
    assert recognise("appmesh", request("/favicon.ico")) is None


def test_moto_names_are_translated_to_botocores() -> None:
    """Moto calls Lambda awslambda, because of Python; botocore does not."""
    assert services_of("awslambda") == ("lambda",)
