from __future__ import annotations

import re

import pytest

from tests.verify.organization import sample
from tests.verify.report.sample import HOSTILE
from verify.organization.render import render
from verify.organization.render.terminal import to_terminal
from verify.report.text import loggable


def words(text: str) -> str:
    """The text without its line breaks and borders."""
    return re.sub(r"[\s│]+", " ", text)


def test_the_rows_that_are_not_all_caught_are_named() -> None:
    """With their Regions, why, and what to do; the others are a number."""
    shown = words(render(sample.failing(), "terminal"))
    assert "✗ 123456789014 edge-3 lost in eu-west-1" in shown
    assert f"why {sample.NOTHING} do {sample.PROVISION}" in shown
    assert "? 123456789018 edge-7 unknown in all 4 Regions" in shown
    assert "- 123456789020 payments-9 suspended in all 4 Regions" in shown
    assert "38 caught, 1 lost, 4 unknown, 1 not-enabled, 4 of accounts that are not active" in shown
    assert "payments-1 " not in shown


def test_the_verdict_stands_first_and_last() -> None:
    """Where the eye is after a long run, and at the top of a log."""
    lines = render(sample.failing(), "terminal").strip().splitlines()
    assert "FAIL" in lines[0]
    assert any("FAIL" in line for line in lines[-2:])


def test_the_same_trouble_of_many_accounts_is_told_once() -> None:
    """A thousand accounts without the role are a paragraph, not a thousand of them."""
    report = sample.report(*(sample.unreached(number) for number in range(300)))
    shown = words(render(report, "terminal"))
    assert shown.count("unknown in all 4 Regions") == 1
    assert "and 292 accounts more" in shown


def test_what_is_left_out_is_counted() -> None:
    """More troubles than fit a screen are bounded, and how many cells are missing is said."""
    rows = (sample.unreached(number, regions=(f"xx-{number}",)) for number in range(130))
    report = sample.report(*rows, regions=tuple(f"xx-{number}" for number in range(130)))
    assert "more; report.json has all of them" in words(render(report, "terminal"))
    assert len(render(report, "terminal").splitlines()) < 800


@pytest.mark.parametrize("color", [False, True])
def test_hostile_names_steer_no_terminal(color: bool) -> None:
    """Every text is there in its visible form; nothing of it is an escape, and no line is a command of a CI service."""
    shown = to_terminal(sample.hostile(), width=400, color=color)
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert "\x1b" not in plain
    for text in HOSTILE:
        assert loggable(f"why {text}") in plain
    assert not [line for line in plain.splitlines() if line.lstrip().startswith("::")]
    assert "##" not in plain
