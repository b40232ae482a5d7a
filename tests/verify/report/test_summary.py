from __future__ import annotations

import pytest

from tests.verify.report import sample
from tests.verify.report.sample_claims import WAIVER
from verify.report import LandingStatus, Severity
from verify.report.summary import (
    acceptance,
    accepted,
    alike,
    by_verdict,
    headline,
    in_trouble,
    mapped_to,
    places,
    standing,
    worst_status,
)
from verify.verdict import Verdict


def test_failures_come_first_and_the_severest_first_among_them() -> None:
    """Claims are read in order of concern."""
    groups = by_verdict(sample.failing().claims)
    assert list(groups) == [Verdict.FAIL, Verdict.UNVERIFIABLE, Verdict.PASS, Verdict.NOT_APPLICABLE]
    assert [claim.severity for claim in groups[Verdict.FAIL]] == [Severity.CRITICAL, Severity.HIGH]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ("PP", "All 2 claims hold."),
        ("P", "The one claim holds."),
        ("PN", "The one claim holds."),
        ("PFF", "2 of 3 claims do not hold."),
        ("PF", "1 of 2 claims does not hold."),
        ("PFU", "1 of 3 claims does not hold. 1 could not be verified."),
        ("PU", "No claim failed, but 1 of 2 could not be verified."),
        ("N", "Nothing was claimed, so nothing is proved."),
        ("", "Nothing was claimed, so nothing is proved."),
    ],
)
def test_the_headline_says_the_verdict_in_numbers(verdicts: str, said: str) -> None:
    """What could not be verified is never counted as holding."""
    names = {"P": Verdict.PASS, "F": Verdict.FAIL, "U": Verdict.UNVERIFIABLE, "N": Verdict.NOT_APPLICABLE}
    claims = tuple(
        sample.claim(f"c{index}", "t", names[letter], "s", remedy="r", reason="w")
        for index, letter in enumerate(verdicts)
    )
    assert headline(sample.report(claims)) == said


@pytest.mark.parametrize(
    ("verdicts", "waived", "said"),
    [
        ("PF", "F", "1 of 2 claims does not hold. 1 more is accepted as it is."),
        ("PP", "FU", "All 2 claims hold. 2 more are accepted as they are."),
        ("", "F", "Nothing was claimed, so nothing is proved. 1 more is accepted as it is."),
    ],
)
def test_what_is_accepted_is_said_and_not_counted(verdicts: str, waived: str, said: str) -> None:
    """A waiver takes a claim out of the numbers of the headline, and never out of the headline."""
    names = {"P": Verdict.PASS, "F": Verdict.FAIL, "U": Verdict.UNVERIFIABLE}
    claims = tuple(
        sample.claim(f"c{index}", "t", names[letter], "s", remedy="r", reason="w",
                     waiver=WAIVER if index >= len(verdicts) else None)
        for index, letter in enumerate(verdicts + waived)
    )  # fmt: skip
    assert headline(sample.report(claims)) == said


def test_what_is_accepted_is_listed_by_severity_with_its_waiver_in_words() -> None:
    """The severest acceptance is read first; the words say why, who and until when."""
    found = accepted(sample.waived().claims)
    assert [claim.id for claim in found] == ["bucket.object-lock", "key.policy"]
    assert not {claim.id for claim in found} & {claim.id for claim in standing(sample.waived().claims)}
    assert acceptance(WAIVER).startswith("accepted: Object Lock cannot be switched off again; ")
    assert acceptance(WAIVER).endswith(", platform-security@example.com, until 2026-12-01 00:00 UTC")


def test_what_a_claim_maps_to_is_one_line() -> None:
    """Standard and control, each after the other."""
    assert mapped_to(sample.waived_claims()[0]) == "AWS Security Hub S3.15, NIST SP 800-53 Rev. 5 AU-9"


def test_an_event_is_as_well_as_its_worst_store() -> None:
    """Missing anywhere outweighs late elsewhere; not being expected somewhere is no trouble."""
    event = sample.events(1, faults=False)[0]
    landed = event.stores["event-history"]

    def fate(*statuses: LandingStatus) -> LandingStatus:
        stores = {
            f"s{index}": landed.model_copy(update={"status": status}) for index, status in enumerate(statuses)
        }
        return worst_status(event.model_copy(update={"stores": stores}))

    assert fate(LandingStatus.LATE, LandingStatus.MISSING, LandingStatus.LANDED) is LandingStatus.MISSING
    assert fate(LandingStatus.LANDED, LandingStatus.NOT_EXPECTED) is LandingStatus.LANDED
    assert fate(LandingStatus.LANDED, LandingStatus.UNKNOWN) is LandingStatus.UNKNOWN


def test_events_in_trouble_are_listed_worst_first() -> None:
    """Only events that are not well anywhere are listed, the missing ones on top."""
    report = sample.failing()
    listed = in_trouble(report.events)
    assert worst_status(listed[0]) is LandingStatus.MISSING
    assert {event.event_id for event in listed} == {
        event.event_id for event in report.events if worst_status(event) is not LandingStatus.LANDED
    }


def test_what_passes_in_many_places_is_gathered() -> None:
    """One title is read once, however many Regions and stores it passed in; failures stand alone."""
    passed = tuple(sample.claim("c", "t", Verdict.PASS, "s", region=region) for region in sample.REGIONS)
    failed = tuple(
        sample.claim("c", "t", Verdict.FAIL, "s", region=region, remedy="r") for region in sample.REGIONS
    )
    assert [len(same) for same in alike(passed + failed)] == [2, 1, 1]


def test_what_does_not_apply_is_gathered_by_its_reason() -> None:
    """Two reasons are two entries, so that each is read."""
    claims = [
        sample.claim("c", "t", Verdict.NOT_APPLICABLE, "s", reason=reason) for reason in ("a", "b", "a")
    ]
    assert [[claim.reason for claim in same] for same in alike(claims)] == [["a", "a"], ["b"]]


def test_places_name_every_region_and_store_once() -> None:
    """A claim that holds in each of two Regions and two stores is told by naming them."""
    claims = [
        sample.claim("c", "t", Verdict.PASS, "s", region=region, store=store)
        for region in sample.REGIONS
        for store in sample.STORES[:2]
    ]
    assert places(claims, home=sample.ACCOUNT) == "eu-west-1, us-east-1 · event-history, mesh-audit-bucket"
    assert places(claims[:1], home="111122223333") == "123456789012 · eu-west-1 · event-history"
    assert places([sample.claim("c", "t", Verdict.PASS, "s")], home=sample.ACCOUNT) == ""


def test_places_never_name_more_than_there_are() -> None:
    """Two Regions and two stores that do not all combine are counted, not listed."""
    claims = [
        sample.claim("c", "t", Verdict.PASS, "s", region=region, store=store)
        for region, store in zip(sample.REGIONS, sample.STORES, strict=False)
    ]
    assert places(claims, home=sample.ACCOUNT) == "2 times"
