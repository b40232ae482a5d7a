"""The probe: make one marked call in each Region, and wait until every store that should hold it does.

The mark is a UUID in the user agent, so the event is found without guessing. App Mesh's support ended on
2026-09-30: a live call may not answer. Then nothing is claimed of App Mesh events to come (UNVERIFIABLE),
and a witness, a regional CloudTrail read, proves that the pipe itself still delivers.
"""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.catalog import APP_MESH
from cloudtrail.record import Record, read_record
from verify.aws import AccessDenied, Aws, CannotLook, asking
from verify.finding import Finding, Scope, cannot_tell, claim_of, could_not_look, does_not_apply, fails, holds
from verify.report.parts import Severity
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verify.report.parts import Claim
    from verify.stores.base import Place, Sighting, Store

PATIENCE: Final = timedelta(minutes=15)
POLL: Final = timedelta(seconds=10)
_BEFORE: Final = timedelta(minutes=2)
"""How far AWS's clock may be behind ours."""

_TITLE: Final = "A marked App Mesh call lands in the store"
_WITNESS_TITLE: Final = "A marked call of another service lands in the store"
_REMEDY: Final = "Is the trail or store on, and may it deliver? See its other claims; then probe again."


@dataclass(frozen=True, slots=True)
class Call:
    """One marked call.

    Attributes:
        source: Its `eventSource`.
        name: Its `eventName`.
        mark: What its user agent holds.
        at: When it was made.
        caller: The ARN of who made it.
    """

    source: str
    name: str
    mark: str
    at: datetime
    caller: str

    def expected_record(self, place: Place) -> Record:
        """The record CloudTrail will write of it, as far as selectors can see."""
        document = {
            "eventTime": self.at.isoformat(),
            "eventSource": self.source,
            "eventName": self.name,
            "awsRegion": place.region,
            "recipientAccountId": place.account,
            "eventType": "AwsApiCall",
            "eventCategory": "Management",
            "managementEvent": True,
            "readOnly": True,
            "userIdentity": {"arn": self.caller},
        }
        return read_record(json.dumps(document).encode())


class Probe:
    """Marked calls and the wait for them.

    Args:
        aws: The session to call and to look with.
        stores: Where to look.
        patience: How long to wait for a call to land.
        poll: How long to wait between two looks.
        clock: What time it is; `sleep` waits on the same clock, in seconds.
    """

    def __init__(
        self,
        aws: Aws,
        stores: Sequence[Store],
        *,
        patience: timedelta = PATIENCE,
        poll: timedelta = POLL,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._aws = aws
        self._stores = stores
        self._patience = patience
        self._poll = poll
        self._clock = clock
        self._sleep = sleep

    def run(self, place: Place) -> list[Claim]:
        """Call App Mesh in one Region and wait; where App Mesh does not answer, call the witness and wait."""
        try:
            call = self._call(place, "appmesh", APP_MESH, "ListMeshes")
        except CannotLook as error:
            reason = f"App Mesh did not answer ({error.why}); its support ended on 2026-09-30. {error.remedy}"
            silent = cannot_tell(
                "App Mesh did not answer a marked call.", ("error", error.why), reason=reason
            )
            return [
                *(self._claim(store, place, silent, witness=False) for store in self._stores),
                *self._witness(place),
            ]
        return self._wait_everywhere(call, place, witness=False)

    def _witness(self, place: Place) -> list[Claim]:
        try:
            call = self._call(place, "cloudtrail", "cloudtrail.amazonaws.com", "DescribeTrails")
        except CannotLook as error:
            finding = could_not_look(error)
            return [self._claim(store, place, finding, witness=True) for store in self._stores]
        return self._wait_everywhere(call, place, witness=True)

    def _call(self, place: Place, service: str, source: str, name: str) -> Call:
        mark = str(uuid.uuid4())
        marked = self._aws.marked(f"meshtrail-probe/{mark}")
        with asking("sts:GetCallerIdentity", str(place)):
            caller = str(self._aws.client("sts", place.region).get_caller_identity()["Arn"])
        at = self._clock()
        action = f"{service}:{name}"
        try:
            with asking(action, str(place)):
                if service == "appmesh":
                    marked.client(service, place.region).list_meshes(limit=1)
                else:
                    marked.client(service, place.region).describe_trails(includeShadowTrails=False)
        except AccessDenied:
            pass  # CloudTrail records a call that was refused as it does one that was answered
        return Call(source, name, mark, at, caller)

    def _wait_everywhere(self, call: Call, place: Place, *, witness: bool) -> list[Claim]:
        with ThreadPoolExecutor(max(len(self._stores), 1), thread_name_prefix="probe") as pool:
            waits = [(store, pool.submit(self._wait, call, place, store)) for store in self._stores]
            return [self._claim(store, place, wait.result(), witness=witness) for store, wait in waits]

    def _wait(self, call: Call, place: Place, store: Store) -> Finding:
        if not store.expects(call.expected_record(place)):
            return does_not_apply(
                f"By what was promised, the store does not take {call.name} of {call.source}."
            )
        give_up = call.at + self._patience
        while True:
            now = self._clock()
            try:
                found = self._look(call, place, store, now)
            except CannotLook as error:
                return could_not_look(error)
            facts = [("mark", call.mark), ("called at", call.at.isoformat())]
            if found is not None:
                delay = ((found.arrived_at or now) - call.at).total_seconds()
                bound = "" if found.arrived_at else "at most "
                return holds(
                    f"It was there after {bound}{max(delay, 0):.1f} s.",
                    *facts,
                    ("eventID", found.record.event_id or "-"),
                    ("location", found.location),
                )
            if now >= give_up:
                return fails(f"It was not there after {self._patience}.", *facts)
            self._sleep(self._poll.total_seconds())

    @staticmethod
    def _look(call: Call, place: Place, store: Store, now: datetime) -> Sighting | None:
        window = Window(call.at - _BEFORE, now + _BEFORE)
        reading = store.find(place, window, sources=[call.source], now=now)
        return next((s for s in reading.sightings if call.mark in (s.record.user_agent or "")), None)

    @staticmethod
    def _claim(store: Store, place: Place, finding: Finding, *, witness: bool) -> Claim:
        return claim_of(
            finding,
            id="probe.witness" if witness else "probe.landed",
            title=_WITNESS_TITLE if witness else _TITLE,
            severity=Severity.HIGH,
            remedy=_REMEDY,
            scope=Scope(place.account, place.region, store.id, store.location),
        )
