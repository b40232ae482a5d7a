from collections.abc import Callable, Mapping
from typing import Any

import pytest

from cloudtrail.errors import Problem
from components.settings import Settings, advice

Read = Callable[[Mapping[str, Any]], Settings]
Refused = Callable[[Mapping[str, Any]], list[Problem]]

KEY = "arn:aws:kms:{}:123456789012:key/EXAMPLE"
SELECTOR = {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}


def store(**values: Any) -> dict[str, Any]:
    """Settings that create an event data store."""
    return {"eventDataStore": {"mode": "create", **values}}


@pytest.mark.parametrize(
    ("values", "message", "remedy"),
    [
        (store(retentionDays=6), "6 days are not offered with one-year extendable", "Write 7 to 3653."),
        (store(retentionDays=3654), "3654 days are not offered with one-year extendable", "Write 7 to 3653."),
        (
            store(retentionDays=2558, price="seven-year"),
            "2558 days are not offered with seven-year",
            "Write 7 to 2557. For 2558 days write price: extendable.",
        ),
        (
            store(retentionDays=6, price="seven-year"),
            "6 days are not offered with seven-year",
            "Write 7 to 2557.",
        ),
    ],
)
def test_a_retention_the_price_option_does_not_offer_is_refused(
    refused: Refused, values: dict[str, Any], message: str, remedy: str
) -> None:
    """With the bounds, and the other price option where that would do."""
    (problem,) = refused(values)
    assert problem.key == "meshtrail:eventDataStore.retentionDays"
    assert problem.message.startswith(message)
    assert problem.remedy == remedy


@pytest.mark.parametrize(
    ("values", "days"),
    [
        (store(), 366),
        (store(price="seven-year"), 2557),
        (store(retentionDays=7), 7),
        (store(retentionDays=3653), 3653),
        (store(retentionDays=2557, price="seven-year"), 2557),
    ],
)
def test_every_retention_aws_offers_is_accepted(read: Read, values: dict[str, Any], days: int) -> None:
    """Both ends of both ranges, and AWS's own defaults."""
    assert read(values).store_retention_days == days


def test_an_organization_trail_needs_the_organizations_id(refused: Refused) -> None:
    """Its files lie below the id, so the bucket's policy cannot be written without."""
    (problem,) = refused({"scope": "organization"})
    assert problem.key == "meshtrail:organization.id"
    assert "describe-organization" in problem.remedy


def test_an_organization_without_use_is_refused(refused: Refused) -> None:
    """Whoever names an organization and records an account has forgotten something."""
    (problem,) = refused({"organization": {"id": "o-exampleorgid"}})
    assert problem.key == "meshtrail:organization"
    assert "scope: organization" in problem.remedy


def test_an_organization_may_be_named_for_the_event_data_store_alone(read: Read) -> None:
    """An account's trail beside an organization's store is a legal pair."""
    settings = read({"organization": {"id": "o-exampleorgid"}, **store(organization=True)})
    assert settings.store_organization


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"bucket": {"existing": {"name": "audit-logs", "region": "eu-west-1"}}}, "bucket.existing.region"),
        ({"key": {"existing": {"arn": KEY.format("eu-west-1")}}}, "key.existing.arn"),
        (
            {
                "bucket": {"existing": {"name": "audit-logs", "region": "eu-west-1"}},
                "key": {"existing": {"arn": KEY.format("us-west-2")}},
            },
            "bucket.existing.region",
        ),
    ],
)
def test_a_bucket_in_another_region_than_its_key_is_refused(
    refused: Refused, values: dict[str, Any], key: str
) -> None:
    """CloudTrail encrypts with a key of the bucket's own Region only."""
    (problem,) = refused(values)
    assert problem.key == f"meshtrail:{key}"
    assert "the same Region" in problem.message


def test_a_bucket_and_its_key_may_be_in_another_region_together(read: Read) -> None:
    """The trail's home Region does not bind its bucket."""
    read(
        {
            "bucket": {"existing": {"name": "audit-logs", "region": "eu-west-1"}},
            "key": {"existing": {"arn": KEY.format("eu-west-1")}},
        }
    )


