"""Bucket policies, with their conditions: moto reads a Deny "unless over TLS" as a Deny of everything.

The sandbox speaks plain HTTP on the loopback and stands in for endpoints that speak TLS, so a request counts
as secure. Statements about anything else a request says (who it is from, what headers it has) do not apply:
as in moto, only those that speak of everyone do.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from cloudtrail import policy_matching

if TYPE_CHECKING:
    from collections.abc import Mapping


def enforce() -> None:
    """Make moto's buckets ask here. May be called any number of times; it is one for the process."""
    FakeBucket.get_permission = _permission


def permission(policy: Mapping[str, object], *, action: str, resource: str) -> PermissionResult:
    """What a bucket's policy says to everyone about one action on one resource."""
    request = {"Principal": "*", "Action": action, "Resource": resource}
    statements = policy_matching.statements(policy)
    for effect, result in (("Deny", PermissionResult.DENIED), ("Allow", PermissionResult.PERMITTED)):
        need = {**request, "Effect": effect}
        if any(policy_matching.covers(statement, need) for statement in statements):
            return result
    return PermissionResult.NEUTRAL


def _permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
    if self.policy is None:
        return PermissionResult.NEUTRAL
    return permission(json.loads(self.policy), action=action, resource=resource)
