"""A Lake of its own for each test, and moto's server around it for whoever speaks HTTP."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from moto.core.utils import convert_to_flask_response
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.lake.parameters import Parameters
from sandbox.lake.responses import LakeResponses
from sandbox.lake.service import LakeService
from sandbox.ledger import CapturedEvent
from sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sandbox.lake.backend import LakeBackend
    from sandbox.lake.store import EventDataStore

ACCOUNT = "123456789012"
REGION = "us-east-1"
NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)

APP_MESH = [
    {
        "Name": "App Mesh",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "eventSource", "Equals": ["appmesh.amazonaws.com"]},
        ],
    }
]


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Let time pass."""
        self.now += time


@dataclass
class StandingExecutor(Executor):
    """Runs nothing until it is told to."""

    waiting: list[tuple[Callable[..., Any], tuple[Any, ...]]] = field(default_factory=list)

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Keep a task for later."""
        assert not kwargs
        self.waiting.append((fn, args))
        return Future()

    def run(self) -> None:
        """Run what waits, here and now."""
        tasks, self.waiting = self.waiting, []
        for task, args in tasks:
            task(*args)


def event(time: datetime = NOW - timedelta(hours=1), **record: Any) -> CapturedEvent:
    """A captured App Mesh event; `record` replaces members of it, None takes them away."""
    document: dict[str, Any] = {
        "eventVersion": "1.11",
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "CreateMesh",
        "awsRegion": REGION,
        "eventID": "6f1c5c0e-0000-4000-8000-000000000001",
        "eventType": "AwsApiCall",
        "eventCategory": "Management",
        "managementEvent": True,
        "readOnly": False,
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT},
        "requestParameters": {"meshName": "shop"},
        **record,
    }
    return CapturedEvent.of({name: value for name, value in document.items() if value is not None})


@pytest.fixture
def clock() -> Clock:
    """The time of the test's Lake."""
    return Clock()


@pytest.fixture
def executor() -> StandingExecutor:
    """Where the test's queries wait to be run."""
    return StandingExecutor()


@pytest.fixture
def lake(clock: Clock, executor: StandingExecutor) -> Iterator[LakeService]:
    """A Lake whose clock and queries move when the test says so."""
    with LakeService(SandboxSettings(), clock=clock, executor=executor) as service:
        yield service


@pytest.fixture
def backend(lake: LakeService) -> LakeBackend:
    """Lake of one account in one Region."""
    return lake.backend(ACCOUNT, REGION)


def create(backend: LakeBackend, **parameters: Any) -> EventDataStore:
    """A store, of App Mesh's events unless told otherwise."""
    defaults = {"Name": "mesh", "AdvancedEventSelectors": APP_MESH, "TerminationProtectionEnabled": False}
    return backend.create(Parameters({**defaults, **parameters}))


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 # werkzeug's own
        """Say nothing: a test's requests are not news."""


@dataclass(frozen=True)
class Server:
    """A running Lake and where it answers."""

    lake: LakeService
    endpoint: str

    def client(self, region: str = REGION) -> Any:
        """A boto3 client that holds every answer to AWS's model of it."""
        client = boto3.client(
            "cloudtrail",
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="example",
            config=Config(retries={"max_attempts": 0}, parameter_validation=False),
        )
        client.meta.events.register("after-call.cloudtrail", _check_answer)
        return client


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Moto's server with Lake in its CloudTrail."""
    service = LakeService(SandboxSettings())
    response: Any = type("CloudTrailResponse", (LakeResponses,), {"lake": service})

    def app(name: Any) -> Any:
        made = create_backend_app(name)
        if name == "cloudtrail":
            view: Any = convert_to_flask_response(response.dispatch)
            for endpoint in made.view_functions:
                made.view_functions[endpoint] = view
        return made

    http = make_server(
        "127.0.0.1", 0, DomainDispatcherApplication(app), threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield Server(service, f"http://127.0.0.1:{http.port}")
    http.shutdown()
    thread.join()
    http.server_close()
    service.close()


@pytest.fixture
def client(server: Server) -> Any:
    """A client of a server without any event data store."""
    server.lake.reset()
    server.lake.new_customer = False
    return server.client()


def wait(client: Any, query_id: str) -> Mapping[str, Any]:
    """DescribeQuery of a query once it has ended."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = client.describe_query(QueryId=query_id)
        if found["QueryStatus"] not in {"QUEUED", "RUNNING"}:
            return found
        time.sleep(0.01)
    raise AssertionError(f"query {query_id} did not end")


def _check_answer(http_response: Any, model: Any, **_: Any) -> None:
    if http_response.status_code < 300 and model.output_shape is not None:
        _conforms(json.loads(http_response.content or b"{}"), model.output_shape, model.name)


def _conforms(value: Any, shape: Any, path: str) -> None:
    """Hold a JSON value to botocore's shape: no unknown member, right types, known enum values."""
    if shape.type_name == "structure":
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path} has {unknown}"
        for name in shape.required_members:
            assert name in value, f"{path} lacks {name}"
        for name, member in value.items():
            _conforms(member, shape.members[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for item in value:
            _conforms(item, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for item in value.values():
            if item is not None:
                _conforms(item, shape.value, f"{path}{{}}")
    else:
        kinds = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": (int, float)}
        assert isinstance(value, kinds[shape.type_name]), f"{path} is {value!r}"
        assert not getattr(shape, "enum", None) or value in shape.enum, f"{path} is {value!r}"
