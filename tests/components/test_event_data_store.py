import json
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.event_data_store import BillingMode
from cloudtrail.selectors import AdvancedEventSelector, FieldSelector, IllegalSelectors
from components.event_data_store import EventDataStoreSpec, MeshEventDataStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Run

TYPED = "aws:cloudtrail/eventDataStore:EventDataStore"
CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"
ADOPTED = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


def store(**values: Any) -> dict[str, Any]:
    """Settings that create an event data store."""
    return {"meshtrail:eventDataStore": {"mode": "create", **values}}


def test_there_is_no_store_unless_asked_for(run: "Callable[..., Run]") -> None:
    """CloudTrail Lake takes no new customers, so off is the default."""
    found = run()
    assert not found.all("meshtrail:index:MeshEventDataStore")
    assert found.manifest()["eventDataStores"] == []


def test_a_store_selects_app_mesh_alone(run: "Callable[..., Run]") -> None:
    """By eventSource, in the form the provider takes."""
    inputs = run(store()).one(TYPED).inputs
    (selector,) = inputs["advancedEventSelectors"]
    assert {"field": "eventSource", "equals": ["appmesh.amazonaws.com"]} in selector["fieldSelectors"]
    assert inputs["retentionPeriod"] == 366
    assert inputs["billingMode"] == "EXTENDABLE_RETENTION_PRICING"
    assert inputs["multiRegionEnabled"] is True
    assert inputs["suspend"] == "false"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"retentionDays": 2555}, TYPED),
        ({"retentionDays": 2556}, CLOUD_CONTROL),
        ({"retentionDays": 3653}, CLOUD_CONTROL),
        ({"price": "seven-year"}, CLOUD_CONTROL),
        ({"price": "seven-year", "retentionDays": 2555}, TYPED),
    ],
)
def test_the_retention_decides_the_resource(
    run: "Callable[..., Run]", values: dict[str, Any], kind: str
) -> None:
    """The typed resource refuses more than 2555 days; Cloud Control takes all AWS offers."""
    found = run(store(**values))
    assert found.one(kind)
    assert len(found.all(TYPED)) + len(found.all(CLOUD_CONTROL)) == 1


def test_both_resources_ask_for_the_same_store(run: "Callable[..., Run]") -> None:
    """Name, selectors, key and all options; only the retention differs."""
    options = {
        "ingestion": False,
        "terminationProtection": False,
        "organization": True,
        "capture": "write-only",
    }
    values = {"meshtrail:organization": {"id": "o-exampleorgid"}, "meshtrail:tags": {"purpose": "audit"}}
    typed = run({**values, **store(retentionDays=366, **options)}).one(TYPED).inputs
    request = run({**values, **store(retentionDays=3653, **options)}).one(CLOUD_CONTROL).inputs
    assert request["typeName"] == "AWS::CloudTrail::EventDataStore"
    state = json.loads(request["desiredState"])
    assert state["RetentionPeriod"] == 3653
    assert state["Name"] == typed["name"]
    assert state["BillingMode"] == typed["billingMode"]
    assert state["KmsKeyId"] == typed["kmsKeyId"]
    assert state["MultiRegionEnabled"] == typed["multiRegionEnabled"]
    assert state["OrganizationEnabled"] == typed["organizationEnabled"]
    assert state["TerminationProtectionEnabled"] == typed["terminationProtectionEnabled"]
    assert state["IngestionEnabled"] == (typed["suspend"] == "false")
    assert {each["Key"]: each["Value"] for each in state["Tags"]} == typed["tags"]
    fields = [each["FieldSelectors"] for each in state["AdvancedEventSelectors"]]
    lowered = [[{key.lower(): value for key, value in each.items()} for each in group] for group in fields]
    assert lowered == [each["fieldSelectors"] for each in typed["advancedEventSelectors"]]


@pytest.mark.parametrize(("days", "kind"), [(366, TYPED), (3653, CLOUD_CONTROL)])
def test_a_store_is_protected_and_left_in_aws(run: "Callable[..., Run]", days: int, kind: str) -> None:
    """Deletion and replacement are refused, and what is only forgotten is not deleted."""
    request = run(store(retentionDays=days)).one(kind)
    assert request.protect
    assert request.retain_on_delete
    request = run(store(retentionDays=days, protect=False)).one(kind)
    assert not request.protect
    assert not request.retain_on_delete


def test_crossing_the_line_asks_for_the_same_name(run: "Callable[..., Run]") -> None:
    """So that AWS, which keeps names unique, refuses a second store rather than losing the first."""
    before = run(store(retentionDays=2555)).one(TYPED)
    after = run(store(retentionDays=2556)).one(CLOUD_CONTROL)
    assert json.loads(after.inputs["desiredState"])["Name"] == before.inputs["name"]
    assert before.urn != after.urn


def test_an_adopted_store_is_only_named(run: "Callable[..., Run]") -> None:
    """Nothing is read, registered or promised of it but that it is there."""
    found = run({"meshtrail:eventDataStore": {"mode": "adopt", "arn": ADOPTED}})
    assert not found.all(TYPED)
    (promise,) = found.manifest()["eventDataStores"]
    assert promise["arn"] == ADOPTED
    assert promise["homeRegion"] == "us-east-1"
    assert promise["retentionDays"] is None


def test_a_store_can_do_without_the_stacks_key(run: "Callable[..., Run]") -> None:
    """With a key AWS owns, or another key of the account's."""
    assert "kmsKeyId" not in run(store(key="aws-owned")).one(TYPED).inputs
    other = "arn:aws:kms:us-east-1:123456789012:key/OTHER"
    found = run(store(key=other))
    assert found.one(TYPED).inputs["kmsKeyId"] == other
    assert found.manifest()["eventDataStores"][0]["keyArn"] == other


@pytest.mark.parametrize("args", [{}, {"create": {}, "adopt_arn": ADOPTED}])
def test_a_store_is_either_created_or_adopted(run: "Callable[..., Run]", args: Any) -> None:
    """Neither and both are refused by name."""
    with pytest.raises(ValueError, match=r"`create`.*`adopt_arn`"):
        run(body=lambda: MeshEventDataStore("lake", args))


def test_selectors_a_store_cannot_have_are_refused_before_anything_is_registered(
    run: "Callable[..., Run]",
) -> None:
    """Also for who uses the component without the settings; the field and the rule are named."""
    wrong = AdvancedEventSelector(
        "By error",
        (
            FieldSelector("eventCategory", equals=("Management",)),
            FieldSelector("errorCode", equals=("AccessDenied",)),
        ),
    )
    spec: EventDataStoreSpec = {
        "store_name": "mesh",
        "region": "us-east-1",
        "selectors": [wrong],
        "retention_days": 3653,
        "billing_mode": BillingMode.EXTENDABLE,
        "multi_region": True,
        "organization": False,
    }
    seen: list[str] = []
    with pytest.raises(IllegalSelectors, match="errorCode cannot select Management events"):
        run(body=lambda: MeshEventDataStore("lake", {"create": spec}), seen=seen.append)
    assert [each for each in seen if each.startswith(("aws:", "meshtrail:"))] == []
