"""The bucket that receives the log files: created, or brought along."""

import json
from typing import Literal, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.athena.access import bucket_grants
from cloudtrail.resource_policies import TrailDestination, bucket_policy
from components.bucket_lifecycle import LifecycleArgs, lifecycle_rules
from components.existing_bucket import let_in


class ObjectLockArgs(TypedDict):
    """How long no version of a file can be deleted."""

    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    """GOVERNANCE can be bypassed with a permission; COMPLIANCE by nobody."""
    days: int
    """Days from delivery."""


class AccessLogArgs(TypedDict):
    """Where S3 logs who read the bucket."""

    bucket: pulumi.Input[str]
    """An existing bucket of the same account and Region."""
    prefix: str
    """Key prefix there, without a closing slash."""


class AuditBucketArgs(TypedDict):
    """What an `AuditBucket` is made of."""

    bucket: pulumi.Input[str]
    """The bucket's name."""
    existing: NotRequired[bool]
    """Whether the bucket is already there: then its policy is checked and nothing else of this is used."""
    region: str
    """The bucket's Region."""
    trail_arn: pulumi.Input[str]
    """The trail that may write to the bucket."""
    prefix: NotRequired[str | None]
    """The trail's key prefix. Default: none."""
    organization_id: NotRequired[str | None]
    """`o-...` when the trail is an organization's."""
    key_arn: pulumi.Input[str]
    """The key that encrypts what arrives without a key of its own."""
    athena_account: NotRequired[pulumi.Input[str] | None]
    """The account, other than the bucket's, whose Athena may read the log files. Default: none."""
    object_lock: NotRequired[ObjectLockArgs | None]
    """Write-once protection. Default: none."""
    lifecycle: NotRequired[LifecycleArgs | None]
    """Moves to cheaper storage, and expiry. Default: none; files stay for ever."""
    access_log: NotRequired[AccessLogArgs | None]
    """Server access logging. Default: none."""
    protect: NotRequired[bool]
    """Whether Pulumi refuses to delete or replace the bucket, and what guards it. Default: yes."""
    tags: NotRequired[dict[str, str]]
    """Tags of the bucket."""


class AuditBucket(pulumi.ComponentResource):
    """A private, versioned, encrypted bucket that CloudTrail, for one trail, can write to over TLS."""

    bucket: pulumi.Output[str]
    """The bucket's name, known only once the bucket lets CloudTrail in: a trail that uses it comes after."""

    def __init__(self, name: str, args: AuditBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("meshtrail:index:AuditBucket", name, {}, opts)
        create = self._check if args.get("existing", False) else self._create
        self.bucket = create(name, args)
        self.register_outputs({"bucket": self.bucket})

    def _check(self, _name: str, args: AuditBucketArgs) -> pulumi.Output[str]:
        return _destination(args, args["bucket"]).apply(
            lambda destination: let_in(destination, region=args["region"], parent=self)
        )

    def _create(self, name: str, args: AuditBucketArgs) -> pulumi.Output[str]:
        region, tags = args["region"], args.get("tags")
        # Whoever is stopped at the bucket has deleted its policy before, and with it the delivery of log files.
        protect = args.get("protect", True)
        child = pulumi.ResourceOptions(parent=self, protect=protect)
        bucket = aws.s3.Bucket(
            f"{name}-bucket",
            bucket=args["bucket"],
            # It can only be switched on at birth without replacing the bucket, costs nothing, and does nothing
            # until a retention is set.
            object_lock_enabled=True,
            region=region,
            tags=tags,
            opts=child,
        )
        private = aws.s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            region=region,
            opts=child,
        )
        owner = aws.s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            region=region,
            # S3 answers 409 to two changes of one bucket's access at a time.
            opts=pulumi.ResourceOptions(parent=self, protect=protect, depends_on=[private]),
        )
        versioning = aws.s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            region=region,
            opts=child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=bucket.bucket,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": args["key_arn"],
                    },
                    "bucket_key_enabled": True,
                }
            ],
            region=region,
            opts=child,
        )
        self._add_options(name, args, bucket, versioning)
        document = pulumi.Output.all(
            destination=_destination(args, bucket.bucket), athena_account=args.get("athena_account")
        ).apply(
            lambda known: json.dumps(
                bucket_policy(
                    known["destination"],
                    readers=bucket_grants(known["destination"], account=known["athena_account"]),
                )
            )
        )
        policy = aws.s3.BucketPolicy(
            f"{name}-policy",
            bucket=bucket.bucket,
            policy=document,
            region=region,
            opts=pulumi.ResourceOptions(parent=self, protect=protect, depends_on=[private, owner]),
        )
        # The policy's own property, not the bucket's: whoever uses the name waits for the policy.
        return policy.bucket

    def _add_options(
        self, name: str, args: AuditBucketArgs, bucket: aws.s3.Bucket, versioning: aws.s3.BucketVersioning
    ) -> None:
        region, protect = args["region"], args.get("protect", True)
        after_versioning = pulumi.ResourceOptions(parent=self, depends_on=[versioning])
        lock, lifecycle, access_log = args.get("object_lock"), args.get("lifecycle"), args.get("access_log")
        if lock is not None:
            aws.s3.BucketObjectLockConfiguration(
                f"{name}-object-lock",
                bucket=bucket.bucket,
                rule={"default_retention": {"mode": lock["mode"], "days": lock["days"]}},
                region=region,
                opts=pulumi.ResourceOptions(parent=self, protect=protect, depends_on=[versioning]),
            )
        if lifecycle is not None:
            aws.s3.BucketLifecycleConfiguration(
                f"{name}-lifecycle",
                bucket=bucket.bucket,
                rules=lifecycle_rules(lifecycle),
                region=region,
                opts=after_versioning,
            )
        if access_log is not None:
            aws.s3.BucketLogging(
                f"{name}-access-log",
                bucket=bucket.bucket,
                target_bucket=access_log["bucket"],
                target_prefix=f"{access_log['prefix']}/",
                region=region,
                opts=pulumi.ResourceOptions(parent=self),
            )


def _destination(args: AuditBucketArgs, bucket: pulumi.Input[str]) -> pulumi.Output[TrailDestination]:
    prefix, organization_id = args.get("prefix"), args.get("organization_id")
    return pulumi.Output.all(bucket=bucket, trail_arn=args["trail_arn"]).apply(
        lambda known: TrailDestination(
            bucket=known["bucket"],
            trail_arn=known["trail_arn"],
            prefix=prefix,
            organization_id=organization_id,
        )
    )
