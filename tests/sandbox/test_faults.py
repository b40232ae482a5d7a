from __future__ import annotations

from typing import Any

import pytest

from sandbox.faults import FaultPlan, Treatment, UnknownFault
from sandbox.ledger import CapturedEvent


def event(name: str = "CreateMesh", *, region: str = "us-east-1") -> CapturedEvent:
    """An App Mesh event."""
    record = {
        "eventVersion": "1.11",
        "eventID": "id",
        "eventName": name,
        "eventSource": "appmesh.amazonaws.com",
        "sourceIPAddress": "198.51.100.7",
        "requestParameters": {"meshName": "m"},
        "recipientAccountId": "123456789012",
        "awsRegion": region,
    }
    return CapturedEvent.of(record)


def plan(*rules: dict[str, Any], seed: int | None = None) -> FaultPlan:
    """A plan with these rules."""
    made = FaultPlan(seed)
    for rule in rules:
        made.add(rule)
    return made


def test_without_rules_everything_arrives_once_and_in_time() -> None:
    """An empty plan changes nothing."""
    assert plan().treatment("trail", event()) == Treatment(copies=1, delay=0, corruption=None)


def test_a_rule_strikes_only_its_destination() -> None:
    """What is lost on the way to a trail still reaches Event history."""
    faults = plan({"kind": "drop", "destination": "trail"})
    assert faults.treatment("trail", event()).copies == 0
    assert faults.treatment("history", event()).copies == 1


def test_a_rule_strikes_only_what_it_matches() -> None:
    """Name, source, Region and account narrow a rule, all of them at once."""
    faults = plan(
        {"kind": "drop", "destination": "lake", "match": {"eventName": "CreateMesh", "region": "eu-west-1"}}
    )
    assert faults.treatment("lake", event(region="eu-west-1")).copies == 0
    assert faults.treatment("lake", event()).copies == 1
    assert faults.treatment("lake", event("DeleteMesh", region="eu-west-1")).copies == 1


def test_times_limits_how_often_a_rule_strikes() -> None:
    """A rule for one time strikes once."""
    faults = plan({"kind": "drop", "destination": "trail", "times": 1})
    assert [faults.treatment("trail", event()).copies for _ in range(3)] == [0, 1, 1]


def test_every_spaces_the_strikes() -> None:
    """Every third event is lost."""
    faults = plan({"kind": "drop", "destination": "trail", "every": 3})
    assert [faults.treatment("trail", event()).copies for _ in range(6)] == [1, 1, 0, 1, 1, 0]


def test_probability_is_repeated_by_the_seed() -> None:
    """Two plans with one seed lose the same events, and neither loses all or none."""
    rule = {"kind": "drop", "destination": "trail", "probability": 0.5}
    first, second = plan(rule, seed=3), plan(rule, seed=3)
    fates = [first.treatment("trail", event()).copies for _ in range(50)]
    assert fates == [second.treatment("trail", event()).copies for _ in range(50)]
    assert {0, 1} == set(fates)


def test_effects_add_up() -> None:
    """A late duplicate is both late and double."""
    faults = plan(
        {"kind": "duplicate", "destination": "trail"},
        {"kind": "delay", "destination": "trail", "seconds": 5},
        {"kind": "delay", "destination": "trail", "seconds": 2},
    )
    assert faults.treatment("trail", event()) == Treatment(copies=2, delay=7)


def test_an_altered_record_says_something_else_under_the_same_id() -> None:
    """An altered record keeps its id, and the original is not touched."""
    original = event().record
    (altered,) = Treatment(corruption="alter").applied_to(original)
    assert altered["eventID"] == original["eventID"]
    assert altered["sourceIPAddress"] != original["sourceIPAddress"]
    assert original["requestParameters"] == {"meshName": "m"}


def test_a_mangled_record_is_no_record() -> None:
    """A mangled record lacks what makes it an event."""
    (mangled,) = Treatment(corruption="mangle").applied_to(event().record)
    assert "eventName" not in mangled


