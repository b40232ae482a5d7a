"""Verifies once, before anything is collected, and gives every claim of the report to `test_claims`.

Under xdist the controller verifies, and hands its report to the workers: no claim is decided twice.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

from cloudtrail.errors import MeshtrailError
from verify.aws import Aws
from verify.command_options import (
    keeping,
    manifest_or_discovery,
    one_manifest,
    opener,
    selection_of,
    waivers_of,
)
from verify.output import visible_lines, write_file
from verify.progress import watching
from verify.report import Report, Severity
from verify.verification import Options, Verification
from verify.window import parse_duration, parse_interval, window_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.report import Claim

REPORT: Final = pytest.StashKey[Report]()
"""Where the report of the session is kept."""
_HANDED_OVER: Final = "meshtrail_report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `meshtrail verify`, in a group of their own."""
    group = parser.getgroup("meshtrail", "App Mesh's record (see `meshtrail verify --help`)")
    group.addoption("--manifest", metavar="FILE", help="compare with this manifest; else discover")
    group.addoption("--stack", metavar="NAME", help="read the manifest from this Pulumi stack's outputs")
    group.addoption("--region", metavar="REGION", action="append", help="without a manifest: look here")
    group.addoption(
        "--event-source", metavar="SOURCE", action="append", help="without a manifest: whose events"
    )
    group.addoption("--since", metavar="TIME", default="90d", help="look at events since then (90d)")
    group.addoption("--until", metavar="TIME", default="0s", help="look at events before then (0s)")
    group.addoption("--settle", metavar="DURATION", default="15m", help="leave out the newest events (15m)")
    group.addoption("--late-after", metavar="DURATION", default="15m", help="call an event late (15m)")
    group.addoption("--digest-cadence", metavar="DURATION", default="1h", help="between digest files (1h)")
    group.addoption("--select", metavar="CLAIM", action="append", help="decide these claims only")
    group.addoption("--skip", metavar="CLAIM", action="append", help="do not decide these claims")
    group.addoption("--waivers", metavar="FILE", help="accepted risks: their claims are expected to fail")
    group.addoption("--no-cache", action="store_true", help="read every log file again")
    group.addoption("--report", metavar="FILE", help="also write the report's document here")


def pytest_configure(config: pytest.Config) -> None:
    """Name the markers, and verify, unless another process has."""
    for severity in Severity:
        config.addinivalue_line("markers", f"{severity.value}: a claim of this severity")
    if config.option.help or config.option.markers:
        return
    handed: dict[str, Any] | None = getattr(config, "workerinput", None)
    if handed is not None:
        config.stash[REPORT] = Report.from_json(handed[_HANDED_OVER])
        return
    try:
        config.stash[REPORT] = _verified(config)
    except MeshtrailError as error:
        raise pytest.UsageError(visible_lines(str(error))) from error
    config.pluginmanager.register(Nothing(), "meshtrail-nothing")


class Nothing:
    """Watches that a session which proved nothing does not look green.

    To pytest a session of nothing but skipped items went well, and one whose `claim` has no values is such a session.
    """

    def __init__(self) -> None:
        self._decided = self._empty = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a claim that was decided, or that somebody accepts."""
        self._decided |= (report.when == "call" and report.passed) or hasattr(report, "wasxfail")

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Exit as where nothing was collected."""
        went_well = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
        if went_well and not self._decided and not session.config.option.collectonly:
            session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
            self._empty = True

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say why."""
        if self._empty:
            terminalreporter.write_line("No claim was decided, which proves nothing.")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the report to a worker of xdist."""
    node.workerinput[_HANDED_OVER] = node.config.stash[REPORT].to_json()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One item for every claim, marked with its severity."""
    if "claim" not in metafunc.fixturenames:
        return
    report = metafunc.config.stash[REPORT]
    names: dict[str, int] = {}
    items: list[object] = []
    for claim in report.claims:
        name = _name(claim)
        names[name] = again = names.get(name, 0) + 1
        unique = name if again == 1 else f"{name} #{again}"
        items.append(pytest.param(claim, id=unique, marks=getattr(pytest.mark, claim.severity.value)))
    metafunc.parametrize("claim", items)


def pytest_report_header(config: pytest.Config) -> str:
    """Say what the items are about."""
    report = config.stash[REPORT]
    start, end = (f"{time:%Y-%m-%dT%H:%MZ}" for time in (report.window.start, report.window.end))
    return f"meshtrail: account {report.subject.account}, {start} to {end}"


def _verified(config: pytest.Config) -> Report:
    option = cast("Callable[[str], Any]", config.getoption)  # its stubs know no option of ours
    now = datetime.now(UTC)
    waivers = option("--waivers")
    options = Options(
        window=window_of(
            since=option("--since"), until=option("--until"), settle=option("--settle"), now=now
        ),
        now=now,
        late_after=parse_duration(option("--late-after")),
        digest_cadence=parse_interval(option("--digest-cadence")),
        selection=selection_of(option("--select"), option("--skip")),
        waivers=waivers_of(Path(waivers) if waivers else None),
    )
    file = option("--manifest")
    promised = one_manifest(Path(file) if file else None, option("--stack"))
    aws = Aws()
    with keeping(nothing=option("--no-cache")) as checkpoint, watching() as watcher:
        manifest, inventory = manifest_or_discovery(
            promised, regions=option("--region"), sources=option("--event-source"), aws=aws, watcher=watcher
        )
        report = Verification(
            manifest,
            aws=aws,
            objects_of=opener(aws),
            options=options,
            inventory=inventory,
            checkpoint=checkpoint,
            watcher=watcher,
        ).run()
    if option("--report"):
        write_file(Path(option("--report")), report.to_json(), option="--report")
    return report


def _name(claim: Claim) -> str:
    scope = (claim.account, claim.region, claim.store or claim.subject)
    return " ".join([claim.id, *(part for part in scope if part)])
