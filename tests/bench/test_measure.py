"""A run is measured as a whole, and one that does not do its work is not measured at all."""

import sys
from dataclasses import replace

import pytest

from bench.measure import BenchFailed, Contender, in_turns, measured
from bench.measurements.growth import off_the_line, series_of
from bench.results import Point
from tests.bench.sample import FASTER, SAMPLE, SLOWER
from tests.bench.sample import measured as took

WORK = Contender(
    name="work",
    what="holds 64 MB and says 3",
    command=(sys.executable, "-c", "held = bytearray(1 << 26); import time; time.sleep(.15); print(3)"),
    expected=3,
    found=lambda output: int(output.read_text()),
    asks=False,
)


def test_time_and_memory_are_those_of_the_process() -> None:
    """From its start to its end, with what it held in between."""
    run = measured(WORK, endpoint=None)
    assert run.seconds > 0.15
    assert 0 < run.cpu_seconds < run.seconds + 0.05
    assert run.peak_bytes > 1 << 26


def test_memory_of_children_counts() -> None:
    """Peers that start others are measured with them."""
    command = (sys.executable, "-c", f"import subprocess; subprocess.run({list(WORK.command)!r})")
    assert measured(replace(WORK, command=command), endpoint=None).peak_bytes > 1 << 26


def test_a_command_that_finds_too_little_fails_the_bench() -> None:
    """Its time would say nothing; what it said is in the error."""
    with pytest.raises(BenchFailed, match=r"work found 3 instead of 4 \(exit code 0\)"):
        measured(replace(WORK, expected=4), endpoint=None)


def test_commands_take_turns() -> None:
    """So that a slow minute falls on all of them; each as often as it says."""
    order: list[str] = []
    often, once = replace(WORK, name="often", runs=2), replace(WORK, name="once", runs=1)
    found = in_turns([often, once], endpoint=None, progress=lambda text: order.append(text.split(":")[0]))
    assert order == ["often", "once", "often"]
    assert [len(each.runs) for each in found] == [2, 1]


def test_a_requirement_is_met_or_not() -> None:
    """By its figure alone, at its limit too."""
    assert FASTER.met
    assert not SLOWER.met
    assert [requirement.met for requirement in SAMPLE.requirements] == [True, False, True]


def test_what_grows_in_proportion_lies_on_the_line() -> None:
    """A start-up time is no bend; a square is."""
    assert off_the_line([(x, 2 + 3 * x) for x in (1.0, 2.0, 5.0, 10.0)]) < 1e-9
    assert off_the_line([(x, x * x) for x in (1.0, 2.0, 5.0, 10.0)]) > 0.2


def _point(size: int, *seconds: float) -> Point:
    return Point(files=size, days=1, measured=took("ours", *seconds))


def test_a_slow_run_bends_no_line() -> None:
    """The machine's noise only adds: the fastest run of every size is held against the line."""
    points = [_point(1, 5.0, 9.0, 5.5), _point(2, 20.0, 8.0, 8.1), _point(4, 14.0, 14.0, 30.0)]
    linear = series_of("files", "Time", points, "files").requirements[0]
    assert linear.figure < 1e-9
    assert linear.met
    assert "fastest of 3 runs" in linear.says


def test_a_size_that_is_slow_in_every_run_bends_the_line() -> None:
    """No number of runs makes a bend of the command's own go away."""
    points = [_point(size, *(each * size**2 for each in (1.0, 1.1, 1.2))) for size in (1, 2, 5, 10)]
    assert not series_of("files", "Time", points, "files").requirements[0].met


def test_the_fastest_run_and_the_median_are_told_apart() -> None:
    """Growth goes by the one, comparisons by the other."""
    runs = took("ours", 3.0, 1.0, 2.5)
    assert (runs.fastest, runs.seconds) == (1.0, 2.5)
