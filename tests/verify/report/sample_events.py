"""Events to put into the sample reports, and what they amount to: coverage, stores, retention, what is fading."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from cloudtrail.catalog import APP_MESH, EVENTS
from tests.verify.report.sample_claims import ACCOUNT, REGIONS
from verify.report.parts import (
    Coverage,
    Delays,
    Fading,
    Landing,
    LandingStatus,
    Read,
    ReportedEvent,
    Retention,
    Store,
    StoreKind,
)

STORES = ("event-history", "mesh-audit-bucket", "mesh-audit-lake")
START = datetime(2026, 9, 14, 6, tzinfo=UTC)
END = START + timedelta(hours=24)

_CALLERS = (
    ("ops-admin", "iam-user", "203.0.113.24", "aws-cli/2.31.4 md/awscrt#0.28.2 lang/python#3.13.7"),
    ("ana@example.com via PlatformEngineer", "identity-center", "198.51.100.7", "AWS Internal"),
    ("deploy-mesh/ci-4711", "assumed-role", "192.0.2.88", "APN/1.0 Pulumi/1.0 (+https://www.pulumi.com)"),
    ("root of 123456789012", "root", "203.0.113.9", "Mozilla/5.0 (X11; Linux x86_64)"),
    ("ecs.amazonaws.com", "service", "ecs.amazonaws.com", "ecs.amazonaws.com"),
)


_OFTEN = [60 if kind.event_type == "AwsServiceEvent" else 8 if kind.read_only else 1 for kind in EVENTS]


def events(count: int = 420, *, seed: int = 7, faults: bool = True) -> tuple[ReportedEvent, ...]:
    """That many events over the catalog, in time order; with faults, a few are lost, late, altered or twice."""
    dice = Random(seed)  # noqa: S311 -- sample data
    made: list[ReportedEvent] = []
    for index in range(count):
        # Every name occurs, then as often as in life: mostly Envoy and reads.
        kind = EVENTS[index % len(EVENTS)] if index < 4 * len(EVENTS) else dice.choices(EVENTS, _OFTEN)[0]
        region = REGIONS[(index // len(EVENTS)) % 2]
        hour = min(max(dice.gauss(13, 4), 0), 23.9)
        when = START + timedelta(seconds=int(hour * 3600 + index % 59))
        who, identity, ip, agent = _CALLERS[dice.randrange(len(_CALLERS))]
        stores = {
            store: _landing(dice, when=when, store=store, region=region, faults=faults and index % 61 == 17)
            for store in STORES
        }
        made.append(
            ReportedEvent(
                event_id=str(UUID(int=dice.getrandbits(128), version=4)),
                event_time=when,
                event_name=kind.name,
                event_source=APP_MESH,
                account=ACCOUNT,
                region=region,
                who="appmesh.amazonaws.com" if kind.event_type == "AwsServiceEvent" else who,
                identity_kind="service" if kind.event_type == "AwsServiceEvent" else identity,
                mesh=None if kind.name == "ListMeshes" else ("shop", "payments")[index % 2],
                resource=None if "Mesh" in kind.name else f"virtualNode/orders-{index % 5}",
                source_ip=ip,
                user_agent=agent,
                error_code="AccessDeniedException" if dice.random() < 0.04 else None,
                read_only=kind.read_only,
                stores=stores,
            )
        )
    return tuple(made)


def _landing(dice: Random, *, when: datetime, store: str, region: str, faults: bool) -> Landing:
    typical = {"event-history": 95, "mesh-audit-bucket": 170, "mesh-audit-lake": 240}[store]
    delay = round(typical * dice.lognormvariate(0, 0.45), 1)
    status = LandingStatus.LANDED
    if faults and store == "mesh-audit-bucket" and region == "us-east-1":
        status = (LandingStatus.MISSING, LandingStatus.ALTERED, LandingStatus.DUPLICATED)[dice.randrange(3)]
    elif faults and store == "mesh-audit-lake":
        status, delay = LandingStatus.LATE, 3900.0
    if status is LandingStatus.MISSING:
        return Landing(status=status)
    stamp = when + timedelta(seconds=delay)
    location = {
        "event-history": f"LookupEvents {region}",
        "mesh-audit-bucket": f"s3://mesh-audit-{ACCOUNT}/AWSLogs/{ACCOUNT}/CloudTrail/{region}/{stamp:%Y/%m/%d}/"
        f"{ACCOUNT}_CloudTrail_{region}_{stamp:%Y%m%dT%H%MZ}_x7Yq2LmN8rTz4KpV.json.gz",
        "mesh-audit-lake": f"arn:aws:cloudtrail:{region}:{ACCOUNT}:eventdatastore/11111111-2222-3333-4444-555555555555",
    }[store]
    detail = "userAgent and sourceIPAddress differ" if status is LandingStatus.ALTERED else None
    return Landing(status=status, arrived_at=stamp, delay_seconds=delay, location=location, detail=detail)


def coverage(found: tuple[ReportedEvent, ...]) -> tuple[Coverage, ...]:
    """The coverage that these events amount to."""
    gone = {LandingStatus.MISSING, LandingStatus.NOT_EXPECTED, LandingStatus.UNKNOWN}
    landed = Counter(
        (event.event_name, event.region, store)
        for event in found
        for store, landing in event.stores.items()
        if landing.status not in gone
    )
    return tuple(
        Coverage(
            event_name=name,
            account=ACCOUNT,
            region=region,
            store=store,
            landed=landed[name, region, store],
            expected=True,
        )
        for name in sorted({kind.name for kind in EVENTS} | {event.event_name for event in found})
        for region in REGIONS
        for store in STORES
    )


def stores() -> tuple[Store, ...]:
    """The three stores."""
    return (
        Store(
            id="event-history",
            kind=StoreKind.EVENT_HISTORY,
            title="CloudTrail Event history",
            location=f"account {ACCOUNT}",
            read=Read(count=18, unit="pages"),
            delays=Delays(p50=94.2, p95=201.7, p99=290.1, max=316.0),
        ),
        Store(
            id="mesh-audit-bucket",
            kind=StoreKind.TRAIL_BUCKET,
            title="Trail mesh-audit",
            location=f"s3://mesh-audit-{ACCOUNT}/AWSLogs/{ACCOUNT}/",
            read=Read(count=1204, unit="objects"),
            delays=Delays(p50=168.4, p95=352.9, p99=480.0, max=511.3),
        ),
        Store(
            id="mesh-audit-lake",
            kind=StoreKind.EVENT_DATA_STORE,
            title="Event data store mesh-audit",
            location=f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:eventdatastore/11111111-2222-3333-4444-555555555555",
            read=Read(count=3, unit="pages"),
            delays=Delays(p50=238.8, p95=503.0, p99=3100.0, max=3900.0),
        ),
    )


_KEPT = {"event-history": ("Event history", 90), "mesh-audit-bucket": ("lifecycle rule expire", 2557)}
"""Which rule ends what a store keeps, and after how many days."""


def retention(found: tuple[ReportedEvent, ...]) -> tuple[Retention, ...]:
    """Until when each store keeps these events, Region by Region; the event data store does so without end."""
    kept: list[Retention] = []
    for store in STORES:
        rule, days = _KEPT.get(store, ("retention period", None))
        for region in REGIONS:
            times = [event.event_time for event in found if event.region == region]
            ends = [moment + timedelta(days=days) for moment in times] if days else []
            kept.append(
                Retention(
                    store=store,
                    account=ACCOUNT,
                    region=region,
                    days=days,
                    rule=rule,
                    oldest_event=min(times, default=None),
                    oldest_kept_until=min(ends, default=None),
                    newest_event=max(times, default=None),
                    newest_kept_until=max(ends, default=None),
                    protected_until=max(ends, default=None) if store == "mesh-audit-bucket" else None,
                )
            )
    return tuple(kept)


def fading(found: tuple[ReportedEvent, ...]) -> tuple[Fading, ...]:
    """The events that only Event history holds."""
    gone = {LandingStatus.MISSING, LandingStatus.NOT_EXPECTED}
    return tuple(
        Fading(
            event_id=event.event_id,
            event_time=event.event_time,
            event_name=event.event_name,
            account=event.account,
            region=event.region,
            disappears=event.event_time + timedelta(days=90),
        )
        for event in found
        if {event.stores[store].status for store in STORES[1:] if store in event.stores} <= gone
    )
