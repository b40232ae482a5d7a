"""What was changed by hand on a stack: what Pulumi's own engine says of it, what a verification says, what mends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from cloudtrail.manifest import Manifest
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from verify import lookup_events
from verify.aws import Aws
from verify.s3_objects import S3Objects
from verify.selection import Selection
from verify.verdict import Verdict
from verify.verification import Options, Verification
from verify.window import Window

from .drifts import NOTHING, PUTS_BACK, STAGES, Drift, Seen, Stage
from .engine import Pulumi, Run
from .hand import Hand

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

CONFIGURATION = Selection(
    (
        *("account.*", "bucket.*", "changes.*", "event-data-store.*"),
        *("inventory.*", "key.*", "retention.as-promised", "trail.*"),
    ),
    # What was delivered, and when, is not configuration; and what lasts depends on trail and store together.
    ("trail.fresh", "trail.delivering", "inventory.lasting-store"),
)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """A sandbox whose Event history may be asked as fast as one likes."""
    settings = SandboxSettings(delivery_interval=3600, digest_interval=3600, lookup_tps=1000, seed=7)
    with Sandbox(settings) as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup_events, "CALLS_PER_SECOND", 1000)
        yield sandbox


@dataclass
class Story:
    """A stack, and whoever changes what it provisioned.

    Attributes:
        pulumi: The stack.
        hand: Who changes it.
        start: When it began.
    """

    pulumi: Pulumi
    hand: Hand
    start: datetime

    @cached_property
    def aws(self) -> Aws:
        """What the verifications look with; its clients are most of what one costs."""
        session: Any = boto3.Session
        return Aws(session(**self.hand.session.credentials), endpoint_url=self.hand.endpoint)

    def failing(self) -> dict[tuple[str, ...], str]:
        """What each claim says that fails now, by its id and what it is about."""
        aws, now = self.aws, datetime.now(UTC)
        window = Window(self.start, now + timedelta(seconds=1))
        report = Verification(
            self.hand.manifest,
            aws=aws,
            objects_of=lambda trail: S3Objects(aws, bucket=trail.bucket, region=trail.bucket_region),
            options=Options(window=window, now=now, selection=CONFIGURATION),
        ).run()
        return {
            (claim.id, claim.region or "", claim.store or "", claim.subject or ""): claim.summary
            for claim in report.claims
            if claim.verdict is Verdict.FAIL
        }

    def make(self, drift: Drift) -> None:
        """Make a drift, of which AWS then tells; or have it refused."""
        was = drift.look(self.hand)
        if drift.refused is not None:
            with pytest.raises(ClientError, match=drift.refused):
                drift.make(self.hand)
        else:
            drift.make(self.hand)
        assert (drift.look(self.hand) == was) == (drift.refused is not None), named(drift)

    def claims(self, batch: Sequence[Drift]) -> dict[str, set[str]]:
        """Make drifts one after the other: the claims that begin to fail with each, or to fail for more."""
        found: dict[str, set[str]] = {}
        before = self.failing()
        for drift in batch:
            self.make(drift)
            now = self.failing()
            found[named(drift)] = {key[0] for key, said in now.items() if before.get(key) != said}
            before = now
        return found

    def mended(self, batch: Sequence[Drift], *, as_was: Sequence[Any]) -> dict[str, str]:
        """What AWS has after `pulumi up --refresh`, compared with what it was before the drifts, and after them."""
        drifted = [drift.look(self.hand) for drift in batch]
        self.pulumi.up("--refresh")
        found: dict[str, str] = {}
        for drift, was, then in zip(batch, as_was, drifted, strict=True):
            now = drift.look(self.hand)
            found[named(drift)] = (
                PUTS_BACK if now == was else NOTHING if now == then else f"makes {now} of it"
            )
        return found


def named(drift: Drift) -> str:
    """A drift in the words of the table."""
    return f"{drift.what}: {drift.done}"


def told_by(refresh: Run) -> set[Seen]:
    """Each input of which a refresh says that it differs, and each resource of which it says that it is gone."""
    differ = {Seen(step.type, name) for step in refresh.steps if step.op == "update" for name in step.diffs}
    return differ | {Seen(step.type) for step in refresh.steps if step.op == "delete"}


@pytest.mark.thorough
@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_drift_is_seen_by_those_that_the_table_names(
    stage: Stage, running: Sandbox, tmp_path: Path
) -> None:
    """Refresh, preview and verify say of each drift what the table says; what `up` makes of it, AWS itself tells."""
    running.reset()
    pulumi = Pulumi(tmp_path, "sandbox", running.endpoint, stage.settings)
    start = datetime.now(UTC).replace(microsecond=0)
    pulumi.up()
    manifest = Manifest.from_json(json.dumps(pulumi.manifest()), where="the stack")
    story = Story(pulumi, Hand(manifest, running.endpoint), start)
    for batch in stage.batches:
        as_was = [drift.look(story.hand) for drift in batch]
        assert story.claims(batch) == {named(drift): set(drift.claims) for drift in batch}

        asked = len(running.state.ledger.events())
        if batch is stage.batches[0]:
            # That it asks AWS for nothing but who it is holds for the other batches too.
            assert set(pulumi.preview("--expect-no-changes").changes) == {"same"}
            calls = [event.record["eventName"] for event in running.state.ledger.events()[asked:]]
            assert set(calls) <= {"GetCallerIdentity"}

        refreshed = pulumi.run("refresh", "--preview-only", "--expect-no-changes")
        expected = {seen for drift in batch for seen in drift.refresh}
        assert told_by(refreshed) == expected
        assert (refreshed.exit_code != 0) == bool(expected)

        plan = {token: op for drift in batch for token, op in drift.plan.items()}
        if plan:
            planned = pulumi.run("preview", "--refresh").steps
            assert plan.items() <= {(step.type, step.op) for step in planned}
        for drift in batch:
            if drift.mend is not None:
                drift.mend(story.hand)
                assert drift.look(story.hand) == as_was[batch.index(drift)]

        rest = [(drift, was) for drift, was in zip(batch, as_was, strict=True) if drift.mend is None]
        if rest:
            after = story.mended([drift for drift, _ in rest], as_was=[was for _, was in rest])
            assert after == {named(drift): drift.after for drift, _ in rest}
