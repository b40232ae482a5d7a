"""Pages of a bucket's listing, read fast.

boto3 takes about 170 microseconds of processor time for each key that S3 lists, most of it in guessing the format of a
time that S3 always writes alike: more than it takes to fetch, inflate and hash the log file behind the key. obstore
lists 20 times faster, but it gives up at a key with an empty segment, and names `a/` what is called `a`.
So boto3 asks (it signs, repeats and explains), and what it would parse is taken from the answer before it does.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_plus
from xml.etree import ElementTree as ET

from verify.objects import ObjectInfo

if TYPE_CHECKING:
    from collections.abc import Generator

EVENT: Final = "before-parse.s3.ListObjectsV2"
"""botocore's event between the answer and its parsing."""
FOUND: Final = "MeshtrailObjects"
"""Where a page of a listing has its objects, a list of `ObjectInfo`, if `take_objects` understood it."""

_OK: Final = 200
_asked: ContextVar[bool] = ContextVar("_asked", default=False)


@contextmanager
def taking_objects() -> Generator[None]:
    """Within, pages are read by `take_objects`; whoever else lists with the same client gets what boto3 makes."""
    token = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(token)


def take_objects(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_more: object
) -> None:
    """Take the objects out of a page before botocore parses it; a page that is not as expected is left to botocore.

    A handler of `EVENT`; botocore gives the arguments by these names.
    """
    if not _asked.get() or response_dict.get("status_code") != _OK:
        return
    try:
        found, rest = parsed_page(response_dict["body"])
    except (ET.ParseError, KeyError, TypeError, ValueError):
        return
    customized_response_dict[FOUND] = found
    response_dict["body"] = rest


def parsed_page(body: bytes) -> tuple[list[ObjectInfo], bytes]:
    """The objects of one page, and the page without them.

    Raises:
        ParseError: when it is not XML.
        KeyError: when an object lacks its key, its size or its time.
        ValueError: when it is not a listing, or one of them is not readable.
    """
    root = ET.fromstring(body)  # noqa: S314 -- S3's own answer, which botocore parses with the same parser
    namespace, _, name = root.tag.rpartition("}")
    if name != "ListBucketResult":
        raise ValueError(name)
    namespace += "}" if namespace else ""
    contents = f"{namespace}Contents"
    skip = len(namespace)
    encoded = root.findtext(f"{namespace}EncodingType") == "url"
    found: list[ObjectInfo] = []
    for item in root:
        if item.tag != contents:
            continue
        fields = {part.tag[skip:]: part.text or "" for part in item}
        key = fields["Key"]
        written = datetime.fromisoformat(fields["LastModified"])
        if written.utcoffset() is None:
            raise ValueError(fields["LastModified"])
        found.append(
            ObjectInfo(
                unquote_plus(key) if encoded else key,
                int(fields["Size"]),
                fields.get("ETag", "").strip('"'),
                written.astimezone(UTC),
            )
        )
    root[:] = [item for item in root if item.tag != contents]
    return found, ET.tostring(root)
