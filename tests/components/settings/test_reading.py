import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.errors import Problem, SettingsError
from components.settings import Settings, advice, read_settings

Read = Callable[[Mapping[str, Any]], Settings]
Refused = Callable[[Mapping[str, Any]], list[Problem]]

STORE_ARN = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE"


def test_a_region_is_all_a_stack_must_say(read: Read) -> None:
    """Everything else has a safe default."""
    settings = read({})
    assert settings.scope == "multi-region"
    assert settings.event_sources == ("appmesh.amazonaws.com",)
    assert settings.expected_regions == ("us-east-1",)
    assert settings.event_data_store.mode == "off"
    assert settings.trail_name == "meshtrail"


def test_values_arrive_as_pulumi_writes_them(read: Read) -> None:
    """Numbers and booleans may be texts, at the top and inside objects."""
    settings = read(
        {
            "trail": {"cloudWatchLogs": {"enabled": "true", "retentionDays": "90"}},
            "eventDataStore": {"mode": "create", "retentionDays": "3653"},
            "organization": {},
        }
    )
    assert settings.trail.cloud_watch_logs.enabled
    assert settings.trail.cloud_watch_logs.retention_days == 90
    assert settings.store_retention_days == 3653


def test_a_bare_off_is_understood_although_yaml_1_1_reads_false(read: Read) -> None:
    """`mode: off` means the same to every YAML reader."""
    assert read({"eventDataStore": {"mode": False}}).event_data_store.mode == "off"


def test_keys_of_other_packages_are_left_alone(read: Read) -> None:
    """The provider's configuration and other namespaces are not the program's business."""
    read({"aws:accessKey": "test", "aws:endpoints": [{"s3": "http://127.0.0.1:4580"}], "pulumi:tags": {}})


@pytest.mark.parametrize(
    ("values", "key", "remedy"),
    [
        ({"scoep": "organization"}, "meshtrail:scoep", "Did you mean scope?"),
        ({"eventdatastore": {}}, "meshtrail:eventdatastore", "Did you mean eventDataStore?"),
        ({"trail": {"cloudwatchlogs": {}}}, "meshtrail:trail.cloudwatchlogs", "Did you mean cloudWatchLogs?"),
        (
            {"bucket": {"create": {"objectLock": {"days": 1, "moed": "GOVERNANCE"}}}},
            "meshtrail:bucket.create.objectLock.moed",
            "Did you mean mode?",
        ),
        ({"key": {"zzz": 1}}, "meshtrail:key.zzz", "Known here: create, existing."),
        ({"homeRegion": "us-east-1"}, "meshtrail:homeRegion", "Did you mean regions?"),
        ({"trail.name": "audit"}, "meshtrail:trail.name", "Did you mean trail?"),
    ],
)
def test_an_unknown_key_is_an_error_with_a_suggestion(
    refused: Refused, values: dict[str, Any], key: str, remedy: str
) -> None:
    """At every depth; the nearest known key is named."""
    (problem,) = refused(values)
    assert problem == Problem(key, "is not a setting.", remedy)


@pytest.mark.parametrize("key", ["eventSource", "eventSources", "eventsource"])
def test_an_event_source_on_a_trail_is_explained(refused: Refused, key: str) -> None:
    """A trail cannot select App Mesh; the error says so and what can."""
    (problem,) = refused({"trail": {key: "appmesh.amazonaws.com"}})
    assert problem.key == f"meshtrail:trail.{key}"
    assert "a trail cannot select an event source" in problem.message
    assert "eventDataStore.mode: create" in problem.remedy


def test_app_mesh_in_a_trails_exclusions_is_explained(refused: Refused) -> None:
    """Only KMS and RDS Data can be left out, and nothing else can be chosen."""
    (problem,) = refused({"trail": {"exclude": ["kms.amazonaws.com", "appmesh.amazonaws.com"]}})
    assert problem.key == "meshtrail:trail.exclude[1]"
    assert "'appmesh.amazonaws.com'" in problem.message
    assert "kms.amazonaws.com or rdsdata.amazonaws.com" in problem.remedy


