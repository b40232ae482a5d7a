"""What digest files name, kept on disk and read back in the order of keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.digest import LogReference
from verify.integrity.references import Reference, References

named = st.lists(st.tuples(st.text(min_size=1, max_size=3), st.sampled_from("ABab")), max_size=30)


def reference(key: str, sha256: str = "a", bucket: str = "here") -> LogReference:
    """What a digest file says of a log file."""
    return LogReference(bucket=bucket, key=key, sha256=sha256)


@given(named)
def test_each_log_file_comes_once_in_the_order_of_keys(logs: list[tuple[str, str]]) -> None:
    """S3 lists by the bytes of UTF-8, as code points sort; the first hash counts, another one contradicts it."""
    with References() as references:
        for number, (key, sha256) in enumerate(logs):
            references.add(f"digest {number}", [reference(key, sha256)])
        found = list(references.of_bucket("here"))
    assert [one.key for one in found] == sorted({key for key, _ in logs})
    for one in found:
        hashes = [sha256.lower() for key, sha256 in logs if key == one.key]
        assert one.sha256 == hashes[0]
        assert bool(one.contradiction) is (len(set(hashes)) > 1)


def test_more_than_a_page_comes_whole() -> None:
    """They are read some hundred at a time."""
    with References() as references:
        references.add("digest", (reference(f"{number:05}") for number in range(1234)))
        numbers = [f"{number:05}" for number in range(1234)]
        assert [one.key for one in references.of_bucket("here")] == numbers
        assert [one.key for one in references.of_other_buckets("elsewhere")] == numbers


def test_other_buckets_come_whole_and_apart() -> None:
    """A page may end between two of them."""
    with References() as references:
        for bucket in ("b", "a"):
            references.add(bucket, (reference(f"{number:05}", bucket=bucket) for number in range(700)))
        found = [(one.bucket, one.key, one.digest) for one in references.of_other_buckets("here")]
    assert found == [(bucket, f"{number:05}", bucket) for bucket in "ab" for number in range(700)]


def test_log_files_of_other_buckets_and_other_trails_are_kept_apart() -> None:
    """Two log files are one when bucket and key are the same."""
    with References() as references:
        references.add("digest", [reference("x"), reference("x", bucket="former")])
        assert references.is_others("here", "y") is False
        references.add_other([reference("y"), reference("y")])
        assert list(references.of_bucket("here")) == [Reference("here", "x", "a", "SHA-256", "digest")]
        assert list(references.of_other_buckets("here")) == [
            Reference("former", "x", "a", "SHA-256", "digest")
        ]
        assert references.is_others("here", "y") is True
        assert references.is_others("here", "x") is False
