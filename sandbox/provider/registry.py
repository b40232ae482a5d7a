"""Every resource type and function the sandbox's AWS provider has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sandbox.provider import (
    athena,
    cloudcontrol,
    cloudtrail_store,
    cloudtrail_trail,
    glue,
    iam,
    iam_service_linked,
    kms,
    logs,
    organizations,
    s3_bucket,
    s3_bucket_access,
    s3_bucket_keeping,
    s3_lifecycle,
    sns,
    stack_set,
    stack_set_instance,
)
from sandbox.provider.invokes import INVOKES, Invoke

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.provider.resource_type import ResourceType


@dataclass(frozen=True, slots=True)
class Registry:
    """What a provider offers, by token."""

    types: Mapping[str, ResourceType]
    invokes: Mapping[str, Invoke]


RESOURCE_TYPES: Final[tuple[type[ResourceType], ...]] = (
    athena.NamedQuery,
    athena.Workgroup,
    cloudcontrol.Resource,
    cloudtrail_store.EventDataStore,
    cloudtrail_store.OrganizationDelegatedAdminAccount,
    cloudtrail_trail.Trail,
    glue.CatalogDatabase,
    glue.CatalogTable,
    iam.Role,
    iam.RolePolicy,
    iam_service_linked.ServiceLinkedRole,
    kms.Alias,
    kms.Key,
    kms.KeyPolicy,
    logs.LogGroup,
    organizations.AwsServiceAccess,
    s3_bucket.Bucket,
    s3_bucket_access.AccessLogging,
    s3_bucket_access.BucketPolicy,
    s3_bucket_keeping.Encryption,
    s3_bucket_keeping.ObjectLock,
    s3_bucket_access.OwnershipControls,
    s3_bucket_access.PublicAccessBlock,
    s3_bucket_keeping.Versioning,
    s3_lifecycle.Lifecycle,
    sns.Topic,
    sns.TopicPolicy,
    stack_set.StackSet,
    stack_set_instance.StackSetInstance,
)

AWS: Final = Registry({cls.type_name: cls() for cls in RESOURCE_TYPES}, INVOKES)
"""The sandbox's AWS provider."""
