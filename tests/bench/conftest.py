"""A small corpus, and an endpoint that serves it."""

from collections.abc import Iterator

import pytest

from bench.corpus import Spec, midnight
from bench.endpoint.client import EndpointClient, running_endpoint

SPEC = Spec(bucket="audit-bucket", end=midnight(), files=60, days=1, mesh_every=20)


@pytest.fixture(scope="session")
def endpoint() -> Iterator[EndpointClient]:
    """An endpoint that serves `SPEC`."""
    with running_endpoint() as running:
        running.serve(SPEC)
        yield running
