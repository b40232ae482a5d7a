"""The plots of docs/performance.md, as SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import altair as alt
import vl_convert

if TYPE_CHECKING:
    from bench.results import Comparison, Measured, Series

_OURS: Final = "#1f6feb"
_OTHERS: Final = "#8b949e"
_WIDTH: Final = 620
_ROW: Final = 26
_FONT: Final = "sans-serif"


def bars(comparison: Comparison) -> str:
    """Everybody's median time for one task, on a logarithmic scale, with the fastest and the slowest run."""
    rows = [_row(each, who="meshtrail") for each in comparison.ours]
    rows += [_row(each, who="others") for each in comparison.others]
    # A logarithmic scale has no zero for bars to begin at.
    begin = min(row["fastest"] for row in rows) / 2
    rows = [{**row, "begin": begin} for row in rows]
    base = _chart(rows).encode(y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=240)))
    colour = alt.Color(
        "who:N", scale=alt.Scale(domain=["meshtrail", "others"], range=[_OURS, _OTHERS]), legend=None
    )
    seconds = alt.Scale(type="log", nice=False, domainMin=begin)
    x = alt.X("seconds:Q", scale=seconds, title="seconds (logarithmic)", axis=alt.Axis(tickCount=6))
    bar = base.mark_bar().encode(x=x, x2="begin:Q", color=colour)
    spread = base.mark_rule().encode(x=alt.X("fastest:Q", scale=seconds), x2="slowest:Q")
    label = base.mark_text(align="left", dx=6, clip=False).encode(
        x=alt.X("slowest:Q", scale=seconds), text="label:N"
    )
    return _svg(
        (bar + spread + label).properties(width=_WIDTH, height=_ROW * len(rows), title=comparison.title)
    )


def growth(series: Series) -> str:
    """Time and peak memory against what grows, with the straight line that fits the fastest times best."""
    title = {"files": "log files", "days": "days"}[series.axis]
    rows = [
        {
            "x": getattr(point, series.axis),
            "seconds": run.seconds,
            "fastest": point.measured.fastest,
            "megabytes": run.peak_bytes / 1e6,
        }
        for point in series.points
        for run in point.measured.runs
    ]
    x = alt.X("x:Q", title=title, scale=alt.Scale(zero=True))
    base = _chart(rows).encode(x=x)
    time = alt.Y("seconds:Q", title="seconds", scale=alt.Scale(zero=True))
    line = (
        base.transform_regression("x", "fastest")
        .mark_line(color=_OTHERS, strokeDash=[4, 3])
        .encode(y="fastest:Q")
    )
    points = base.mark_point(filled=True, size=50, color=_OURS).encode(y=time)
    memory = base.mark_point(filled=True, size=50, color=_OURS).encode(
        y=alt.Y("megabytes:Q", title="peak memory, MB", scale=alt.Scale(zero=True))
    )
    half = _WIDTH // 2 - 30
    left = (line + points).properties(width=half, height=220, title="Time")
    right = memory.properties(width=half, height=220, title="Memory")
    return _svg(alt.hconcat(left, right))


def _chart(rows: list[dict[str, Any]]) -> Any:
    return cast("Any", alt.Chart(alt.Data(values=rows)))  # altair's own types do not follow its layers


def _row(measured: Measured, *, who: str) -> dict[str, Any]:
    times = [run.seconds for run in measured.runs]
    return {
        "name": measured.name,
        "who": who,
        "seconds": measured.seconds,
        "fastest": min(times),
        "slowest": max(times),
        "label": f"{measured.seconds:.2f} s",
    }


def _svg(chart: Any) -> str:
    styled = chart.configure(font=_FONT, background="white").configure_view(stroke=None)
    return f"{vl_convert.vegalite_to_svg(styled.to_dict())}\n"
