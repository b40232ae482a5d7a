"""What the runbook says a command says, the code does say."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RUNBOOK = ROOT / "docs" / "runbook-an-account-is-red.md"
ROOMS = ("verify/organization", "verify/discovery", "verify/aws.py", "rollout")
SPAN = re.compile(r"`([^`]+)`")


def said() -> list[str]:
    """Every phrase of a table's first column whose head is `it says`, without what differs from case to case (…)."""
    phrases: list[str] = []
    heard = False
    for line in RUNBOOK.read_text(encoding="utf-8").splitlines():
        first = line.split(" | ")[0].removeprefix("| ")
        if not line.startswith("|"):
            heard = False
        elif first == "it says":
            heard = True
        elif heard:
            phrases += [piece.strip(" .:") for span in SPAN.findall(first) for piece in span.split("…")]
    return sorted({phrase for phrase in phrases if phrase})


@pytest.fixture(scope="module")
def code() -> str:
    """The code that says it, with text that is written over several lines joined."""
    files = [file for room in ROOMS for file in [ROOT / room, *(ROOT / room).rglob("*.py")] if file.is_file()]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(file.read_text(encoding="utf-8") for file in files))


@pytest.mark.parametrize("phrase", said())
def test_what_the_runbook_quotes_is_said(phrase: str, code: str) -> None:
    """A remedy is looked up by the words of the command: they have to be those."""
    assert phrase in code


def test_the_runbook_quotes_something() -> None:
    """A table whose head was reworded is not silently left out."""
    assert len(said()) > 15
