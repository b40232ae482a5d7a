# ruff: noqa: S608 # queries are the subject
from __future__ import annotations

from typing import Any

from sandbox.clients import SandboxClient
from sandbox.server import Sandbox
from sandbox.settings import SandboxSettings
from tests.sandbox.lake.conftest import APP_MESH, wait


def test_an_app_mesh_call_is_found_with_sql() -> None:
    """A call in another Region, recorded, ingested by selector, queried: what was called, by whom, on what."""
    with Sandbox(SandboxSettings()) as sandbox:
        controls = SandboxClient(sandbox.endpoint)
        root = controls.root()
        cloudtrail: Any = root.client("cloudtrail")
        arn = cloudtrail.create_event_data_store(Name="mesh", AdvancedEventSelectors=APP_MESH)[
            "EventDataStoreArn"
        ]
        root.client("appmesh", "eu-west-1").create_mesh(meshName="shop")
        controls.flush()
        statement = (
            "SELECT eventName, awsRegion, userIdentity.arn, element_at(requestParameters, 'meshName') AS mesh, "
            f"json_extract_scalar(element_at(responseElements, 'mesh'), '$.metadata.arn') AS arn "
            f"FROM {arn.rsplit('/', 1)[1]}"
        )
        query_id = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
        assert wait(cloudtrail, query_id)["QueryStatus"] == "FINISHED"
        rows = cloudtrail.get_query_results(QueryId=query_id)["QueryResultRows"]
    assert rows == [
        [
            {"eventName": "CreateMesh"},
            {"awsRegion": "eu-west-1"},
            {"arn": "arn:aws:iam::123456789012:root"},
            {"mesh": "shop"},
            {"arn": "arn:aws:appmesh:eu-west-1:123456789012:mesh/shop"},
        ]
    ]