def test_a_store_cannot_use_the_key_of_another_region(refused: Refused) -> None:
    """Then the store needs a key of its own, or one AWS owns."""
    away = {
        "bucket": {"existing": {"name": "audit-logs", "region": "eu-west-1"}},
        "key": {"existing": {"arn": KEY.format("eu-west-1")}},
    }
    (problem,) = refused({**away, **store()})
    assert problem.key == "meshtrail:eventDataStore.key"
    assert "aws-owned" in problem.remedy


@pytest.mark.parametrize("mode", ["create", "adopt"])
def test_lake_is_refused_where_it_does_not_exist(refused: Refused, mode: str) -> None:
    """CloudTrail Lake was never offered in China; the trail is what remains there."""
    arn = "arn:aws-cn:cloudtrail:cn-north-1:123456789012:eventdatastore/EXAMPLE"
    chosen = {"mode": mode} | ({"arn": arn} if mode == "adopt" else {})
    (problem,) = refused({"aws:region": "cn-north-1", "eventDataStore": chosen})
    assert problem.key == "meshtrail:eventDataStore.mode"
    assert "never offered in the China Regions" in problem.message
    assert "mode: off" in problem.remedy


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"regions": ["us-east-1", "cn-north-1"]}, "regions[1]"),
        ({"key": {"existing": {"arn": "arn:aws-cn:kms:us-east-1:123456789012:key/1"}}}, "key.existing.arn"),
        (
            {
                "eventDataStore": {
                    "mode": "adopt",
                    "arn": "arn:aws-us-gov:cloudtrail:us-gov-west-1:123456789012:eventdatastore/1",
                }
            },
            "eventDataStore.arn",
        ),
    ],
)
def test_nothing_crosses_partitions(refused: Refused, values: dict[str, Any], key: str) -> None:
    """China and GovCloud are clouds of their own."""
    (problem,) = refused(values)
    assert problem.key == f"meshtrail:{key}"
    assert "partition" in problem.message


def test_a_single_region_trail_cannot_be_expected_to_see_others(refused: Refused) -> None:
    """Expecting events it cannot record would make every verification fail."""
    (problem,) = refused({"scope": "single-region", "regions": ["us-east-1", "eu-west-1"]})
    assert problem.key == "meshtrail:regions"
    assert "scope: multi-region" in problem.remedy


def test_app_mesh_is_not_expected_where_it_never_was(refused: Refused) -> None:
    """GovCloud never had it; its successors are named."""
    (problem,) = refused({"aws:region": "us-gov-west-1"})
    assert problem.key == "meshtrail:regions"
    assert "ecs.amazonaws.com" in problem.remedy


def test_other_services_may_be_recorded_where_app_mesh_never_was(read: Read) -> None:
    """The successors' events land the same way."""
    read({"aws:region": "us-gov-west-1", "eventSources": ["ecs.amazonaws.com"]})


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"eventDataStore": {"mode": "adopt"}}, "eventDataStore.arn"),
        ({"eventDataStore": {"retentionDays": 366}}, "eventDataStore.retentionDays"),
        (store(arn="arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/1"), "eventDataStore.arn"),
        (store(operations=["CreateMesh"], capture="write-only"), "eventDataStore.operations"),
        (store(selectors=[SELECTOR], capture="all"), "eventDataStore.selectors"),
        ({"trail": {"selectors": [SELECTOR], "managementEvents": "read-only"}}, "trail.selectors"),
        ({"trail": {"managementEvents": "read-only", "insights": ["api-call-rate"]}}, "trail.insights"),
        (
            {"bucket": {"create": {"objectLock": {"days": 365}, "lifecycle": {"expireDays": 90}}}},
            "bucket.create.lifecycle.expireDays",
        ),
        (
            {"bucket": {"create": {"name": "audit-logs", "accessLog": {"bucket": "audit-logs"}}}},
            "bucket.create.accessLog.bucket",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    refused: Refused, values: dict[str, Any], key: str
) -> None:
    """Each on the key to change, with a remedy."""
    (problem,) = refused(values)
    assert problem.key == f"meshtrail:{key}"
    assert problem.remedy


