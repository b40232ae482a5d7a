"""ListObjects, which `aws cloudtrail validate-logs` asks for, and ListObjectsV2.

Source: S3 API reference (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html, API_ListObjectsV2.html).
Delimiters are not spoken: no reader of log files needs them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.endpoint.buckets import Bucket

_PAGE: Final = 1000
_XMLNS: Final = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
_LAST: Final = "\U0010ffff"


def listing(name: str, bucket: Bucket, query: Mapping[str, str]) -> bytes:
    """One page of a listing, of either version.

    Args:
        name: The bucket's name.
        bucket: The bucket.
        query: The request's parameters.
    """
    second = query.get("list-type") == "2"
    prefix = query.get("prefix", "")
    after = (
        query.get("continuation-token") or query.get("start-after", "") if second else query.get("marker", "")
    )
    limit = min(int(query.get("max-keys", _PAGE)), _PAGE)
    begin = max(bisect_left(bucket.keys, prefix), bisect_right(bucket.keys, after))
    end = bisect_left(bucket.keys, prefix + _LAST) if prefix else len(bucket.keys)
    keys = bucket.keys[begin : min(begin + limit, end)] if begin < end else []
    more = begin + limit < end
    encoded = query.get("encoding-type") == "url"
    written = quote if encoded else escape
    contents = "".join(
        f"<Contents><Key>{written(key)}</Key><LastModified>{entry.modified}</LastModified>"
        f"<ETag>&quot;{entry.etag}&quot;</ETag><Size>{entry.size}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>"
        for key in keys
        for entry in (bucket.entries[key],)
    )
    where = f"<KeyCount>{len(keys)}</KeyCount>" if second else f"<Marker>{written(after)}</Marker>"
    if second and more:
        where += f"<NextContinuationToken>{escape(keys[-1])}</NextContinuationToken>"
    if encoded:
        where += "<EncodingType>url</EncodingType>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult {_XMLNS}><Name>{escape(name)}</Name>'
        f"<Prefix>{written(prefix)}</Prefix>{where}<MaxKeys>{limit}</MaxKeys>"
        f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{contents}</ListBucketResult>"
    ).encode()
