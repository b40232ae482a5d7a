"""A sound trail, to be spoilt."""

from __future__ import annotations

import pytest

from tests.verify.integrity.world import World


@pytest.fixture
def world() -> World:
    """Six sound hours with two log files each."""
    return World().hours(6)