@pytest.mark.parametrize(
    ("values", "key", "message"),
    [
        (
            {"scope": "organisation"},
            "scope",
            "'organisation' is not one of single-region, multi-region, organization.",
        ),
        ({"regions": "us-east-1"}, "regions", "must be a list, not 'us-east-1'."),
        ({"trail": ["x"]}, "trail", "must be an object, not ['x']."),
        ({"trail": "x"}, "trail", "must be an object, not 'x'."),
        ({"tags": {"a": ["b"]}}, "tags.a", "must be a text, not ['b']."),
        (
            {"eventDataStore": {"mode": "create", "ingestion": "maybe"}},
            "eventDataStore.ingestion",
            "must be true or",
        ),
        (
            {"eventDataStore": {"mode": "create", "retentionDays": "long"}},
            "eventDataStore.retentionDays",
            "must be a whole",
        ),
        (
            {"bucket": {"create": {"objectLock": {"days": 0}}}},
            "bucket.create.objectLock.days",
            "0 is too small.",
        ),
        (
            {"key": {"create": {"deletionWindowDays": 31}}},
            "key.create.deletionWindowDays",
            "31 is too great.",
        ),
        (
            {"trail": {"cloudWatchLogs": {"retentionDays": 100}}},
            "trail.cloudWatchLogs.retentionDays",
            "100 is not a ret",
        ),
        ({"bucket": {"create": {"objectLock": {}}}}, "bucket.create.objectLock.days", "is required."),
        ({"regions": ["us-east-1", "virginia"]}, "regions[1]", "'virginia' is not a Region."),
        ({"regions": ["us-east-1", "us-east-1"]}, "regions", "names a Region twice."),
        ({"eventSources": []}, "eventSources", "names no event source"),
        ({"eventSources": ["appmesh"]}, "eventSources[0]", "'appmesh' is not an event source."),
        (
            {"organization": {"id": "123456789012"}, "scope": "organization"},
            "organization.id",
            "'123456789012' is not an",
        ),
        (
            {"eventDataStore": {"mode": "create", "operations": ["CreateMash"]}},
            "eventDataStore.operations[0]",
            "'CreateM",
        ),
        ({"tags": {"aws:cost": "1"}}, "tags", "holds a tag AWS would refuse."),
        (
            {"key": {"existing": {"arn": "alias/audit"}}},
            "key.existing.arn",
            "'alias/audit' is not the ARN of a KMS key.",
        ),
        (
            {"bucket": {"create": {"lifecycle": {"glacierFlexibleRetrievalDays": 90, "expireDays": 90}}}},
            "bucket.create.lifecycle",
            "expireDays (90) comes before glacierFlexibleRetrievalDays (90) is over.",
        ),
        (
            {"bucket": {"create": {}, "existing": {"name": "audit-logs"}}},
            "bucket",
            "holds both `create` and `existing`.",
        ),
        (
            {"key": {"create": {}, "existing": {"arn": "arn:aws:kms:us-east-1:123456789012:key/1"}}},
            "key",
            "holds both `create` and `existing`.",
        ),
    ],
)
def test_a_wrong_value_is_named_with_its_key(
    refused: Refused, values: dict[str, Any], key: str, message: str
) -> None:
    """One problem, on the key that is wrong, with the value in it."""
    (problem,) = refused(values)
    assert problem.key == f"meshtrail:{key}"
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 129,
        "-audit",
        "audit-",
        "my--trail",
        "my-_trail",
        "my..trail",
        "192.168.5.4",
        "my trail",
        "ä-trail",
    ],
)
def test_a_bad_trail_name_is_refused(refused: Refused, name: str) -> None:
    """3 to 128 characters, no adjacent punctuation, not an IP address."""
    (problem,) = refused({"trail": {"name": name}})
    assert problem.key == "meshtrail:trail.name"
    assert "is not a trail's name" in problem.message


@pytest.mark.parametrize("name", ["abc", "My.trail_1-x", "a" * 128])
def test_a_good_trail_name_is_taken(read: Read, name: str) -> None:
    """Everything the API allows is allowed."""
    assert read({"trail": {"name": name}}).trail_name == name


@pytest.mark.parametrize(
    "name", ["Ab-logs", "ab", "a" * 64, "a..b", "192.168.5.4", "-logs", "xn--logs", "logs-s3alias"]
)
def test_a_bad_bucket_name_is_refused(refused: Refused, name: str) -> None:
    """S3's naming rules, before S3 is asked."""
    (problem,) = refused({"bucket": {"existing": {"name": name}}})
    assert problem.key == "meshtrail:bucket.existing.name"


@pytest.mark.parametrize(
    "name", ["Meshtrail", "m", "mesh--trail", "mesh_trail", "m" * 33, "trail-", "1trail"]
)
def test_a_bad_base_name_is_refused(refused: Refused, name: str) -> None:
    """The stack's name must do for buckets, trails, roles and topics alike."""
    (problem,) = refused({"name": name})
    assert problem.key == "meshtrail:name"


@pytest.mark.parametrize(
    ("arn", "reason"),
    [
        ("arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh", "It names a cloudtrail trail"),
        ("arn:aws:s3:::audit", "It names a s3"),
        ("mesh", "is not an ARN"),
    ],
)
def test_an_adopted_arn_must_be_an_event_data_stores(refused: Refused, arn: str, reason: str) -> None:
    """The error says what the ARN is instead, and what it should look like."""
    (problem,) = refused({"eventDataStore": {"mode": "adopt", "arn": arn}})
    assert problem.key == "meshtrail:eventDataStore.arn"
    assert reason in problem.message
    assert "eventdatastore/ID" in problem.remedy


