"""The probe: a marked call, found without guessing; a service that does not answer proves nothing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from cloudtrail.record import Record
from verify.landing.probe import Probe
from verify.report.parts import Claim
from verify.stores.base import Place, Reading, Sighting, StoreKind, no_progress
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from verify.aws import Aws


class World:
    """AWS as the probe sees it: marked calls turn up in a store some seconds later."""

    def __init__(
        self,
        make_record: Callable[..., Record],
        *,
        delay: float,
        app_mesh: Exception | None,
        records_refusals: bool = True,
        skew: float = 0,
    ) -> None:
        self.now = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
        self.make_record = make_record
        self.delay = timedelta(seconds=delay)
        self.app_mesh = app_mesh
        self.records_refusals = records_refusals
        self.skew = timedelta(seconds=skew)
        self.events: list[Record] = []
        self.agent = ""

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def marked(self, user_agent: str) -> "World":
        """The next calls carry this mark."""
        self.agent = user_agent
        return self

    def client(self, service: str, region: str) -> "World":
        """Every client is the world itself."""
        del service, region
        return self

    def get_caller_identity(self) -> dict[str, str]:
        """Who calls."""
        return {"Arn": "arn:aws:iam::123456789012:user/diego"}

    def list_meshes(self, **_request: Any) -> None:
        """An App Mesh call: recorded when it is answered or refused for lack of permission."""
        if self.app_mesh is None or ("AccessDenied" in str(self.app_mesh) and self.records_refusals):
            self._record("ListMeshes", "appmesh.amazonaws.com")
        if self.app_mesh is not None:
            raise self.app_mesh

    def describe_trails(self, **_request: Any) -> None:
        """The witness."""
        self._record("DescribeTrails", "cloudtrail.amazonaws.com")

    def _record(self, name: str, source: str) -> None:
        self.events.append(
            self.make_record(
                f"e{len(self.events)}",
                eventTime=(self.now + self.skew).isoformat(),
                eventName=name,
                eventSource=source,
                userAgent=f"Boto3/1 {self.agent}",
            )
        )


class FakeStore:
    """A store in which the world's events turn up late."""

    kind = StoreKind.EVENT_HISTORY
    title = location = "fake"
    doubt = None

    def __init__(self, world: World, name: str = "a", *, expects: bool = True) -> None:
        self.id = name
        self._world = world
        self._expects = expects

    def expects(self, record: Record) -> bool:
        """Always the same."""
        del record
        return self._expects

    def takes(self, record: Record) -> bool:
        """As it expects."""
        return self.expects(record)

    def find(
        self,
        place: Place,
        window: Window,
        *,
        sources: Sequence[str],
        now: datetime,
        progress: Callable[[int], None] = no_progress,
    ) -> Reading:
        """What has turned up by now."""
        del place, progress
        return Reading(
            [
                Sighting(record, record.event_id or "")
                for record in self._world.events
                if record.event_source in sources
                and record.event_time in window
                and record.event_time + self._world.delay <= now
            ]
        )


def probe(world: World, place: Place, *stores: FakeStore, patience: float = 60) -> list[Claim]:
    """Probe the world."""
    return Probe(
        cast("Aws", world),
        list(stores) or [FakeStore(world)],
        patience=timedelta(seconds=patience),
        poll=timedelta(seconds=5),
        clock=lambda: world.now,
        sleep=world.sleep,
    ).run(place)


def test_the_delay_is_measured(place: Place, make_record: Callable[..., Record]) -> None:
    """The call is found at the first look after it landed."""
    (claim,) = probe(World(make_record, delay=12, app_mesh=None), place)
    assert (claim.id, claim.verdict) == ("probe.landed", Verdict.PASS)
    assert "15.0 s" in claim.summary


def test_other_peoples_calls_are_not_taken_for_the_marked_one(
    place: Place, make_record: Callable[..., Record]
) -> None:
    """An App Mesh event without the mark proves nothing about the probe."""
    world = World(make_record, delay=1000, app_mesh=None)
    world.events.append(make_record("other", eventTime=(world.now - timedelta(seconds=1000)).isoformat()))
    (claim,) = probe(world, place)
    assert claim.verdict is Verdict.FAIL


def test_a_call_that_does_not_land_in_time_fails(place: Place, make_record: Callable[..., Record]) -> None:
    """The patience is in the claim."""
    (claim,) = probe(World(make_record, delay=1000, app_mesh=None), place, patience=60)
    assert claim.verdict is Verdict.FAIL
    assert "0:01:00" in claim.summary


def test_a_refused_call_is_recorded_too(place: Place, make_record: Callable[..., Record]) -> None:
    """CloudTrail records denied calls: a probe needs no permission in App Mesh."""
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListMeshes")
    (claim,) = probe(World(make_record, delay=0, app_mesh=denied), place)
    assert claim.verdict is Verdict.PASS


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://appmesh.us-east-1.amazonaws.com"),
        ClientError({"Error": {"Code": "ServiceUnavailableException", "Message": "gone"}}, "ListMeshes"),
    ],
)
def test_an_app_mesh_that_does_not_answer_is_unverifiable_and_a_witness_proves_the_pipe(
    place: Place, make_record: Callable[..., Record], error: Exception
) -> None:
    """The reason names the end of support; another service's call shows that delivery works."""
    landed, witness = probe(World(make_record, delay=7, app_mesh=error), place)
    assert (landed.id, landed.verdict) == ("probe.landed", Verdict.UNVERIFIABLE)
    assert "2026-09-30" in (landed.reason or "")
    assert (witness.id, witness.verdict) == ("probe.witness", Verdict.PASS)


def test_a_store_that_does_not_take_the_call_is_not_waited_for(
    place: Place, make_record: Callable[..., Record]
) -> None:
    """A write-only event data store never gets a read."""
    world = World(make_record, delay=0, app_mesh=None)
    taken, other = probe(world, place, FakeStore(world, "a"), FakeStore(world, "b", expects=False))
    assert taken.verdict is Verdict.PASS
    assert other.verdict is Verdict.NOT_APPLICABLE


def test_a_refused_call_that_no_store_has_accuses_none(
    place: Place, make_record: Callable[..., Record]
) -> None:
    """What refuses calls after the end of App Mesh may record nothing; the witness tells whether the pipe works."""
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListMeshes")
    world = World(make_record, delay=3, app_mesh=denied, records_refusals=False)
    landed, witness = probe(world, place)
    assert (landed.id, landed.verdict) == ("probe.landed", Verdict.UNVERIFIABLE)
    assert "no store has it" in landed.summary
    assert (witness.id, witness.verdict) == ("probe.witness", Verdict.PASS)


@pytest.mark.parametrize("skew", [-240, 240])
def test_clocks_may_differ_as_far_as_aws_allows(
    place: Place, make_record: Callable[..., Record], skew: float
) -> None:
    """AWS takes calls signed up to five minutes off, so the event may be that far from our clock."""
    (claim,) = probe(World(make_record, delay=0, app_mesh=None, skew=skew), place, patience=300)
    assert claim.verdict is Verdict.PASS


def test_a_caller_that_cannot_be_told_is_not_blamed_on_app_mesh(
    place: Place, make_record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    """STS did not answer, and that is what the claim says."""
    world = World(make_record, delay=0, app_mesh=None)

    def expired() -> None:
        raise ClientError({"Error": {"Code": "ExpiredToken", "Message": "old"}}, "GetCallerIdentity")

    monkeypatch.setattr(world, "get_caller_identity", expired)
    (claim,) = probe(world, place)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "sts:GetCallerIdentity" in claim.summary
