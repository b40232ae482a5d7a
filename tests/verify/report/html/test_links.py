from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from verify.report import visible
from verify.report.html.links import MAX_TERM, query


@given(st.dictionaries(st.sampled_from(["name", "who", "store"]), st.text(max_size=100).filter(bool)))
def test_any_text_can_be_a_filter(filters: dict[str, str]) -> None:
    """What a link asks for is the visible text, whatever it holds, and nothing besides."""
    assert dict(parse_qsl(query(**filters), keep_blank_values=True)) == {
        name: visible(text) for name, text in filters.items()
    }


def test_a_link_is_bounded_as_the_data_is() -> None:
    """A caller of a megabyte is found by the part the page holds."""
    assert dict(parse_qsl(query(who="x" * 10_000)))["who"].startswith("x" * MAX_TERM + "…")


def test_what_is_empty_does_not_filter() -> None:
    """A claim about every Region does not ask for one."""
    assert query(store="a", region=None, account="") == "store=a"
