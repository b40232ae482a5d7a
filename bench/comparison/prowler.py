"""Prowler's answers, from its own command line and its own OCSF output."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bench.comparison.account import AWAY, HOME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.comparison.account import Account
    from bench.comparison.questions import Question


def version(executable: str) -> str:
    """What the executable calls itself, e.g. `Prowler 5.46.0`."""
    done = subprocess.run([executable, "--version"], capture_output=True, text=True, check=True, timeout=120)
    return next(line for line in done.stdout.splitlines() if line.startswith("Prowler")).split(" (")[0]


def ask(executable: str, account: Account, questions: Sequence[Question]) -> dict[Question, bool | None]:
    """Every question with its answer; None where Prowler has no finding."""
    keys = account.root.credentials
    checks = sorted({question.check for question in questions})
    with TemporaryDirectory() as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "AWS_ENDPOINT_URL": account.sandbox.endpoint,
            "AWS_DEFAULT_REGION": HOME,
            "AWS_ACCESS_KEY_ID": keys["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["aws_secret_access_key"],
        }
        options = {
            "--checks": checks,
            "--region": [HOME, AWAY],
            "--output-formats": ["json-ocsf"],
            "--output-directory": [folder],
            "--output-filename": ["found"],
        }
        words = [word for name, values in options.items() for word in (name, *values)]
        subprocess.run(
            [executable, "aws", "--no-banner", "--ignore-exit-code-3", *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=600,
        )
        findings: list[Any] = json.loads((Path(folder) / "found.ocsf.json").read_text(encoding="utf-8"))
    return {question: _answer(question, findings) for question in questions}


def _answer(question: Question, findings: Sequence[Any]) -> bool | None:
    told = {
        finding["status_code"]
        for finding in findings
        if finding["metadata"]["event_code"] == question.check
        and question.region in (None, finding["cloud"]["region"])
    }
    if "FAIL" in told:
        return False
    return True if "PASS" in told else None
