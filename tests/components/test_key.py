from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Run

EXISTING = "arn:aws:kms:us-east-1:123456789012:key/EXAMPLE"


def test_a_created_key_rotates_and_is_protected(run: "Callable[..., Run]") -> None:
    """Thirty days to call a deletion back, and Pulumi refuses the deletion anyway."""
    key = run().one("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.protect


def test_a_key_can_be_unprotected_on_purpose(run: "Callable[..., Run]") -> None:
    """It has to be said."""
    found = run({"meshtrail:key": {"create": {"protect": False, "deletionWindowDays": 7}}})
    key = found.one("aws:kms/key:Key")
    assert not key.protect
    assert key.inputs["deletionWindowInDays"] == 7


def test_a_key_is_found_by_the_stacks_name(run: "Callable[..., Run]") -> None:
    """Through its alias."""
    alias = run({"meshtrail:name": "mesh-audit"}).one("aws:kms/alias:Alias")
    assert alias.inputs["name"] == "alias/mesh-audit"


def test_a_key_lets_event_data_stores_in_only_where_there_is_one(run: "Callable[..., Run]") -> None:
    """That statement has no aws:SourceArn, so it is not there without need."""
    sids = {
        mode: {
            each["Sid"]
            for each in run({"meshtrail:eventDataStore": {"mode": mode}}).policy("aws:kms/key:Key")[
                "Statement"
            ]
        }
        for mode in ("off", "create")
    }
    assert sids["create"] - sids["off"] == {"CloudTrailEncryptsEventDataStores"}


def test_an_existing_key_is_used_and_not_touched(run: "Callable[..., Run]") -> None:
    """Nothing of KMS is registered; trail, bucket and store encrypt with it."""
    found = run(
        {
            "meshtrail:key": {"existing": {"arn": EXISTING}},
            "meshtrail:eventDataStore": {"mode": "create"},
        }
    )
    assert not [request for request in found.requests if request.type.startswith("aws:kms/")]
    assert found.one("aws:cloudtrail/trail:Trail").inputs["kmsKeyId"] == EXISTING
    assert found.one("aws:cloudtrail/eventDataStore:EventDataStore").inputs["kmsKeyId"] == EXISTING
    assert found.manifest()["trails"][0]["keyArn"] == EXISTING
