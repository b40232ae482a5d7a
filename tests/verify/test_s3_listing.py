"""Pages of a listing: what is read fast is what botocore would have read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.parsers import create_parser
from botocore.session import get_session
from hypothesis import given, settings
from hypothesis import strategies as st

from verify.objects import ObjectInfo
from verify.s3_listing import FOUND, parsed_page, take_objects, taking_objects

SHAPE: Any = get_session().get_service_model("s3").operation_model("ListObjectsV2").output_shape
ITEM = (
    "<Contents><Key>{key}</Key><LastModified>{time}</LastModified><ETag>&quot;{etag}&quot;</ETag>"
    "<Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
)


def page(*items: str, encoding: str = "") -> bytes:
    """A page as S3 writes it."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>logs</Name><Prefix>a</Prefix>'
        f"<KeyCount>{len(items)}</KeyCount><MaxKeys>1000</MaxKeys>{encoding}<IsTruncated>true</IsTruncated>"
        f"<NextContinuationToken>token&amp;</NextContinuationToken>{''.join(items)}</ListBucketResult>"
    ).encode()


def item(key: str = "a/b", time: str = "2026-09-01T12:00:05.000Z", etag: str = "ab", size: str = "7") -> str:
    """An object on a page."""
    return ITEM.format(key=key, time=time, etag=etag, size=size)


def botocores(body: bytes) -> Any:
    """What botocore reads."""
    return create_parser("rest-xml").parse({"body": body, "headers": {}, "status_code": 200}, SHAPE)


@settings(max_examples=50)
@given(
    st.lists(
        st.builds(
            item,
            key=st.text("abc/._-é 😀", min_size=1, max_size=9),
            time=st.datetimes(datetime(2006, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 -- hypothesis adds none
                lambda time: time.isoformat(timespec="milliseconds") + "Z"
            ),
            etag=st.text("0123456789abcdef-", max_size=34),
            size=st.integers(0, 5 << 40).map(str),
        ),
        max_size=5,
    )
)
def test_it_reads_what_botocore_reads(items: list[str]) -> None:
    """The objects, and everything else of the page too."""
    body = page(*items)
    found, rest = parsed_page(body)
    whole = botocores(body)
    assert found == [
        ObjectInfo(part["Key"], part["Size"], part["ETag"].strip('"'), part["LastModified"].astimezone(UTC))
        for part in whole.pop("Contents", [])
    ]
    assert botocores(rest) == whole
    assert whole["NextContinuationToken"] == "token&"


def test_encoded_keys_are_decoded() -> None:
    """As botocore decodes them where it asked for it."""
    body = page(item("a%2F%01+b%2B"), item("ends/"), encoding="<EncodingType>url</EncodingType>")
    assert [info.key for info in parsed_page(body)[0]] == ["a/\x01 b+", "ends/"]
    assert [info.key for info in parsed_page(page(item("a%2F+")))[0]] == ["a%2F+"]


ODD = {
    "not XML": b"<ListBucketResult>",
    "another document": b"<Error><Code>x</Code></Error>",
    "a time without a zone": page(item(time="2026-09-01T12:00:05")),
    "no time": page(item(time="yesterday")),
    "no size": page(item().replace("<Size>7</Size>", "")),
    "a size that is none": page(item(size="many")),
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_a_page_that_is_not_as_expected_is_left_to_botocore(body: bytes) -> None:
    """It knows more ways of writing a page, and what to say of one that is none."""
    response: dict[str, Any] = {"status_code": 200, "body": body}
    taken: dict[str, Any] = {}
    with taking_objects():
        take_objects(response, taken)
    assert (response["body"], taken) == (body, {})


def test_only_who_asks_for_it_gets_its_pages_read_so() -> None:
    """Whoever lists with the same client gets what boto3 makes; and an error is botocore's to explain."""
    for status, asked, taken in [(200, False, False), (403, True, False), (200, True, True)]:
        response: dict[str, Any] = {"status_code": status, "body": page(item())}
        found: dict[str, Any] = {}
        if asked:
            with taking_objects():
                take_objects(response, found)
        else:
            take_objects(response, found)
        assert (FOUND in found) is taken
        assert (response["body"] == page(item())) is not taken
