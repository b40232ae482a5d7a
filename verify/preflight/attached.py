"""The service control policies that hold an account, level by level.

Source: AWS Organizations API reference, ListParents, ListRoots, ListPoliciesForTarget and DescribePolicy
(docs.aws.amazon.com/organizations/latest/APIReference/). Only the management account and delegated administrators may
call them. The account's own level, its units' and the root's are asked for, not every policy of the organization.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.service_control import Attached, Level
from verify.aws import asking
from verify.preflight.paging import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verify.aws import Aws

LIST_PARENTS: Final = "organizations:ListParents"
LIST_ROOTS: Final = "organizations:ListRoots"
LIST_POLICIES: Final = "organizations:ListPoliciesForTarget"
DESCRIBE_POLICY: Final = "organizations:DescribePolicy"
READS: Final = (LIST_ROOTS, LIST_PARENTS, LIST_POLICIES, DESCRIBE_POLICY)
"""The IAM actions that tell which policies hold an account."""
_KIND: Final = "SERVICE_CONTROL_POLICY"


class AttachedPolicies:
    """The organization's service control policies; each is read once.

    Args:
        aws: The session to ask with.
        region: The Region to sign for.
    """

    def __init__(self, aws: Aws, region: str) -> None:
        self._client: Any = aws.client("organizations", region)
        self._documents: dict[str, object] = {}

    def are_on(self) -> bool:
        """Whether the organization uses service control policies at all.

        Raises:
            CannotLook: when AWS does not answer.
        """
        roots = pages(self._client.list_roots, "Roots", action=LIST_ROOTS, where="organization")
        return any(
            one.get("Type") == _KIND and one.get("Status") == "ENABLED"
            for root in roots
            for one in root.get("PolicyTypes", ())
        )

    def above(self, account: str) -> tuple[Level, ...]:
        """The levels from the root to an account, each with what is attached to it.

        Raises:
            CannotLook: when AWS does not answer.
        """
        path = [account, *self._parents(account)]
        return tuple(Level(target, tuple(self._attached(target))) for target in reversed(path))

    def _parents(self, account: str) -> Iterator[str]:
        child = account
        while True:
            found = list(
                pages(self._client.list_parents, "Parents", action=LIST_PARENTS, where=child, ChildId=child)
            )
            if not found:
                return
            child = str(found[0]["Id"])
            yield child
            if found[0].get("Type") == "ROOT":
                return

    def _attached(self, target: str) -> Iterator[Attached]:
        found = pages(
            self._client.list_policies_for_target,
            "Policies",
            action=LIST_POLICIES,
            where=target,
            TargetId=target,
            Filter=_KIND,
        )
        for policy in found:
            name, policy_id = str(policy.get("Name") or policy["Id"]), str(policy["Id"])
            if policy_id not in self._documents:
                self._documents[policy_id] = self._document(policy_id)
            yield Attached(name, self._documents[policy_id])

    def _document(self, policy_id: str) -> object:
        with asking(DESCRIBE_POLICY, policy_id):
            answer = self._client.describe_policy(PolicyId=policy_id)
        try:
            return json.loads(answer["Policy"]["Content"])
        except (ValueError, RecursionError):
            return None  # no document: whether it denies cannot be told
