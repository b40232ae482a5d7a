"""The probe: make one marked call in each Region, and wait until every store that should hold it does.

The mark is a UUID in the user agent, so the event is found without guessing. App Mesh's support ended on
2026-09-30: a live call may not answer, or be refused by something that no longer records it. Then nothing is claimed
of App Mesh events to come (UNVERIFIABLE), and a witness, a regional CloudTrail read, proves that the pipe itself
still delivers.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cloudtrail.catalog import APP_MESH
from cloudtrail.record import Record, read_record
from verify.aws import AccessDenied, Aws, CannotLook, asking
from verify.finding import Finding, Scope, cannot_tell, could_not_look, does_not_apply, fails, holds
from verify.landing.claims import READS
from verify.report.parts import Severity
from verify.statement import Statement
from verify.threads import threads
from verify.unforeseen import surviving
from verify.verdict import Verdict
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from verify.report.parts import Claim
    from verify.stores.base import Place, Sighting, Store

PATIENCE: Final = timedelta(minutes=15)
POLL: Final = timedelta(seconds=10)
_SKEW: Final = timedelta(minutes=5)
"""How far AWS's clock may be from ours: it refuses calls signed at a time further off."""

_REMEDY: Final = "Is the trail or store on, and may it deliver? See its other claims; then probe again."
LANDED: Final = Statement(
    id="probe.landed",
    title="A marked App Mesh call lands in the store",
    severity=Severity.HIGH,
    actions=("appmesh:ListMeshes", *READS),
    remedy=_REMEDY,
)
WITNESS: Final = Statement(
    id="probe.witness",
    title="A marked call of another service lands in the store",
    severity=Severity.HIGH,
    actions=("cloudtrail:DescribeTrails", *READS),
    remedy=_REMEDY,
)
STATEMENTS: Final = (LANDED, WITNESS)
"""What `--probe` claims of every store and Region."""


@dataclass(frozen=True, slots=True)
class Call:
    """One marked call.

    Attributes:
        source: Its `eventSource`.
        name: Its `eventName`.
        mark: What its user agent holds.
        at: When it was made.
        caller: The ARN of who made it.
        refused: Whether it was refused for lack of permission.
    """

    source: str
    name: str
    mark: str
    at: datetime
    caller: str
    refused: bool

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
        """Call App Mesh in one Region and wait; where nothing comes of it, call the witness and wait."""
        try:
            caller = self._caller(place)
        except CannotLook as error:
            return self._claims(place, [could_not_look(error)] * len(self._stores), witness=False)
        try:
            call = self._call(place, "appmesh", APP_MESH, "ListMeshes", caller=caller)
        except CannotLook as error:
            reason = f"App Mesh did not answer ({error.why}); its support ended on 2026-09-30. {error.remedy}"
            silent = cannot_tell(
                "App Mesh did not answer a marked call.", ("error", error.why), reason=reason
            )
            found = [silent] * len(self._stores)
        else:
            found = self._wait_everywhere(call, place)
            if not call.refused or any(finding.verdict is Verdict.PASS for finding in found):
                return self._claims(place, found, witness=False)
            found = [_refused(finding) for finding in found]
        return [*self._claims(place, found, witness=False), *self._witness(place, caller)]

    def _witness(self, place: Place, caller: str) -> list[Claim]:
        try:
            call = self._call(
                place, "cloudtrail", "cloudtrail.amazonaws.com", "DescribeTrails", caller=caller
            )
        except CannotLook as error:
            found = [could_not_look(error)] * len(self._stores)
        else:
            found = self._wait_everywhere(call, place)
        return self._claims(place, found, witness=True)

    def _caller(self, place: Place) -> str:
        with asking("sts:GetCallerIdentity", str(place)):
            return str(self._aws.client("sts", place.region).get_caller_identity()["Arn"])

    def _call(self, place: Place, service: str, source: str, name: str, *, caller: str) -> Call:
        mark = str(uuid.uuid4())
        marked = self._aws.marked(f"meshtrail-probe/{mark}")
        at = self._clock()
        refused = False
        try:
            with asking(f"{service}:{name}", str(place)):
                if service == "appmesh":
                    marked.client(service, place.region).list_meshes(limit=1)
                else:
                    marked.client(service, place.region).describe_trails(includeShadowTrails=False)
        except AccessDenied:
            refused = True  # CloudTrail records a call that was refused as it does one that was answered
        return Call(source, name, mark, at, caller, refused)

    def _wait_everywhere(self, call: Call, place: Place) -> list[Finding]:
        """What came of a call, store by store."""
        with threads(len(self._stores), name="probe") as pool:
            waits = [pool.submit(self._wait, call, place, store) for store in self._stores]
            return [wait.result() for wait in waits]

    def _wait(self, call: Call, place: Place, store: Store) -> Finding:
        if not store.expects(call.expected_record(place)):
            return does_not_apply(
                f"By what was promised, the store does not take {call.name} of {call.source}."
            )
        give_up = call.at + self._patience
        while True:
            now = self._clock()
            try:
                with surviving(f"{store.location}, {place}"):
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
        window = Window(call.at - _SKEW, now + _SKEW)
        reading = store.find(place, window, sources=[call.source], now=now)
        return next((s for s in reading.sightings if call.mark in (s.record.user_agent or "")), None)

    def _claims(self, place: Place, found: Sequence[Finding], *, witness: bool) -> list[Claim]:
        statement = WITNESS if witness else LANDED
        return [
            statement.claim(finding, Scope(place.account, place.region, store.id, store.location))
            for store, finding in zip(self._stores, found, strict=True)
        ]


def _refused(finding: Finding) -> Finding:
    """What a call that was refused, and that no store has, says about a store: who refused it cannot be told."""
    if finding.verdict is not Verdict.FAIL:
        return finding
    return cannot_tell(
        "A marked App Mesh call was refused, and no store has it.",
        *finding.evidence,
        reason="Whether App Mesh, whose support ended on 2026-09-30, still records what it refuses is not known. "
        "Allow appmesh:ListMeshes, or see the witness.",
    )
