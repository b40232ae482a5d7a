"""Roles and their inline policies.

Source of the limits: IAM user guide, "IAM and AWS STS quotas"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from urllib.parse import unquote

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Block, Flag, Json, ListOf, Properties, Property, Text, Whole
from sandbox.provider.resource_type import TAGS, PartlyCreated, ResourceType, State, Values, differs
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "NoSuchEntity"
_NAME: Final = r"[\w+=,.@-]+"


class Role(ResourceType):
    """A role."""

    type_name: ClassVar[str] = "aws:iam/role:Role"
    name_property: ClassVar[str | None] = "name"
    regional: ClassVar[bool] = False
    properties: ClassVar[Properties] = {
        "assumeRolePolicy": Property(kind=Json(), required=True),
        "description": Property(kind=Text(longest=1000)),
        "forceDetachPolicies": Property(kind=Flag(), default=False),
        "inlinePolicies": Property(
            kind=ListOf(
                item=Block({"name": Property(kind=Text(longest=128)), "policy": Property(kind=Json())}),
                unordered=True,
            ),
            computed=True,
        ),
        "managedPolicyArns": Property(kind=ListOf(item=Text(arn=True), unordered=True), computed=True),
        "maxSessionDuration": Property(kind=Whole(least=3600, most=43200), default=3600),
        "name": Property(
            kind=Text(shortest=1, longest=64, pattern=_NAME), replaces=True, conflicts=("namePrefix",)
        ),
        "namePrefix": Property(kind=Text(shortest=1, longest=38, pattern=_NAME), replaces=True),
        "path": Property(kind=Text(longest=512, pattern=r"/|/.*/"), default="/", replaces=True),
        "permissionsBoundary": Property(kind=Text(arn=True)),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "createDate", "uniqueId"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateRole, then its policies."""
        iam = aws.client("iam")
        request: Values = {
            "RoleName": inputs["name"],
            "AssumeRolePolicyDocument": inputs["assumeRolePolicy"],
            "Path": inputs["path"],
            "MaxSessionDuration": inputs["maxSessionDuration"],
            "Tags": as_list(inputs["tagsAll"]),
        }
        optional = {"description": "Description", "permissionsBoundary": "PermissionsBoundary"}
        request |= {api: inputs[name] for name, api in optional.items() if inputs.get(name)}
        made = iam.create_role(**request)["Role"]
        state = State(inputs["name"], inputs | _seen(made))
        try:
            _set_policies(iam, inputs["name"], {}, inputs)
        except ClientError as error:
            raise PartlyCreated(state, error) from error
        return state

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetRole and its policies."""
        iam = aws.client("iam")
        try:
            found = iam.get_role(RoleName=resource_id)["Role"]
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        attached = iam.list_attached_role_policies(RoleName=resource_id)["AttachedPolicies"]
        return State(
            resource_id,
            inputs
            | _seen(found)
            | aws.seen_tags(as_map(found.get("Tags", [])))
            | {
                "assumeRolePolicy": _document(found["AssumeRolePolicyDocument"]),
                "description": found.get("Description"),
                "managedPolicyArns": [policy["PolicyArn"] for policy in attached] or None,
                "maxSessionDuration": found.get("MaxSessionDuration", 3600),
                "name": found["RoleName"],
                "path": found["Path"],
                "permissionsBoundary": found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            },
        )

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Each setting with its own call."""
        iam = aws.client("iam")
        if differs(olds, news, "assumeRolePolicy"):
            iam.update_assume_role_policy(RoleName=resource_id, PolicyDocument=news["assumeRolePolicy"])
        if differs(olds, news, "description", "maxSessionDuration"):
            iam.update_role(
                RoleName=resource_id,
                Description=news.get("description") or "",
                MaxSessionDuration=news["maxSessionDuration"],
            )
        if differs(olds, news, "permissionsBoundary"):
            if news.get("permissionsBoundary"):
                boundary = news["permissionsBoundary"]
                iam.put_role_permissions_boundary(RoleName=resource_id, PermissionsBoundary=boundary)
            elif olds.get("permissionsBoundary"):
                iam.delete_role_permissions_boundary(RoleName=resource_id)
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            iam.untag_role(RoleName=resource_id, TagKeys=removed)
        if added:
            iam.tag_role(RoleName=resource_id, Tags=as_list(added))
        _set_policies(iam, resource_id, olds, news)
        return news | _seen(iam.get_role(RoleName=resource_id)["Role"])

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteRole, after the policies that came with it."""
        iam = aws.client("iam")
        with gone_is_fine(_NOT_FOUND):
            _set_policies(iam, resource_id, outputs, {"inlinePolicies": [], "managedPolicyArns": []})
            if outputs.get("forceDetachPolicies"):
                for policy in iam.list_attached_role_policies(RoleName=resource_id)["AttachedPolicies"]:
                    iam.detach_role_policy(RoleName=resource_id, PolicyArn=policy["PolicyArn"])
                for name in iam.list_role_policies(RoleName=resource_id)["PolicyNames"]:
                    iam.delete_role_policy(RoleName=resource_id, PolicyName=name)
            iam.delete_role(RoleName=resource_id)


class RolePolicy(ResourceType):
    """An inline policy of a role."""

    type_name: ClassVar[str] = "aws:iam/rolePolicy:RolePolicy"
    name_property: ClassVar[str | None] = "name"
    regional: ClassVar[bool] = False
    properties: ClassVar[Properties] = {
        "name": Property(
            kind=Text(shortest=1, longest=128, pattern=_NAME), replaces=True, conflicts=("namePrefix",)
        ),
        "namePrefix": Property(kind=Text(longest=102, pattern=_NAME), replaces=True),
        "policy": Property(kind=Json(), required=True),
        "role": Property(kind=Text(shortest=1), required=True, replaces=True),
    }

    def create(self, aws: Aws, inputs: Values) -> State:
        """PutRolePolicy."""
        resource_id = f"{inputs['role']}:{inputs['name']}"
        return State(resource_id, self.update(aws, resource_id, {}, inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetRolePolicy."""
        role, _, name = resource_id.partition(":")
        try:
            found = aws.client("iam").get_role_policy(RoleName=role, PolicyName=name)
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        seen = {"role": role, "name": name, "policy": _document(found["PolicyDocument"])}
        return State(resource_id, inputs | seen)

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """PutRolePolicy."""
        del resource_id, olds
        request = {"RoleName": news["role"], "PolicyName": news["name"], "PolicyDocument": news["policy"]}
        aws.client("iam").put_role_policy(**request)
        return dict(news)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteRolePolicy."""
        role, _, name = resource_id.partition(":")
        del outputs
        with gone_is_fine(_NOT_FOUND):
            aws.client("iam").delete_role_policy(RoleName=role, PolicyName=name)


def _seen(role: Values) -> Values:
    created = role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"arn": role["Arn"], "createDate": created, "uniqueId": role["RoleId"]}


def _document(policy: Any) -> str:
    """A policy as text; botocore hands it out decoded."""
    return json.dumps(policy) if isinstance(policy, dict) else unquote(str(policy))


def _set_policies(iam: Any, role: str, olds: Values, news: Values) -> None:
    attached = set(cast("list[str]", olds.get("managedPolicyArns") or []))
    if news.get("managedPolicyArns") is not None:
        wanted = set(cast("list[str]", news["managedPolicyArns"]))
        for arn in sorted(attached - wanted):
            iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for arn in sorted(wanted - attached):
            iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    if news.get("inlinePolicies") is not None:
        before = {policy["name"]: policy["policy"] for policy in olds.get("inlinePolicies") or []}
        after = {policy["name"]: policy["policy"] for policy in news["inlinePolicies"]}
        for name in sorted(before.keys() - after.keys()):
            iam.delete_role_policy(RoleName=role, PolicyName=name)
        for name, policy in after.items():
            if before.get(name) != policy:
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)
