"""What an organization grants to AWS services.

Source: AWS Organizations user guide, "Using AWS Organizations with other AWS services"
(docs.aws.amazon.com/organizations/latest/userguide/orgs_integrate_services.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from sandbox.provider.aws_errors import gone_is_fine
from sandbox.provider.properties import Properties, Property, Text
from sandbox.provider.resource_type import ResourceType, State, Values

if TYPE_CHECKING:
    from sandbox.provider.session import Aws

_NAME: Final = r"[\w+=,.@-]+"


class AwsServiceAccess(ResourceType):
    """Trusted access of one service."""

    type_name: ClassVar[str] = "aws:organizations/awsServiceAccess:AwsServiceAccess"
    regional: ClassVar[bool] = False
    properties: ClassVar[Properties] = {
        "servicePrincipal": Property(
            kind=Text(shortest=1, longest=128, pattern=_NAME), required=True, replaces=True
        )
    }
    computed: ClassVar[frozenset[str]] = frozenset({"dateEnabled"})

    def create(self, aws: Aws, inputs: Values) -> State:
        """EnableAWSServiceAccess, which changes nothing where access is on already."""
        service = inputs["servicePrincipal"]
        aws.client("organizations").enable_aws_service_access(ServicePrincipal=service)
        return self.look(aws, service, inputs) or State(service, dict(inputs))

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """ListAWSServiceAccessForOrganization."""
        pages: Any = aws.client("organizations").get_paginator("list_aws_service_access_for_organization")
        for page in pages.paginate():
            for each in page["EnabledServicePrincipals"]:
                if each["ServicePrincipal"] == resource_id:
                    since = each["DateEnabled"].strftime("%Y-%m-%dT%H:%M:%SZ")
                    return State(
                        resource_id, inputs | {"servicePrincipal": resource_id, "dateEnabled": since}
                    )
        return None

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Nothing of it changes in place."""
        del olds
        state = self.look(aws, resource_id, news)
        return state.outputs if state else news

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """DisableAWSServiceAccess: the service is locked out of the whole organization."""
        del outputs
        with gone_is_fine("AWSOrganizationsNotInUseException"):
            aws.client("organizations").disable_aws_service_access(ServicePrincipal=resource_id)
