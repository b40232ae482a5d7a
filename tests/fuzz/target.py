"""What a fuzz target is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Target:
    """A reader of what somebody else wrote, and what has to hold of it whatever the bytes.

    Attributes:
        name: What it is called on the command line, and its folder in `corpus/`.
        run: Feeds it some bytes. The errors that the reader declares end here; whatever comes out is a defect.
        seeds: Valid inputs, from which a fuzzer begins.
        words: What is worth trying: keys and values of the format.
        structured: Whether what it reads is JSON.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    words: tuple[str, ...] = ()
    structured: bool = True