def test_without_a_region_nothing_is_guessed() -> None:
    """The home Region of an audit trail must not depend on somebody's shell."""
    with pytest.raises(SettingsError) as caught:
        read_settings({"meshtrail:scoep": "x"})
    region, misspelt = caught.value.problems
    assert (region.key, misspelt.key) == ("aws:region", "meshtrail:scoep")
    assert region.message == "is required, and not read from the environment."
    assert region.remedy == "Run `pulumi config set aws:region REGION`."


def test_all_problems_are_reported_together(refused: Refused) -> None:
    """Misspelt keys, wrong values and broken rules in one go."""
    problems = refused(
        {
            "scoep": "x",
            "regions": ["us-east-1", "virginia"],
            "scope": "organization",
            "trail": {"name": "a--b", "cloudWatchLogs": {"enabled": "maybe"}},
            "bucket": {"existing": {"name": "UPPER"}},
            "eventDataStore": {"mode": "create", "retentionDays": 6},
        }
    )
    assert [problem.key.removeprefix("meshtrail:") for problem in problems] == [
        "bucket.existing.name",
        "eventDataStore.retentionDays",
        "organization.id",
        "regions[1]",
        "scoep",
        "trail.cloudWatchLogs.enabled",
        "trail.name",
    ]


def test_a_rule_is_not_asked_about_values_nobody_wrote(refused: Refused) -> None:
    """A misspelt scope does not also make the organization meaningless."""
    (problem,) = refused({"scope": "organisation", "organization": {"id": "o-exampleorgid"}})
    assert problem.key == "meshtrail:scope"


def test_a_problem_shows_no_raw_control_characters(refused: Refused) -> None:
    """A terminal escape in a value is inert in the error."""
    (problem,) = refused({"name": "\x1b[31mred"})
    assert "\x1b" not in str(problem)


def test_the_error_names_the_stacks_file(read: Read) -> None:
    """It says where to look."""
    with pytest.raises(SettingsError, match=r"Pulumi\.test\.yaml"):
        read({"scoep": "x"})


_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_KEYS = st.sampled_from(
    [
        *(
            "scope",
            "name",
            "regions",
            "eventSources",
            "organization",
            "id",
            "trail",
            "managementEvents",
            "exclude",
        ),
        *(
            "selectors",
            "prefix",
            "cloudWatchLogs",
            "enabled",
            "retentionDays",
            "sns",
            "insights",
            "bucket",
            "create",
        ),
        *(
            "existing",
            "region",
            "objectLock",
            "mode",
            "days",
            "lifecycle",
            "expireDays",
            "accessLog",
            "key",
            "arn",
        ),
        *(
            "eventDataStore",
            "capture",
            "operations",
            "price",
            "multiRegion",
            "protect",
            "tags",
            "FieldSelectors",
        ),
        *("Field", "Equals", "Name"),
    ]
) | st.text(max_size=6)
_WORDS = st.sampled_from(
    [
        *(
            "organization",
            "single-region",
            "create",
            "adopt",
            "off",
            "all",
            "write-only",
            "seven-year",
            "audit",
        ),
        *(
            "us-east-1",
            "eu-west-1",
            "cn-north-1",
            "us-gov-west-1",
            "appmesh.amazonaws.com",
            "ecs.amazonaws.com",
        ),
        *(
            "kms.amazonaws.com",
            "o-exampleorgid",
            "CreateMesh",
            "GOVERNANCE",
            "eventCategory",
            STORE_ARN,
            "mesh-audit",
        ),
        "arn:aws:kms:eu-west-1:123456789012:key/EXAMPLE",
    ]
)
_DOCUMENTS = st.recursive(
    _SCALARS | _WORDS | st.sampled_from([7, 366, 2555, 2557, 3653]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(values=st.dictionaries(_KEYS, _DOCUMENTS, max_size=5), region=_WORDS | st.text(max_size=6))
def test_any_configuration_is_either_settings_or_a_settings_error(
    values: dict[str, Any], region: str
) -> None:
    """Nothing a stack file can hold makes the reader, or the advice on its result, fail in another way."""
    config = {
        f"meshtrail:{key}": each if isinstance(each, str) else json.dumps(each)
        for key, each in values.items()
    }
    problems: tuple[Problem, ...] = ()
    try:
        advice(read_settings({"aws:region": region, **config}))
    except SettingsError as error:
        problems = error.problems or (Problem("", "", ""),)
    assert all(problem.key and problem.message for problem in problems)
