from __future__ import annotations

from typing import Any

import pytest

from sandbox.engine.ignored import keep_old, touched


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("colour", {"colour": "old", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 2}, {"s": 2}]}),
        ("tags.a", {"colour": "new", "tags": {"a": 1, "x.y": 2}, "rules": [{"s": 2}, {"s": 2}]}),
        ('tags["x.y"]', {"colour": "new", "tags": {"a": 2, "x.y": 1}, "rules": [{"s": 2}, {"s": 2}]}),
        ("rules[0].s", {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 1}, {"s": 2}]}),
        ("rules[*].s", {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 1}, {"s": 1}]}),
        ("rules[1]", {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 2}, {"s": 1}]}),
        ("missing", {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 2}, {"s": 2}]}),
        ("colour.deep", {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 2}, {"s": 2}]}),
    ],
)
def test_the_old_value_stays_where_the_path_points(path: str, kept: dict[str, Any]) -> None:
    """Names, indexes, quoted names and wildcards point at one value or many; the rest is new."""
    olds = {"colour": "old", "tags": {"a": 1, "x.y": 1}, "rules": [{"s": 1}, {"s": 1}]}
    news = {"colour": "new", "tags": {"a": 2, "x.y": 2}, "rules": [{"s": 2}, {"s": 2}]}
    assert keep_old(news, olds, [path]) == kept
    assert news["colour"] == "new"


def test_what_was_not_there_stays_away() -> None:
    """An ignored input the old resource did not have is left out."""
    assert keep_old({"a": 1, "b": 2}, {"b": 1}, ["a"]) == {"b": 2}


def test_the_property_a_path_lies_in() -> None:
    """A path belongs to its first step."""
    assert [touched(path) for path in ("a", "a.b", "a[0]", "*")] == ["a", "a", "a", "*"]
