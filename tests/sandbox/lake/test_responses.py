# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

import urllib.request
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.sandbox.lake.conftest import APP_MESH, event, wait

if TYPE_CHECKING:
    from tests.sandbox.lake.conftest import Server

UNKNOWN = "0a1b2c3d-0000-4000-8000-000000000001"
OPERATIONS = [
    *("CreateEventDataStore", "GetEventDataStore", "UpdateEventDataStore", "ListEventDataStores"),
    *("DeleteEventDataStore", "RestoreEventDataStore", "StartEventDataStoreIngestion"),
    *("StopEventDataStoreIngestion", "StartQuery", "DescribeQuery", "GetQueryResults", "CancelQuery"),
    *("ListQueries", "AddTags", "ListTags", "RemoveTags"),
]


def _create(client: Any, **parameters: Any) -> str:
    arguments = {"Name": "mesh", "AdvancedEventSelectors": APP_MESH, "TerminationProtectionEnabled": False}
    return client.create_event_data_store(**{**arguments, **parameters})["EventDataStoreArn"]


def _recent(**record: Any) -> Any:
    return event(datetime.now(UTC) - timedelta(minutes=5), **record)


def _code(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    response: Any = refusal.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Message"]
    return response["Error"]["Code"]


def test_a_store_is_shown_as_it_was_asked_for(client: Any) -> None:
    """CreateEventDataStore answers CREATED with every option; GetEventDataStore the same, ENABLED."""
    created = client.create_event_data_store(
        Name="mesh",
        AdvancedEventSelectors=APP_MESH,
        MultiRegionEnabled=False,
        RetentionPeriod=2557,
        BillingMode="FIXED_RETENTION_PRICING",
        TagsList=[{"Key": "team", "Value": "mesh"}],
    )
    assert created["Status"] == "CREATED"
    assert created["TagsList"] == [{"Key": "team", "Value": "mesh"}]
    assert created["AdvancedEventSelectors"] == APP_MESH
    found = client.get_event_data_store(EventDataStore=created["EventDataStoreArn"])
    ignored = {"Status", "TagsList", "ResponseMetadata"}
    assert {k: v for k, v in found.items() if k not in ignored} == {
        k: v for k, v in created.items() if k not in ignored
    }
    assert found["Status"] == "ENABLED"


def test_stores_are_listed_by_page(client: Any) -> None:
    """ListEventDataStores gives ARNs and names, following NextToken gives all."""
    arns = [_create(client, Name=f"mesh-{number}") for number in range(3)]
    first = client.list_event_data_stores(MaxResults=2)
    second = client.list_event_data_stores(MaxResults=2, NextToken=first["NextToken"])
    listed = first["EventDataStores"] + second["EventDataStores"]
    assert [store["EventDataStoreArn"] for store in listed] == arns
    assert "NextToken" not in second


def test_a_store_lives_and_dies_over_the_api(client: Any) -> None:
    """Update, stop, start, delete, restore: each shows in the status."""
    arn = _create(client)
    assert client.update_event_data_store(EventDataStore=arn, RetentionPeriod=90)["RetentionPeriod"] == 90
    seen: list[str] = []
    for act in ("stop_event_data_store_ingestion", "start_event_data_store_ingestion"):
        getattr(client, act)(EventDataStore=arn)
        seen.append(client.get_event_data_store(EventDataStore=arn)["Status"])
    client.delete_event_data_store(EventDataStore=arn)
    seen.append(client.get_event_data_store(EventDataStore=arn)["Status"])
    seen.append(client.restore_event_data_store(EventDataStore=arn)["Status"])
    assert seen == ["STOPPED_INGESTION", "ENABLED", "PENDING_DELETION", "ENABLED"]


def test_a_query_gives_rows_of_text(client: Any, server: Server) -> None:
    """From StartQuery to GetQueryResults, shaped as AWS's samples are."""
    arn = _create(client)
    server.lake.ingest(_recent())
    store_id = arn.rsplit("/", 1)[1]
    statement = (
        "SELECT eventName, readOnly, errorCode, element_at(requestParameters, 'meshName'), requestParameters "
        f"FROM {store_id} WHERE eventTime > date_add('hour', -1, now())"
    )
    query_id = client.start_query(QueryStatement=statement)["QueryId"]
    described = wait(client, query_id)
    assert (described["QueryStatus"], described["QueryString"]) == ("FINISHED", statement)
    statistics = described["QueryStatistics"]
    assert (statistics["EventsMatched"], statistics["EventsScanned"]) == (1, 1)
    assert statistics["BytesScanned"] > 0
    assert statistics["CreationTime"].tzinfo is not None
    results = client.get_query_results(QueryId=query_id)
    assert results["QueryResultRows"] == [
        [
            {"eventName": "CreateMesh"},
            {"readOnly": "false"},
            {"errorCode": None},
            {"_col3": "shop"},
            {"requestParameters": "{meshName=shop}"},
        ]
    ]
    assert results["QueryStatistics"]["TotalResultsCount"] == 1
    assert results["QueryStatistics"]["ResultsCount"] == 1


def test_results_come_in_pages(client: Any, server: Server) -> None:
    """At most 1000 rows a page, 1000 when nothing is asked, and boto3's tokens lead through all."""
    arn = _create(client)
    for number in range(3):
        server.lake.ingest(_recent(eventID=str(number)))
    text = f"SELECT eventID, x FROM {arn.rsplit('/', 1)[1]}, UNNEST(sequence(1, 400)) AS t(x) ORDER BY 1, 2"
    query_id = client.start_query(QueryStatement=text)["QueryId"]
    wait(client, query_id)
    first = client.get_query_results(QueryId=query_id)
    assert (first["QueryStatistics"]["ResultsCount"], first["QueryStatistics"]["TotalResultsCount"]) == (
        1000,
        1200,
    )
    rows = list(first["QueryResultRows"])
    token = first["NextToken"]
    while token:
        page = client.get_query_results(QueryId=query_id, NextToken=token, MaxQueryResults=150)
        rows += page["QueryResultRows"]
        token = page.get("NextToken")
    found = [(line[0]["eventID"], int(line[1]["x"])) for line in rows]
    assert found == [(str(number), x) for number in range(3) for x in range(1, 401)]


def test_a_failed_query_shows_its_error(client: Any, server: Server) -> None:
    """FAILED with an ErrorMessage, in DescribeQuery and GetQueryResults, and no rows."""
    arn = _create(client)
    server.lake.ingest(_recent())
    text = f"SELECT CAST(eventName AS bigint) FROM {arn.rsplit('/', 1)[1]}"
    query_id = client.start_query(QueryStatement=text)["QueryId"]
    described = wait(client, query_id)
    results = client.get_query_results(QueryId=query_id)
    assert described["QueryStatus"] == results["QueryStatus"] == "FAILED"
    assert "CreateMesh" in described["ErrorMessage"]
    assert described["ErrorMessage"] == results["ErrorMessage"]
    assert results["QueryResultRows"] == []


def test_a_query_is_cancelled_once(client: Any, server: Server) -> None:
    """CancelQuery answers CANCELLED; a second one is refused."""
    arn = _create(client)
    server.lake.ingest(_recent())
    text = (
        f"SELECT count(*) FROM {arn.rsplit('/', 1)[1]}, UNNEST(sequence(1, 10000)) AS t(x), "
        "UNNEST(sequence(1, 10000)) AS u(y), UNNEST(sequence(1, 10000)) AS v(z)"
    )
    query_id = client.start_query(QueryStatement=text)["QueryId"]
    assert client.cancel_query(QueryId=query_id)["QueryStatus"] == "CANCELLED"
    assert wait(client, query_id)["QueryStatus"] == "CANCELLED"
    assert _code(client.cancel_query, QueryId=query_id) == "InactiveQueryException"


def test_queries_are_listed_with_filters(client: Any) -> None:
    """By store, status and time, newest first, by page."""
    arn = _create(client)
    text = f"SELECT eventID FROM {arn.rsplit('/', 1)[1]}"
    started = [client.start_query(QueryStatement=text)["QueryId"] for _ in range(3)]
    for query_id in started:
        wait(client, query_id)
    listed = client.list_queries(EventDataStore=arn, QueryStatus="FINISHED", MaxResults=2)
    rest = client.list_queries(
        EventDataStore=arn, QueryStatus="FINISHED", MaxResults=2, NextToken=listed["NextToken"]
    )
    assert [query["QueryId"] for query in listed["Queries"] + rest["Queries"]] == started[::-1]
    assert client.list_queries(EventDataStore=arn, QueryStatus="FAILED")["Queries"] == []
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert client.list_queries(EventDataStore=arn, StartTime=tomorrow)["Queries"] == []
    assert len(client.list_queries(EventDataStore=arn, EndTime=tomorrow)["Queries"]) == 3


def test_tags_of_a_store_are_added_listed_and_removed(client: Any) -> None:
    """By the store's ARN, as a trail's are."""
    arn = _create(client, TagsList=[{"Key": "a", "Value": "1"}])
    client.add_tags(ResourceId=arn, TagsList=[{"Key": "b", "Value": "2"}])
    client.remove_tags(ResourceId=arn, TagsList=[{"Key": "a", "Value": "1"}])
    (listed,) = client.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    assert listed == {"ResourceId": arn, "TagsList": [{"Key": "b", "Value": "2"}]}


def test_tags_of_a_trail_are_still_moto_s(client: Any) -> None:
    """What is no event data store's ARN goes where it went before."""
    arn = "arn:aws:cloudtrail:us-east-1:123456789012:trail/any"
    client.add_tags(ResourceId=arn, TagsList=[{"Key": "b", "Value": "2"}])
    (listed,) = client.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    assert listed["TagsList"] == [{"Key": "b", "Value": "2"}]


def test_a_new_customer_is_refused_in_aws_s_words(client: Any, server: Server) -> None:
    """Only CreateEventDataStore, with the text AWS sends."""
    arn = _create(client)
    server.lake.new_customer = True
    with pytest.raises(ClientError, match="CloudTrail Lake is no longer accepting new customers") as refusal:
        _create(client, Name="other")
    response: Any = refusal.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert client.get_event_data_store(EventDataStore=arn)["Status"] == "ENABLED"


@pytest.mark.parametrize(
    ("call", "parameters", "code"),
    [
        ("create_event_data_store", {}, "InvalidParameterException"),
        ("create_event_data_store", {"Name": "x!"}, "InvalidParameterException"),
        ("create_event_data_store", {"Name": "mesh", "RetentionPeriod": 6}, "InvalidParameterException"),
        ("create_event_data_store", {"Name": "mesh", "OrganizationEnabled": True}, "OrganizationsNotInUseException"),
        ("create_event_data_store", {"Name": "mesh", "KmsKeyId": "alias/nobody"}, "KmsKeyNotFoundException"),
        ("create_event_data_store", {"Name": "mesh", "KmsKeyId": "no key"}, "InvalidKmsKeyIdException"),
        (
            "create_event_data_store",
            {"Name": "mesh", "AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventName"}]}]},
            "InvalidEventSelectorsException",
        ),
        (
            "create_event_data_store",
            {"Name": "mesh", "TagsList": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]},
            "InvalidTagParameterException",
        ),
        (
            "create_event_data_store",
            {"Name": "mesh", "TagsList": [{"Key": str(n), "Value": ""} for n in range(51)]},
            "TagsLimitExceededException",
        ),
        ("get_event_data_store", {"EventDataStore": UNKNOWN}, "EventDataStoreNotFoundException"),
        ("get_event_data_store", {"EventDataStore": "mesh"}, "EventDataStoreARNInvalidException"),
        ("update_event_data_store", {"EventDataStore": UNKNOWN}, "EventDataStoreNotFoundException"),
        ("delete_event_data_store", {"EventDataStore": UNKNOWN}, "EventDataStoreNotFoundException"),
        ("list_event_data_stores", {"MaxResults": 1001}, "InvalidMaxResultsException"),
        ("list_event_data_stores", {"NextToken": "forged"}, "InvalidNextTokenException"),
        ("start_query", {}, "InvalidParameterException"),
        ("start_query", {"QueryStatement": "SELECT * FROM read_csv('/etc/passwd')"}, "InvalidQueryStatementException"),
        ("start_query", {"QueryStatement": f"SELECT * FROM {UNKNOWN}"}, "EventDataStoreNotFoundException"),
        (
            "start_query",
            {"QueryStatement": "SELECT 1", "DeliveryS3Uri": "s3://example"},
            "UnsupportedOperationException",
        ),
        (
            "start_query",
            {"QueryStatement": "SELECT 1", "EventDataStoreOwnerAccountId": "111122223333"},
            "UnsupportedOperationException",
        ),
        ("describe_query", {"QueryId": UNKNOWN}, "QueryIdNotFoundException"),
        ("get_query_results", {"QueryId": UNKNOWN}, "QueryIdNotFoundException"),
        ("cancel_query", {"QueryId": UNKNOWN}, "QueryIdNotFoundException"),
        ("list_queries", {"EventDataStore": UNKNOWN}, "EventDataStoreNotFoundException"),
        (
            "list_tags",
            {"ResourceIdList": [f"arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/{UNKNOWN}"]},
            "EventDataStoreNotFoundException",
        ),
    ],
)  # fmt: skip
def test_refusals_carry_aws_s_codes(client: Any, call: str, parameters: dict[str, Any], code: str) -> None:
    """HTTP 400, AWS's error code, and a message."""
    assert _code(getattr(client, call), **parameters) == code


