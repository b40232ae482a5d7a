"""Reports to render: a day of App Mesh calls in two Regions and three stores, with what can go wrong."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

from cloudtrail.catalog import APP_MESH, EVENTS
from tests.verify.report.sample_claims import (
    ACCOUNT,
    DIGEST,
    REGIONS,
    claim,
    failing_claims,
    passing_claims,
    waived_claims,
)
from verify.report.document import Report, overall_of
from verify.report.parts import (
    Claim,
    Counts,
    Coverage,
    Delays,
    Fading,
    Landing,
    LandingStatus,
    Read,
    ReportedEvent,
    Requirement,
    Retention,
    SetAside,
    Store,
    StoreCounts,
    StoreKind,
    Subject,
    Tool,
    Waiver,
    Window,
)
from verify.verdict import Verdict

__all__ = [
    "ACCOUNT",
    "HOSTILE",
    "REGIONS",
    "STORES",
    "claim",
    "coverage",
    "events",
    "fading",
    "failing",
    "failing_claims",
    "hostile",
    "passing",
    "passing_claims",
    "report",
    "retention",
    "stores",
    "waived",
    "waived_claims",
]

STORES = ("event-history", "mesh-audit-bucket", "mesh-audit-lake")
START = datetime(2026, 9, 14, 6, tzinfo=UTC)
END = START + timedelta(hours=24)

HOSTILE = (
    "<script>window.pwned='element'</script>",
    "</script><script>window.pwned='closed the data block'</script>",
    "<!--<script>",
    '"><img src=x onerror="window.pwned=\'attribute\'">',
    "'; window.pwned = 'string'; //",
    "\x1b[2J\x1b]0;owned\x07 erased \x9b31m",
    "safe\u202egnp.exe\u2066\u200b",
    "line\u2028separator\r\nforged: PASS",
    "[bold red]markup[/bold red] [link=https://example.com]x[/link]",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "\ud800 lone surrogate",
    "]]> &lt;script&gt; &amp;",
    "::error file=forged::from a record",
    "##vso[task.setvariable variable=PATH]forged ##[error]forged",
    '=HYPERLINK("https://example.com","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
)
"""What an attacker may put into a record."""

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


def report(
    claims: tuple[Claim, ...],
    found: tuple[ReportedEvent, ...] = (),
    *,
    set_aside: tuple[SetAside, ...] = (),
    others: int = 0,
) -> Report:
    """A report with these claims and events, what could not be read, and so many records of other services."""
    kept = len(found)
    return Report(
        tool=Tool(name="meshtrail", version="0.1.0"),
        generated_at=END + timedelta(hours=1),
        verdict=overall_of(claims),
        window=Window(start=START, end=END),
        subject=Subject(account=ACCOUNT, partition="aws", regions=REGIONS, event_sources=(APP_MESH,)),
        claims=claims,
        coverage=coverage(found),
        stores=stores(),
        events=found,
        retention=retention(found) if found else (),
        fading=fading(found),
        set_aside=set_aside,
        counts=Counts(
            records_in=3 * kept + others + len(set_aside),
            kept=3 * kept,
            set_aside=others + len(set_aside),
            by_store=tuple(_counts(store, kept=kept, others=others, set_aside=set_aside) for store in STORES),
        ),
    )


def _counts(store: str, *, kept: int, others: int, set_aside: tuple[SetAside, ...]) -> StoreCounts:
    """What one store held: the trail's bucket holds the events of every service, the others only App Mesh's."""
    reasons = Counter(item.reason for item in set_aside if item.store == store)
    if others and store == "mesh-audit-bucket":
        reasons["another event source"] = others
    aside = reasons.total()
    return StoreCounts(
        store=store, records_in=kept + aside, kept=kept, set_aside=aside, set_aside_by=dict(reasons)
    )


@cache
def passing(count: int = 234) -> Report:
    """A day on which nothing went wrong."""
    return report(passing_claims(), events(count, faults=False))


@cache
def failing(count: int = 420) -> Report:
    """A day on which two events were lost and a digest was deleted."""
    aside = SetAside(
        store="mesh-audit-bucket",
        location=DIGEST.replace("CloudTrail-Digest", "CloudTrail"),
        reason="record 14: not a JSON object",
        excerpt='"eventVersion": "1.11", "userIdentity"',
    )
    return report(passing_claims() + failing_claims(), events(count), set_aside=(aside,), others=1834)


@cache
def waived(count: int = 420) -> Report:
    """The failing day, with two claims that somebody accepts for a while and three events that are fading."""
    aside = failing(count).set_aside
    lost = Landing(status=LandingStatus.MISSING)
    found = tuple(
        event.model_copy(update={"stores": event.stores | dict.fromkeys(STORES[1:], lost)})
        if index % 150 == 1
        else event
        for index, event in enumerate(events(count))
    )
    return report(passing_claims() + failing_claims() + waived_claims(), found, set_aside=aside, others=1834)


@cache
def hostile() -> Report:
    """A report in which every field an attacker can reach holds something hostile."""
    found = tuple(
        event.model_copy(
            update=dict.fromkeys(
                (
                    "who",
                    "identity_kind",
                    "mesh",
                    "resource",
                    "source_ip",
                    "user_agent",
                    "error_code",
                    "event_name",
                ),
                text,
            )
            | {"event_id": f"{index:02d}{text}"}
        )
        for index, (event, text) in enumerate(zip(events(len(HOSTILE)), HOSTILE, strict=True))
    )
    claims = tuple(
        claim("landing.complete", f"title {text}", Verdict.FAIL, f"summary {text}", subject=f"arn {text}",
              evidence=((f"label {text}", f"value {text}"),), remedy=f"remedy {text}", reason=f"reason {text}")
        for text in HOSTILE
    ) + tuple(
        claim(f"waived {text}", f"waived {text}", Verdict.FAIL, f"summary {text}", remedy=f"remedy {text}").model_copy(
            update={"requirements": (Requirement(standard=text, id=text),),
                    "waiver": Waiver(reason=text, owner=text, expires=END + timedelta(days=30))})
        for text in HOSTILE
    )  # fmt: skip
    aside = tuple(
        SetAside(store=STORES[1], location=f"s3://{text}", reason=f"reason {text}", excerpt=text)
        for text in HOSTILE
    )
    made = report(claims, found, set_aside=aside)
    kept = tuple(
        one.model_copy(update={"rule": text}) for one, text in zip(made.retention * 3, HOSTILE, strict=False)
    )
    lost = tuple(
        Fading(event_id=event.event_id, event_time=event.event_time, event_name=event.event_name,
               account=ACCOUNT, region=event.region, disappears=event.event_time + timedelta(days=90))
        for event in found
    )  # fmt: skip
    made = made.model_copy(update={"retention": kept, "fading": lost})
    # Read again, so that the events pass through validation as real ones do.
    return Report.model_validate(made.model_dump(round_trip=True))
