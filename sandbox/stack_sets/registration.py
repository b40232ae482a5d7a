"""Put this CloudFormation in the place of moto's."""

from __future__ import annotations

import sys

import sandbox.stack_sets.models


def register() -> None:
    """Make moto's server answer CloudFormation's calls from here. May be called any number of times.

    moto finds a service by the name of its package when the service's first request comes, so call this before
    serving.
    """
    sys.modules["moto.cloudformation"] = sandbox.stack_sets.models
