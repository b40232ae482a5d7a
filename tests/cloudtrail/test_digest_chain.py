from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.digest import (
    DigestFile,
    Link,
    LinkKind,
    PreviousDigest,
    SignedDigest,
    build_digest,
    check_link,
    sha256_hex,
)

START = datetime(2026, 8, 3, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(earlier: SignedDigest | None, *, start: datetime | None = None) -> SignedDigest:
    """A digest file of one hour that names an earlier one, or a start digest."""
    begins = start or (earlier.digest.end if earlier else START)
    previous = earlier and PreviousDigest(
        bucket=earlier.digest.bucket,
        key=earlier.digest.key,
        sha256=earlier.sha256,
        signature=earlier.signature,
    )
    digest = DigestFile(
        account="123456789012",
        start=begins,
        end=begins + HOUR,
        bucket="example-audit",
        key=f"digests/{begins + HOUR:%Y%m%dT%H%M%SZ}.json.gz",
        fingerprint="00",
        previous=previous,
    )
    content = build_digest(digest)
    return SignedDigest(digest, sha256_hex(content), signature=sha256_hex(b"signed" + content))


def a_chain(count: int) -> list[SignedDigest]:
    """So many digest files, each naming the one before, the first a start digest."""
    chain: list[SignedDigest] = []
    for _ in range(count):
        chain.append(after(chain[-1] if chain else None))
    return chain


def test_a_digest_file_without_one_before_it_is_a_start() -> None:
    """CloudTrail writes a start digest when logging or validation is switched on, whatever lies before."""
    first, second = a_chain(2)
    assert check_link(first.digest, None) == check_link(first.digest, second) == Link(LinkKind.START)


def test_each_is_joined_to_the_one_before() -> None:
    """Place, hash, signature and time all agree."""
    chain = a_chain(4)
    links = [check_link(later.digest, earlier) for earlier, later in pairwise(chain)]
    assert links == [Link(LinkKind.JOINED)] * 3


def test_a_missing_one_is_named_by_the_one_after() -> None:
    """The link says which bucket and key should be there."""
    first, second = a_chain(2)
    link = check_link(second.digest, None)
    assert link == Link(LinkKind.ABSENT, expected=f"example-audit/{first.digest.key}")


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (LinkKind.WRONG_HASH, {"sha256": "0" * 64}),
        (LinkKind.WRONG_SIGNATURE, {"signature": "0" * 512}),
    ],
)
def test_one_that_is_not_as_the_next_one_names_it(kind: LinkKind, change: dict[str, str]) -> None:
    """Another hash or another signature than the next one recorded breaks the link, and both are told."""
    first, second = a_chain(2)
    [name] = change
    link = check_link(second.digest, replace(first, **change))
    assert (link.kind, link.expected, link.found) == (kind, getattr(first, name), change[name])


def test_the_letter_case_of_hex_breaks_nothing() -> None:
    """A hash in capitals is the same hash."""
    first, second = a_chain(2)
    assert check_link(second.digest, replace(first, sha256=first.sha256.upper())).kind is LinkKind.JOINED


@pytest.mark.parametrize("seconds", [1, -1], ids=["a hole", "an overlap"])
def test_one_that_does_not_start_where_the_named_one_ends(seconds: int) -> None:
    """A period that leaves a hole, or overlaps, is a broken link."""
    first = after(None)
    late = after(first, start=first.digest.end + timedelta(seconds=seconds))
    link = check_link(late.digest, first)
    assert link.kind is LinkKind.WRONG_PERIOD
    assert (link.expected, link.found) == (late.digest.start.isoformat(), "2026-08-03T07:00:00+00:00")


def test_a_hash_that_cloudtrail_does_not_use() -> None:
    """A previous digest file named under another hash cannot be compared, and does not pass."""
    first, second = a_chain(2)
    assert second.digest.previous is not None
    other = replace(second.digest, previous=replace(second.digest.previous, hash_algorithm="MD5"))
    link = check_link(other, first)
    assert (link.kind, link.found) == (LinkKind.WRONG_ALGORITHM, "MD5")


@given(st.integers(1, 6), st.integers(1, 6))
def test_only_the_one_right_before_is_joined(earlier: int, later: int) -> None:
    """Of all digest files of a chain, each is joined to exactly one."""
    chain = a_chain(8)
    joined = check_link(chain[later].digest, chain[earlier]).kind is LinkKind.JOINED
    assert joined is (earlier + 1 == later)
