from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from verify.report.html.heat import STEPS, Heat


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_events_are_never_paler(one: int, other: int) -> None:
    """Steps grow, every number has one, and none has no colour."""
    heat = Heat(max(one, other))
    assert len(heat.steps) == len(set(heat.steps)) == STEPS
    assert list(heat.steps) == sorted(heat.steps)
    assert heat.step(min(one, other)) <= heat.step(max(one, other)) <= STEPS
    assert (heat.step(one) == 0) is (one == 0)


def test_steps_are_numbers_a_person_would_choose() -> None:
    """One digit and zeros, from one event up to near the most."""
    assert Heat(44).steps == (1, 2, 5, 10, 20)
    assert Heat(10_000).steps == (1, 6, 40, 300, 2_000)
    assert Heat(0).steps == (1, 2, 3, 4, 5)
