"""A policy that a recorded call put, read back from its request. Pure.

S3's records hold the policy as an object (`bucketPolicy`), KMS's as text (`policy`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from cloudtrail.policy_evaluation import Answer
from cloudtrail.policy_exposure import to_anybody

if TYPE_CHECKING:
    from collections.abc import Sequence


def opened_to_anybody(request: Mapping[str, Any], resources: Sequence[str]) -> str | None:
    """What a policy in a request gave away, in words; None: a stranger gets at nothing by it.

    Args:
        request: What the call asked for, with the policy's own keys as they were written.
        resources: What there is to get at, as ARNs or patterns of them.

    Raises:
        ValueError: when the request holds no policy, or none that can be read.
    """
    written = request.get("bucketPolicy", request.get("policy"))
    policy: object = json.loads(written) if isinstance(written, str) else written
    if not isinstance(policy, Mapping):
        raise ValueError("the policy is not in the record")  # noqa: TRY004 - the record's fault, not a caller's
    exposures = to_anybody(cast("Mapping[str, Any]", policy), resources)
    if any(one.answer is Answer.ALLOWS for one in exposures):
        return "its policy opened to everybody"
    return None
