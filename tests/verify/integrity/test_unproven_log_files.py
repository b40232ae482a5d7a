"""Objects among the log files that no digest file names."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from cloudtrail.digest import LogReference, sha256_hex
from tests.verify.integrity.world import (
    ACCOUNT,
    BUCKET,
    HOUR,
    MINUTE,
    REGION,
    START,
    World,
    gaps,
    logs_but_valid,
)
from verify.integrity import GapKind, LogStatus, Outcome
from verify.window import Window


def test_an_injected_log_file_is_unreferenced(world: World) -> None:
    """A file that no digest file names was not delivered by this trail, if digest files cover its delivery."""
    injected = world.log(START + 2 * HOUR + 30 * MINUTE, listed=False)
    result = world.check()
    assert logs_but_valid(result) == {injected: LogStatus.UNREFERENCED}
    assert result.outcome is Outcome.BROKEN


def test_an_object_injected_later_under_an_old_stamp_is_unreferenced_too(world: World) -> None:
    """S3's own time of writing does not help an attacker: where it does not fit the stamp, the stamp counts."""
    injected = world.log(START + 2 * HOUR + 30 * MINUTE, listed=False)
    world.bucket.objects[injected] = replace(world.bucket.objects[injected], last_modified=START + 9 * HOUR)
    assert logs_but_valid(world.check()) == {injected: LogStatus.UNREFERENCED}


def test_an_object_that_is_not_named_as_cloudtrail_names_is_foreign(world: World) -> None:
    """A query over the folder would read it as events all the same. A folder's empty marker is no object."""
    folder = world.logs[0].rpartition("/")[0]
    world.bucket.objects[f"{folder}/events.json"] = replace(world.bucket.objects[world.logs[0]])
    world.bucket.objects[f"{folder}/"] = replace(world.bucket.objects[world.logs[0]], body=b"")
    assert logs_but_valid(world.check()) == {f"{folder}/events.json": LogStatus.FOREIGN}


def test_log_files_stamped_for_the_next_day_are_not_foreign() -> None:
    """Around midnight CloudTrail's stamp may lie in the day after the folder's."""
    midnight = START + 18 * HOUR
    world = World()
    key = world.log(midnight - 3 * MINUTE)
    world.digest(midnight + HOUR)
    filed = key.replace("/2026/08/04/", "/2026/08/03/")
    world.bucket.objects[filed] = world.bucket.objects.pop(key)
    result = world.check(window=Window(midnight - HOUR, midnight + HOUR), now=midnight + 2 * HOUR)
    assert logs_but_valid(result) == {key: LogStatus.MISSING, filed: LogStatus.UNCOVERED}


def test_log_files_of_an_hour_without_its_digest_file_are_uncovered(world: World) -> None:
    """They may be right; nothing proves it, and they are not called injected."""
    world.delete(world.digests[3])
    assert logs_but_valid(world.check()) == dict.fromkeys(world.logs[6:8], LogStatus.UNCOVERED)


def test_recent_log_files_are_pending(world: World) -> None:
    """What was delivered after the newest digest file is due later, and spoils nothing."""
    recent = world.log(START + 6 * HOUR + 10 * MINUTE)
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 6 * HOUR + 30 * MINUTE)
    assert logs_but_valid(result) == {recent: LogStatus.PENDING}
    assert result.outcome is Outcome.SOUND


def test_log_files_do_not_stay_pending_for_ever(world: World) -> None:
    """Once a digest file is overdue they are uncovered, and the missing digest files are a finding."""
    recent = world.log(START + 6 * HOUR + 10 * MINUTE)
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 9 * HOUR)
    assert logs_but_valid(result) == {recent: LogStatus.UNCOVERED}
    assert gaps(result) == [(GapKind.OVERDUE, 6, 7, 1, 1)]
    assert result.outcome is Outcome.BROKEN


# --- what their own records and bytes say ----------------------------------------------------------------------


def records_of(account: str, region: str) -> bytes:
    """A log file with one record of an account and Region."""
    record = {"recipientAccountId": account, "awsRegion": region, "eventID": "x"}
    return gzip.compress(json.dumps({"Records": [record]}).encode())


