"""The corpus that the coverage-guided fuzzer found, replayed: nothing but the declared errors comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from tests.fuzz.target import Target

CORPUS = Path(__file__).parent / "corpus"
LARGEST = 300_000
"""Bytes of all of it together."""

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))


@every_target
def test_valid_documents_are_taken(target: Target) -> None:
    """What a fuzzer begins with is read as it should be."""
    for seed in target.seeds:
        target.run(seed)


@every_target
def test_the_corpus_is_replayed(target: Target) -> None:
    """Every input that ever reached something new is still answered as declared."""
    inputs = sorted((CORPUS / target.name).iterdir())
    assert inputs, "nothing was ever found for it: python -m tests.fuzz"
    for path in inputs:
        target.run(path.read_bytes())


def test_the_corpus_is_small_and_belongs_to_targets() -> None:
    """It stays something that one can keep in the repository."""
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < LARGEST
