"""The tables of docs/performance.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bench.results import Bench, Comparison, Measured, Series


def requirements_table(result: Bench) -> str:
    """What is required, what was measured, and whether that is enough."""
    return _table(
        ("", "required", "measured", ""),
        "-r--",
        (
            (
                requirement.says,
                f"{requirement.relation} {requirement.limit:g}",
                f"**{requirement.figure:.2f}**",
                "met" if requirement.met else "**missed**",
            )
            for requirement in result.requirements
        ),
    )


def machine_table(result: Bench) -> str:
    """When, where, and which versions."""
    machine = result.machine
    where = {
        "measured": f"{result.measured_at}, commit {result.commit}",
        "processor": f"{machine.processor}, {machine.cores} cores",
        "memory": f"{machine.memory_bytes / 2**30:.0f} GiB",
        "system": f"{machine.kernel}, load {machine.load_before:.2f} before",
        "versions": ", ".join(f"{name} {version}" for name, version in result.versions.items()),
    }
    return _table(("", ""), "--", where.items())


def comparison_table(comparison: Comparison, *, throughput: bool = False) -> str:
    """Everybody's time for one task.

    Args:
        comparison: The task.
        throughput: Also how much JSON went through in a second.
    """
    best = comparison.ours[0].seconds
    columns = ("", "time", "spread", "times ours", "files/s", *(("MB/s",) if throughput else ()))
    return _table(
        (*columns, "CPU", "peak memory", "endpoint"),
        "-" + "r" * (len(columns) + 2),
        (
            (
                f"**{each.name}**: {each.what}" if each in comparison.ours else f"{each.name}: {each.what}",
                f"{each.seconds:.2f} s",
                f"{each.spread:.0%}" if len(each.runs) > 1 else "one run",
                f"{each.seconds / best:.1f}",
                f"{comparison.files / each.seconds:,.0f}",
                *((f"{comparison.inflated_bytes / each.seconds / 1e6:,.0f}",) if throughput else ()),
                f"{each.cpu_seconds:.1f} s",
                f"{each.peak_bytes / 1e6:,.0f} MB",
                _endpoint(each),
            )
            for each in (*comparison.ours, *comparison.others)
        ),
    )


def series_table(series: Series) -> str:
    """Time and memory at every size; the fastest run counts."""
    return _table(
        ("log files", "days", "fastest", "median", "spread", "files/s", "peak memory"),
        "rrrrrrr",
        (
            (
                f"{point.files:,}",
                f"{point.days}",
                f"{point.measured.fastest:.2f} s",
                f"{point.measured.seconds:.2f} s",
                f"{point.measured.spread:.0%}",
                f"{point.files / point.measured.fastest:,.0f}",
                f"{point.measured.peak_bytes / 1e6:,.0f} MB",
            )
            for point in series.points
        ),
    )


def _endpoint(measured: Measured) -> str:
    if not measured.endpoint_rate:
        return "not asked"
    return f"{measured.endpoint_share:.0%}, {measured.endpoint_rate:,.0f}/s"


def _table(head: Iterable[str], align: str, rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ("---:" if side == "r" else "---" for side in align), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
