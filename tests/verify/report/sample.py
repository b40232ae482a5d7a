"""Reports to render: a day of App Mesh calls in two Regions and three stores, with what can go wrong."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import cache

from cloudtrail.catalog import APP_MESH
from tests.verify.report.sample_claims import (
    ACCOUNT,
    DIGEST,
    REGIONS,
    claim,
    failing_claims,
    passing_claims,
    waived_claims,
)
from tests.verify.report.sample_events import (
    END,
    START,
    STORES,
    coverage,
    events,
    fading,
    retention,
    stores,
)
from verify.report.document import Report, overall_of
from verify.report.parts import (
    Claim,
    Counts,
    Fading,
    Landing,
    LandingStatus,
    ReportedEvent,
    Requirement,
    SetAside,
    StoreCounts,
    Subject,
    Tool,
    Waiver,
    Window,
)
from verify.verdict import Verdict

__all__ = [
    "ACCOUNT",
    "END",
    "HOSTILE",
    "REGIONS",
    "START",
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
