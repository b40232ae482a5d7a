"""What an App Mesh event is about."""

import json
from typing import Any

import pytest

from cloudtrail.mesh_resource import MeshResource, mesh_resource
from cloudtrail.record import read_record

ARN = "arn:aws:appmesh:us-east-1:123456789012:mesh/payments"


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"requestParameters": {"meshName": "payments"}}, MeshResource("payments")),
        (
            {"requestParameters": {"meshName": "payments", "virtualRouterName": "r", "routeName": "x"}},
            MeshResource("payments", "route/x"),
        ),
        (
            {"requestParameters": {"meshName": "payments", "virtualServiceName": "a.b.internal"}},
            MeshResource("payments", "virtualService/a.b.internal"),
        ),
        ({"requestParameters": {"resourceArn": ARN}}, MeshResource("payments")),
        (
            {"serviceEventDetails": {"nodeArn": f"{ARN}/virtualNode/orders"}},
            MeshResource("payments", "virtualNode/orders"),
        ),
        ({"requestParameters": None}, MeshResource()),
        ({"requestParameters": {"limit": 1}}, MeshResource()),
        ({"requestParameters": {"meshName": 3, "resourceArn": ["x"]}}, MeshResource()),
        ({"requestParameters": {"resourceArn": "arn:aws:s3:::bucket"}}, MeshResource()),
        ({"requestParameters": {"resourceArn": "mesh/payments"}}, MeshResource()),
    ],
)
def test_the_mesh_and_what_is_inside_it(fields: dict[str, Any], about: MeshResource) -> None:
    """From the parameters, the innermost resource first; else from the ARN the event names; else nothing."""
    document = {
        "eventTime": "2026-09-01T12:00:00Z",
        "eventSource": "appmesh.amazonaws.com",
        "eventName": "X",
        "awsRegion": "us-east-1",
    }
    assert mesh_resource(read_record(json.dumps(document | fields).encode())) == about
