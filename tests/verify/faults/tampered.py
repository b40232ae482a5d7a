"""What somebody may do to a bucket that CloudTrail signed, on one in memory with keys of our own."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cloudtrail.digest import LogReference, PreviousDigest, sha256_hex
from cloudtrail.manifest import Manifest
from tests.verify.integrity.world import (
    ACCOUNT,
    BUCKET,
    HOUR,
    LONG_ON,
    MINUTE,
    REGION,
    SOURCES,
    START,
    STRANGERS_KEY,
    TRAIL,
    World,
    keys,
)
from verify.assembly import assemble
from verify.integrity.claims import integrity_claims
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.objects import inflate
from verify.stores.base import Place
from verify.stores.expectation import of_trail
from verify.stores.trail_bucket import TrailBucket
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from verify.report import Report

ANOTHER_ACCOUNT = "210987654321"


def unwatched(_count: int) -> None:
    """Progress that nobody watches."""


def verified(world: World, **changes: Any) -> Report:
    """The report of an integrity check three hours after six signed ones; `changes` override its arguments."""
    window = Window(START, START + 6 * HOUR)
    arguments: dict[str, Any] = {
        "public_keys": keys,
        "organization": world.organization,
        "window": window,
        "now": START + 9 * HOUR,
        "cadence": HOUR,
        "logging": LONG_ON,
        "progress": unwatched,
    } | changes
    checkpoint = SqliteCheckpoint()
    log_files = LogFiles(world.bucket, bucket=BUCKET, sources=SOURCES, checkpoint=checkpoint)
    claims = list(integrity_claims(world.trail, Place(ACCOUNT, REGION), log_files=log_files, **arguments))
    checkpoint.close()
    expectation = of_trail(world.trail, account=ACCOUNT, since=None)
    bucket = TrailBucket(world.trail, organization=None, log_files=log_files, expectation=expectation)
    manifest = Manifest(
        account=ACCOUNT, partition="aws", home_region=REGION, regions=(REGION,), trails=(world.trail,)
    )
    return assemble(
        manifest,
        window=window,
        generated_at=arguments["now"],
        claims=claims,
        answers=[],
        events=[],
        coverage=[],
        stores=[bucket],
    )


def sound(hours: int = 6) -> World:
    """Hours with two log files and a digest file each."""
    return World().hours(hours)


def after(*deeds: Callable[[World], object], **changes: Any) -> Callable[[None], Report]:
    """A sound trail, after something was done to it."""

    def done(_: None) -> Report:
        world = sound()
        for deed in deeds:
            deed(world)
        return verified(world, **changes)

    return done


# --- what is done ----------------------------------------------------------------------------------------------


def without_digests(*indexes: int) -> Callable[[World], object]:
    """Delete digest files; all of them if none is named."""
    return lambda world: [
        world.delete(key)
        for index, key in enumerate(world.digests)
        if index in (indexes or range(len(world.digests)))
    ]


def other_hash(_: None) -> Report:
    """Sign a digest file that records another hash of the one before it."""
    return _linked_wrongly(sha256="0" * 64)


def other_signature(_: None) -> Report:
    """Sign a digest file that records another signature of the one before it."""
    return _linked_wrongly(signature="ab" * 256)


def _linked_wrongly(**difference: str) -> Report:
    world = sound(3)
    previous = world._previous
    assert isinstance(previous, PreviousDigest)
    world._previous = replace(previous, **difference)
    world.hours(3, start=START + 3 * HOUR)
    return verified(world)


def ends_apart(_: None) -> Report:
    """Sign a digest file that begins ten minutes after the one before it ended."""
    world = sound(3)
    world.digest(START + 4 * HOUR, start=START + 3 * HOUR + 10 * MINUTE)
    world.hours(2, start=START + 4 * HOUR)
    return verified(world)


def signed_by_somebody_else(world: World) -> None:
    """Write a digest file again, signed with a key that is not CloudTrail's."""
    world.digest(START + 3 * HOUR, signer=STRANGERS_KEY)


