"""Against moto's server, and against a server that only refuses."""

from __future__ import annotations

import gzip
import hashlib
import threading
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import boto3
import pytest
from botocore.config import Config
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

from verify import s3_objects
from verify.aws import AccessDenied, Aws, CannotLook, NoCredentials, NotThere, Throttled, Unreachable
from verify.objects import ObjectSource, TooLarge
from verify.s3_objects import Archived, S3Objects

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "eu-west-1"
BUCKET = "example-audit"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """The endpoint of an S3 in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """A session that finds the endpoint as any AWS client does: in the environment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    return Aws(boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name=REGION))


@pytest.fixture
def s3(aws: Aws) -> Iterator[Any]:
    """A client of an empty bucket."""
    client: Any = aws.client("s3", REGION)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    yield client
    s3_backends.reset()


@pytest.fixture
def objects(s3: Any, aws: Aws) -> S3Objects:
    """The bucket."""
    del s3  # made before it is read
    return S3Objects(aws, bucket=BUCKET, region=REGION)


def test_it_is_an_object_source(objects: S3Objects) -> None:
    """It fits the port that the checks are written against."""
    source: ObjectSource = objects
    assert list(source.list("")) == []


def test_an_object_comes_with_its_bytes_and_user_metadata(s3: Any, objects: S3Objects) -> None:
    """As stored, although the object says it is gzip; and headers are no metadata."""
    body = gzip.compress(b"{}")
    s3.put_object(
        Bucket=BUCKET,
        Key="a/b.json.gz",
        Body=body,
        ContentType="application/json",
        ContentEncoding="gzip",
        Metadata={"signature": "ab" * 256, "Signature-Algorithm": "SHA256withRSA"},
    )
    found = objects.get("a/b.json.gz")
    assert found.body == body
    assert found.etag == hashlib.md5(body, usedforsecurity=False).hexdigest()
    assert found.metadata == {"signature": "ab" * 256, "signature-algorithm": "SHA256withRSA"}


def test_a_listing_is_in_order_and_complete(
    s3: Any, objects: S3Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind `start_after`, under the prefix, over every page, with size, ETag and an aware time."""
    monkeypatch.setattr(s3_objects, "_PAGE", 3)
    for number in range(10):
        s3.put_object(Bucket=BUCKET, Key=f"logs/{number:04d}", Body=b"x" * number)
    s3.put_object(Bucket=BUCKET, Key="other/0001", Body=b"")
    listed = list(objects.list("logs/", "logs/0001"))
    assert [info.key for info in listed] == [f"logs/{number:04d}" for number in range(2, 10)]
    assert (listed[0].size, listed[0].etag) == (2, "9336ebf25087d91c818ee6e9ec29f8c1")
    assert listed[0].last_modified.utcoffset() == timedelta(0)


@pytest.mark.parametrize("key", ["a//b", "a/ü %20 +&.gz", "a/\x01control", "a/?x#y", "a/..b", "ends/"])
def test_no_key_is_too_odd_to_list_and_read(s3: Any, objects: S3Objects, key: str) -> None:
    """Whoever may write to the bucket cannot hide the rest of it behind an odd key."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"odd", Metadata={"signature": "ab"})
    s3.put_object(Bucket=BUCKET, Key="z", Body=b"")
    assert [info.key for info in objects.list("")] == [key, "z"]
    found = objects.get(key)
    assert (found.body, found.metadata) == (b"odd", {"signature": "ab"})


@pytest.mark.parametrize("key", ["large", "large//odd"])
def test_an_object_that_is_too_large_is_not_read(s3: Any, aws: Aws, key: str) -> None:
    """Neither the fast way nor the slow way."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=bytes(1001))
    with pytest.raises(TooLarge) as caught:
        S3Objects(aws, bucket=BUCKET, region=REGION, object_limit=1000).get(key)
    assert "1001 bytes" in caught.value.why


def test_a_missing_object_is_not_there(objects: S3Objects) -> None:
    """With the key in the error."""
    with pytest.raises(NotThere) as caught:
        objects.get("a/nothing.json.gz")
    assert (caught.value.code, caught.value.action) == ("NoSuchKey", "s3:GetObject")
    assert caught.value.where == f"s3://{BUCKET}/a/nothing.json.gz"


def test_a_missing_bucket_is_not_there(aws: Aws, moto: str) -> None:
    """Listing and reading say that it is the bucket."""
    del moto
    objects = S3Objects(aws, bucket="example-nowhere", region=REGION)
    with pytest.raises(NotThere) as listing:
        list(objects.list("AWSLogs/"))
    assert (listing.value.code, listing.value.action) == ("NoSuchBucket", "s3:ListBucket")
    with pytest.raises(NotThere) as reading:
        objects.get("x")
    assert reading.value.code == "NoSuchBucket"


def test_an_endpoint_for_s3_alone_is_used(s3: Any, moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL_S3 comes before AWS_ENDPOINT_URL, for both clients."""
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"found")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", moto)
    aws = Aws(boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name=REGION))
    objects = S3Objects(aws, bucket=BUCKET, region=REGION)
    assert objects.get("x").body == b"found"
    assert [info.key for info in objects.list("")] == ["x"]


