"""One report of several: what the runs of different machines, each with its share of the accounts, found together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verify.organization.checkpoint import KEPT
from verify.organization.document import DERIVED, OrganizationReport
from verify.organization.limits import Limits
from verify.organization.matrix import AccountRow, Cell, CellState
from verify.report.parts import Window
from verify.report.written import ReportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


def merged(reports: Sequence[OrganizationReport]) -> OrganizationReport:
    """The report about all accounts of these reports, whose claims are decided again.

    The order of the reports does not matter. Where two of them know the same account, the later one is right; but what
    it could not tell, the earlier one may have, unless that has become old. An account that is in no report stays left
    out, and leaves the claims about the organization open. The window is the time that all of them looked at. Waivers
    of those claims are gone: what they accepted is not what is claimed now. Those of accounts and cells stay with them
    until they run out.

    Raises:
        ReportError: There is none, they are about different organizations or event sources, or have no time in common.
    """
    if not reports:
        raise ReportError(
            "there is no report to merge",
            remedy="Give the JSON of at least one `meshtrail verify --organization`.",
        )
    ordered = sorted(reports, key=lambda report: (report.generated_at, report.to_json()))
    organization, management_account = _the_one(ordered)
    rows: dict[str, AccountRow] = {}
    fresh: set[str] = set()
    for report in ordered:
        for row in report.accounts:
            rows[row.id] = _both(rows[row.id], row) if row.id in fresh else row
        if ordered[-1].generated_at - _since(report) <= KEPT:
            fresh |= {row.id for row in report.accounts}
    regions = sorted({region for report in ordered for region in report.regions})
    left_out = {account for report in ordered for account in report.left_out} - set(rows)
    others = {
        claim.model_dump_json(): claim
        for report in ordered
        for claim in report.claims
        if claim.id not in DERIVED
    }
    now = ordered[-1].generated_at
    return OrganizationReport.of(
        (_still_accepted(row, now) for row in rows.values()),
        organization=organization,
        management_account=management_account,
        regions=regions,
        window=_common(ordered),
        generated_at=now,
        left_out=sorted(left_out),
        limits=_limits(ordered, regions),
        event_sources=_sources(ordered),
        decided=sorted({name for report in ordered for name in report.decided}),
        claims=others.values(),
    )


def _since(report: OrganizationReport) -> datetime:
    """When what it says was found, at the earliest."""
    return report.limits.found_since or report.generated_at


def _limits(reports: Sequence[OrganizationReport], regions: Sequence[str]) -> Limits:
    """What all of them together do not speak of.

    Who left is told by the newest report where that looked in all Regions; else every one has to tell. Which accounts
    there are, the newest one tells.
    """
    newest = reports[-1]
    telling = (newest,) if set(newest.regions) >= set(regions) else reports
    others = {region for report in reports for region in report.limits.other_regions}
    since = [report.limits.found_since for report in reports if report.limits.found_since is not None]
    return Limits(
        who_left=tuple(why for report in telling for why in report.limits.who_left),
        who_moved=newest.limits.who_moved,
        differing=tuple(account for report in reports for account in report.limits.differing),
        other_regions=tuple(others - set(regions)),
        found_since=min(since, default=None),
    )


def _the_one(reports: Iterable[OrganizationReport]) -> tuple[str, str]:
    """The organization that all of them are about."""
    named = sorted({(report.organization, report.management_account) for report in reports})
    if len(named) > 1:
        raise ReportError(
            "the reports are about different organizations",
            why=", ".join(f"{organization} of {account}" for organization, account in named),
            remedy="Merge the reports of one organization at a time.",
        )
    return named[0]


def _sources(reports: Iterable[OrganizationReport]) -> tuple[str, ...]:
    """The event sources that all of them looked for."""
    named = sorted({tuple(sorted(report.event_sources)) for report in reports})
    if len(named) > 1:
        raise ReportError(
            "the reports are about the events of different services",
            why="; ".join(", ".join(sources) for sources in named),
            remedy="Merge reports of the same --event-source.",
        )
    return named[0]


def _still_accepted(row: AccountRow, now: datetime) -> AccountRow:
    """A row without the waivers that have run out."""
    if row.waiver is not None and row.waiver.expires < now:
        row = replace(row, waiver=None)
    if any(cell.waiver is not None and cell.waiver.expires < now for cell in row.cells):
        cells = (
            replace(cell, waiver=None) if cell.waiver is not None and cell.waiver.expires < now else cell
            for cell in row.cells
        )
        row = replace(row, cells=tuple(cells))
    return row


def _common(reports: Iterable[OrganizationReport]) -> Window:
    windows = [report.window for report in reports]
    start, end = max(one.start for one in windows), min(one.end for one in windows)
    if start > end:
        raise ReportError(
            "the reports looked at different times",
            why=f"one begins at {start:%Y-%m-%d %H:%M:%S} UTC, another ended at {end:%Y-%m-%d %H:%M:%S} UTC",
            remedy="Give all runs the same --since and --until.",
        )
    return Window(start=start, end=end)


def _both(earlier: AccountRow, later: AccountRow) -> AccountRow:
    """The later row, and what only the earlier one knows."""
    cells = {cell.region: cell for cell in earlier.cells}
    for cell in later.cells:
        cells[cell.region] = _known(cells.get(cell.region), cell)
    if earlier.reached and not later.reached:
        later = replace(later, reached=True, why=earlier.why, remedy=earlier.remedy, waiver=None)
    return replace(later, cells=tuple(cells.values()))


def _known(earlier: Cell | None, later: Cell) -> Cell:
    if earlier is None or later.state is not CellState.UNKNOWN:
        return later
    return earlier
