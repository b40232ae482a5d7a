from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.model import ListShape, StructureShape

from cloudtrail.catalog import OPERATIONS
from sandbox.appmesh.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape
    from mypy_boto3_appmesh import AppMeshClient

MODEL = botocore.session.get_session().get_service_model("appmesh")
ARN = "arn:aws:appmesh:eu-west-1:123456789012:mesh/payments"

FULL_NODE: dict[str, Any] = {
    "backendDefaults": {
        "clientPolicy": {
            "tls": {
                "certificate": {"sds": {"secretName": "ledger-client"}},
                "enforce": True,
                "ports": [8443],
                "validation": {
                    "subjectAlternativeNames": {"match": {"exact": ["fraud.internal"]}},
                    "trust": {"file": {"certificateChain": "/keys/ca.pem"}},
                },
            }
        }
    },
    "backends": [{"virtualService": {"virtualServiceName": "fraud.internal"}}],
    "listeners": [
        {
            "connectionPool": {"grpc": {"maxRequests": 50}},
            "healthCheck": {
                "healthyThreshold": 2,
                "intervalMillis": 5000,
                "port": 9000,
                "protocol": "grpc",
                "timeoutMillis": 2000,
                "unhealthyThreshold": 3,
            },
            "outlierDetection": {
                "baseEjectionDuration": {"unit": "s", "value": 30},
                "interval": {"unit": "ms", "value": 500},
                "maxEjectionPercent": 0,
                "maxServerErrors": 5,
            },
            "portMapping": {"port": 9000, "protocol": "grpc"},
            "timeout": {"grpc": {"idle": {"unit": "s", "value": 0}}},
        }
    ],
    "logging": {
        "accessLog": {
            "file": {
                "format": {"json": [{"key": "start", "value": "%START_TIME%"}]},
                "path": "/dev/stdout",
            }
        }
    },
    "serviceDiscovery": {
        "awsCloudMap": {
            "attributes": [{"key": "colour", "value": "green"}],
            "ipPreference": "IPv4_ONLY",
            "namespaceName": "internal",
            "serviceName": "ledger",
        }
    },
}


def _missing(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """Every member that the model requires, at any depth, and the answer lacks."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in value:
                yield from _missing(value[name], member, f"{where}.{name}")
            elif name in shape.required_members:
                yield f"{where}.{name}"
    elif isinstance(shape, ListShape):
        for item in value:
            yield from _missing(item, shape.member, f"{where}[]")


def test_the_model_has_the_38_operations_of_the_catalog(answers: dict[str, Any]) -> None:
    """Botocore's model, the frozen catalog and what is tested here name the same 38 operations."""
    assert set(answers) == set(MODEL.operation_names) == {event.name for event in OPERATIONS}


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_every_answer_is_whole(operation: str, answers: dict[str, Any]) -> None:
    """An operation answers with HTTP 200 and every member that its model requires."""
    answer = answers[operation]
    shape = MODEL.operation_model(operation).output_shape
    assert shape is not None
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert list(_missing(answer, shape, operation)) == []


@pytest.mark.parametrize("operation", [name for name in MODEL.operation_names if name.startswith("List")])
def test_every_list_shows_the_one_there_is(operation: str, answers: dict[str, Any]) -> None:
    """A list holds the resource that was created, and no token when nothing follows."""
    answer = answers[operation]
    items = [value for value in answer.values() if isinstance(value, list)]
    assert [len(item) for item in items] == [1]
    assert "nextToken" not in answer


@pytest.mark.parametrize(
    ("operation", "key", "path"),
    [
        ("CreateMesh", "mesh", ""),
        ("CreateVirtualNode", "virtualNode", "/virtualNode/ledger"),
        ("CreateVirtualRouter", "virtualRouter", "/virtualRouter/ledger"),
        ("CreateRoute", "route", "/virtualRouter/ledger/route/all"),
        ("CreateVirtualService", "virtualService", "/virtualService/ledger.internal"),
        ("CreateVirtualGateway", "virtualGateway", "/virtualGateway/edge"),
        ("CreateGatewayRoute", "gatewayRoute", "/virtualGateway/edge/gatewayRoute/all"),
    ],
)
def test_arns_are_those_of_the_service_authorization_reference(
    operation: str, key: str, path: str, answers: dict[str, Any]
) -> None:
    """Each kind has the ARN that IAM policies for App Mesh are written with, under its owner's account."""
    metadata = answers[operation][key]["metadata"]
    assert metadata["arn"] == ARN + path
    assert metadata["meshOwner"] == metadata["resourceOwner"] == "123456789012"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_update_is_the_next_version_of_the_same_resource(kind: Any, answers: dict[str, Any]) -> None:
    """After an update the version is 2 and the change is later; the rest of the metadata stays."""
    before = answers[f"Create{kind.name}"][kind.key]["metadata"]
    after = answers[f"Update{kind.name}"][kind.key]["metadata"]
    assert (before["version"], after["version"]) == (1, 2)
    assert after["lastUpdatedAt"] > after["createdAt"]
    assert {name: after[name] for name in ("arn", "uid", "createdAt")} == {
        name: before[name] for name in ("arn", "uid", "createdAt")
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_delete_shows_what_is_gone(kind: Any, answers: dict[str, Any]) -> None:
    """A deleted resource is shown once more, with the status DELETED; before, it was ACTIVE."""
    assert answers[f"Describe{kind.name}"][kind.key]["status"] == {"status": "ACTIVE"}
    assert answers[f"Delete{kind.name}"][kind.key]["status"] == {"status": "DELETED"}


def test_a_deleted_mesh_is_gone(client: AppMeshClient) -> None:
    """After its deletion a mesh is neither listed nor found."""
    client.create_mesh(meshName="payments")
    client.delete_mesh(meshName="payments")
    assert client.list_meshes()["meshes"] == []
    with pytest.raises(client.exceptions.NotFoundException):
        client.describe_mesh(meshName="payments")


def test_a_specification_comes_back_as_it_was_sent(client: AppMeshClient) -> None:
    """Nothing is lost from a specification, however deep, zero or empty it is."""
    client.create_mesh(meshName="payments")
    client.create_virtual_node(meshName="payments", virtualNodeName="ledger", spec=FULL_NODE)  # pyright: ignore[reportArgumentType]  # a plain dict of the same shape
    node = client.describe_virtual_node(meshName="payments", virtualNodeName="ledger")["virtualNode"]
    assert node["spec"] == FULL_NODE


def test_a_mesh_drops_unknown_egress_unless_told_otherwise(client: AppMeshClient) -> None:
    """A mesh without a specification has the documented default egress filter, and an update can change it."""
    assert client.create_mesh(meshName="payments")["mesh"]["spec"] == {"egressFilter": {"type": "DROP_ALL"}}
    updated = client.update_mesh(meshName="payments", spec={"egressFilter": {"type": "ALLOW_ALL"}})
    assert updated["mesh"]["spec"] == {"egressFilter": {"type": "ALLOW_ALL"}}


def test_every_answer_carries_its_own_request_id(client: AppMeshClient) -> None:
    """Request IDs are UUIDs, and no two calls share one: CloudTrail's records are told apart by them."""
    ids = {client.list_meshes()["ResponseMetadata"]["RequestId"] for _ in range(5)}
    assert len(ids) == 5
    assert all(len(request_id) == 36 for request_id in ids)
