"""Calls to AWS: failures told in meshtrail's words, and clients that threads may ask for."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest
from botocore.exceptions import ClientError

from verify.aws import AccessDenied, Aws, CannotLook, Gone, NoCredentials, NotThere, Throttled, asking

if TYPE_CHECKING:
    import boto3


class Session:
    """A session that, like boto3's, must not make two clients at a time."""

    def __init__(self) -> None:
        self._making = threading.Lock()
        self.made: list[str] = []

    def client(self, service: str, **_options: object) -> object:
        """Make a client, slowly."""
        assert self._making.acquire(blocking=False), "two threads make a client of one session"
        try:
            time.sleep(0.005)
            self.made.append(service)
            return object()
        finally:
            self._making.release()


def test_threads_make_clients_one_at_a_time_and_each_once() -> None:
    """Sessions with other user agents share the session underneath, and so the turn."""
    session = Session()
    aws = Aws(cast("boto3.Session", session))
    marked = aws.marked("probe")
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(one.client, service, "us-east-1")
            for one in (aws, marked)
            for service in ("s3", "sts", "cloudtrail")
            for _ in range(4)
        ]
        clients = {id(future.result()) for future in asked}
    assert len(clients) == len(session.made) == 6


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", AccessDenied),
        ("ExpiredToken", NoCredentials),
        ("ThrottlingException", Throttled),
        ("TrailNotFoundException", Gone),
        ("EventDataStoreNotFoundException", Gone),
        ("NoSuchBucket", Gone),
        ("NoSuchKey", NotThere),
        ("QueryIdNotFoundException", NotThere),
        ("CloudTrailARNInvalidException", NotThere),
        ("KMS.NotFoundException", CannotLook),
        ("KMS.DisabledException", CannotLook),
        ("InternalError", CannotLook),
    ],
)
def test_what_aws_refuses_with_is_told_apart(code: str, kind: type[CannotLook]) -> None:
    """A key that is gone does not make the object under it gone; a query that is, not the store."""
    with pytest.raises(CannotLook) as caught, asking("s3:GetObject", "here"):
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "X")
    assert type(caught.value) is kind
