from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from cloudtrail.selectors.matching import FIELDS
from sandbox.provider.cloudtrail_store import StoreNotReady
from sandbox.provider.registry import AWS

from .conftest import ACCOUNT

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

    from .conftest import Provider

STORE = "aws:cloudtrail/eventDataStore:EventDataStore"
CLOUD_CONTROL = "aws:cloudcontrol/resource:Resource"
ADMIN = "aws:cloudtrail/organizationDelegatedAdminAccount:OrganizationDelegatedAdminAccount"
APP_MESH = {
    "name": "App Mesh",
    "fieldSelectors": [
        {"field": "eventCategory", "equals": ["Management"]},
        {"field": "eventSource", "equals": ["appmesh.amazonaws.com"]},
    ],
}
NO_STREAM = {
    "fieldSelectors": [
        *APP_MESH["fieldSelectors"],
        {"field": "eventName", "notEquals": ["StreamAggregatedResources"]},
    ]
}


def test_a_store_lives(provider: Provider) -> None:
    """A store is made, changed in everything that can change in place, and deleted; its id is its ARN."""
    base = {"name": "mesh", "terminationProtectionEnabled": False, "advancedEventSelectors": [APP_MESH]}
    made = provider.journey(
        STORE,
        {**base, "retentionPeriod": 366, "tags": {"a": "1"}},
        {
            **base,
            "retentionPeriod": 400,
            "multiRegionEnabled": False,
            "tags": {"b": "1"},
            "advancedEventSelectors": [NO_STREAM],
        },
    )
    assert made.id == made.outputs["arn"]
    assert made.id.startswith(f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:eventdatastore/")


def test_the_defaults_are_the_real_providers(provider: Provider) -> None:
    """Seven years less a day, every Region, protected: what a program gets that says nothing."""
    inputs = provider.check(STORE, {})
    assert (inputs["retentionPeriod"], inputs["billingMode"]) == (2555, "EXTENDABLE_RETENTION_PRICING")
    assert (inputs["multiRegionEnabled"], inputs["terminationProtectionEnabled"]) == (True, True)


def test_termination_protection_is_cloudtrails_own_refusal(provider: Provider, aws: Aws) -> None:
    """A protected store cannot be deleted, and the error is AWS's."""
    made = provider.create(STORE, {"name": "mesh"})
    with pytest.raises(ClientError, match="TerminationProtect"):
        AWS.types[STORE].delete(aws, made.id, made.outputs)


def test_a_suspended_store_takes_nothing_in(provider: Provider, aws: Aws) -> None:
    """`suspend` decides at creation and later; left out it is false."""
    suspended = provider.check(STORE, {"name": "mesh", "suspend": "true"})
    made = AWS.types[STORE].create(aws, suspended)
    status = aws.client("cloudtrail").get_event_data_store
    assert status(EventDataStore=made.id)["Status"] == "STOPPED_INGESTION"
    AWS.types[STORE].update(aws, made.id, suspended, provider.check(STORE, {"name": "mesh"}))
    assert status(EventDataStore=made.id)["Status"] == "ENABLED"
    AWS.types[STORE].update(aws, made.id, provider.check(STORE, {"name": "mesh"}), suspended)
    assert status(EventDataStore=made.id)["Status"] == "STOPPED_INGESTION"


def test_selectors_taken_away_are_no_difference(provider: Provider) -> None:
    """The provider's blind spot: selectors are computed, so leaving them out changes nothing."""
    olds = provider.check(STORE, {"name": "mesh", "advancedEventSelectors": [APP_MESH]})
    assert AWS.types[STORE].diff(olds, provider.check(STORE, {"name": "mesh"})).changed == ()


def test_ingestion_that_stopped_is_not_seen(provider: Provider, aws: Aws) -> None:
    """The provider's other blind spot: what `suspend` should say is never read back."""
    inputs = provider.check(STORE, {"name": "mesh", "suspend": "false"})
    made = AWS.types[STORE].create(aws, inputs)
    aws.client("cloudtrail").stop_event_data_store_ingestion(EventDataStore=made.id)
    provider.expect(STORE, made.id, inputs, knowing=inputs)


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({"retentionPeriod": 6}, "retentionPeriod"),
        ({"retentionPeriod": 2556}, "retentionPeriod"),
        ({"name": "ab"}, "name"),
        ({"name": "with space"}, "name"),
        ({"kmsKeyId": "alias/mesh"}, "kmsKeyId"),
        ({"billingMode": "FREE"}, "billingMode"),
        ({"suspend": "yes"}, "suspend"),
        ({"suspend": True}, "suspend"),
        (
            {"advancedEventSelectors": [{"fieldSelectors": [{"field": "vpcEndpointArn", "equals": ["x"]}]}]},
            "advancedEventSelectors[0].fieldSelectors[0].field",
        ),
    ],
)
def test_what_the_real_provider_refuses_is_refused(
    provider: Provider, inputs: dict[str, Any], path: str
) -> None:
    """Broken inputs are refused before any call, naming the property."""
    assert [failure.path for failure in provider.failures(STORE, inputs)] == [path]


@pytest.mark.parametrize("field", FIELDS)
def test_no_field_cloudtrail_knows_is_refused_by_the_provider(provider: Provider, field: str) -> None:
    """What passes the check of a stack's own selectors does not fail at the provider afterwards."""
    selectors = [{"fieldSelectors": [{"field": field, "equals": ["x"]}]}]
    assert provider.failures(STORE, {"advancedEventSelectors": selectors}) == ()