def test_the_environment_of_obstore_does_not_leak_in(
    s3: Any, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the session decides: settings that obstore would read by itself do not count."""
    s3.put_object(Bucket=BUCKET, Key="x", Body=b"found")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_VIRTUAL_HOSTED_STYLE_REQUEST", "true")
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    objects = S3Objects(aws, bucket=BUCKET, region=REGION)
    monkeypatch.setattr(objects, "_get_precisely", None)  # the fast way must do
    assert objects.get("x").body == b"found"


def test_without_credentials_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes before the first call, and says what to do."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    with pytest.raises(NoCredentials) as caught:
        S3Objects(Aws(boto3.Session(region_name=REGION)), bucket=BUCKET, region=REGION)
    assert "Sign in" in caught.value.remedy


# --- a server that only refuses --------------------------------------------------------------------------------


class Refusal(BaseHTTPRequestHandler):
    """Answers every request with the same error."""

    answer: ClassVar[tuple[int, str, str]] = (500, "", "")

    def do_GET(self) -> None:
        """Refuse."""
        status, code, message = self.answer
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing."""


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Objects]:
    """A bucket on a server that refuses, asked without retries."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield impatient(monkeypatch, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    thread.join()


class Trickle(BaseHTTPRequestHandler):
    """Promises a body, and sends it byte by byte or breaks off."""

    pause: ClassVar[float] = 0
    length: ClassVar[int] = 40

    def do_GET(self) -> None:
        """Send forty bytes, promised or not."""
        self.send_response(200)
        self.send_header("Content-Length", str(self.length))
        self.send_header("ETag", '"ab"')
        self.send_header("Last-Modified", "Tue, 01 Sep 2026 12:00:00 GMT")
        self.end_headers()
        with suppress(OSError):
            for _ in range(40):
                self.wfile.write(b"x")
                self.wfile.flush()
                threading.Event().wait(self.pause)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Say nothing."""


@pytest.mark.parametrize(
    ("pause", "length", "patience", "code"),
    [(0.02, 40, 0.2, "TooSlow"), (0, 41, 60.0, "IncompleteReadError")],
    ids=["slow", "broken off"],
)
def test_a_body_that_does_not_come_is_an_error_of_its_object(
    monkeypatch: pytest.MonkeyPatch, pause: float, length: int, patience: float, code: str
) -> None:
    """It is given up after a while, and what came of it is not taken for the object."""
    monkeypatch.setattr(s3_objects, "_PATIENCE", patience)
    monkeypatch.setattr(Trickle, "pause", pause)
    monkeypatch.setattr(Trickle, "length", length)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Trickle)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        with pytest.raises(CannotLook) as caught:
            impatient(monkeypatch, f"http://127.0.0.1:{server.server_port}").get("x")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (caught.value.code, caught.value.action) == (code, "s3:GetObject")


def impatient(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> S3Objects:
    """A bucket at an endpoint, asked without retries."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setattr(s3_objects, "_RETRY", {"max_retries": 0})
    aws = Aws(boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name=REGION))
    aws._config = Config(retries={"mode": "standard", "max_attempts": 1})
    return S3Objects(aws, bucket=BUCKET, region=REGION)


@pytest.mark.parametrize(
    ("answer", "kind", "action"),
    [
        ((403, "AccessDenied", "Access Denied"), AccessDenied, "s3:GetObject"),
        (
            (403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on resource: y"),
            AccessDenied,
            "kms:Decrypt",
        ),
        ((403, "InvalidObjectState", "The operation is not valid"), Archived, "s3:GetObject"),
        ((503, "SlowDown", "Please reduce your request rate."), Throttled, "s3:GetObject"),
        ((400, "ExpiredToken", "The provided token has expired."), NoCredentials, "s3:GetObject"),
        ((403, "InvalidAccessKeyId", "It does not exist"), NoCredentials, "s3:GetObject"),
        ((400, "AuthorizationHeaderMalformed", "expecting 'us-east-1'"), CannotLook, "s3:GetObject"),
    ],
    ids=["denied", "key denied", "archived", "throttled", "expired", "unknown access key", "another Region"],
)
def test_a_refused_object_says_what_was_missing(
    monkeypatch: pytest.MonkeyPatch,
    refusing: S3Objects,
    answer: tuple[int, str, str],
    kind: type[CannotLook],
    action: str,
) -> None:
    """Each refusal is its own error, with the IAM action, the object and a remedy."""
    monkeypatch.setattr(Refusal, "answer", answer)
    with pytest.raises(kind) as caught:
        refusing.get("AWSLogs/x.json.gz")
    assert type(caught.value) is kind
    assert (caught.value.action, caught.value.code) == (action, answer[1])
    assert caught.value.where == f"s3://{BUCKET}/AWSLogs/x.json.gz"
    assert caught.value.remedy


def test_a_refused_listing_names_the_action_and_the_prefix(
    monkeypatch: pytest.MonkeyPatch, refusing: S3Objects
) -> None:
    """s3:ListBucket is another permission than s3:GetObject."""
    monkeypatch.setattr(Refusal, "answer", (403, "AccessDenied", "Access Denied"))
    with pytest.raises(AccessDenied) as caught:
        list(refusing.list("AWSLogs/"))
    assert (caught.value.action, caught.value.where) == ("s3:ListBucket", f"s3://{BUCKET}/AWSLogs/")


def test_an_endpoint_that_does_not_answer_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens there; the remedy speaks of the endpoint."""
    with pytest.raises(Unreachable) as caught:
        impatient(monkeypatch, "http://127.0.0.1:1").get("x")
    assert "AWS_ENDPOINT_URL" in caught.value.remedy
