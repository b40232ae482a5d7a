from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudtrail.selectors import AdvancedEventSelector, MalformedSelector
from cloudtrail.selectors.wire import quoted


@settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=200))
def test_quoted_text_is_inert_and_bounded(text: str) -> None:
    """Whatever a value holds, what is shown is printable ASCII of bounded length that tells its start."""
    shown = quoted(text)
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) <= 2 + 12 * 83
    assert text.startswith(json.loads(shown).removesuffix("...")[:80])


def test_terminal_escapes_in_a_selector_do_not_reach_the_error() -> None:
    """A hostile key is shown escaped."""
    with pytest.raises(MalformedSelector) as refused:
        AdvancedEventSelector.from_api({"\x1b[2J<script>": []})
    assert "\x1b" not in str(refused.value)
    assert "u001b" in str(refused.value)