@pytest.mark.parametrize(
    "owner", [("210987654321", REGION), (ACCOUNT, "us-west-2")], ids=["account", "Region"]
)
@pytest.mark.parametrize("minutes", [150, 370], ids=["unreferenced", "pending"])
def test_an_unproven_log_file_of_another_account_or_region_is_certainly_not_cloudtrails(
    world: World, owner: tuple[str, str], minutes: int
) -> None:
    """Whatever else might excuse it, CloudTrail does not write such a record under such a key."""
    key = world.log(START + minutes * MINUTE, listed=False, body=records_of(*owner))
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 6 * HOUR + 30 * MINUTE)
    assert logs_but_valid(result) == {key: LogStatus.CONTRADICTION}
    assert "its record 0 was recorded" in result.problems[0].detail
    assert result.outcome is Outcome.BROKEN


def test_a_changed_log_file_tells_whose_records_it_holds(world: World) -> None:
    """The hashes stay told as well."""
    world.replace_body(world.logs[0], records_of("210987654321", REGION))
    result = world.check()
    assert logs_but_valid(result) == {world.logs[0]: LogStatus.CONTRADICTION}
    assert len(result.problems[0].expected) == len(result.problems[0].found) == 64


def test_a_proven_log_file_is_not_parsed() -> None:
    """What an authentic digest file names by its hash is CloudTrail's own, whatever it holds."""
    world = World()
    body = records_of("210987654321", REGION)
    key = world.log(START + MINUTE, listed=False, body=body)
    sha256 = sha256_hex(gzip.decompress(body))
    world.digest(START + HOUR, logs=(LogReference(bucket=BUCKET, key=key, sha256=sha256),))
    assert world.check(window=Window(START, START + HOUR)).outcome is Outcome.SOUND


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"not gzip", LogStatus.UNREADABLE), (gzip.compress(b"{}") + b"\0", LogStatus.TRAILING_BYTES)],
)
def test_a_young_log_file_that_is_not_one_gzip_stream_is_not_just_pending(
    world: World, body: bytes, status: LogStatus
) -> None:
    """No digest file has to come to tell that CloudTrail did not write it."""
    key = world.log(START + 6 * HOUR + 10 * MINUTE, listed=False, body=body)
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 6 * HOUR + 30 * MINUTE)
    assert logs_but_valid(result) == {key: status}


def test_a_young_log_file_that_may_not_be_read_is_not_passed_over(world: World) -> None:
    """What could not be looked at is never sound."""
    key = world.log(START + 6 * HOUR + 10 * MINUTE)
    world.bucket.denied = {key}
    result = world.check(window=Window(START, START + 7 * HOUR), now=START + 6 * HOUR + 30 * MINUTE)
    assert logs_but_valid(result) == {key: LogStatus.INACCESSIBLE}
    assert result.outcome is Outcome.UNKNOWN


# --- where they lie --------------------------------------------------------------------------------------------


def test_a_log_file_of_another_account_or_region_in_this_folder_is_misplaced(world: World) -> None:
    """Its name says whose it is; the folder says something else."""
    folder, _, name = world.logs[0].rpartition("/")
    strays = {
        f"{folder}/{name.replace('eu-west-1', 'eu-west-2')}",
        f"{folder}/{name.replace('123456', '210987')}",
    }
    for key in strays:
        world.bucket.objects[key] = world.bucket.objects[world.logs[0]]
    result = world.check()
    assert logs_but_valid(result) == dict.fromkeys(strays, LogStatus.MISPLACED)
    assert {problem.expected for problem in result.problems} == {f"{ACCOUNT} {REGION}"}


def test_objects_beside_the_days_are_found_too(world: World) -> None:
    """Nothing CloudTrail writes lies outside a day's folder."""
    root = world.logs[0].partition("2026/")[0]
    strays = {f"{root}.x", f"{root}events.json.gz", f"{root}2026/08/03x/y", f"{root}2026/08/03-y"}
    for key in strays:
        world.bucket.objects[key] = world.bucket.objects[world.logs[0]]
    assert logs_but_valid(world.check()) == dict.fromkeys(strays, LogStatus.FOREIGN)