def unsigned(world: World) -> None:
    """Take a digest file's signature off its object."""
    key = world.digests[-1]
    world.bucket.objects[key] = replace(world.bucket.objects[key], metadata={})


def changed_digest(world: World) -> None:
    """Write a digest file again with one byte more."""
    key = world.digests[2]
    world.replace_body(key, gzip.compress(inflate(world.body(key), 1_000_000) + b" "))


def appended(kind: str) -> Callable[[World], None]:
    """Write bytes behind the gzip stream of a log or digest file."""

    def done(world: World) -> None:
        key = getattr(world, kind)[2]
        world.replace_body(key, world.body(key) + b"behind")

    return done


def changed_log(world: World) -> None:
    """Write other records into a log file."""
    world.replace_body(world.logs[0], gzip.compress(b'{"Records":[]}'))


def deleted_log(world: World) -> None:
    """Delete a log file."""
    world.delete(world.logs[4])


def injected_log(world: World) -> None:
    """Put a log file that no digest file names."""
    world.log(START + 2 * HOUR + 30 * MINUTE, listed=False)


def foreign_object(world: World) -> None:
    """Put something that is not called as CloudTrail calls log files among them."""
    folder = world.logs[0].rpartition("/")[0]
    world.bucket.objects[f"{folder}/events.json"] = world.bucket.objects[world.logs[0]]


def outside_its_folder(account: str, region: str) -> Callable[[World], None]:
    """Put a copy of a log file of another account or Region into the folder."""

    def done(world: World) -> None:
        folder, _, name = world.logs[0].rpartition("/")
        name = name.replace(ACCOUNT, account, 1).replace(REGION, region, 1)
        world.bucket.objects[f"{folder}/{name}"] = world.bucket.objects[world.logs[0]]

    return done


def contradicting(account: str, region: str) -> Callable[[World], object]:
    """Put a log file whose record belongs to another account or Region than its key says."""
    record = {"recipientAccountId": account, "awsRegion": region, "eventID": "x"}
    body = gzip.compress(json.dumps({"Records": [record]}).encode())
    return lambda world: world.log(START + 150 * MINUTE, listed=False, body=body)


def backfilled(world: World) -> None:
    """Delete a digest file that nothing links to; CloudTrail writes a backfill digest file for its hour."""
    without_digests(2)(world)
    world.restart()
    named = tuple(
        LogReference(bucket=BUCKET, key=key, sha256=sha256_hex(inflate(world.body(key), 1_000_000)))
        for key in world.logs[4:6]
    )
    world.digest(START + 3 * HOUR, backfill=True, logs=named)


def restarted(*, log_between: bool) -> Callable[[None], Report]:
    """Stop logging for two hours, with or without a log file in between."""

    def done(_: None) -> Report:
        world = sound(2)
        if log_between:
            world.log(START + 3 * HOUR, listed=False)
        world.restart()
        return verified(world.hours(2, start=START + 4 * HOUR))

    return done


def denied(kind: str) -> Callable[[World], None]:
    """Refuse one object to whoever verifies."""

    def done(world: World) -> None:
        world.bucket.denied = {getattr(world, kind)[2]}

    return done


def shifted(key_of: Callable[[World], str], by: timedelta) -> Callable[[World], None]:
    """Write an object again, later."""

    def done(world: World) -> None:
        key = key_of(world)
        stored = world.bucket.objects[key]
        world.bucket.objects[key] = replace(stored, last_modified=stored.last_modified + by)

    return done


def two_trails(_: None) -> Report:
    """Let another trail deliver into the same bucket and prefix."""
    world, other = sound(), World(TRAIL.model_copy(update={"name": "other"}))
    other.bucket = world.bucket
    other.hours(6)
    return verified(world)
