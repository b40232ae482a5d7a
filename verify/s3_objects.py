"""A bucket on S3.

Many small objects are what a trail leaves, and boto3 spends many times the processor time of obstore on each GET.
So obstore fetches; it hands over the user metadata too, where digest files keep their
signature. boto3 lists, because obstore gives up a listing at the first key it cannot spell (`a//b`, control
characters), which anyone who may write to the bucket could put there; `s3_listing` makes that fast. And boto3 repeats
every GET that obstore could not make: it reads any key, and it says precisely why it cannot.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import obstore
from botocore.exceptions import ClientError
from obstore.exceptions import BaseError
from obstore.store import S3Store

from verify import s3_listing
from verify.aws import CannotLook, NoCredentials, Unreachable, asking
from verify.objects import OBJECT_LIMIT, Object, ObjectInfo, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.credentials import Credentials
    from obstore.store import ClientConfig, RetryConfig, S3Credential

    from verify.aws import Aws

GET: Final = "s3:GetObject"
"""The IAM action that reads an object."""
LIST: Final = "s3:ListBucket"
"""The IAM action that lists a bucket."""
DECRYPT: Final = "kms:Decrypt"
"""The IAM action that reads an object under a customer managed key."""

# Headers that obstore lists among the attributes; all else there is user metadata.
_HEADERS: Final = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-type",
        "storage-class",
    }
)
_PAGE: Final = 1000
_PIECE: Final = 16 * 1024
_PATIENCE: Final = 60.0
"""How long one object may take, in seconds: one that trickles never ends otherwise."""
_RETRY: Final[RetryConfig] = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}


class Archived(CannotLook):
    """The object lies in an archive tier of S3 and must be restored before it can be read."""

    default_remedy = (
        "Restore it (`aws s3api restore-object`), or choose a window after the move to the archive tier."
    )


class S3Objects:
    """One bucket on S3, as an `ObjectSource`.

    Args:
        aws: The session to read with; its endpoint settings count, so a sandbox works as AWS does.
        bucket: The bucket.
        region: The Region the bucket lies in.
        object_limit: The most one object may weigh, in bytes; larger ones are not read.

    Raises:
        NoCredentials: when the session has nothing to sign with.
    """

    def __init__(self, aws: Aws, *, bucket: str, region: str, object_limit: int = OBJECT_LIMIT) -> None:
        self.bucket = bucket
        self._limit = object_limit
        self._where = f"s3://{bucket} ({region})"
        self._client: Any = aws.client("s3", region)
        self._client.meta.events.register(
            s3_listing.EVENT, s3_listing.take_objects, unique_id="meshtrail-listing"
        )
        with asking(GET, self._where):
            credentials = aws.session.get_credentials()
        if credentials is None:
            raise NoCredentials(
                action=GET, where=self._where, code="NoCredentials", message="the session has none"
            )
        endpoint = str(self._client.meta.endpoint_url)
        options: ClientConfig = {
            "allow_http": endpoint.startswith("http://"),
            "timeout": timedelta(seconds=_PATIENCE),
        }
        self._store = S3Store(
            bucket,
            endpoint=endpoint,
            aws_endpoint_url_s3=endpoint,  # else obstore lets the environment's overrule the session's
            region=region,
            virtual_hosted_style_request=False,
            credential_provider=_Refreshed(credentials),
            client_options=options,
            retry_config=_RETRY,
        )

    def list(self, prefix: str, start_after: str = "") -> Iterator[ObjectInfo]:
        """The objects under a prefix; see `ObjectSource.list`."""
        pages = iter(
            self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket,
                Prefix=prefix,
                StartAfter=start_after,
                PaginationConfig={"PageSize": _PAGE},
            )
        )
        while True:
            with asking(LIST, f"s3://{self.bucket}/{prefix}"), s3_listing.taking_objects():
                page = next(pages, None)
            if page is None:
                return
            yield from page[s3_listing.FOUND] if s3_listing.FOUND in page else _objects(page)

    def get(self, key: str) -> Object:
        """Read one object; see `ObjectSource.get`."""
        begun = time.monotonic()
        try:
            result = obstore.get(self._store, key)
            meta = result.meta
            self._refuse_if_larger(meta["size"])
            body = memoryview(result.bytes())
            attributes = result.attributes
        except (BaseError, OSError, ValueError) as error:
            if time.monotonic() - begun > _PATIENCE:  # it would not come faster another way
                raise _too_slow(f"s3://{self.bucket}/{key}") from error
            return self._get_precisely(key)
        metadata = {name.lower(): value for name, value in attributes.items() if name.lower() not in _HEADERS}
        return Object(body, metadata, (meta["e_tag"] or "").strip('"'))

    def _get_precisely(self, key: str) -> Object:
        where = f"s3://{self.bucket}/{key}"
        with asking(GET, where):
            try:
                answer = self._client.get_object(Bucket=self.bucket, Key=key)
                self._refuse_if_larger(answer["ContentLength"])
                body = b"".join(_pieces(answer["Body"], where=where))
                return Object(body, dict(answer["Metadata"]), answer.get("ETag", "").strip('"'))
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                message = str(error.response.get("Error", {}).get("Message", ""))
                if code == "InvalidObjectState":
                    raise Archived(action=GET, where=where, code=code, message=message) from error
                if DECRYPT in message:
                    # S3 answers AccessDenied for the key's refusal too; only the text tells them apart.
                    with asking(DECRYPT, where):
                        raise
                raise

    def _refuse_if_larger(self, size: int) -> None:
        if size > self._limit:
            raise TooLarge(f"it weighs {size} bytes, more than the {self._limit} that are read")


def _objects(page: dict[str, Any]) -> Iterator[ObjectInfo]:
    """The objects of a page as botocore parsed it."""
    for item in page.get("Contents", ()):
        yield ObjectInfo(
            key=item["Key"],
            size=item["Size"],
            etag=item.get("ETag", "").strip('"'),
            last_modified=item["LastModified"].astimezone(UTC),
        )


def _pieces(body: Any, *, where: str) -> Iterator[bytes]:
    """A body as it comes, given up when it takes too long."""
    until = time.monotonic() + _PATIENCE
    while piece := body.read(_PIECE):
        yield piece
        if time.monotonic() > until:
            raise _too_slow(where)


def _too_slow(where: str) -> Unreachable:
    message = f"it did not come within {_PATIENCE:.0f} seconds"
    return Unreachable(action=GET, where=where, code="TooSlow", message=message)


class _Refreshed:
    """The session's credentials for obstore, asked for again before they can expire."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def __call__(self) -> S3Credential:
        frozen = self._credentials.get_frozen_credentials()
        return {
            "access_key_id": frozen.access_key or "",
            "secret_access_key": frozen.secret_key or "",
            "token": frozen.token,
            # obstore renews what ends within five minutes; botocore renews by itself when it is asked.
            "expires_at": datetime.now(UTC) + timedelta(minutes=6),
        }
