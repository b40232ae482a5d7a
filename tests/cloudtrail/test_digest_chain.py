from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

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
    check_chain,
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


def kinds(links: list[Link]) -> list[LinkKind]:
    """What the links are, oldest first."""
    return [link.kind for link in links]


def test_an_unbroken_chain_is_one_start_and_joined_links() -> None:
    """The first is a start digest, every other one is joined to the one before."""
    assert kinds(check_chain(a_chain(4))) == [LinkKind.START, *[LinkKind.JOINED] * 3]


@given(st.permutations(a_chain(5)))
def test_the_order_in_which_they_come_does_not_matter(shuffled: list[SignedDigest]) -> None:
    """Digest files fetched side by side arrive in any order and make the same chain."""
    assert check_chain(shuffled) == check_chain(a_chain(5))


def test_no_digest_files_are_no_links() -> None:
    """Nothing given, nothing tied."""
    assert check_chain([]) == []


def test_a_missing_one_is_named_by_the_one_after() -> None:
    """The link after the hole says which bucket and key should be there."""
    first, second, third, fourth = a_chain(4)
    links = check_chain([first, third, fourth])
    assert kinds(links) == [LinkKind.START, LinkKind.ABSENT, LinkKind.JOINED]
    assert links[1].expected == f"example-audit/{second.digest.key}"


def test_a_restart_is_not_a_missing_one() -> None:
    """A start digest after others is a restart of logging: it names nothing, so nothing is missing."""
    chain = a_chain(2)
    again = after(None, start=chain[-1].digest.end + 5 * HOUR)
    assert kinds(check_chain([*chain, again, after(again)])) == [
        LinkKind.START,
        LinkKind.JOINED,
        LinkKind.RESTART,
        LinkKind.JOINED,
    ]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (LinkKind.WRONG_HASH, {"sha256": "0" * 64}),
        (LinkKind.WRONG_SIGNATURE, {"signature": "0" * 512}),
    ],
)
def test_one_that_is_not_as_the_next_one_names_it(kind: LinkKind, change: dict[str, str]) -> None:
    """Another hash or another signature than the next one recorded breaks the link, and both are told."""
    first, second, third = a_chain(3)
    [name] = change
    links = check_chain([first, replace(second, **change), third])
    assert kinds(links) == [LinkKind.START, LinkKind.JOINED, kind]
    assert links[2].expected == getattr(second, name)
    assert links[2].found == change[name]


def test_the_letter_case_of_hex_breaks_nothing() -> None:
    """A hash in capitals is the same hash."""
    first, second = a_chain(2)
    assert kinds(check_chain([replace(first, sha256=first.sha256.upper()), second]))[1] is LinkKind.JOINED


def test_one_that_does_not_start_where_the_named_one_ends() -> None:
    """A period that leaves a hole, or overlaps, is a broken link."""
    first = after(None)
    late = after(first, start=first.digest.end + timedelta(seconds=1))
    [_, link] = check_chain([first, late])
    assert link.kind is LinkKind.WRONG_PERIOD
    assert (link.expected, link.found) == ("2026-08-03T07:00:01+00:00", "2026-08-03T07:00:00+00:00")


def test_a_hash_that_cloudtrail_does_not_use() -> None:
    """A previous digest file named under another hash cannot be compared, and does not pass."""
    first, second = a_chain(2)
    assert second.digest.previous is not None
    other = replace(second.digest, previous=replace(second.digest.previous, hash_algorithm="MD5"))
    [_, link] = check_chain([first, replace(second, digest=other)])
    assert (link.kind, link.found) == (LinkKind.WRONG_ALGORITHM, "MD5")


@given(st.integers(2, 8), st.data())
def test_taking_one_out_of_the_middle_always_shows(count: int, data: st.DataObject) -> None:
    """Whichever digest file but the newest is taken out, exactly one link says so."""
    chain = a_chain(count)
    taken = chain.pop(data.draw(st.integers(0, count - 2)))
    absent = [link for link in check_chain(chain) if link.kind is LinkKind.ABSENT]
    assert [link.expected for link in absent] == [f"{taken.digest.bucket}/{taken.digest.key}"]
