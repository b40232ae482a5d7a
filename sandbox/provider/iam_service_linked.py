"""Service-linked roles: made for one AWS service, which alone says what they may do.

Source: IAM user guide, "Create a service-linked role"
(docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from botocore.exceptions import ClientError

from sandbox.provider.aws_errors import code_of, gone_is_fine
from sandbox.provider.properties import Properties, Property, Text
from sandbox.provider.resource_type import TAGS, ResourceType, State, Values, differs
from sandbox.provider.tags import as_list, as_map, changes

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NOT_FOUND: Final = "NoSuchEntity"


class ServiceLinkedRole(ResourceType):
    """A service-linked role; its id is its ARN."""

    type_name: ClassVar[str] = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
    regional: ClassVar[bool] = False
    properties: ClassVar[Properties] = {
        "awsServiceName": Property(
            kind=Text(pattern=r"[\w.-]+\.amazonaws\.com(\.cn)?"), required=True, replaces=True
        ),
        "customSuffix": Property(kind=Text(longest=64), replaces=True),
        "description": Property(kind=Text(longest=1000)),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn", "createDate", "name", "path", "uniqueId"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """CreateServiceLinkedRole, then its tags."""
        iam = aws.client("iam")
        optional = {"customSuffix": "CustomSuffix", "description": "Description"}
        request = {api: inputs[name] for name, api in optional.items() if inputs.get(name)}
        made = iam.create_service_linked_role(AWSServiceName=inputs["awsServiceName"], **request)["Role"]
        if inputs["tagsAll"]:
            iam.tag_role(RoleName=made["RoleName"], Tags=as_list(inputs["tagsAll"]))
        return State(made["Arn"], inputs | _seen(made))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """GetRole."""
        try:
            found = aws.client("iam").get_role(RoleName=_name_of(resource_id))["Role"]
        except ClientError as error:
            if code_of(error) == _NOT_FOUND:
                return None
            raise
        known = {
            "awsServiceName": found["Path"].split("/")[-2],
            "description": found.get("Description") or inputs.get("description"),
        }
        return State(
            found["Arn"], inputs | known | _seen(found) | aws.seen_tags(as_map(found.get("Tags", [])))
        )

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Description and tags."""
        iam, name = aws.client("iam"), _name_of(resource_id)
        if differs(olds, news, "description"):
            iam.update_role(RoleName=name, Description=news.get("description") or "")
        added, removed = changes(olds.get("tagsAll", {}), news["tagsAll"])
        if removed:
            iam.untag_role(RoleName=name, TagKeys=removed)
        if added:
            iam.tag_role(RoleName=name, Tags=as_list(added))
        return news | _seen(iam.get_role(RoleName=name)["Role"])

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DeleteServiceLinkedRole; the sandbox does not ask whether the service still uses it."""
        del outputs
        with gone_is_fine(_NOT_FOUND):
            aws.client("iam").delete_service_linked_role(RoleName=_name_of(resource_id))


def _name_of(arn: str) -> str:
    return arn.rpartition("/")[2]


def _seen(role: dict[str, Any]) -> Values:
    return {
        "arn": role["Arn"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": role["RoleName"],
        "path": role["Path"],
        "uniqueId": role["RoleId"],
    }
