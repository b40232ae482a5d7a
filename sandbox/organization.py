"""An organization in a running sandbox: twelve accounts in their units, and in each a role that a verifier assumes.

It is made by AWS's own API calls, so that everything of it is recorded, and answers, as on AWS. Nothing is in it that
records App Mesh's events for good, until `with_trail`, or a stack, puts it there.

```python
with Sandbox() as sandbox:
    organization = build(SandboxClient(sandbox.endpoint))
    with_trail(organization)
    organization.call_app_mesh()
```
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.athena.access import bucket_grants, key_grants
from cloudtrail.partitions import trail_arn
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sandbox.clients import SandboxClient, SandboxSession

ORGANIZATION: Final = "o-exampleorgid"
MANAGEMENT: Final = "111111111111"
LOG_ARCHIVE: Final = "222222222222"
AUDIT: Final = "333333333333"
WORKLOADS: Final = (
    *("111122223333", "123456789012", "210987654321", "444455556666", "555555555555"),
    *("666666666666", "777777777777", "888888888888", "999999999999"),
)
"""The accounts that run something: five in production, three in staging, one to try things in."""
UNITS: Final = {
    "Security": (LOG_ARCHIVE, AUDIT),
    "Workloads/Production": WORKLOADS[:5],
    "Workloads/Staging": WORKLOADS[5:8],
    "Sandbox": WORKLOADS[8:],
}
NAMES: Final = {
    LOG_ARCHIVE: "log-archive",
    AUDIT: "audit",
    **{account: f"production-{number}" for number, account in enumerate(WORKLOADS[:5], 1)},
    **{account: f"staging-{number}" for number, account in enumerate(WORKLOADS[5:8], 1)},
    WORKLOADS[8]: "sandbox",
}
HOME: Final = "us-east-1"
OPT_IN: Final = "af-south-1"
"""The one Region that accounts have to enable."""
REGIONS: Final = (OPT_IN, "eu-west-1", HOME, "us-west-2")
ROLE: Final = "MeshtrailVerifier"
EXTERNAL_ID: Final = "meshtrail-example"
TRAIL: Final = "organization"
BUCKET: Final = "organization-trail-222222222222"


@dataclass(frozen=True, slots=True)
class SandboxOrganization:
    """An organization, and what can happen to it.

    Attributes:
        sandbox: The sandbox's own controls.
        units: The id of each organizational unit, by its path, e.g. `Workloads/Staging`; of the root by `""`.
        accounts: Every account, the management account first.
        regions: The Regions that it works in.
    """

    sandbox: SandboxClient
    units: Mapping[str, str]
    accounts: tuple[str, ...]
    regions: tuple[str, ...] = REGIONS

    def root(self, account: str = MANAGEMENT) -> SandboxSession:
        """The root user of an account."""
        return self.sandbox.root(account)

    def call_app_mesh(self, accounts: Iterable[str] | None = None, *, mesh: str = "payments") -> None:
        """Create a mesh in each account and each of its Regions, and deliver what that leaves everywhere."""
        for account in self.accounts if accounts is None else accounts:
            caller = self.root(account)
            for region in self.enabled_regions(account):
                caller.client("appmesh", region).create_mesh(meshName=mesh, spec={})
        self.sandbox.flush()

    def enabled_regions(self, account: str) -> tuple[str, ...]:
        """The Regions of the organization that an account has enabled."""
        pages = self.root(account).client("account").get_paginator("list_regions")
        answers = pages.paginate(RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"])
        enabled = {each["RegionName"] for page in answers for each in page["Regions"]}
        return tuple(region for region in self.regions if region in enabled)

    def leave(self, account: str) -> None:
        """Let an account leave the organization: its trail forgets it, and it the trail.

        A role that a StackSet with automatic deployment brought goes with it; one that was made otherwise stays.
        """
        self.root(account).client("organizations").leave_organization()

    def close(self, account: str) -> None:
        """Close an account: it stays listed, as suspended, and nobody gets in."""
        self.root().client("organizations").close_account(AccountId=account)

    def break_delivery(self, region: str) -> None:
        """Let every delivery of log files from a Region fail from now on, in every account."""
        self.sandbox.add_fault("fail", destination="trail", match={"region": region})

    def remove_role(self, account: str, *, name: str = ROLE) -> None:
        """Delete the verifier's role of an account."""
        iam = self.root(account).client("iam")
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        iam.delete_role(RoleName=name)

    def expire_sessions(self, account: str, *, service: str = "cloudtrail") -> None:
        """Let the next session that calls a service in an account end with that call, before its time."""
        self.sandbox.add_fault("expire", service=service, match={"account": account}, times=1)


