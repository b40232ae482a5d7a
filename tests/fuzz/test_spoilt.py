"""Arbitrary bytes, and valid documents that somebody spoilt: nothing but the declared errors comes out."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import spoilt
from tests.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from tests.fuzz.target import Target

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=list(TARGETS))
patiently = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@every_target
@patiently
@given(data=st.binary(max_size=300))
def test_any_bytes(target: Target, data: bytes) -> None:
    """Bytes that mean nothing."""
    target.run(data)


@every_target
@patiently
@given(seed=st.integers(0, 2**32), times=st.integers(1, 3), first=st.integers(0, 3))
def test_spoilt_documents(target: Target, seed: int, times: int, first: int) -> None:
    """Keys dropped, doubled and of another type; depth, huge numbers, half surrogates, no UTF-8, a BOM."""
    dice = Random(seed)  # noqa: S311 -- to be repeated, not to be secret
    data = target.seeds[first % len(target.seeds)]
    for _ in range(times):
        data = spoilt(data, dice)
    target.run(data)
