from __future__ import annotations

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.objects import (
    CorruptGzip,
    InflateError,
    NotGzip,
    TooLarge,
    TrailingBytes,
    TruncatedGzip,
    inflate,
    inflate_pieces,
)

MIB = 1024 * 1024
WHOLE = gzip.compress(b'{"Records":[]}' * 1000, mtime=0)  # test ids are made of it


@given(st.binary(max_size=5000), st.integers(0, 9))
def test_what_was_compressed_comes_back(content: bytes, level: int) -> None:
    """Whole files inflate to what went in."""
    assert inflate(gzip.compress(content, level), 5000) == content


def test_large_files_come_in_pieces() -> None:
    """Each of a quarter of a MiB at most, to be hashed without being held."""
    content = bytes(range(256)) * (3 * MIB // 256) + b"end"
    pieces = list(inflate_pieces(gzip.compress(content), 10 * MIB))
    assert b"".join(pieces) == content
    assert max(len(piece) for piece in pieces) <= MIB


@pytest.mark.parametrize("size", [0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB])
def test_sizes_around_a_piece_are_no_trouble(size: int) -> None:
    """A file that ends exactly with a piece is whole."""
    assert inflate(gzip.compress(bytes(size)), size) == bytes(size)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", NotGzip),
        (b'{"Records":[]}', NotGzip),
        (zlib.compress(b"x"), NotGzip),
        (b"\x1f\x8b", TruncatedGzip),
        (WHOLE[:-1], TruncatedGzip),
        (WHOLE[:20], TruncatedGzip),
        (WHOLE[:-8] + bytes(8), CorruptGzip),
        (b"\x1f\x8b\x08" + bytes(7) + b"\xff" * 50, CorruptGzip),
        (WHOLE + b"\0", TrailingBytes),
        (WHOLE + WHOLE, TrailingBytes),
    ],
)
def test_what_is_not_one_whole_stream_is_refused(body: bytes, kind: type[InflateError]) -> None:
    """Each way to be wrong is an error of its own, and says why."""
    with pytest.raises(kind) as caught:
        inflate(body, MIB)
    assert caught.value.why


@given(st.integers(0, len(WHOLE) - 1))
def test_no_truncation_passes(length: int) -> None:
    """Cut anywhere, a file is refused."""
    with pytest.raises((NotGzip, TruncatedGzip)):
        inflate(WHOLE[:length], MIB)


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_refused_and_nothing_else(tail: bytes) -> None:
    """Rubbish behind a good header is an `InflateError`, or by chance a good file."""
    try:
        content = inflate(WHOLE[:10] + tail, MIB)
    except InflateError:
        return
    assert content == zlib.decompress(WHOLE[:10] + tail, 31)


def test_the_number_of_appended_bytes_is_told() -> None:
    """It helps to see whether a byte or a file was appended."""
    with pytest.raises(TrailingBytes) as caught:
        inflate(WHOLE + b"12345", MIB)
    assert caught.value.count == 5


def test_a_bomb_of_two_gigabytes_is_refused_at_the_bound() -> None:
    """Two megabytes that would inflate to two gigabytes: refused, and no more than the bound was ever held."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(MIB)) + compressor.flush(zlib.Z_FULL_FLUSH)
    bomb = b"\x1f\x8b\x08" + bytes(7) + block * 2048
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge) as caught:
            inflate(bomb, 8 * MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "8388608" in caught.value.why
    # The pieces up to the bound, and isal's own copy of what is still compressed.
    assert peak < 8 * MIB + 2 * MIB + len(bomb)
