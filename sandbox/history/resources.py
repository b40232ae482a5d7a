"""The resources Event history shows for an event.

CloudTrail reads them from the request and the answer, service by service. The sandbox knows a few services;
events of the others show none. The types are CloudFormation's names, which is what Event history uses; AWS
does not publish which operations carry them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: Final[dict[str, dict[str, str]]] = {
    "appmesh.amazonaws.com": {
        "meshName": "AWS::AppMesh::Mesh",
        "virtualNodeName": "AWS::AppMesh::VirtualNode",
        "virtualRouterName": "AWS::AppMesh::VirtualRouter",
        "virtualServiceName": "AWS::AppMesh::VirtualService",
        "virtualGatewayName": "AWS::AppMesh::VirtualGateway",
        "routeName": "AWS::AppMesh::Route",
        "gatewayRouteName": "AWS::AppMesh::GatewayRoute",
    },
    "cloudtrail.amazonaws.com": {
        "name": "AWS::CloudTrail::Trail",
        "trailName": "AWS::CloudTrail::Trail",
        "eventDataStore": "AWS::CloudTrail::EventDataStore",
    },
    "iam.amazonaws.com": {
        "roleName": "AWS::IAM::Role",
        "userName": "AWS::IAM::User",
        "policyArn": "AWS::IAM::Policy",
    },
    "kms.amazonaws.com": {"keyId": "AWS::KMS::Key"},
    "s3.amazonaws.com": {"bucketName": "AWS::S3::Bucket"},
    "sts.amazonaws.com": {"roleArn": "AWS::IAM::Role"},
}


def resources_of(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The type and name of each resource that the request names; empty when it names none we know."""
    types = _TYPES.get(str(record.get("eventSource")), {})
    parameters = record.get("requestParameters")
    if not isinstance(parameters, dict):
        return []
    named = cast("dict[str, object]", parameters)
    return [(kind, value) for key, kind in types.items() if isinstance(value := named.get(key), str)]
