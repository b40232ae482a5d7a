"""CloudWatch Logs in the sandbox: log events are searched by stream, time and JSON fields."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.clients import SandboxSession

APP_MESH = "appmesh.amazonaws.com"
NOW = int(time.time() * 1000)
"""CloudWatch Logs takes nothing that is older than two weeks."""


@pytest.fixture
def logs(root: SandboxSession) -> Any:
    """CloudWatch Logs with two streams: an event of each of two services in each, and a line that is no JSON."""
    client = root.client("logs")
    client.create_log_group(logGroupName="trail")
    for stream in ("1_CloudTrail_us-east-1", "1_CloudTrail_eu-west-1"):
        client.create_log_stream(logGroupName="trail", logStreamName=stream)
        texts = [
            json.dumps({"eventSource": source, "stream": stream})
            for source in (APP_MESH, "ecs.amazonaws.com")
        ]
        client.put_log_events(
            logGroupName="trail",
            logStreamName=stream,
            logEvents=[
                {"timestamp": NOW + 1_000 * place, "message": text}
                for place, text in enumerate([*texts, "no JSON"])
            ],
        )
    return client


def found(logs: Any, **request: Any) -> list[Any]:
    """The messages of one answer."""
    return [event["message"] for event in logs.filter_log_events(logGroupName="trail", **request)["events"]]


def test_streams_are_chosen_by_prefix(logs: Any) -> None:
    """The plain answer of moto has every stream's events."""
    streams = {
        event["logStreamName"]
        for event in logs.filter_log_events(
            logGroupName="trail", logStreamNamePrefix="1_CloudTrail_us-east-1"
        )["events"]
    }
    assert streams == {"1_CloudTrail_us-east-1"}
    assert len(found(logs, logStreamNames=["1_CloudTrail_eu-west-1"])) == 3
    assert found(logs, logStreamNamePrefix="2_") == []


def test_a_pattern_finds_json_fields(logs: Any) -> None:
    """What lacks a field, has it otherwise, or is no JSON does not match; `*` stands for any text."""
    assert len(found(logs)) == 6
    assert len(found(logs, filterPattern=f'{{ $.eventSource = "{APP_MESH}" }}')) == 2
    both = f'{{ ($.eventSource = "{APP_MESH}") && ($.stream = "1_CloudTrail_us-east-1") }}'
    assert len(found(logs, filterPattern=both)) == 1
    assert len(found(logs, filterPattern='{ $.eventSource = "*.amazonaws.com" }')) == 4
    assert found(logs, filterPattern='{ $.eventSource = "\\"" }') == []


def test_times_are_inclusive(logs: Any) -> None:
    """From `startTime` to `endTime`, both in milliseconds."""
    assert len(found(logs, startTime=NOW, endTime=NOW + 1_000)) == 4
    assert len(found(logs, startTime=NOW + 1_000, endTime=NOW + 1_000)) == 2


def test_pages_are_as_long_as_asked_for(logs: Any) -> None:
    """Every event is in one page, and the last has no token."""
    pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName="trail", limit=4))
    assert [len(page["events"]) for page in pages] == [4, 2]
    assert "nextToken" not in pages[-1]


@pytest.mark.parametrize("pattern", ["{ $.a > 1 }", "[w1, w2]", "{ $.a = b }", "word"])
def test_a_pattern_that_is_not_understood_is_refused(logs: Any, refused: Any, pattern: str) -> None:
    """An answer to a question the sandbox does not understand would be made up."""
    with refused() as error:
        found(logs, filterPattern=pattern)
    assert error.code == "InvalidParameterException"


def test_a_group_has_to_be_there(logs: Any, refused: Any) -> None:
    """As in AWS."""
    with refused() as error:
        logs.filter_log_events(logGroupName="other")
    assert error.code == "ResourceNotFoundException"