def test_refusals_about_an_existing_store_and_query(client: Any) -> None:
    """Those that need something to be there first."""
    arn = _create(client)
    text = f"SELECT eventID FROM {arn.rsplit('/', 1)[1]}"
    query_id = client.start_query(QueryStatement=text)["QueryId"]
    wait(client, query_id)
    now = datetime.now(UTC)
    assert (
        _code(client.get_query_results, QueryId=query_id, MaxQueryResults=1001)
        == "InvalidMaxResultsException"
    )
    assert (
        _code(client.get_query_results, QueryId=query_id, NextToken="forged") == "InvalidNextTokenException"
    )
    assert _code(client.list_queries, EventDataStore=arn, QueryStatus="LOST") == "InvalidQueryStatusException"
    assert (
        _code(client.list_queries, EventDataStore=arn, StartTime=now, EndTime=now - timedelta(days=1))
        == "InvalidDateRangeException"
    )
    tags = [{"Key": str(number), "Value": ""} for number in range(51)]
    assert _code(client.add_tags, ResourceId=arn, TagsList=tags) == "TagsLimitExceededException"
    assert (
        _code(client.start_event_data_store_ingestion, EventDataStore=arn)
        == "InvalidEventDataStoreStatusException"
    )
    client.update_event_data_store(EventDataStore=arn, TerminationProtectionEnabled=True)
    assert (
        _code(client.delete_event_data_store, EventDataStore=arn)
        == "EventDataStoreTerminationProtectedException"
    )