def build(
    sandbox: SandboxClient,
    *,
    all_features: bool = True,
    trusted_access: bool = True,
    delegated: bool = False,
    role_name: str | None = ROLE,
    external_id: str | None = EXTERNAL_ID,
    without_opt_in: Collection[str] = (),
) -> SandboxOrganization:
    """Make the organization in an empty sandbox.

    Args:
        sandbox: The sandbox.
        all_features: Whether it has all features, or consolidated billing only.
        trusted_access: Whether it trusts CloudTrail.
        delegated: Whether the audit account is CloudTrail's delegated administrator.
        role_name: The verifier's role, made in every account; None: in none.
        external_id: What the role asks for; None: nothing.
        without_opt_in: The accounts that have not enabled the opt-in Region.
    """
    management = sandbox.root(MANAGEMENT)
    organizations = management.client("organizations")
    members = tuple(account for accounts in UNITS.values() for account in accounts)
    sandbox.announce(organization=ORGANIZATION, accounts=members)
    organizations.create_organization(FeatureSet="ALL" if all_features else "CONSOLIDATED_BILLING")
    units = _units(organizations)
    for path, accounts in UNITS.items():
        for account in accounts:
            organizations.create_account(
                AccountName=NAMES[account],
                Email=f"{NAMES[account]}@example.com",
                Tags=[{"Key": "environment", "Value": path.rpartition("/")[2].lower()}],
            )
            organizations.move_account(
                AccountId=account, SourceParentId=units[""], DestinationParentId=units[path]
            )
    if trusted_access:
        organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    if delegated:
        management.client("cloudtrail").register_organization_delegated_admin(MemberAccountId=AUDIT)
    everybody = (MANAGEMENT, *members)
    for account in everybody:
        _prepare(
            sandbox.root(account),
            role_name=role_name,
            external_id=external_id,
            opt_in=account not in without_opt_in,
        )
    return SandboxOrganization(sandbox, units, everybody)


def with_trail(organization: SandboxOrganization, *, athena_account: str | None = None) -> str:
    """Give the organization its trail, with bucket and key in the log archive account.

    Args:
        organization: The organization.
        athena_account: The account whose Athena may read the log files; None: that of the log archive alone.

    Returns:
        The trail's ARN.
    """
    arn = trail_arn(region=HOME, account=MANAGEMENT, name=TRAIL)
    archive = organization.root(LOG_ARCHIVE)
    destination = TrailDestination(bucket=BUCKET, trail_arn=arn, organization_id=ORGANIZATION)
    policy = key_policy(
        account=LOG_ARCHIVE,
        partition="aws",
        trail_arn=arn,
        event_data_stores=False,
        readers=key_grants(region=HOME, account=athena_account),
    )
    key = archive.client("kms", HOME).create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    s3 = archive.client("s3", HOME)
    s3.create_bucket(Bucket=BUCKET)
    readers = bucket_grants(destination, account=athena_account)
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(bucket_policy(destination, readers=readers)))
    cloudtrail = organization.root().client("cloudtrail", HOME)
    cloudtrail.create_trail(
        Name=TRAIL,
        S3BucketName=BUCKET,
        IsMultiRegionTrail=True,
        IsOrganizationTrail=True,
        EnableLogFileValidation=True,
        KmsKeyId=key,
    )
    cloudtrail.start_logging(Name=arn)
    return arn


def _units(organizations: Any) -> dict[str, str]:
    """Make the organizational units; their ids by path, and the root's."""
    made = {"": organizations.list_roots()["Roots"][0]["Id"]}
    for path in UNITS:
        parent = ""
        for name in path.split("/"):
            here = f"{parent}/{name}".lstrip("/")
            if here not in made:
                answer = organizations.create_organizational_unit(ParentId=made[parent], Name=name)
                made[here] = answer["OrganizationalUnit"]["Id"]
            parent = here
    return made


def _prepare(root: SandboxSession, *, role_name: str | None, external_id: str | None, opt_in: bool) -> None:
    """Give an account what a new one has not: the verifier's role, and the opt-in Region."""
    account = root.client("account")
    (account.enable_region if opt_in else account.disable_region)(RegionName=OPT_IN)
    if role_name is not None:
        policy = json.dumps(verifier_trust(external_id))
        root.client("iam").create_role(RoleName=role_name, AssumeRolePolicyDocument=policy)


def verifier_trust(external_id: str | None) -> dict[str, Any]:
    """The trust policy of the verifier's role: for the management account and the audit account."""
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": [f"arn:aws:iam::{account}:root" for account in (MANAGEMENT, AUDIT)]},
        "Action": "sts:AssumeRole",
    }
    if external_id is not None:
        statement["Condition"] = {"StringEquals": {"sts:ExternalId": external_id}}
    return {"Version": "2012-10-17", "Statement": [statement]}
