"""Progress: what a person sees of long work, and that nobody else sees any of it."""

import io

import pytest
from rich.console import Console

from verify.progress import Bars, Silent, Unwatched, bars, watching


def shown(*, parts: int, share: float | None) -> str:
    """What stands on a terminal after some parts, and a share if it is known."""
    screen = io.StringIO()
    progress = bars(Console(file=screen, force_terminal=True, width=120, color_system=None))
    now = 0.0
    progress.get_time = lambda: now
    step = Bars(progress).step("Digests of [bold]audit, eu-west-1")
    progress.start_task(progress.task_ids[0])
    for _ in range(parts):
        now += 1.0
        step(1)
        if share is not None:
            step.reached(share)
    progress.console.print(progress.get_renderable())
    return screen.getvalue()


def test_the_rate_is_shown() -> None:
    """How many are done, and how many a second; a title is no markup."""
    text = shown(parts=1200, share=None)
    assert "1,200 1/s" in text
    assert "[bold]audit" in text


def test_the_time_left_comes_from_the_share_that_is_done() -> None:
    """A quarter of the window took two minutes: six are left."""
    assert "0:06:00 left" in shown(parts=120, share=0.25)


def test_no_time_left_is_promised_without_a_share() -> None:
    """Where nobody knows how much there is."""
    assert "left" not in shown(parts=120, share=None)


@pytest.mark.parametrize("share", [0.0, 2.0])
def test_a_share_that_cannot_be_does_no_harm(share: float) -> None:
    """Clocks and stamps may disagree."""
    assert " 10 " in shown(parts=10, share=share)


def test_nobody_is_told_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe and in CI nothing is drawn."""
    with watching() as watcher:
        assert isinstance(watcher, Silent)
        step = watcher.step("work")
        assert isinstance(step, Unwatched)
        step(3)
        step.reached(0.5)
    said = capsys.readouterr()
    assert said.out + said.err == ""
