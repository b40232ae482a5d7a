"""What Athena cannot answer is told as such, with the IAM action that is missing, and never taken for nothing."""

import copy
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.server import Sandbox
from tests.sandbox.athena.conftest import BUCKET, DATABASE, World, event, key_of
from tests.verify.engines.conftest import CATALOG, NOW, PLACES, Readers, find
from verify.aws import AccessDenied, Aws, CannotLook, NotThere
from verify.engines.meter import ScanTooLarge
from verify.engines.query import AthenaQueries, QueryFailed
from verify.engines.table import AnotherTable
from verify.window import Window


class Changed(Aws):
    """The same clients, one operation of which does something else."""

    def __init__(self, readers: Readers, service: str, operation: str, act: Callable[..., Any]) -> None:
        super().__init__(readers.world.session, endpoint_url=readers.world.endpoint)
        self._changed = (service, operation, act)

    def client(self, service: str, region: str) -> Any:
        """A client."""
        made = super().client(service, region)
        if service == self._changed[0]:
            setattr(made, self._changed[1], self._changed[2])
        return made


def denied(**_: Any) -> None:
    """What AWS says without a permission."""
    raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "Operation")


@pytest.fixture(scope="module")
def world(running: Sandbox) -> World:
    """A bucket with a log file; a test that changes it puts it right again."""
    running.reset()
    made = World(running.endpoint)
    made.provision()
    made.deliver(key_of("one"), event("1"))
    return made


@pytest.fixture
def filled(world: World) -> Readers:
    """Both ways to read it."""
    return Readers(world)


@contextmanager
def also(filled: Readers, key: str, body: bytes) -> Generator[None]:
    """With one more object in the bucket."""
    filled.world.put(key, body)
    yield
    filled.world.s3.delete_object(Bucket=BUCKET, Key=key)


@contextmanager
def changed_table(filled: Readers, change: Callable[[dict[str, Any]], object]) -> Generator[None]:
    """With another definition of the table."""
    found = filled.world.glue.get_table(DatabaseName=DATABASE, Name="log_files")["Table"]
    known = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
    right = {name: found[name] for name in known}
    wrong = copy.deepcopy(right)
    change(wrong)
    filled.world.glue.update_table(DatabaseName=DATABASE, TableInput=wrong)
    yield
    filled.world.glue.update_table(DatabaseName=DATABASE, TableInput=right)


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("glue", "get_table", "glue:GetTable"),
        ("athena", "start_query_execution", "athena:StartQueryExecution"),
        ("athena", "get_query_execution", "athena:GetQueryExecution"),
        ("athena", "get_query_results", "athena:GetQueryResults"),
    ],
)
def test_a_refused_call_names_its_action(filled: Readers, service: str, operation: str, action: str) -> None:
    """Whoever runs it is told what to allow."""
    with pytest.raises(AccessDenied) as caught:
        find(filled.athena(Changed(filled, service, operation, denied)))
    assert caught.value.action == action
    assert action in caught.value.remedy


@pytest.mark.parametrize(
    ("reason", "action"),
    [
        ("Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)", "s3:GetObject"),
        ("User: x is not authorized to perform: kms:Decrypt on resource: y", "kms:Decrypt"),
        ("Access denied when writing output to location: s3://x/ ... output location", "s3:PutObject"),
        ("Access Denied: Unable to verify/create output bucket x", "s3:GetBucketLocation"),
        ("Insufficient permissions to execute the query. Glue denied", "glue:GetTable"),
    ],
)
def test_a_refusal_inside_a_query_names_its_action(filled: Readers, reason: str, action: str) -> None:
    """Athena reads with the caller's own permissions, and tells of a refusal in the query's end."""

    def failed(**_: Any) -> dict[str, Any]:
        return {"QueryExecution": {"Status": {"State": "FAILED", "StateChangeReason": reason}}}

    with pytest.raises(AccessDenied) as caught:
        find(filled.athena(Changed(filled, "athena", "get_query_execution", failed)))
    assert caught.value.action == action


def test_a_file_that_cannot_be_inflated_leaves_the_store_unread(filled: Readers) -> None:
    """Athena fails as a whole: nothing is claimed of what it did not say."""
    body = b"\x1f\x8b" + bytes(60)
    with also(filled, key_of("broken"), body), pytest.raises(QueryFailed, match="HIVE_CURSOR_ERROR"):
        find(filled.athena())


def test_one_query_answers_for_every_place(filled: Readers) -> None:
    """Athena charges each query for 10 MB at least; whoever asks again gets the same answer, or the same error."""
    started: list[str] = []

    def start(**request: Any) -> dict[str, str]:
        started.append(request["QueryString"])
        return {"QueryExecutionId": filled.world.start(request["QueryString"])}

    store = filled.athena(Changed(filled, "athena", "start_query_execution", start))
    for place in PLACES:
        find(store, place)
    assert len(started) == 1
    refused = filled.athena(Changed(filled, "athena", "start_query_execution", denied))
    for place in PLACES:
        with pytest.raises(AccessDenied):
            find(refused, place)


