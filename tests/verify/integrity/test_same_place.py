"""Other digest files in the same place: written later, of another trail, of an organization."""

from __future__ import annotations

from cloudtrail.digest import LogReference, sha256_hex
from tests.verify.integrity.world import (
    BUCKET,
    HOUR,
    MINUTE,
    START,
    STRANGERS_KEY,
    TRAIL,
    World,
    logs_but_valid,
)
from verify.integrity import LogStatus, Outcome
from verify.objects import inflate


def test_a_backfill_digest_file_covers_what_it_names(world: World) -> None:
    """Written later for an hour that had none, it makes that hour's log files valid."""
    world.delete(world.digests[2])
    assert world.check().result.log_counts[LogStatus.UNCOVERED] == 2
    world.restart()
    world.digest(
        START + 3 * HOUR,
        backfill=True,
        logs=tuple(
            LogReference(bucket=BUCKET, key=key, sha256=sha256_hex(inflate(world.body(key), 1_000_000)))
            for key in world.logs[4:6]
        ),
    )
    result = world.check()
    assert result.result.log_counts == {LogStatus.VALID: 12}
    assert [digest.key for digest in result.digests if digest.backfill] == [world.digests[-1]]
    assert result.result.gaps == ()


def test_log_files_of_another_trail_into_the_same_place_are_left_to_it(world: World) -> None:
    """Two trails may share a bucket and prefix: what the other one's digest files name is not an intruder."""
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.hours(6)
    result = world.check()
    assert result.outcome is Outcome.SOUND
    assert result.result.log_counts == {LogStatus.VALID: 12}
    assert result.result.other_trails == 6


def test_another_trails_forged_digest_file_excuses_nothing(world: World) -> None:
    """Only authentic digest files are believed, whoever's they are."""
    injected = world.log(START + 30 * MINUTE, listed=False)
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    reference = LogReference(bucket=BUCKET, key=injected, sha256="0" * 64)
    other.digest(START + HOUR, signer=STRANGERS_KEY, logs=(reference,))
    assert logs_but_valid(world.check()) == {injected: LogStatus.UNREFERENCED}


def test_an_organization_trail_is_looked_for_under_its_organization() -> None:
    """Keys carry the organization's id, and the member account's."""
    trail = TRAIL.model_copy(update={"scope": "organization"})
    world = World(trail, organization="o-exampleorgid").hours(6)
    assert "o-exampleorgid" in world.digests[0]
    assert world.check().outcome is Outcome.SOUND
    assert world.check(organization="o-anotherorgid").outcome is Outcome.BROKEN


def test_what_is_left_to_another_trail_is_counted(world: World) -> None:
    """Nothing is passed over in silence."""
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.hours(6)
    assert world.check().result.left_to_others == 12


def test_log_files_that_two_trails_name_are_judged_as_ones_own(world: World) -> None:
    """What the trail's own digest files name is held against them, whoever else names it."""
    other = World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.digest(START + HOUR, logs=(LogReference(bucket=BUCKET, key=world.logs[0], sha256="0" * 64),))
    world.delete(world.logs[0])
    assert logs_but_valid(world.check()) == {world.logs[0]: LogStatus.MISSING}


def test_an_organization_trail_seen_from_a_member_account_has_the_members_folder() -> None:
    """The trail's ARN names the management account, its keys the organization and the member."""
    arn = "arn:aws:cloudtrail:us-east-1:210987654321:trail/meshtrail"
    trail = TRAIL.model_copy(update={"scope": "organization", "arn": arn})
    world = World(trail, organization="o-exampleorgid").hours(6)
    assert "/o-exampleorgid/123456789012/" in world.digests[0]
    assert world.check().outcome is Outcome.SOUND