def test_a_refusal_names_service_and_operation() -> None:
    """A refusal without operation is for all operations of its service; others are let through."""
    faults = plan(
        {"kind": "refuse", "service": "s3", "operation": "GetObject", "code": "AccessDenied", "status": 403},
        {
            "kind": "refuse",
            "service": "cloudtrail",
            "code": "ThrottlingException",
            "match": {"region": "eu-west-1"},
        },
    )

    def code(service: str, operation: str, region: str = "us-east-1") -> str | None:
        refusal = faults.refusal(service=service, operation=operation, account="123456789012", region=region)
        return refusal.code if refusal else None

    assert code("s3", "GetObject") == "AccessDenied"
    assert code("s3", "PutObject") is None
    assert code("cloudtrail", "LookupEvents") is None
    assert code("cloudtrail", "LookupEvents", "eu-west-1") == "ThrottlingException"


def test_a_broken_delivery_is_an_accounts_and_a_regions() -> None:
    """A delivery fails where it was told to, as often as it was told to, and takes no event out."""
    faults = plan(
        {
            "kind": "fail",
            "destination": "trail",
            "code": "KMS.NotFoundException",
            "match": {"region": "eu-west-1", "account": "123456789012"},
            "times": 1,
        }
    )
    assert faults.broken_delivery(account="123456789012", region="us-east-1") is None
    assert faults.broken_delivery(account="111122223333", region="eu-west-1") is None
    assert faults.broken_delivery(account="123456789012", region="eu-west-1") == "KMS.NotFoundException"
    assert faults.broken_delivery(account="123456789012", region="eu-west-1") is None
    assert faults.treatment("trail", event(region="eu-west-1")) == Treatment()


def test_a_session_expires_with_the_call_that_is_struck() -> None:
    """A rule without a service is for any call; one with a service and an operation for that one."""
    call = {"service": "s3", "operation": "GetObject", "account": "123456789012", "region": "us-east-1"}
    assert plan({"kind": "expire"}).expires(**call)
    assert plan({"kind": "expire", "service": "s3", "operation": "GetObject"}).expires(**call)
    assert not plan({"kind": "expire", "service": "s3", "operation": "PutObject"}).expires(**call)
    assert not plan({"kind": "expire", "match": {"account": "111122223333"}}).expires(**call)
    assert not plan({"kind": "refuse", "service": "s3", "code": "AccessDenied"}).expires(**call)


def test_clearing_drops_every_rule() -> None:
    """After clear nothing goes wrong any more."""
    faults = plan({"kind": "drop", "destination": "trail"})
    faults.clear()
    assert faults.treatment("trail", event()).copies == 1


def test_counts_say_how_often_a_rule_struck() -> None:
    """The plan tells how often each rule struck, of the times that it could have."""
    faults = plan({"kind": "drop", "destination": "trail", "every": 2})
    for _ in range(5):
        faults.treatment("trail", event())
    (count,) = faults.counts()
    assert (count["kind"], count["seen"], count["struck"]) == ("drop", 5, 2)


@pytest.mark.parametrize(
    ("rule", "key"),
    [
        ({"kind": "explode"}, "kind"),
        ({"kind": "drop", "destination": "moon"}, "destination"),
        ({"kind": "drop", "destination": "trail", "times": 0}, "times"),
        ({"kind": "drop", "destination": "trail", "every": "2"}, "every"),
        ({"kind": "drop", "destination": "trail", "probability": 2}, "probability"),
        ({"kind": "drop", "destination": "trail", "match": {"colour": "red"}}, "match"),
        ({"kind": "drop", "destination": "trail", "match": "CreateMesh"}, "match"),
        ({"kind": "drop", "destination": "trail", "typo": 1}, "typo"),
        ({"kind": "delay", "destination": "trail"}, "seconds"),
        ({"kind": "corrupt", "destination": "trail", "how": "softly"}, "how"),
        ({"kind": "corrupt", "destination": "lake", "how": "mangle"}, "how"),
        ({"kind": "fail"}, "destination"),
        ({"kind": "fail", "destination": "history"}, "destination"),
        ({"kind": "fail", "destination": "trail", "match": {"eventName": "CreateMesh"}}, "match"),
        ({"kind": "expire", "destination": "trail"}, "destination"),
        ({"kind": "refuse", "code": "AccessDenied"}, "service"),
        ({"kind": "refuse", "service": "s3"}, "code"),
        ({"kind": "refuse", "service": "s3", "code": "AccessDenied", "status": 200}, "status"),
    ],
)
def test_what_is_no_fault_is_refused_by_its_key(rule: dict[str, Any], key: str) -> None:
    """A rule that cannot be followed is refused when it is added, with the key that is wrong."""
    with pytest.raises(UnknownFault, match=f"`{key}`"):
        FaultPlan().add(rule)