def test_every_code_is_one_botocore_knows_for_the_operation() -> None:
    """The error classes are named after shapes of AWS's model, and Lake's operations all have a method."""
    from sandbox.lake import errors  # noqa: PLC0415 # read as a list of names here only
    from sandbox.lake.responses import LakeResponses  # noqa: PLC0415 # read as a list of names here only

    model = boto3.client("cloudtrail", region_name="us-east-1").meta.service_model
    codes = [
        name
        for name, member in vars(errors).items()
        if isinstance(member, type)
        and issubclass(member, errors.LakeError)
        and member is not errors.LakeError
    ]
    assert set(codes) <= set(model.shape_names)
    for operation in OPERATIONS:
        name = boto3.client("cloudtrail", region_name="us-east-1").meta.method_to_api_mapping
        method = next(key for key, value in name.items() if value == operation)
        assert method in vars(LakeResponses)


def test_lake_is_refused_in_china(server: Server) -> None:
    """Every operation, with the reason."""
    assert _code(server.client("cn-north-1").list_event_data_stores) == "UnsupportedOperationException"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"Name": 5}',
        b'{"Name": "mesh", "TagsList": "x"}',
        b'{"Name": "mesh", "RetentionPeriod": "7"}',
    ],
)
def test_members_of_the_wrong_type_are_a_client_error(server: Server, body: bytes) -> None:
    """Whatever is sent, the answer is a 400 and never a crash."""
    scope = "AKIAIOSFODNN7EXAMPLE/20260901/us-east-1/cloudtrail/aws4_request"
    request = urllib.request.Request(  # noqa: S310 # the test's own server
        server.endpoint,
        data=body,
        headers={
            "X-Amz-Target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateEventDataStore",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}",
        },
    )
    with pytest.raises(HTTPError) as refusal:
        urllib.request.urlopen(request)  # noqa: S310 # the test's own server
    assert refusal.value.code == 400
    refusal.value.close()
