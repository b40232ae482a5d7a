"""A template carried out: roles made, changed and deleted in an account.

Source: CloudFormation user guide, "Intrinsic function reference" and "AWS::IAM::Role"
(docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from moto.iam.models import iam_backends

from sandbox.stack_sets.exceptions import InsufficientCapabilities, InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ROLE: Final = "AWS::IAM::Role"
_KNOWN: Final = {
    *(
        "AssumeRolePolicyDocument",
        "Description",
        "MaxSessionDuration",
        "Path",
        "Policies",
        "RoleName",
        "Tags",
    ),
}
_REFERENCE: Final = re.compile(r"\$\{([\w:]+)\}")


def read_template(body: str, capabilities: Iterable[str]) -> dict[str, Any]:
    """A template's document.

    Raises:
        InvalidRequest: when it is no JSON, or holds what the sandbox does not do.
        InsufficientCapabilities: when the request does not allow what it makes.
    """
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidRequest(f"Template format error: {error}") from error
    resources: dict[str, Any] = document.get("Resources") or {}
    if not resources:
        raise InvalidRequest("Template format error: At least one Resources member must be defined.")
    for name, resource in resources.items():
        if resource.get("Type") != _ROLE:
            raise InvalidRequest(f"The sandbox does not do {resource.get('Type')} ({name}) in a StackSet")
        unknown = set(resource.get("Properties") or {}) - _KNOWN
        if unknown:
            raise InvalidRequest(
                f"The sandbox does not do {', '.join(sorted(unknown))} of {name} in a StackSet"
            )
        if "RoleName" in resource["Properties"] and "CAPABILITY_NAMED_IAM" not in set(capabilities):
            raise InsufficientCapabilities("Requires capabilities : [CAPABILITY_NAMED_IAM]")
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A template in one account.

    Attributes:
        account: The account.
        partition: Its partition.
        region: Where the stack is kept.
        stack_id: Its ARN.
        unit: The unit by which it came to the account.
    """

    account: str
    partition: str
    region: str
    stack_id: str
    unit: str

    def apply(
        self,
        template: Mapping[str, Any],
        parameters: Mapping[str, str],
        tags: Mapping[str, str],
        *,
        update: bool,
    ) -> None:
        """Make its roles, or bring those that are there to what the template now says."""
        iam = self._iam()
        for role in self._roles(template, parameters):
            trust = json.dumps(role["AssumeRolePolicyDocument"])
            name = role["RoleName"]
            if update:
                iam.update_assume_role_policy(name, trust)
            else:
                own = [*({"Key": key, "Value": value} for key, value in tags.items()), *role.get("Tags", [])]
                iam.create_role(
                    name,
                    trust,
                    role.get("Path", "/"),
                    permissions_boundary=None,
                    description=role.get("Description", ""),
                    tags=own,
                    max_session_duration=str(role.get("MaxSessionDuration", 3600)),
                )
            for policy in role.get("Policies", []):
                iam.put_role_policy(name, policy["PolicyName"], json.dumps(policy["PolicyDocument"]))

    def take_away(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        """Delete its roles with their policies; one that is gone already is deleted."""
        iam = self._iam()
        there = {role.name for role in iam.roles.values()}
        for role in self._roles(template, parameters):
            name = role["RoleName"]
            if name in there:
                for policy in iam.list_role_policies(name):
                    iam.delete_role_policy(name, policy)
                iam.delete_role(name)

    def _iam(self) -> Any:
        return iam_backends[self.account][self.partition]

    def _roles(self, template: Mapping[str, Any], parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        declared: dict[str, Any] = template.get("Parameters") or {}
        values: dict[str, Any] = {
            name: each["Default"] for name, each in declared.items() if "Default" in each
        }
        values |= parameters
        missing = sorted(set(declared) - set(values))
        if missing:
            raise InvalidRequest(f"Parameters: [{', '.join(missing)}] must have values")
        for name, each in declared.items():
            if each["Type"] == "CommaDelimitedList":
                values[name] = values[name].split(",")
        values |= {
            "AWS::AccountId": self.account,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
        }
        return [
            {"RoleName": name, **_resolved(resource["Properties"], values)}
            for name, resource in template["Resources"].items()
        ]


def _resolved(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_resolved(each, values) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    document = cast("dict[str, Any]", value)
    if set(document) == {"Ref"}:
        return _known(document["Ref"], values)
    if set(document) == {"Fn::Sub"} and isinstance(document["Fn::Sub"], str):
        return _REFERENCE.sub(lambda found: str(_known(found[1], values)), document["Fn::Sub"])
    functions = [key for key in document if key.startswith("Fn::")]
    if functions:
        raise InvalidRequest(f"The sandbox does not do {functions[0]} in a StackSet's resources")
    return {key: _resolved(each, values) for key, each in document.items()}


def _known(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        raise InvalidRequest(
            f"Template format error: Unresolved resource dependencies [{name}] in the Resources block"
        )
    return values[name]
