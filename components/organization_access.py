"""What CloudTrail needs of an organization before there can be an organization trail."""

from typing import Final, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

CLOUDTRAIL: Final = "cloudtrail.amazonaws.com"


class OrganizationAccessArgs(TypedDict):
    """What an `OrganizationAccess` sets up, each only where asked for."""

    trusted_access: NotRequired[bool]
    """Whether to let CloudTrail into the organization. Where it is let in already nothing changes. Default: no."""
    delegated_administrator: NotRequired[str | None]
    """The member account to register as CloudTrail's delegated administrator. Default: none."""
    service_linked_role: NotRequired[bool]
    """Whether to create `AWSServiceRoleForCloudTrail`. Default: no, for AWS creates it by itself in the management
    account with the first organization trail or event data store, and with the registration of a delegated
    administrator, and in every member account as the trail reaches it. Only where neither was done through
    CloudTrail's own API can it be missing: AWS then answers NoManagementAccountSLRExistsException."""
    tags: NotRequired[dict[str, str]]
    """Tags of what can be tagged."""


class OrganizationAccess(pulumi.ComponentResource):
    """Trusted access, delegated administrator and service-linked role, in the management account.

    They belong to the whole organization, and other trails may live by them: what was set up stays in AWS when
    the stack goes or no longer asks for it.
    """

    def __init__(
        self, name: str, args: OrganizationAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("meshtrail:index:OrganizationAccess", name, {}, opts)
        before: list[pulumi.Resource] = []
        if args.get("trusted_access", False):
            before.append(
                aws.organizations.AwsServiceAccess(
                    f"{name}-trusted-access", service_principal=CLOUDTRAIL, opts=self._kept()
                )
            )
        if args.get("service_linked_role", False):
            before.append(
                aws.iam.ServiceLinkedRole(
                    f"{name}-service-linked-role",
                    aws_service_name=CLOUDTRAIL,
                    tags=args.get("tags"),
                    opts=self._kept(),
                )
            )
        admin = args.get("delegated_administrator")
        if admin is not None:
            # CloudTrail's own registration, not AWS Organizations': it creates the service-linked roles as well.
            aws.cloudtrail.OrganizationDelegatedAdminAccount(
                f"{name}-delegated-administrator", account_id=admin, opts=self._kept(before)
            )
        self.register_outputs({})

    def _kept(self, after: list[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, retain_on_delete=True, depends_on=after or [])
