from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("cloudtrail", "describe_trails", {}),  # JSON
        ("appmesh", "list_meshes", {}),  # REST, JSON
        ("s3", "list_objects_v2", {"Bucket": "b"}),  # REST, XML
        ("iam", "list_users", {}),  # query
        ("ec2", "describe_vpcs", {}),  # EC2's own
    ],
)
def test_a_refusal_is_understood_by_clients_of_every_protocol(
    client: SandboxClient,
    root: SandboxSession,
    refused: Any,
    service: str,
    operation: str,
    arguments: dict[str, Any],
) -> None:
    """Code, message and status arrive as if the service had answered, whatever the protocol."""
    client.add_fault(
        "refuse", service=service, code="AccessDenied", message="No <entry> & no exit", status=403
    )
    with refused() as error:
        getattr(root.client(service), operation)(**arguments)
    assert (error.code, error.message, error.status) == ("AccessDenied", "No <entry> & no exit", 403)
