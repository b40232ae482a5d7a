"""Quotas, and whether CloudTrail Lake is open."""

from dataclasses import replace
from typing import Any

import pytest

from tests.verify.preflight.answers import (
    DELEGATED,
    HOME,
    MANAGEMENT,
    NOT_ENABLED,
    OTHER,
    PLAN,
    STORE,
    one,
    refused,
    session_of,
    trail,
)
from verify.preflight.plan import Scope
from verify.verdict import Verdict

WITH_STORE = replace(PLAN, event_data_store=True)


def in_region(region: str, *trails: dict[str, Any]) -> Any:
    """DescribeTrails with these in one Region, and none elsewhere; nobody asks where the account is not enabled."""

    def answer(asked: str, **_request: Any) -> dict[str, Any]:
        assert asked != NOT_ENABLED
        return {"trailList": list(trails) if asked == region else []}

    return answer


def numbered(count: int) -> list[dict[str, Any]]:
    """So many trails."""
    return [trail(f"trail-{number}") for number in range(count)]


def stores(count: int, region: str = HOME) -> Any:
    """ListEventDataStores with so many in one Region."""

    def answer(asked: str, **_request: Any) -> dict[str, Any]:
        listed = [
            f"arn:aws:cloudtrail:{region}:{MANAGEMENT}:eventdatastore/EXAMPLE-{one}" for one in range(count)
        ]
        return {"EventDataStores": [{"EventDataStoreArn": arn} for arn in listed if asked == region]}

    return answer


@pytest.mark.parametrize(("count", "verdict"), [(0, Verdict.PASS), (4, Verdict.PASS), (5, Verdict.FAIL)])
def test_a_region_takes_five_trails(count: int, verdict: Verdict) -> None:
    """In any Region where the trail will show, not only at home."""
    claim = one("trail-quota", describe_trails=in_region(OTHER, *numbered(count)))
    assert claim.verdict is verdict
    if verdict is Verdict.FAIL:
        assert OTHER in claim.summary
        assert HOME not in claim.summary


def test_the_trail_itself_takes_no_room() -> None:
    """When the stack is there already it counts once, not twice."""
    assert (
        one("trail-quota", describe_trails=in_region(HOME, *numbered(4), trail("meshtrail"))).verdict
        is Verdict.PASS
    )


def test_a_single_region_trail_needs_room_at_home_only() -> None:
    """No other Region is asked, nor which are enabled."""
    plan = replace(PLAN, scope=Scope.SINGLE_REGION)
    answers = {"describe_trails": in_region(OTHER, *numbered(5)), "describe_regions": refused()}
    assert one("trail-quota", plan, **answers).verdict is Verdict.PASS


def test_a_delegated_administrator_cannot_see_the_management_accounts_room() -> None:
    """The trail counts there: not seen is not a pass, but what is full here is full."""
    caller = session_of(DELEGATED)
    claim = one("trail-quota", get_caller_identity=caller)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert MANAGEMENT in (claim.reason or "")
    full = in_region(HOME, *numbered(5))
    assert one("trail-quota", get_caller_identity=caller, describe_trails=full).verdict is Verdict.FAIL


@pytest.mark.parametrize(("count", "verdict"), [(0, Verdict.PASS), (9, Verdict.PASS), (10, Verdict.FAIL)])
def test_a_region_takes_ten_event_data_stores(count: int, verdict: Verdict) -> None:
    """Those that wait for their deletion included, which the list holds, too."""
    assert one("event-data-store-quota", WITH_STORE, list_event_data_stores=stores(count)).verdict is verdict


@pytest.mark.parametrize("name", ["event-data-store-quota", "lake-open"])
def test_without_a_store_nothing_is_asked_of_lake(name: str) -> None:
    """Most have none, and shall not be told that Lake cannot be looked at."""
    assert one(name, list_event_data_stores=refused()).verdict is Verdict.NOT_APPLICABLE


def test_a_store_of_the_organization_shows_that_lake_is_open() -> None:
    """Wherever it is."""
    claim = one("lake-open", WITH_STORE, list_event_data_stores=stores(1, OTHER))
    assert claim.verdict is Verdict.PASS


def test_a_store_of_one_account_does_not_speak_for_the_organization() -> None:
    """But it does for the account."""
    answers: dict[str, Any] = {
        "list_event_data_stores": stores(1),
        "get_event_data_store": {"OrganizationEnabled": False},
    }
    assert one("lake-open", WITH_STORE, **answers).verdict is Verdict.UNVERIFIABLE
    alone = replace(WITH_STORE, scope=Scope.MULTI_REGION)
    assert one("lake-open", alone, **answers).verdict is Verdict.PASS


def test_no_store_leaves_open_whether_lake_is() -> None:
    """Only the attempt would tell, and preflight attempts nothing."""
    claim = one("lake-open", WITH_STORE)
    assert claim.verdict is Verdict.UNVERIFIABLE
    assert "CreateEventDataStore" in (claim.reason or "")


def test_one_store_that_may_be_described_is_enough() -> None:
    """One that may not be leaves it open only where none of the others answers it."""

    def described(_region: str, *, EventDataStore: str) -> dict[str, Any]:  # noqa: N803 -- AWS's name
        if EventDataStore.endswith("-0"):
            raise refused()
        return {"OrganizationEnabled": True}

    answers = {"list_event_data_stores": stores(2), "get_event_data_store": described}
    assert one("lake-open", WITH_STORE, **answers).verdict is Verdict.PASS
    answers = {"list_event_data_stores": stores(1), "get_event_data_store": described}
    assert one("lake-open", WITH_STORE, **answers).verdict is Verdict.UNVERIFIABLE


def test_lake_was_never_offered_in_china() -> None:
    """Whoever the customer is."""
    plan = replace(WITH_STORE, home_region="cn-north-1")
    assert one("lake-open", plan).verdict is Verdict.FAIL


def test_the_answer_that_lake_is_closed_is_an_answer() -> None:
    """An account that AWS tells so has no store."""
    closed = refused("AccessDeniedException", "CloudTrail Lake is no longer accepting new customers.")
    assert one("event-data-store-quota", WITH_STORE, list_event_data_stores=closed).verdict is Verdict.PASS
    claim = one("lake-open", WITH_STORE, list_event_data_stores=closed)
    assert claim.verdict is not Verdict.PASS
    assert STORE not in claim.summary
