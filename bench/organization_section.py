"""The section of docs/performance.md about organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.organization.budget import WORKERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.results import OrganizationReading, OrganizationScale

_PROSE: Final = """\
## An organization

`meshtrail verify --organization` asks every account in every Region for its trails, whether they log, its event data
stores and its Event history. Simulated: the survey with its real schedule and budgets, on a clock that only waiting
moves; calls answer from memory after {latency:.0f} ms, and one more than AWS publishes that it answers within a second
(2 for LookupEvents, 10 for CloudTrail's other reads, 20 for DescribeRegions, 600 for AssumeRole) is refused. One
account and Region in twenty had App Mesh events, a third of those three pages of them.

{head}
{rows}

A bound is what no schedule of these calls can fall below, in whatever order accounts come. That of limits and latency
knows of no workers, and is the larger of two:

- *The last role.* The last of n calls to a budget of r a second begins no earlier than ⌊(n-1)/r⌋ seconds after the
  first. STS counts 600 a second in each Region by itself, and `verify` assumes roles in another Region when the first
  one's second is used up: 1,000 of them begin at once. In that account follow its Regions, trails, and their status.
- *The longest chain.* A role is assumed, then the Regions are asked for, then k pages of Event history, the last no
  earlier than ⌊(k-1)/2⌋ seconds after the first; then the events are looked for in a bucket. Here k is three.

With W workers no more than W calls are under way at a time, so that N of them take N times the latency divided by W.
With few workers this is the bound that counts. With enough of them it is the other{enough}, and what makes the
difference is the order: roles and first pages of Event history go before everything else, and what is left fits into
the second in which third pages have to wait.

That many calls under way are more than one process of Python can feed: each costs boto3 1 to 2.4 milliseconds of a
processor, which is not in the simulated time, and neither are TLS and what log files weigh. Where this work takes
longer than the waiting it is the limit, {calls:,} calls are minutes of it, and several machines can
[share the accounts](how-to-roll-out-over-an-organization.md#prove-it). By default there are {default} workers: enough
to keep one processor busy where a call takes 150 ms, as calls to all Regions from one place do together. Memory is that
of the whole process, with a client for each Region, the report, its JSON and its page.

"""


_COLUMNS: Final = (
    *("accounts", "Regions", "calls", "workers", "taken"),
    *("bound of limits and latency", "against it", "bound with these workers", "against it"),
    *("refused", "own CPU", "peak memory"),
)


def organization_section(scale: OrganizationScale | None) -> str:
    """The section, with the blank line behind it; nothing where nothing was measured."""
    if scale is None:
        return ""
    return _PROSE.format(
        head=f"| {' | '.join(_COLUMNS)} |\n|{'---:|' * len(_COLUMNS)}",
        latency=scale.readings[0].latency * 1e3,
        default=WORKERS,
        enough=_enough(scale.readings),
        calls=max(one.calls for one in scale.readings),
        rows="\n".join(_row(one) for one in scale.readings),
    )


def _enough(readings: Sequence[OrganizationReading]) -> str:
    """With how many workers they are the limit no more, where that was measured."""
    free = [one.workers for one in readings if one.limits_seconds == one.minimum_seconds]
    return f", as with {min(free):,} here" if free else ""


def _against(seconds: float, bound: float) -> tuple[str, str]:
    """A bound, and how many times it was taken; nothing where there was none."""
    return (f"{bound:.2f} s", f"{seconds / bound:.2f}") if bound else ("", "")


def _row(one: OrganizationReading) -> str:
    cells = (
        *(f"{one.accounts:,}", str(one.regions), f"{one.calls:,}", f"{one.workers:,}"),
        f"{one.seconds:.2f} s",
        *_against(one.seconds, one.limits_seconds),
        *_against(one.seconds, one.minimum_seconds),
        *(str(one.refused), f"{one.cpu_seconds:.1f} s", f"{one.peak_bytes / 1e6:,.0f} MB"),
    )
    return f"| {' | '.join(cells)} |"
