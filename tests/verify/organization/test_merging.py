from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verify.organization import sample
from verify.organization.claims import NO_EVENT_LOST
from verify.organization.limits import Limits
from verify.organization.matrix import AccountRow, CellState
from verify.organization.merging import merged
from verify.report.parts import Claim, Severity, Window
from verify.report.written import ReportError
from verify.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verify.organization.document import OrganizationReport

EVERYBODY = tuple(sample.row(number).id for number in range(12))


def shard(*rows: AccountRow, minutes: int = 0, **changes: object) -> OrganizationReport:
    """The report of a run that was asked for these accounts only."""
    mine = {row.id for row in rows}
    made = sample.report(*rows, left_out=tuple(one for one in EVERYBODY if one not in mine))
    return made.model_copy(update={"generated_at": made.generated_at + timedelta(minutes=minutes), **changes})


def test_shards_of_an_organization_are_the_organization() -> None:
    """Each leaves its claims open; together they are the same bytes as one run that saw all."""
    rows = sample.passing().accounts
    shards = [shard(*rows[start::3]) for start in range(3)]
    assert {one.verdict for one in shards} == {Verdict.UNVERIFIABLE}
    assert merged(shards).to_json() == sample.passing().to_json()


def test_a_shard_that_is_missing_is_not_passed_over() -> None:
    """Its accounts stay left out, and are named."""
    rows = sample.passing().accounts
    found = merged([shard(*rows[start::3]) for start in range(2)])
    assert found.verdict is Verdict.UNVERIFIABLE
    assert found.left_out == tuple(sorted(row.id for row in rows[2::3]))
    assert "left out" in {item.label for claim in found.claims for item in claim.evidence}


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(4)), st.data())
def test_the_order_of_reports_does_not_matter(order: Sequence[int], data: st.DataObject) -> None:
    """Not even where they speak of the same accounts."""
    rows = sample.failing().accounts
    reports = [
        shard(*(data.draw(st.sampled_from(rows)),), minutes=data.draw(st.integers(0, 1))) for _ in range(4)
    ]
    assert merged(reports).to_json() == merged([reports[index] for index in order]).to_json()


def test_one_report_is_itself() -> None:
    """Nothing is gained, nothing lost."""
    assert merged([sample.failing()]) == sample.failing()


def test_the_later_report_is_right() -> None:
    """A Region that was mended since is mended, and one that broke is broken."""
    earlier = shard(sample.row(1, sample.lost("eu-west-1")), sample.row(2))
    later = shard(sample.row(1), sample.row(2, sample.lost("us-east-1")), minutes=5)
    found = merged([later, earlier])
    assert {
        (row.id, cell.region) for row in found.accounts for cell in row.cells if cell.state is CellState.LOST
    } == {(sample.row(2).id, "us-east-1")}


def test_what_the_later_report_could_not_tell_the_earlier_may_have() -> None:
    """A run that lost its token in the middle does not unlearn what was known."""
    earlier = shard(*(sample.row(number) for number in range(12)))
    later = shard(sample.row(0), sample.unreached(1), sample.row(2, sample.unknown("eu-west-1")), minutes=5)
    assert merged([earlier, later]).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "aged",
    [
        pytest.param({"minutes": -1}, id="report"),
        pytest.param(
            {"limits": Limits(found_since=sample.END - timedelta(minutes=1))}, id="rows-of-a-resumed-run"
        ),
    ],
)
def test_what_has_become_old_answers_nothing_that_is_open_now(aged: dict[str, Any]) -> None:
    """An account that lets nobody look since is not known to be well; twelve hours are what a run may take."""
    rows = [sample.row(number) for number in range(12)]
    later = shard(
        sample.row(0), sample.unreached(1), sample.row(2, sample.unknown("eu-west-1")), minutes=12 * 60
    )
    if "limits" in aged:
        later = shard(*later.accounts, minutes=11 * 60 + 45)
    found = merged([shard(*rows, **aged), later])
    assert found.verdict is Verdict.UNVERIFIABLE
    by_id = {row.id: row for row in found.accounts}
    assert not by_id[sample.row(1).id].reached
    assert {cell.region for cell in by_id[sample.row(2).id].cells if cell.state is CellState.UNKNOWN} == {
        "eu-west-1"
    }


