from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.digest import fingerprint, load_public_key
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession
    from sandbox.server import Sandbox


@pytest.fixture(scope="module")
def settings() -> SandboxSettings:
    """AWS's own limit on LookupEvents."""
    return SandboxSettings(delivery_interval=3600, digest_interval=3600)


def test_lookup_finds_app_mesh_events_by_source(client: SandboxClient, root: SandboxSession) -> None:
    """An App Mesh call is in Event history of its Region as soon as it is answered."""
    root.client("appmesh", "eu-west-1").create_mesh(meshName="m", spec={})
    attribute = {"AttributeKey": "EventSource", "AttributeValue": "appmesh.amazonaws.com"}
    answer = root.client("cloudtrail", "eu-west-1").lookup_events(LookupAttributes=[attribute])
    (event,) = answer["Events"]
    assert event["EventName"] == "CreateMesh"
    assert isinstance(event["EventTime"], datetime)
    assert client.events()[-1]["eventName"] == "LookupEvents"


def test_lookup_sees_one_region_of_one_account(client: SandboxClient, root: SandboxSession) -> None:
    """Neither another Region's nor another account's events are found."""
    root.client("appmesh", "eu-west-1").create_mesh(meshName="m", spec={})
    assert root.client("cloudtrail").lookup_events()["Events"] == []
    other = client.root("111122223333")
    assert other.client("cloudtrail", "eu-west-1").lookup_events()["Events"] == []


def test_the_third_lookup_in_a_second_is_throttled(
    sandbox: Sandbox, root: SandboxSession, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two calls a second per account and Region; the third is a real ThrottlingException, HTTP 400."""
    monkeypatch.setattr(sandbox.state.lookups, "_clock", lambda: 0.0)  # one second, however slow the machine
    cloudtrail = root.client("cloudtrail")
    for _ in range(2):
        cloudtrail.lookup_events()
    with refused() as error:
        cloudtrail.lookup_events()
    assert (error.code, error.status) == ("ThrottlingException", 400)
    assert root.client("cloudtrail", "eu-west-1").lookup_events()["Events"] == []


def test_public_keys_are_the_regions_own(root: SandboxSession) -> None:
    """Each Region has a key of its own, in DER, named by its fingerprint, and it stays the same."""
    now = datetime.now(UTC)
    keys = [
        root.client("cloudtrail", region).list_public_keys(StartTime=now, EndTime=now)["PublicKeyList"]
        for region in ("us-east-1", "eu-west-1", "us-east-1")
    ]
    assert [len(each) for each in keys] == [1, 1, 1]
    home, other, again = (each[0] for each in keys)
    assert home["Fingerprint"] == fingerprint(home["Value"])
    assert load_public_key(home["Value"]).key_size == 2048
    assert home["ValidityStartTime"] < now < home["ValidityEndTime"]
    assert home["Fingerprint"] == again["Fingerprint"] != other["Fingerprint"]


def test_public_keys_of_long_ago_are_gone(root: SandboxSession) -> None:
    """A period in which no key of the Region was in use has none."""
    then = datetime.now(UTC) - timedelta(days=365)
    answer = root.client("cloudtrail").list_public_keys(StartTime=then, EndTime=then + timedelta(days=1))
    assert answer["PublicKeyList"] == []


def test_public_keys_refuse_a_period_that_ends_before_it_starts(root: SandboxSession, refused: Any) -> None:
    """A start after the end is an InvalidTimeRangeException."""
    now = datetime.now(UTC)
    with refused() as error:
        root.client("cloudtrail").list_public_keys(StartTime=now, EndTime=now - timedelta(days=1))
    assert error.code == "InvalidTimeRangeException"
