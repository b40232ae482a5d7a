from __future__ import annotations

import pytest
from moto.core.utils import get_service_model

from sandbox.recorder.sources import event_region, event_source


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("appmesh", "appmesh.amazonaws.com"),
        ("cloudwatch", "monitoring.amazonaws.com"),
        ("ecr", "ecr.amazonaws.com"),
        ("elbv2", "elasticloadbalancing.amazonaws.com"),
        ("s3control", "s3.amazonaws.com"),
        ("ses", "ses.amazonaws.com"),
        ("stepfunctions", "states.amazonaws.com"),
        ("vpc-lattice", "vpc-lattice.amazonaws.com"),
    ],
)
def test_event_source_is_the_endpoints_prefix_with_exceptions(service: str, source: str) -> None:
    """`eventSource` follows the endpoint, not botocore's name of the service."""
    assert event_source(get_service_model(service)) == source


@pytest.mark.parametrize(
    ("service", "called", "logged"),
    [
        ("iam", "eu-west-1", "us-east-1"),
        ("organizations", "ap-south-1", "us-east-1"),
        ("iam", "cn-northwest-1", "cn-north-1"),
        ("sts", "eu-west-1", "eu-west-1"),
        ("appmesh", "eu-west-1", "eu-west-1"),
    ],
)
def test_global_services_log_in_one_region(service: str, called: str, logged: str) -> None:
    """A service without Regions logs in its partition's one; every other where it is called."""
    assert event_region(service, called) == logged
