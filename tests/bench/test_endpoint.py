"""The endpoint speaks S3, CloudTrail and STS as the readers expect that are measured on it."""

import socket
import subprocess
from pathlib import Path
from typing import Any

import boto3
import obstore
import pytest
from botocore.exceptions import ClientError
from obstore.store import S3Store

from bench.corpus import ACCOUNT, REGION, TRAIL_ARN, log_keys
from bench.endpoint.client import EndpointClient
from bench.endpoint.saturate import saturated
from bench.measure import measured
from bench.ours import commands
from bench.peers import awscli
from tests.bench.conftest import SPEC

KEYS = sorted(key for _, key in log_keys(SPEC))
LOGS = f"AWSLogs/{ACCOUNT}/CloudTrail/"
DIGESTS = f"AWSLogs/{ACCOUNT}/CloudTrail-Digest/"


def client(endpoint: EndpointClient, service: str) -> Any:
    """A boto3 client of the endpoint."""
    make: Any = boto3.client  # its stubs overload it by literal service names
    return make(
        service,
        region_name=REGION,
        endpoint_url=endpoint.url,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="bench",
    )


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
def test_listings_come_in_pages(endpoint: EndpointClient, operation: str) -> None:
    """Both versions list every key under a prefix once and in order, however small the pages."""
    pages = client(endpoint, "s3").get_paginator(operation)
    listed = [
        item
        for page in pages.paginate(Bucket=SPEC.bucket, Prefix=LOGS, PaginationConfig={"PageSize": 7})
        for item in page["Contents"]
    ]
    assert [item["Key"] for item in listed] == KEYS
    assert all(item["Size"] > 0 and item["LastModified"] for item in listed)


@pytest.mark.parametrize(
    ("operation", "after"), [("list_objects", "Marker"), ("list_objects_v2", "StartAfter")]
)
def test_listings_begin_behind_a_key(endpoint: EndpointClient, operation: str, after: str) -> None:
    """What is asked for is what lies behind it, the key itself not included."""
    page = getattr(client(endpoint, "s3"), operation)(Bucket=SPEC.bucket, Prefix=LOGS, **{after: KEYS[30]})
    assert [item["Key"] for item in page["Contents"]] == KEYS[31:]


def test_a_prefix_without_keys_lists_nothing(endpoint: EndpointClient) -> None:
    """As on S3: no contents, no error."""
    assert "Contents" not in client(endpoint, "s3").list_objects_v2(Bucket=SPEC.bucket, Prefix="nothing/")


def test_a_digest_file_carries_its_signature(endpoint: EndpointClient) -> None:
    """In its user metadata, for GET and for HEAD."""
    s3 = client(endpoint, "s3")
    key = s3.list_objects_v2(Bucket=SPEC.bucket, Prefix=DIGESTS)["Contents"][0]["Key"]
    got, headed = s3.get_object(Bucket=SPEC.bucket, Key=key), s3.head_object(Bucket=SPEC.bucket, Key=key)
    assert got["Metadata"] == headed["Metadata"]
    assert got["Metadata"]["signature-algorithm"] == "SHA256withRSA"
    assert len(got["Body"].read()) == headed["ContentLength"]


@pytest.mark.parametrize(
    ("bucket", "key", "code"), [(SPEC.bucket, "not-there", "NoSuchKey"), ("not-there", "key", "NoSuchKey")]
)
def test_what_is_not_there_is_an_error_of_s3(
    endpoint: EndpointClient, bucket: str, key: str, code: str
) -> None:
    """With its code, as clients tell errors apart."""
    with pytest.raises(ClientError) as caught:
        client(endpoint, "s3").get_object(Bucket=bucket, Key=key)
    response: Any = caught.value.response
    assert response["Error"]["Code"] == code


def test_obstore_reads_it(endpoint: EndpointClient) -> None:
    """The client that meshtrail reads with."""
    store = S3Store(
        SPEC.bucket,
        endpoint=endpoint.url,
        region=REGION,
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret_access_key="bench",
        client_options={"allow_http": True},
    )
    assert bytes(obstore.get(store, KEYS[0]).bytes()).startswith(b"\x1f\x8b")


def test_calls_that_nobody_needs_are_refused(endpoint: EndpointClient) -> None:
    """As a policy would that does not allow them: whoever needs one more is told."""
    with pytest.raises(ClientError, match="AccessDenied"):
        client(endpoint, "cloudtrail").create_trail(Name="other", S3BucketName="audit-bucket")
    assert client(endpoint, "sts").get_caller_identity()["Account"] == ACCOUNT
    assert [trail["TrailARN"] for trail in client(endpoint, "cloudtrail").describe_trails()["trailList"]] == [
        TRAIL_ARN
    ]


def test_requests_may_come_in_pieces_and_several_at_once(endpoint: EndpointClient) -> None:
    """Each is answered once and in order, wherever the network cuts them."""
    request = b"".join(f"GET /{SPEC.bucket}/{key} HTTP/1.1\r\nHost: s3\r\n\r\n".encode() for key in KEYS[:3])
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=5) as connection:
        for cut in (request[:70], request[70:150], request[150:]):
            connection.sendall(cut)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 3 or len(received) < 3 * 1_600:
            received += connection.recv(65_536)
    s3 = client(endpoint, "s3")
    bodies = [s3.get_object(Bucket=SPEC.bucket, Key=key)["Body"].read() for key in KEYS[:3]]
    places = [received.find(body) for body in bodies]
    assert -1 < places[0] < places[1] < places[2]


def test_it_counts_what_it_does(endpoint: EndpointClient) -> None:
    """Requests, bytes and processor time, so that a measurement can tell whether it was waited for."""
    before = endpoint.usage()
    requests, sent = saturated(endpoint.port, [f"/{SPEC.bucket}/{key}" for key in KEYS], seconds=0.5)
    spent = endpoint.usage().since(before)
    assert requests > 0
    assert sent > requests
    assert spent.requests > 0
    assert spent.cpu_seconds > 0


def test_meshtrail_finds_the_corpus_whole(endpoint: EndpointClient, tmp_path: Path) -> None:
    """The measured command itself: every log file valid, in a run that counts what it asked for."""
    run = measured(commands.integrity(SPEC, endpoint.environment, tmp_path), endpoint=endpoint)
    assert run.found == SPEC.files
    assert run.endpoint_requests > SPEC.files
    assert run.peak_bytes > 10_000_000


def test_the_peer_finds_the_corpus_whole(endpoint: EndpointClient) -> None:
    """AWS's own validator, which judges the corpus as much as the corpus measures it."""
    try:
        contender = awscli.validate_logs(SPEC, endpoint.environment)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"awscli cannot be installed here: {error}")
    assert measured(contender, endpoint=endpoint).found == SPEC.files