def test_an_empty_bucket_costs_nothing(filled: Readers) -> None:
    """Where nothing lies nothing is asked."""
    store = filled.athena(Changed(filled, "athena", "start_query_execution", denied))
    later = Window(NOW + timedelta(days=1), NOW + timedelta(days=2))
    assert find(store, window=later).parts == 0
    assert filled.told == []


def test_what_it_costs_is_told_before_and_after(filled: Readers) -> None:
    """The first is an estimate, and says so; both in units, without a price."""
    key = key_of("two")
    body = filled.world.s3.get_object(Bucket=BUCKET, Key=key_of("one"))["Body"].read()
    size = len(body)
    with also(filled, key, body):
        find(filled.athena())
    before, after = filled.told
    assert "estimate" in before
    assert "2 log files" in before
    assert f"{2 * size} bytes" in before
    assert "Athena scanned" in after
    assert all("TB scanned" in told and "$" not in told for told in filled.told)


def test_a_bound_refuses_before_anything_is_scanned(filled: Readers) -> None:
    """The query is not even started."""
    filled.most = 10
    with pytest.raises(ScanTooLarge, match="MaxScan") as caught:
        find(filled.athena(Changed(filled, "athena", "start_query_execution", denied)))
    assert "--max-scan" in caught.value.remedy


def test_what_athena_would_stop_is_not_started(filled: Readers) -> None:
    """What it scans until it stops is charged, and answers nothing."""
    store = filled.athena(Changed(filled, "athena", "start_query_execution", denied), most_bytes=10)
    with pytest.raises(ScanTooLarge, match="the workgroup allows 10 bytes"):
        find(store)


def test_what_athena_left_out_is_noticed(filled: Readers) -> None:
    """It tells of no file that it did not read; the bytes do."""

    def ended(**_: Any) -> dict[str, Any]:
        return {"QueryExecution": {"Status": {"State": "SUCCEEDED"}, "Statistics": {"DataScannedInBytes": 1}}}

    with pytest.raises(CannotLook, match="NotAllScanned"):
        find(filled.athena(Changed(filled, "athena", "get_query_execution", ended)))


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        (
            "storage.location.template",
            "s3://elsewhere/${account}/${region}/${day}/",
            "storage.location.template",
        ),
        ("projection.region.values", "us-east-1", "no partitions of eu-west-1"),
        ("projection.day.range", "2026/09/02,NOW+1DAY", "begin on 2026/09/02"),
        ("projection.day.range", "NOW-1YEARS,NOW+1DAY", "begin on NOW-1YEARS"),
        ("projection.day.range", "2013/11/13,NOW", "end at NOW"),
        ("projection.enabled", "false", "projection.enabled"),
    ],
)
def test_a_table_that_hides_log_files_is_not_believed(
    filled: Readers, name: str, value: str, why: str
) -> None:
    """Pointed elsewhere, or with partitions left out, it would answer with nothing."""
    with (
        changed_table(filled, lambda table: table["Parameters"].update({name: value})),
        pytest.raises(AnotherTable, match="AnotherTable") as caught,
    ):
        find(filled.athena())
    assert why in caught.value.why


def test_a_table_with_other_columns_is_not_believed(filled: Readers) -> None:
    """It is not the table of whole log files."""

    def change(table: dict[str, Any]) -> None:
        table["StorageDescriptor"]["Columns"] = [{"Name": "x", "Type": "string"}]

    with changed_table(filled, change), pytest.raises(AnotherTable, match="its columns"):
        find(filled.athena())


def test_what_was_not_provisioned_is_told(filled: Readers) -> None:
    """No such table, no such workgroup."""
    with pytest.raises(NotThere) as caught:
        find(filled.athena(database="nobodys"))
    assert caught.value.action == "glue:GetTable"
    with pytest.raises(CannotLook, match="not found"):
        find(filled.athena(workgroup="nobodys"))


def test_patience_with_a_query_ends(filled: Readers) -> None:
    """One that runs for ever is stopped, for it is paid for."""
    stopped: list[str] = []
    time = iter(range(0, 100_000, 1000))

    def stop(**request: str) -> None:
        stopped.append(request["QueryExecutionId"])

    class Standing(Changed):
        def client(self, service: str, region: str) -> Any:
            made = super().client(service, region)
            if service == "athena":
                made.stop_query_execution = stop
            return made

    def running(**_: Any) -> dict[str, Any]:
        return {"QueryExecution": {"Status": {"State": "RUNNING"}}}

    aws = Standing(filled, "athena", "get_query_execution", running)
    queries = AthenaQueries(CATALOG, aws=aws, clock=lambda: float(next(time)), sleep=lambda _: None)
    with pytest.raises(QueryFailed, match="was stopped"):
        queries.run("SELECT 1")
    assert len(stopped) == 1


def test_the_store_is_the_trails_bucket(filled: Readers) -> None:
    """A report names and judges it as if this machine had read it."""
    local, athena = filled.local(), filled.athena()
    assert (athena.id, athena.title, athena.location) == (local.id, local.title, local.location)
    assert athena.kind is local.kind
    assert athena.doubt is local.doubt
