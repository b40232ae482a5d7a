"""Ask both, and write the page: `PROWLER=path/to/prowler python -m bench.comparison`."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime, timedelta

from bench.comparison import ours, prowler
from bench.comparison.account import Account
from bench.comparison.page import PAGE, Row, page
from bench.comparison.scenarios import SCENARIOS, Scenario
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings

SETTINGS = SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000)


def play(sandbox: Sandbox, scenario: Scenario) -> tuple[Account, datetime]:
    """Build a scenario's account and let everything happen in it; returns it and when it began."""
    sandbox.reset()
    since = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=1)
    account = Account(sandbox, multi_region=scenario.multi_region)
    account.build()
    scenario.before(account)
    account.happen()
    account.keep()
    scenario.after(account)
    return account, since


def main() -> int:
    """Write docs/comparison.md; exits with 3 without Prowler, and with 1 where meshtrail was wrong."""
    executable = os.environ.get("PROWLER") or shutil.which("prowler")
    if executable is None:
        sys.stderr.write("There is no Prowler: give its executable in PROWLER.\n")
        return 3
    rows: list[Row] = []
    with Sandbox(SETTINGS) as sandbox:
        for scenario in SCENARIOS:
            sys.stderr.write(f"{scenario.title}\n")
            account, since = play(sandbox, scenario)
            asked = list(scenario.asked)
            truths = {question: question.truth(account) for question in asked}
            answers = ours.ask(account, asked, since=since)
            others = prowler.ask(executable, account, asked)
            rows += [
                Row(
                    scenario=scenario.title,
                    question=question.text,
                    check=question.check,
                    claims=question.claims,
                    truth=truths[question],
                    prowler=others[question],
                    ours=answers[question],
                    why=why,
                )
                for question, why in scenario.asked.items()
            ]
    date = datetime.now(UTC).date().isoformat()
    PAGE.write_text(page(rows, prowler=prowler.version(executable), date=date), encoding="utf-8")
    return int(any(row.ours is not row.truth for row in rows))


if __name__ == "__main__":
    sys.exit(main())
