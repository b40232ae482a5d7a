"""docs/performance.md and its plots, written from what was measured: `python -m bench.page [BENCH.JSON]`.

The measurement it was written from is kept beside it, docs/performance.json, and a test holds the page to it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from bench import plots
from bench.organization_section import organization_section
from bench.results import Bench
from bench.tables import comparison_table, machine_table, requirements_table, series_table

if TYPE_CHECKING:
    from bench.results import Comparison, Series

DOCS: Final = Path(__file__).parents[1] / "docs"
KEPT: Final = DOCS / "performance.json"
_WHITEPAPER: Final = "https://docs.aws.amazon.com/whitepapers/latest/s3-optimizing-performance-best-practices"

_PROSE: Final = """\
# Performance

<!-- Written by `python -m bench.page` from docs/performance.json; `make bench` measures again and writes both. -->

How fast is `meshtrail`, next to what else reads CloudTrail's log files? Everything on this page was measured in one
run of `make bench`, of commands as anybody would run them, on one machine and against one local S3 endpoint.
`make bench` fails when a requirement below is missed. `BENCH_SCALE=0.1 make bench` is a quick look: it measures a
tenth of the files and does not write this page.

## Required and measured

{requirements}

## Where and with what

{machine}

## Integrity

{integrity_text}

{integrity}

![Time of the integrity check](performance-integrity.svg)

`validate-logs` waits for each object before it asks for the next, so the time an answer takes decides. The endpoint
holds every answer back for 10 ms here, which was not measured on S3 and is no more than AWS says of it: medians "often
in the tens of milliseconds" for requests of less than 512 KB ([Timeouts and retries][retries]), and "roughly 100-200
milliseconds" that an application can count on for small objects ([Optimizing Amazon S3 performance][latency]). On an
endpoint that answers at once nobody waits, and the processors are the limit; there the code alone is compared:

{near}

## Search

{search_text}

{search}

![Time of the search](performance-search.svg)

All read the same files on local disk; "meshtrail, local disk" is the reader of `meshtrail events` over a folder. The
command itself reads S3 over HTTP, signs each request and reconciles what it finds. `gzip -dc | grep -o` stands
below the requirement's line because it answers less: a number. It says which events they were to nobody. trailscraper
writes all records, having no filter by service; the filter is not in its time. All of DuckDB's forms read the five
fields that make an event recognisable.

## Large log files

{scan_text}

{scan}

## Growth

Time grows with the number of log files and of days and with nothing else, and memory does not: log files are judged
digest file by digest file, and what was judged is counted and let go. Sizes take turns, {series_runs} runs each, and
the fastest of them is held against the line: what else a machine does makes a run slower and never faster, and the
question is whether the command's own time grows in proportion. The median and the spread show how much else there was.
The dashed line is the straight line that fits the fastest runs best, each size counting once.

{files}

![Time and memory against the number of log files](performance-files.svg)

{days}

![Time and memory against the number of days](performance-days.svg)

## Event history

LookupEvents answers 2 calls a second for each account and Region, 50 events each. Reading Event history can therefore
take no less than half a second a page; Regions have a limit each and are read side by side. Simulated, with calls that
take 0.2 to 0.6 s themselves, on a clock that only waiting moves, against a LookupEvents that refuses a third call
within a second as AWS would:

| events | Regions | minimum | taken | refused calls |
|---:|---:|---:|---:|---:|
{history}

{organization}## How it was measured

- Every command runs as a process of its own, from its start to its end: Python's start, imports, signing, listing,
  report and all. Only the floor's start does not count.
- Commands take turns, so that a slow minute of the machine falls on all of them. Tables give the median of the runs,
  and the distance between the fastest and the slowest of them as a share of it. Only growth goes by the fastest run,
  and says so.
- Every command's answer is checked in every run: a reader that finds another number of log files or events than there
  are fails the bench. Nothing is kept from one run to the next (`--no-cache`).
- CPU is the command's processor time, its children's included. Peak memory is the most it had resident at once.
- The endpoint is the bench's own: Python with uvloop, one process, answers made before anybody asks, signatures not
  checked. At most it handed out {rate:,.0f} small log files a second to a client that does nothing but ask
  ({connections} connections, {pipelined} requests at once on each), at {cost:.0f} µs of its processor for each, and
  {bandwidth:,.1f} GB of large ones. The columns "endpoint" tell how busy it was during each command, as a share of one
  processor: it was never the one that was waited for.
