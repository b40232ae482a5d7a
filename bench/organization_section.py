"""The section of docs/performance.md about organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bench.results import OrganizationReading, OrganizationScale

_PROSE: Final = """\
## An organization

`meshtrail verify --organization` asks every account in every Region for its trails, whether they log, its event data
stores and its Event history. Simulated: the survey with its real schedule and budgets, on a clock that only waiting
moves; calls answer from memory after {latency:.0f} ms, and one more than AWS publishes that it answers within a second
(2 for LookupEvents, 10 for CloudTrail's other reads, 20 for DescribeRegions, 600 for AssumeRole) is refused. One
account and Region in twenty had App Mesh events, a third of those three pages of them.

| accounts | Regions | calls | workers | bound | taken | against it | refused | own CPU | peak memory |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}

The bound is what no schedule of these calls can fall below, the largest of three:

- *Workers.* No more than so many calls are under way at a time, so N of them take N times the latency divided by the
  workers. Here this one is the largest.
- *Limits.* The last of n calls to a budget of r a second begins no earlier than ⌊(n-1)/r⌋ seconds after the first.
- *Dependence.* A role is assumed, then the Regions are asked for, then trails, then their status; pages of Event
  history follow one another; events are looked for in a bucket when they are known.

Workers are {workers} because a call costs boto3 one to two milliseconds of a processor: one process of Python feeds no
more. That work is not in the simulated time, nor are TLS and what log files weigh; where it takes longer than the
waiting, it is the limit. The bound of AWS's limits alone is lower: one second until the last of 1,000 roles can be
assumed. Memory is that of the whole process, with a client for each Region, the report, its JSON and its page.

"""


def organization_section(scale: OrganizationScale | None) -> str:
    """The section, with the blank line behind it; nothing where nothing was measured."""
    if scale is None:
        return ""
    return _PROSE.format(
        latency=scale.readings[0].latency * 1e3,
        workers=scale.readings[0].workers,
        rows="\n".join(_row(one) for one in scale.readings),
    )


def _row(one: OrganizationReading) -> str:
    cells = (
        *(f"{one.accounts:,}", str(one.regions), f"{one.calls:,}", str(one.workers)),
        *(f"{one.minimum_seconds:.1f} s", f"{one.seconds:.1f} s", f"{one.seconds / one.minimum_seconds:.2f}"),
        *(str(one.refused), f"{one.cpu_seconds:.1f} s", f"{one.peak_bytes / 1e6:,.0f} MB"),
    )
    return f"| {' | '.join(cells)} |"