def test_who_left_is_told_by_the_newest_report() -> None:
    """Unless it looked in fewer Regions than the others."""
    untold = Limits(who_left=("refused",))
    rows = sample.passing().accounts
    old, new = sample.report(*rows, limits=untold), sample.passing()
    new = new.model_copy(update={"generated_at": new.generated_at + timedelta(minutes=1)})
    assert merged([old, new]).limits.who_left == ()
    fewer = sample.report(
        *(sample.row(number, regions=sample.REGIONS[:1]) for number in range(12)), regions=sample.REGIONS[:1]
    )
    fewer = fewer.model_copy(update={"generated_at": new.generated_at})
    found = merged([old, fewer])
    assert (found.limits.who_left, found.verdict) == (("refused",), Verdict.UNVERIFIABLE)


def test_regions_that_one_run_left_aside_and_another_asked_for_are_asked_for() -> None:
    """Others stay aside; and rows are as old as the oldest."""
    one = shard(
        sample.row(1), limits=Limits(other_regions=("us-east-1", "sa-east-1"), found_since=sample.END)
    )
    found = merged([one, shard(sample.row(2))])
    assert found.limits == Limits(other_regions=("sa-east-1",), found_since=sample.END)


def test_a_region_that_only_one_report_asked_for_is_unknown_elsewhere() -> None:
    """Columns are those of all reports; a cell nobody looked at is not taken for one that is well."""
    two = ("us-east-1", "eu-west-1")
    one = sample.report(sample.row(1, regions=two), regions=two)
    other = sample.report(sample.row(2, regions=two[:1]), regions=two[:1])
    found = merged([one, other])
    assert found.regions == tuple(sorted(two))
    assert found.verdict is Verdict.UNVERIFIABLE


def test_the_window_is_the_time_all_looked_at() -> None:
    """Two runs that began an hour apart have the time in common that both saw; none is refused."""
    hour = timedelta(hours=1)
    moved = Window(start=sample.WINDOW.start + hour, end=sample.WINDOW.end + hour)
    found = merged([shard(sample.row(1)), shard(sample.row(2), window=moved)])
    assert found.window == Window(start=moved.start, end=sample.WINDOW.end)
    long_ago = Window(start=moved.start - timedelta(days=30), end=moved.end - timedelta(days=29))
    with pytest.raises(ReportError, match="different times"):
        merged([shard(sample.row(1)), shard(sample.row(2), window=long_ago)])


def test_different_organizations_do_not_merge() -> None:
    """Nor do no reports at all."""
    with pytest.raises(ReportError, match="different organizations"):
        merged([shard(sample.row(1)), shard(sample.row(2), organization="o-exampleothr")])
    with pytest.raises(ReportError, match="no report"):
        merged([])


def test_other_claims_are_kept_once() -> None:
    """What several runs claim of the same organization trail in the same words is one claim."""
    claim = Claim(
        id="trail.logging",
        title="The trail is on",
        verdict=Verdict.PASS,
        severity=Severity.CRITICAL,
        subject=sample.TRAIL,
        summary="It is.",
    )
    one, two = (
        shard(
            sample.row(number),
            minutes=number,
            claims=(claim, replace_summary(claim, f"run {number}")),
        )
        for number in range(2)
    )
    summaries = [each.summary for each in merged([one, two]).claims if each.id == claim.id]
    assert sorted(summaries) == ["It is.", "run 0", "run 1"]


def replace_summary(claim: Claim, summary: str) -> Claim:
    """The claim in other words."""
    return claim.model_copy(update={"summary": summary})


def test_an_account_that_was_reached_once_stays_reached() -> None:
    """And a cell of it that no report knows stays unknown."""
    half = replace(sample.row(1), cells=sample.row(1).cells[:1])
    found = merged([shard(half), shard(sample.unreached(1), minutes=5)])
    assert found.accounts[0].reached
    claim = next(claim for claim in found.claims if claim.id == NO_EVENT_LOST.id)
    assert any("us-west-2" in item.value for item in claim.evidence)