- Log files are made up: records of 1.3 KB as CloudTrail writes them, App Mesh in one of fifty files, another
  service's record that only mentions App Mesh now and then, real gzip, hourly digest files with real signatures. Of
  the large files one in four holds App Mesh. In the series and among large files the same bodies lie under many keys;
  the small ones are all different.

## Where it would be slower

- S3 itself is farther away, TLS costs processor time, and a bucket under a KMS key without a bucket key pays KMS for
  each object. But for one table, the endpoint here is as near as can be, which favours whoever does the least work,
  not whoever waits best.
- The two processors here are shared by the endpoint and its client. With more of them, inflating and hashing use more.
- Real logs compress less evenly than made-up ones, and a busy account has larger files than these small ones: then the
  numbers lie between those for small and those for large files.
- A second run over the same window is much faster than any here: what was read and has not changed since is not
  fetched again.

[latency]: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
[retries]: {whitepaper}/timeouts-and-retries-for-latency-sensitive-applications.html
"""


def write(result: Bench) -> None:
    """Write the page, its plots, and what they were written from."""
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(result), indent=2) + b"\n")
    (DOCS / "performance.md").write_text(rendered(result), encoding="utf-8")
    for name, svg in drawn(result).items():
        (DOCS / name).write_text(svg, encoding="utf-8")


def rendered(result: Bench) -> str:
    """The page."""
    integrity, search, scan, near = (
        _comparison(result, name) for name in ("integrity", "search", "scan", "near-integrity")
    )
    return _PROSE.format(
        requirements=requirements_table(result),
        machine=machine_table(result),
        integrity_text=_described(
            integrity, "hourly digest files; every one fetched, hashed and held against them"
        ),
        integrity=comparison_table(integrity),
        near=comparison_table(near),
        search_text=_described(search, "one in fifty holds an event of App Mesh"),
        search=comparison_table(search),
        scan_text=_described(
            scan, "near the largest that CloudTrail writes; the floor inflates and hashes, no more"
        ),
        scan=comparison_table(scan, throughput=True),
        files=series_table(_series(result, "files")),
        series_runs=len(_series(result, "files").points[0].measured.runs),
        days=series_table(_series(result, "days")),
        history="\n".join(
            f"| {one.events:,} | {one.regions} | {one.minimum_seconds:.1f} s | {one.seconds:.1f} s | {one.refused} |"
            for one in result.event_history
        ),
        organization=organization_section(result.organization),
        rate=result.saturation.requests_per_second,
        connections=result.saturation.connections,
        pipelined=result.saturation.pipelined,
        cost=result.saturation.cpu_seconds_per_request * 1e6,
        bandwidth=result.saturation.bytes_per_second / 1e9,
        whitepaper=_WHITEPAPER,
    )


def drawn(result: Bench) -> dict[str, str]:
    """The plots, by the names of their files."""
    return {
        "performance-integrity.svg": plots.bars(_comparison(result, "integrity")),
        "performance-search.svg": plots.bars(_comparison(result, "search")),
        "performance-files.svg": plots.growth(_series(result, "files")),
        "performance-days.svg": plots.growth(_series(result, "days")),
    }


def _described(comparison: Comparison, more: str) -> str:
    megabytes, stored = comparison.inflated_bytes / 1e6, comparison.stored_bytes / 1e6
    return f"{comparison.files:,} log files, {megabytes:,.0f} MB of JSON in {stored:,.0f} MB of gzip, {more}."


def _comparison(result: Bench, name: str) -> Comparison:
    return next(one for one in result.comparisons if one.id == name)


def _series(result: Bench, name: str) -> Series:
    return next(one for one in result.series if one.id == name)


def main() -> None:
    """Write the page from a measurement; without one, from the one it was written from."""
    source = Path(sys.argv[1]) if sys.argv[1:] else KEPT
    write(msgspec.json.decode(source.read_bytes(), type=Bench))


if __name__ == "__main__":
    main()
