"""A policy that a recorded call put, read back from its request. Pure.

S3's records hold the policy as an object (`bucketPolicy`), KMS's as text (`policy`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cloudtrail.policy_evaluation import Answer
from cloudtrail.policy_exposure import to_anybody
from cloudtrail.policy_matching import is_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def opened_to_anybody(request: Mapping[str, Any], resources: Sequence[str]) -> str | None:
    """What a policy in a request gave away, in words; None: a stranger gets at nothing by it.

    Args:
        request: What the call asked for, with the policy's own keys as they were written.
        resources: What there is to get at, as ARNs or patterns of them.

    Raises:
        ValueError: when the request holds no policy, or none that can be read.
    """
    written = request.get("bucketPolicy", request.get("policy"))
    try:
        policy: object = json.loads(written) if isinstance(written, str) else written
    except RecursionError as error:
        raise ValueError("the policy in the record is nested too deeply") from error
    if not is_policy(policy):
        raise ValueError("the policy is not in the record")
    exposures = to_anybody(policy, resources)
    if any(one.answer is Answer.ALLOWS for one in exposures):
        return "its policy opened to everybody"
    return None
