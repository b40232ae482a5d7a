"""The comparison's own half: in every account meshtrail's answers are true, and the page says what was asked."""

from collections.abc import Iterator

import pytest

from bench.comparison import ours
from bench.comparison.__main__ import SETTINGS, play
from bench.comparison.page import PAGE, Row, page
from bench.comparison.scenarios import SCENARIOS, Scenario
from sandbox.server import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """The module's sandbox."""
    with Sandbox(SETTINGS) as sandbox:
        yield sandbox


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.title)
def test_meshtrail_tells_the_truth(running: Sandbox, scenario: Scenario) -> None:
    """What was found by looking is what it says, question by question."""
    account, since = play(running, scenario)
    truths = {question.text: question.truth(account) for question in scenario.asked}
    answers = ours.ask(account, list(scenario.asked), since=since)
    assert {question.text: answer for question, answer in answers.items()} == truths


def test_the_page_tells_of_every_account() -> None:
    """It was written from these scenarios."""
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"## {scenario.title}\n" in text for scenario in SCENARIOS)
    assert all(question.text in text for scenario in SCENARIOS for question in scenario.asked)


def test_a_wrong_answer_is_nobodys_point() -> None:
    """The page counts who was right, and says when neither was."""
    row = Row(
        scenario="a",
        question="q",
        check="c",
        claims=("x",),
        truth=False,
        prowler=True,
        ours=None,
        why="w",
    )
    text = page([row], prowler="Prowler 1", date="2026-11-22")
    assert "Prowler is right in 0, meshtrail in 0" in text
    assert "| no | yes | cannot tell | neither |" in text