def test_a_suspended_store_cannot_be_updated(provider: Provider, aws: Aws) -> None:
    """The provider sends the change, and then waits for a status that a suspended store does not come to."""
    kind, first = AWS.types[STORE], provider.check(STORE, {"name": "mesh", "suspend": "true"})
    made = kind.create(aws, first)
    second = provider.check(STORE, {"name": "mesh", "suspend": "false", "retentionPeriod": 90})
    with pytest.raises(StoreNotReady, match="STOPPED_INGESTION"):
        kind.update(aws, made.id, first, second)
    started = provider.check(STORE, {"name": "mesh", "suspend": "false"})
    kind.update(aws, made.id, first, started)
    assert kind.update(aws, made.id, started, second)["retentionPeriod"] == 90


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/x"}, {"region": "us-east-1"}],
)
def test_a_new_name_key_or_region_replaces_a_store(provider: Provider, change: dict[str, str]) -> None:
    """The provider would replace the store, and with it lose every event in it."""
    olds = provider.check(STORE, {"name": "mesh"})
    news = provider.check(STORE, {"name": "mesh", **change})
    assert AWS.types[STORE].diff(olds, news).replaces == tuple(change)


def desired(**state: Any) -> dict[str, Any]:
    """The inputs of a store by Cloud Control."""
    return {"typeName": "AWS::CloudTrail::EventDataStore", "desiredState": json.dumps(state)}


def test_a_store_beyond_2555_days_lives_by_cloud_control(provider: Provider) -> None:
    """Cloud Control takes what the typed resource refuses, and changes a name in place."""
    made = provider.journey(
        CLOUD_CONTROL,
        desired(
            Name="mesh",
            RetentionPeriod=3653,
            TerminationProtectionEnabled=False,
            Tags=[{"Key": "a", "Value": "1"}],
        ),
        desired(
            Name="mesh-2",
            RetentionPeriod=3000,
            TerminationProtectionEnabled=False,
            IngestionEnabled=False,
            Tags=[{"Key": "b", "Value": "1"}],
        ),
        stranger=False,
    )
    properties = json.loads(made.outputs["properties"])
    assert properties["EventDataStoreArn"] == made.id
    assert (properties["RetentionPeriod"], properties["Status"]) == (3653, "ENABLED")


def test_drift_shows_in_the_properties_only(provider: Provider, aws: Aws) -> None:
    """Cloud Control never reads the desired state back: what was changed by hand shows in `properties`."""
    made = provider.create(CLOUD_CONTROL, desired(Name="mesh", RetentionPeriod=3000))
    aws.client("cloudtrail").update_event_data_store(EventDataStore=made.id, RetentionPeriod=30)
    seen = AWS.types[CLOUD_CONTROL].read(aws, made.id, made.outputs)
    assert seen is not None
    assert seen.outputs["desiredState"] == made.outputs["desiredState"]
    assert json.loads(seen.outputs["properties"])["RetentionPeriod"] == 30


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"typeName": "AWS::CloudTrail::Channel", "desiredState": "{}"}, "AWS::CloudTrail::Channel"),
        (desired(Nmae="mesh"), "desiredState.Nmae"),
        (desired(RetentionPeriod="7"), "desiredState.RetentionPeriod"),
        (desired(FederationEnabled=True), "desiredState.FederationEnabled"),
        ({"typeName": "AWS::CloudTrail::EventDataStore", "desiredState": "{"}, "invalid JSON"),
    ],
)
def test_cloud_control_refuses_by_name(provider: Provider, inputs: dict[str, Any], told: str) -> None:
    """Other types, and states that do not fit the schema, are refused before any call."""
    assert told in " ".join(map(str, provider.failures(CLOUD_CONTROL, inputs)))


def test_the_same_state_in_other_words_is_no_difference(provider: Provider) -> None:
    """The desired state is compared as JSON."""
    olds = provider.check(CLOUD_CONTROL, desired(Name="mesh", RetentionPeriod=3000))
    news = olds | {"desiredState": '{"RetentionPeriod": 3000,  "Name": "mesh"}'}
    assert AWS.types[CLOUD_CONTROL].diff(olds, news).changed == ()


def test_a_delegated_administrator_is_registered_and_deregistered(aws: Aws, provider: Provider) -> None:
    """The account's own words come from AWS Organizations."""
    account = "111122223333"
    admin = {
        "Id": account,
        "Arn": f"arn:aws:organizations::{ACCOUNT}:account/o-exampleorgid/{account}",
        "Email": "audit@example.com",
        "Name": "audit",
    }
    with Stubber(aws.client("cloudtrail")) as trails, Stubber(aws.client("organizations")) as organizations:
        trails.add_response("register_organization_delegated_admin", {}, {"MemberAccountId": account})
        organizations.add_response("list_delegated_administrators", {"DelegatedAdministrators": [admin]})
        trails.add_response(
            "deregister_organization_delegated_admin", {}, {"DelegatedAdminAccountId": account}
        )
        made = provider.create(ADMIN, {"accountId": account})
        AWS.types[ADMIN].delete(aws, made.id, made.outputs)
    assert made.id == account
    assert made.outputs == {
        "accountId": account,
        "arn": admin["Arn"],
        "email": "audit@example.com",
        "name": "audit",
        "servicePrincipal": "cloudtrail.amazonaws.com",
    }
