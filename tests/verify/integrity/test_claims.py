"""What is claimed of a checked trail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.verify.integrity.world import ACCOUNT, HOUR, LONG_ON, REGION, SOURCES, START, TRAIL, World, keys
from verify.finding import SHOWN
from verify.integrity.claims import integrity_claims
from verify.integrity.tally import KEPT
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.stores.base import Place, no_progress
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from cloudtrail.manifest import TrailPromise
    from verify.report.parts import Claim


def claims(world: World, trail: TrailPromise = TRAIL, **changes: Any) -> tuple[Claim, Claim]:
    """The claim of the chain and that of the log files."""
    log_files = LogFiles(world.bucket, bucket=trail.bucket, sources=SOURCES, checkpoint=SqliteCheckpoint())
    arguments: dict[str, Any] = {
        "log_files": log_files,
        "public_keys": keys,
        "organization": None,
        "window": Window(START, START + 6 * HOUR),
        "now": START + 9 * HOUR,
        "cadence": timedelta(hours=1),
        "logging": LONG_ON,
        "progress": no_progress,
    }
    chain, logs = integrity_claims(trail, Place(ACCOUNT, REGION), **arguments | changes)
    return chain, logs


def test_a_sound_trail_passes_both(world: World) -> None:
    """With the numbers it rests on."""
    chain, logs = claims(world)
    assert (chain.verdict, logs.verdict) == (Verdict.PASS, Verdict.PASS)
    assert (chain.summary, logs.summary) == (
        "6 digest files signed and linked.",
        "12 log files as delivered.",
    )


def test_where_an_organization_trails_files_lie_may_not_be_known(world: World) -> None:
    """Without the organization's id nothing is found, and nobody is accused of it."""
    for claim in claims(world, TRAIL.model_copy(update={"scope": "organization"})):
        assert claim.verdict is Verdict.UNVERIFIABLE
        assert "organizations:DescribeOrganization" in str(claim.reason)


def test_without_log_file_validation_neither_applies(world: World) -> None:
    """There is nothing to hold the files against."""
    trail = TRAIL.model_copy(update={"log_file_validation": False})
    assert {claim.verdict for claim in claims(world, trail)} == {Verdict.NOT_APPLICABLE}


def test_that_validation_is_off_excuses_nothing_where_nobody_promised_so(world: World) -> None:
    """Of a trail that was only discovered, somebody may have turned it off and changed what lay there."""
    trail = TRAIL.model_copy(update={"log_file_validation": False})
    world.delete(world.digests[2])
    chain, _ = claims(world, trail, discovered=True)
    assert chain.verdict is Verdict.FAIL


def test_what_the_bucket_was_promised_to_delete_is_not_missing(world: World) -> None:
    """A window that reaches further back than files are kept accuses nobody; what is kept is checked all the same."""
    for key in (*world.digests[:2], *world.logs[:4]):
        world.delete(key)
    chain, logs = claims(world)
    assert (chain.verdict, logs.verdict) == (Verdict.FAIL, Verdict.UNVERIFIABLE), (
        "four are gone without a trace"
    )
    oldest = START + 2 * HOUR
    assert {claim.verdict for claim in claims(world, oldest=oldest)} == {Verdict.PASS}
    assert {claim.verdict for claim in claims(world, oldest=START + 7 * HOUR)} == {Verdict.UNVERIFIABLE}
    world.delete(world.digests[3])
    assert claims(world, oldest=oldest)[0].verdict is Verdict.FAIL


def test_a_new_trail_that_aws_tells_nothing_about_is_unverifiable() -> None:
    """No digest file, and GetTrailStatus is denied: the action that would settle it is named."""
    chain, logs = claims(World(), logging=None)
    assert (chain.verdict, logs.verdict) == (Verdict.UNVERIFIABLE, Verdict.UNVERIFIABLE)
    assert "cloudtrail:GetTrailStatus" in str(chain.reason)


def test_of_very_many_problems_the_first_are_told_and_all_are_counted() -> None:
    """A report stays readable, and its numbers complete."""
    world = World().hours(6, logs=KEPT // 5)
    for key in world.logs:
        world.delete(key)
    _, logs = claims(world)
    assert logs.verdict is Verdict.FAIL
    assert logs.summary.startswith(f"{len(world.logs)} problems.")
    facts = [(fact.label, fact.value) for fact in logs.evidence]
    assert ("counted", f"{len(world.logs)} missing") in facts
    assert facts[-1] == ("and more", f"{len(world.logs) - SHOWN} others")
