"""What charts of time have in common: bins from left to right, and how many there are of something upwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.report.html.plots.drawing import labels

if TYPE_CHECKING:
    from collections.abc import Sequence


def along(bins: int, ticks: Sequence[tuple[float, str]]) -> dict[str, Any]:
    """Where a bar stands: each row says the bin it comes `from`, the one it goes `to`, and its `mark`.

    Args:
        bins: How many there are.
        ticks: The labels, and at which bin each stands.
    """
    return {
        "x": {
            "field": "from",
            "type": "quantitative",
            "bin": "binned",
            "scale": {"domain": [0, bins], "nice": False},
            "axis": {"grid": False, **labels(ticks)},
        },
        "x2": {"field": "to"},
        "description": {"field": "mark"},
    }


def whole_numbers(ticks: int) -> dict[str, Any]:
    """The axis of what is counted, on the right and without a line of its own.

    Args:
        ticks: About how many labels it has.
    """
    return {
        "orient": "right",
        "tickCount": ticks,
        "domain": False,
        "ticks": False,
        "format": ",d",
        "tickMinStep": 1,
    }
