from __future__ import annotations

import pytest

from cloudtrail.selectors import DataResource, Destination, EventSelector, problems

TRAIL = Destination.TRAIL


def buckets(count: int) -> tuple[DataResource, ...]:
    """One data resource with that many buckets."""
    return (
        DataResource("AWS::S3::Object", tuple(f"arn:aws:s3:::bucket-{index}/" for index in range(count))),
    )


def test_classic_selectors_are_for_trails() -> None:
    """An event data store takes advanced selectors only, and the remedy is to translate."""
    (problem,) = problems((EventSelector(),), Destination.EVENT_DATA_STORE)
    assert problem.path == "eventSelectors"
    assert "to_advanced" in problem.remedy


def test_a_trail_takes_five_classic_selectors() -> None:
    """The sixth is one too many."""
    assert problems((EventSelector(),) * 5, TRAIL) == ()
    (problem,) = problems((EventSelector(),) * 6, TRAIL)
    assert "up to 5 event selectors, and there are 6" in problem.rule


def test_data_resources_are_limited_to_250_over_all_selectors() -> None:
    """Two selectors with 125 each are legal, one ARN more is not."""
    full = (EventSelector(data_resources=buckets(125)), EventSelector(data_resources=buckets(125)))
    assert problems(full, TRAIL) == ()
    (problem,) = problems((*full, EventSelector(data_resources=buckets(1))), TRAIL)
    assert "up to 250 data resources over all its event selectors, and there are 251" in problem.rule


def test_a_whole_service_does_not_count_as_a_data_resource() -> None:
    """Logging everything of a service is outside the limit."""
    everything = DataResource("AWS::Lambda::Function", ("arn:aws:lambda",))
    assert problems((EventSelector(data_resources=(*buckets(250), everything)),), TRAIL) == ()


def test_only_two_sources_can_be_excluded() -> None:
    """App Mesh cannot be left out of a trail."""
    legal = EventSelector(exclude_management_event_sources=("kms.amazonaws.com", "rdsdata.amazonaws.com"))
    assert problems((legal,), TRAIL) == ()
    illegal = EventSelector(exclude_management_event_sources=("kms.amazonaws.com", "appmesh.amazonaws.com"))
    (problem,) = problems((EventSelector(), illegal), TRAIL)
    assert problem.path == "eventSelectors[1].excludeManagementEventSources[1]"


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        (DataResource("AWS::SNS::Topic", ("arn:aws:sns:us-east-1:123456789012:t",)), "type"),
        (DataResource("AWS::S3::Object", ()), "values"),
        (DataResource("AWS::S3::Object", ("arn:aws:s3:::ok/", "bucket")), "values[1]"),
        (DataResource("AWS::S3::Object", ("arn:aws:s3:::*",)), "values[0]"),
        (DataResource("AWS::Lambda::Function", ("arn:aws:s3:::bucket/",)), "values[0]"),
    ],
)
def test_a_data_resource_is_arns_of_one_of_three_types(resource: DataResource, path: str) -> None:
    """Another type, no ARN, something else than an ARN, a wildcard and another service's ARN are refused."""
    (problem,) = problems((EventSelector(data_resources=(resource,)),), TRAIL)
    assert problem.path == f"eventSelectors[0].dataResources[0].{path}"
    assert problem.remedy
