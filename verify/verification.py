"""A verification: everything a manifest promises, looked at, and one report of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from verify.assembly import assemble, reported_events
from verify.aws import Aws, CannotLook
from verify.controls.posture import posture
from verify.controls.store_state import StoreState
from verify.controls.trail_state import TrailState
from verify.coverage import coverage
from verify.discovery import claims as discovery
from verify.discovery import discover, inventory_claims
from verify.integrity import claims as integrity
from verify.integrity.claims import integrity_claims
from verify.integrity.public_keys import CloudTrailPublicKeys
from verify.integrity.schedule import LoggingState
from verify.landing import claims as landing
from verify.landing.claims import Answer, landing_claims
from verify.log_files import LogFiles, SqliteCheckpoint
from verify.lookup_events import LookupEvents
from verify.manifest_stores import refuse_namesakes, stores_of
from verify.progress import Silent
from verify.reconcile import LATE_AFTER, reconcile
from verify.retention import claims as retention
from verify.retention import retained, terms_of
from verify.selection import EVERYTHING, Selection
from verify.stores.base import Place
from verify.stores.expectation import still_kept
from verify.threads import threads
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from cloudtrail.manifest import Manifest, TrailPromise
    from verify.discovery import Inventory
    from verify.engines.choice import Engine
    from verify.landing.probe import Probe
    from verify.log_files import Checkpoint
    from verify.objects import ObjectSource
    from verify.progress import Watcher
    from verify.reconcile import Reconciled
    from verify.report.document import Report
    from verify.report.parts import Claim, Coverage, ReportedEvent
    from verify.retention import Retained
    from verify.statement import Statement
    from verify.stores.base import Store
    from verify.waivers import Waivers
    from verify.window import Window

DIGEST_CADENCE: Final = timedelta(hours=1)
"""How often CloudTrail writes a digest."""

READERS: Final = 8
"""How many stores and Regions are read side by side."""


class WrongAccount(MeshtrailError):
    """The credentials belong to another account than the manifest speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to look.

    Attributes:
        window: The event times looked at.
        now: What time it is; nothing may arrive later than this.
        late_after: From which delay on an event is late.
        digest_cadence: How often a digest is expected.
        selection: Which claims to decide; what none of them needs is not asked for.
        waivers: The risks that somebody accepts.
        engine: Who reads the trails' log files; None: this machine.
    """

    window: Window
    now: datetime
    late_after: timedelta = LATE_AFTER
    digest_cadence: timedelta = DIGEST_CADENCE
    selection: Selection = EVERYTHING
    waivers: Waivers | None = None
    engine: Engine | None = None


class Verification:
    """One verification of one manifest.

    Args:
        manifest: What was promised.
        aws: The session to look with; it must belong to the manifest's account.
        objects_of: Opens the bucket of a trail.
        options: How to look.
        inventory: What was discovered, where the manifest was; else the account is asked.
        checkpoint: Where what log files said is kept; by default for as long as this verification lasts.
        watcher: Who watches the progress.

    Raises:
        Namesakes: when two stores of the manifest would be one in the report.
        NoEngine: when the engine that was chosen has nothing to work on.
        NoCredentials: when there is nothing to sign with.
    """

    def __init__(
        self,
        manifest: Manifest,
        *,
        aws: Aws,
        objects_of: Callable[[TrailPromise], ObjectSource],
        options: Options,
        inventory: Inventory | None = None,
        checkpoint: Checkpoint | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        refuse_namesakes(manifest)
        if options.engine is not None:
            options.engine.check(manifest)
        self._manifest = manifest
        self._aws = aws
        self._lookup = LookupEvents(aws)
        self._options = options
        self._inventory = inventory
        self._watcher = watcher or Silent()
        kept = checkpoint or SqliteCheckpoint()
        # Where only digest files are asked about, or another engine reads, log files are hashed and not searched.
        searched = self._takes_any((*landing.STATEMENTS, *retention.STATEMENTS)) and (
            options.engine is None or options.engine.reads_locally
        )
        self._log_files = {
            trail.arn: LogFiles(
                objects_of(trail),
                bucket=trail.bucket,
                sources=manifest.event_sources if searched else (),
                checkpoint=kept,
            )
            for trail in manifest.trails
        }
        self._trails = [
            TrailState(
                trail,
                aws=aws,
                window=options.window,
                now=options.now,
                digest_cadence=options.digest_cadence,
                discovered=manifest.discovered,
            )
            for trail in manifest.trails
        ]
        self._stores = [
            StoreState(store, aws=aws, discovered=manifest.discovered) for store in manifest.event_data_stores
        ]
        self.places = [Place(manifest.account, region) for region in dict.fromkeys(manifest.regions)]

    def run(self, probe: Probe | None = None) -> Report:
        """Look at everything.

        What cannot be looked at becomes an UNVERIFIABLE claim.

        Args:
            probe: Also make a marked call in every Region and wait for it to land.

        Raises:
            WrongAccount: when the credentials belong to another account.
            CannotLook: when not even the account can be told.
        """
        self._check_account()
        claims = [*self._inventory_claims(), *self._control_claims()]
        reads = (*landing.STATEMENTS, *retention.STATEMENTS)
        answers = self._read(self.stores) if self._takes_any(reads) else []
        events = self._reconcile(answers)
        rows: list[Coverage] = []
        for place in self.places:
            here = [answer for answer in answers if answer.place == place]
            seen = [event for where, event in events if where == place]
            readable = [answer.store for answer in here if answer.reading is not None]
            claims += landing_claims(
                here, seen, late_after=self._options.late_after, selection=self._options.selection
            )
            rows += coverage(seen, place=place, stores=readable, sources=self._manifest.event_sources)
        kept = self._retained(answers, events)
        claims += kept.claims
        if self._takes_any(integrity.STATEMENTS):
            claims += self._integrity_claims()
        if probe is not None:
            claims += self._probe_claims(probe)
        return assemble(
            self._manifest,
            window=self._options.window,
            generated_at=self._options.now,
            claims=self._decided(claims),
            answers=answers,
            events=events,
            coverage=rows,
            stores=self.stores,
            retention=kept.retention,
            fading=kept.fading,
        )

    def events(self) -> tuple[list[ReportedEvent], list[MeshtrailError]]:
        """Every event of any store, and why a store or a part of it could not be read.

        Raises:
            WrongAccount: when the credentials belong to another account.
            CannotLook: when not even the account can be told.
        """
        self._check_account()
        answers = self._read(self.stores)
        events = reported_events(self._reconcile(answers), stores=self.stores, answers=answers)
        return list(events), [error for answer in answers for error in _unread(answer)]

    @cached_property
    def stores(self) -> list[Store]:
        """Where events are looked for; see `stores_of`."""
        stores = stores_of(
            self._manifest,
            aws=self._aws,
            lookup=self._lookup,
            trails=self._trails,
            event_data_stores=self._stores,
            log_files=self._log_files,
            now=self._options.now,
        )
        engine = self._options.engine
        if engine is None:
            return stores
        return engine.stores(stores, manifest=self._manifest, aws=self._aws, places=self.places)

    @property
    def _selection(self) -> Selection:
        """What was asked for; and what a discovery could not ask, unless that is skipped by name.

        A trail that was not found has no claim. Those about the others must not pass for it.
        """
        asked = self._options.selection
        if self._inventory is None or not self._inventory.unknown:
            return asked
        return Selection((*asked.select, discovery.COMPLETE.id), asked.skip)

    def _check_account(self) -> None:
        account = self._aws.account(self._manifest.home_region)
        if account != self._manifest.account:
            raise WrongAccount(
                f"The credentials belong to account {account}",
                where=f"manifest of account {self._manifest.account}",
                remedy="Sign in to the manifest's account, or give the manifest of this one.",
            )

    def _takes_any(self, statements: Sequence[Statement]) -> bool:
        return self._selection.takes_any(statement.id for statement in statements)

    def _decided(self, claims: Sequence[Claim]) -> Sequence[Claim]:
        """The claims that were asked for, those that somebody accepts as they are marked so."""
        options = self._options
        selection = self._selection
        chosen = [claim for claim in claims if selection.takes(claim.id)]
        return options.waivers.applied(chosen, now=options.now) if options.waivers else chosen

    def _inventory_claims(self) -> Iterator[Claim]:
        if not self._takes_any(discovery.STATEMENTS):
            return
        manifest = self._manifest
        homes = (one.home_region for one in (*manifest.trails, *manifest.event_data_stores))
        inventory = self._inventory or discover(
            self._aws, regions=[*dict.fromkeys((*manifest.regions, *homes))], watcher=self._watcher
        )
        promised = None if manifest.discovered else manifest
        for statement, finding, scope in inventory_claims(inventory, promised, regions=manifest.regions):
            yield statement.claim(finding, scope)

    def _control_claims(self) -> Iterator[Claim]:
        return posture(
            self._manifest,
            aws=self._aws,
            window=self._options.window,
            now=self._options.now,
            lookup=self._lookup,
            trails=self._trails,
            stores=self._stores,
            selection=self._options.selection,
            watched=self._watcher.step("Posture"),
        )

    def _read(self, stores: Sequence[Store]) -> list[Answer]:
        with threads(READERS, name="store") as pool:
            futures = [pool.submit(self._ask, store, place) for place in self.places for store in stores]
            return [future.result() for future in futures]

    def _ask(self, store: Store, place: Place) -> Answer:
        options = self._options
        try:
            with surviving(f"{store.location}, {place}"):
                reading = store.find(
                    place,
                    options.window,
                    sources=self._manifest.event_sources,
                    now=options.now,
                    progress=self._watcher.step(f"{store.title}, {place.region}"),
                )
        except CannotLook as error:
            return Answer(store, place, None, error)
        return Answer(store, place, reading)

    def _reconcile(self, answers: Sequence[Answer]) -> list[tuple[Place, Reconciled]]:
        events: list[tuple[Place, Reconciled]] = []
        for place in self.places:
            readable = [
                (answer.store, answer.reading)
                for answer in answers
                if answer.place == place and answer.reading is not None
            ]
            reconciled = reconcile(
                {store.id: reading.sightings for store, reading in readable},
                {store.id: store.expects for store, _ in readable},
                late_after=self._options.late_after,
            )
            events += [(place, event) for event in reconciled]
        return events

    def _retained(self, answers: Sequence[Answer], events: Sequence[tuple[Place, Reconciled]]) -> Retained:
        if not self._takes_any(retention.STATEMENTS):
            return retained({}, stores=self.stores, answers=[], events=[])
        terms = terms_of(self._manifest, aws=self._aws, stores=self._stores)
        return retained(terms, stores=self.stores, answers=answers, events=events)

    def _probe_claims(self, probe: Probe) -> Iterator[Claim]:
        watched = self._watcher.step("Probe")
        with threads(len(self.places), name="probe") as pool:
            for claims in pool.map(probe.run, self.places):
                yield from claims
                watched(1)

    def _integrity_claims(self) -> Iterator[Claim]:
        keys = CloudTrailPublicKeys(self._aws, window=self._options.window, now=self._options.now)
        days = {bucket.name: bucket.expire_after_days for bucket in self._manifest.buckets}
        for trail in self._trails:
            for place in self.places:
                if trail.promise.scope == "single-region" and place.region != trail.promise.home_region:
                    continue
                yield from integrity_claims(
                    trail.promise,
                    place,
                    log_files=self._log_files[trail.promise.arn],
                    public_keys=keys,
                    organization=self._manifest.organization_id,
                    window=self._options.window,
                    now=self._options.now,
                    cadence=self._options.digest_cadence,
                    logging=_logging_state(trail),
                    progress=self._watcher.step(f"Digests of {trail.promise.name}, {place.region}"),
                    discovered=self._manifest.discovered,
                    oldest=still_kept(days.get(trail.promise.bucket), now=self._options.now),
                )


def _logging_state(trail: TrailState) -> LoggingState | None:
    """What AWS says of a trail's logging and digest files; None where it does not."""
    try:
        status = trail.status
    except CannotLook:
        return None
    try:
        validates = trail.description.get("LogFileValidationEnabled")
    except CannotLook:
        validates = None
    return LoggingState(
        on=bool(status.get("IsLogging")),
        started_at=status.get("StartLoggingTime"),
        stopped_at=status.get("StopLoggingTime"),
        validates=validates,
        latest_digest=status.get("LatestDigestDeliveryTime"),
        digest_error=str(status.get("LatestDigestDeliveryError") or ""),
    )


def _unread(answer: Answer) -> Iterator[MeshtrailError]:
    if answer.error is not None:
        yield answer.error
    for part in answer.reading.unreadable if answer.reading else ():
        yield MeshtrailError(
            f"A part of {answer.store.title} could not be read", where=part.location, why=part.reason
        )