def test_operations_of_app_mesh_need_app_mesh_among_the_sources(refused: Refused) -> None:
    """Otherwise they would silently select nothing."""
    (problem,) = refused({"eventSources": ["ecs.amazonaws.com"], **store(operations=["CreateMesh"])})
    assert problem.key == "meshtrail:eventDataStore.operations"


def test_a_trails_own_selectors_are_held_to_what_a_trail_may_select(refused: Refused) -> None:
    """The field and the rule are named; nothing has been sent to AWS."""
    fields = [*SELECTOR["FieldSelectors"], {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]}]
    problems = refused({"trail": {"selectors": [{"FieldSelectors": fields}]}})
    assert problems
    assert all(
        problem.key.startswith("meshtrail:trail.selectors[0].fieldSelectors[1]") for problem in problems
    )


def test_the_same_selectors_are_legal_on_an_event_data_store(read: Read) -> None:
    """Only there can management events be chosen by their source."""
    fields = [*SELECTOR["FieldSelectors"], {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]}]
    read(store(selectors=[{"FieldSelectors": fields}]))


def test_a_selector_that_cannot_be_read_is_a_problem(refused: Refused) -> None:
    """A misspelt key of the API's own form is named too."""
    (problem,) = refused(store(selectors=[{"FieldSelector": []}]))
    assert problem.key.startswith("meshtrail:eventDataStore.selectors[0]")


def test_more_event_sources_than_cloudtrail_takes_are_refused(refused: Refused) -> None:
    """500 values is the limit of all selectors together."""
    sources = [f"service{number}.amazonaws.com" for number in range(501)]
    problems = refused({"eventSources": sources, **store()})
    assert problems
    assert all(problem.key.startswith("meshtrail:eventSources") for problem in problems)


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"trail": {"exclude": ["kms.amazonaws.com"]}}, "trail.exclude", "CloudTrail.1"),
        (
            {"trail": {"managementEvents": "write-only"}},
            "trail.managementEvents",
            "15 of 39 App Mesh events are missed",
        ),
        (
            {"bucket": {"create": {"objectLock": {"days": 365, "mode": "COMPLIANCE"}}}},
            "bucket.create.objectLock.mode",
            "nobody",
        ),
        (
            {"bucket": {"create": {"lifecycle": {"deepArchiveDays": 180}}}},
            "bucket.create.lifecycle",
            "restored",
        ),
        (
            {"eventDataStore": {"mode": "create", "ingestion": False}},
            "eventDataStore.ingestion",
            "waits for the store to be enabled",
        ),
        (
            {
                "eventDataStore": {
                    "mode": "adopt",
                    "arn": "arn:aws:cloudtrail:eu-west-1:123456789012:eventdatastore/1",
                }
            },
            "eventDataStore.arn",
            "eu-west-1",
        ),
    ],
)
def test_legal_settings_that_cost_something_are_warned_of(
    read: Read, values: dict[str, Any], key: str, words: str
) -> None:
    """Allowed, but said."""
    (note,) = advice(read(values))
    assert note.key == f"meshtrail:{key}"
    assert words in note.message


def test_defaults_need_no_advice(read: Read) -> None:
    """Who changes nothing is told nothing."""
    assert advice(read({})) == []


def test_selectors_that_lose_app_mesh_events_are_warned_of(read: Read) -> None:
    """A trail may record whatever its owner wants, but not silently less than what is promised."""
    reads = [{"FieldSelectors": [*SELECTOR["FieldSelectors"], {"Field": "readOnly", "Equals": ["true"]}]}]
    notes = advice(read({"trail": {"selectors": reads}, **store(selectors=reads)}))
    assert [note.key for note in notes] == ["meshtrail:trail.selectors", "meshtrail:eventDataStore.selectors"]
