"""One pass: the hash, and whether the file has to be parsed."""

from __future__ import annotations

import gzip
import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify import objects
from verify.log_files.needles import Needles
from verify.log_files.skim import Skim

LIMIT = 1 << 20
NEEDLE = b"appmesh.amazonaws.com"
WRITTEN = b'"eventSource":"' + NEEDLE + b'"'
NEEDLES = Needles([NEEDLE.decode(), "ecs.amazonaws.com"])


def skim(content: bytes) -> Skim:
    """Skim a file."""
    return Skim(gzip.compress(content, 1), limit=LIMIT, needles=NEEDLES)


@given(st.binary(max_size=300), st.binary(max_size=300), st.integers(1, 40))
def test_a_source_is_found_wherever_it_lies(before: bytes, after: bytes, piece: int) -> None:
    """Over the seam of two pieces too, however small they are; the hash is of all of them."""
    content = b'{"Records":[' + before + WRITTEN + after + b"]}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "PIECE", piece)
        found = skim(content)
    assert found.parse
    assert found.sha256 == hashlib.sha256(content).hexdigest()


@given(st.binary(max_size=300), st.integers(1, 40))
def test_a_whole_file_without_the_sources_is_not_parsed(middle: bytes, piece: int) -> None:
    """As an independent search says."""
    content = b'{"Records":[' + middle + b"]}\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(objects, "PIECE", piece)
        assert skim(content).parse == (NEEDLE in content or b"ecs.amazonaws.com" in content)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b'{"Records":[', b'{"records":[]}', b'{"Records":[]', b'{"Records":[]}' + b" " * 100],
    ids=["empty", "object", "begun", "another name", "not ended", "far from its end"],
)
def test_a_file_that_does_not_look_whole_is_parsed(content: bytes) -> None:
    """Somebody has to say what is wrong with it."""
    assert skim(content).parse


@pytest.mark.parametrize("content", [b'{"Records":[]}', b"", NEEDLE])
def test_without_sources_a_file_is_hashed_only(content: bytes) -> None:
    """Who asks for nothing gets nothing parsed, whatever the file looks like."""
    found = Skim(gzip.compress(content), limit=LIMIT, needles=Needles([]))
    assert (found.sha256, found.parse) == (hashlib.sha256(content).hexdigest(), False)


@pytest.mark.parametrize("place", [0, 300_000, 600_000])
def test_a_large_file_is_searched_whole(place: int) -> None:
    """The search of large pieces, which the C library does, finds what Python's finds."""
    noise = random.Random(1).randbytes(300_000).hex().encode()  # noqa: S311 -- no secret
    content = b'{"Records":[' + noise[:place] + WRITTEN + noise[place:] + b"]}"
    assert skim(content).parse
    assert not skim(content.replace(NEEDLE, b"")).parse


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=5))
def test_both_searches_agree(content: bytes, needle: bytes) -> None:
    """The C library's answers are Python's, bytes of zero included."""
    from verify.log_files import needles  # noqa: PLC0415 -- its private half is under test

    assert needles._in_large(content, needle) == (needle in content)


def test_the_sources_are_searched_as_cloudtrail_writes_them() -> None:
    """Within JSON, between quotes."""
    assert NEEDLES.within(json.dumps({"eventSource": "ecs.amazonaws.com"}).encode())
