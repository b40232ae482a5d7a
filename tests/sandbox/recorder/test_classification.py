from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from cloudtrail import catalog
from sandbox.recorder.classification import is_management, is_read_only


@pytest.mark.parametrize("event", catalog.OPERATIONS, ids=lambda event: event.name)
def test_app_mesh_is_exactly_as_in_the_catalog(event: catalog.Event) -> None:
    """Each of App Mesh's 38 operations is a management event, a read or a write as the catalog says."""
    operation = get_service_model("appmesh").operation_model(event.name)
    assert is_management("appmesh", operation)
    assert is_read_only("appmesh", operation) is event.read_only


@pytest.mark.parametrize(
    ("service", "name", "read_only"),
    [
        ("cloudtrail", "LookupEvents", True),
        ("cloudtrail", "StartLogging", False),
        ("ecs", "DescribeServices", True),
        ("ecs", "UpdateService", False),
        ("iam", "SimulatePrincipalPolicy", True),
        ("iam", "CreateUser", False),
        ("kms", "Decrypt", True),
        ("kms", "GenerateDataKey", True),
        ("kms", "ScheduleKeyDeletion", False),
        ("s3", "GetBucketPolicy", True),
        ("s3", "PutBucketPolicy", False),
        ("sts", "AssumeRole", True),
        ("sts", "GetCallerIdentity", True),
        ("servicediscovery", "GetNamespace", True),
        ("ec2", "AllocateAddress", False),
    ],
)
def test_reads_are_told_from_writes(service: str, name: str, read_only: bool) -> None:
    """A read is told by its verb, with the exceptions that CloudTrail makes."""
    assert is_read_only(service, get_service_model(service).operation_model(name)) is read_only


@pytest.mark.parametrize(
    ("service", "name"),
    [
        ("s3", "GetObject"),
        ("s3", "PutObject"),
        ("s3", "UploadPart"),
        ("s3", "ListObjectsV2"),
        ("s3", "HeadBucket"),
        ("dynamodb", "PutItem"),
        ("lambda", "Invoke"),
        ("sns", "Publish"),
        ("sqs", "SendMessage"),
        ("logs", "PutLogEvents"),
    ],
)
def test_data_events_are_no_management_events(service: str, name: str) -> None:
    """What is done to the data inside a resource is a data event."""
    assert not is_management(service, get_service_model(service).operation_model(name))


@pytest.mark.parametrize(
    ("service", "name"),
    [("s3", "CreateBucket"), ("s3", "PutBucketPolicy"), ("kms", "Decrypt"), ("logs", "CreateLogGroup")],
)
def test_what_is_done_to_resources_is_a_management_event(service: str, name: str) -> None:
    """Buckets, keys and log groups are managed; KMS counts all it does as management."""
    assert is_management(service, get_service_model(service).operation_model(name))
