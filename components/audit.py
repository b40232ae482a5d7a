"""The whole: key, bucket, trail and event data store of one stack, and the manifest of what it promises."""

from typing import Any, NotRequired, TypedDict, cast

import pulumi

from cloudtrail.athena.folder import regions_of
from cloudtrail.partitions import trail_arn
from components.accounts import Accounts
from components.athena_catalog import AthenaCatalog, AthenaCatalogArgs
from components.bucket import AuditBucket, AuditBucketArgs
from components.event_data_store import MeshEventDataStore, MeshEventDataStoreArgs
from components.key import AuditKey, AuditKeyArgs
from components.organization_wide import let_verifier_in, set_up_organization
from components.promises import Known, manifest_of
from components.providers import OtherAccounts
from components.settings import Settings
from components.settings.selection import store_selectors, trail_selectors
from components.trail import MeshTrail, MeshTrailArgs

STACK_TAG = "meshtrail:stack"
"""The tag every resource carries, with the stack's name."""


class MeshAuditArgs(TypedDict):
    """What a `MeshAudit` is made of."""

    settings: Settings
    """What the stack decides, as `components.settings.read_settings` validated it."""
    others: NotRequired[OtherAccounts]
    """The providers of the other accounts the settings name. Default: there are none."""


class MeshAudit(pulumi.ComponentResource):
    """Everything that keeps App Mesh's record, composed from a stack's settings."""

    manifest: pulumi.Output[dict[str, Any]]
    """What was provisioned and what is promised about it: a JSON document for `meshtrail verify`."""

    def __init__(self, name: str, args: MeshAuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("meshtrail:index:MeshAudit", name, {}, opts)
        self._settings = settings = args["settings"]
        self._tags = {STACK_TAG: pulumi.get_stack()} | settings.tags
        self._accounts = accounts = Accounts(self, args.get("others", OtherAccounts()), settings)
        # Whoever makes it, an organization's trail is the management account's; any other is its maker's.
        owner = settings.organization.management_account if settings.scope == "organization" else None
        self._trail_arn = accounts.own.apply(
            lambda account: trail_arn(
                region=settings.home_region, account=owner or account, name=settings.trail_name
            )
        )
        access = set_up_organization(name, settings, accounts, self._tags)
        archive = accounts.options(accounts.others.log_archive)
        key = AuditKey(f"{name}-encryption", self._key_args(), archive)
        bucket = AuditBucket(f"{name}-storage", self._bucket_args(key), archive)
        home = accounts.options(after=access)
        trail = MeshTrail(f"{name}-recording", self._trail_args(key, bucket), home)
        store_args = self._store_args(key)
        store = MeshEventDataStore(f"{name}-lake", store_args, home) if store_args else None
        athena_args = self._athena_args(key, bucket)
        athena = AthenaCatalog(f"{name}-athena", athena_args, home) if settings.athena.enabled else None
        let_verifier_in(name, settings, accounts, self._tags)
        self.manifest = pulumi.Output.all(
            account=accounts.own,
            archive=accounts.log_archive,
            bucket=bucket.bucket,
            key_arn=key.key_arn,
            trail_arn=trail.trail_arn,
            store_arn=store.store_arn if store else None,
            store_key_arn=self._store_key(key),
            log_group=trail.log_group,
            athena_results=athena.results if athena else None,
        ).apply(lambda known: manifest_of(settings, cast("Known", known)))
        self.register_outputs({"manifest": self.manifest})

    def _key_args(self) -> AuditKeyArgs:
        settings = self._settings
        args: AuditKeyArgs = {
            "region": settings.home_region,
            "account": self._accounts.log_archive,
            "alias": settings.name,
            "trail_arn": self._trail_arn,
            # An adopted store may be one that this stack once created: without its key nobody can read it.
            "event_data_stores": settings.event_data_store.mode != "off" and settings.log_archive is None,
            "athena_account": self._athena_elsewhere(),
            "tags": self._tags,
        }
        if settings.key.existing is not None:
            args["existing_arn"] = settings.key.existing.arn
        elif settings.key.create is not None:
            args["deletion_window_in_days"] = settings.key.create.deletion_window_days
            args["protect"] = settings.key.create.protect
        return args

    def _bucket_args(self, key: AuditKey) -> AuditBucketArgs:
        settings = self._settings
        args: AuditBucketArgs = {
            "bucket": self._accounts.log_archive.apply(
                lambda account: f"{settings.name}-{account}-{settings.home_region}"
            ),
            "region": settings.home_region,
            "trail_arn": self._trail_arn,
            "prefix": settings.trail.prefix,
            "organization_id": self._trail_organization(),
            "key_arn": key.key_arn,
            "athena_account": self._athena_elsewhere(),
            "tags": self._tags,
        }
        if (existing := settings.bucket.existing) is not None:
            args["existing"] = True
            args["bucket"] = existing.name
            args["region"] = existing.region or settings.home_region
        elif (create := settings.bucket.create) is not None:
            args["protect"] = create.protect
            if create.name is not None:
                args["bucket"] = create.name
            if (lock := create.object_lock) is not None:
                args["object_lock"] = {"mode": lock.mode, "days": lock.days}
            if (ages := create.lifecycle) is not None:
                args["lifecycle"] = {
                    "glacier_instant_retrieval_days": ages.glacier_instant_retrieval_days,
                    "glacier_flexible_retrieval_days": ages.glacier_flexible_retrieval_days,
                    "deep_archive_days": ages.deep_archive_days,
                    "expire_days": ages.expire_days,
                }
            if (log := create.access_log) is not None:
                args["access_log"] = {"bucket": log.bucket, "prefix": log.prefix}
        return args

    def _trail_args(self, key: AuditKey, bucket: AuditBucket) -> MeshTrailArgs:
        settings = self._settings
        logs = settings.trail.cloud_watch_logs
        return {
            "trail_name": settings.trail_name,
            "base_name": settings.name,
            "trail_arn": self._trail_arn,
            "scope": settings.scope,
            "region": settings.home_region,
            "account": self._accounts.own,
            "bucket": bucket.bucket,
            "key_arn": key.key_arn,
            "prefix": settings.trail.prefix,
            "selectors": trail_selectors(settings),
            "organization_id": self._trail_organization(),
            "log_retention_days": logs.retention_days if logs.enabled else None,
            "announce_files": settings.trail.sns.enabled,
            "insights": settings.trail.insights,
            "protect": settings.trail.protect,
            "tags": self._tags,
        }

    def _athena_args(self, key: AuditKey, bucket: AuditBucket) -> AthenaCatalogArgs:
        settings = self._settings
        return {
            "base_name": settings.name,
            "region": settings.home_region,
            "account": self._accounts.own,
            "bucket": bucket.bucket,
            "prefix": settings.trail.prefix,
            "organization_id": self._trail_organization(),
            "regions": regions_of(
                scope=settings.scope, home_region=settings.home_region, others=settings.expected_regions
            ),
            "max_scan_bytes": settings.athena.most_bytes,
            "results_bucket": self._accounts.own.apply(
                lambda account: f"{settings.name}-athena-{account}-{settings.home_region}"
            ),
            "results_days": settings.athena.results_days,
            # A key of another account encrypts nothing here.
            "key_arn": key.key_arn if settings.log_archive is None else None,
            "tags": self._tags,
        }

    def _athena_elsewhere(self) -> pulumi.Output[str] | None:
        """The account of Athena's tables, where the log files lie in another one."""
        settings = self._settings
        return self._accounts.own if settings.athena.enabled and settings.log_archive is not None else None

    def _store_args(self, key: AuditKey) -> MeshEventDataStoreArgs | None:
        settings, store = self._settings, self._settings.event_data_store
        if store.mode == "adopt" and store.arn is not None:
            return {"adopt_arn": store.arn}
        if store.mode != "create":
            return None
        return {
            "create": {
                "store_name": settings.store_name,
                "region": settings.home_region,
                "selectors": store_selectors(settings),
                "retention_days": settings.store_retention_days,
                "billing_mode": store.billing_mode,
                "multi_region": settings.store_multi_region,
                "organization": settings.store_organization,
                "key_arn": self._store_key(key),
                "termination_protection": store.termination_protection,
                "ingestion": store.ingestion,
                "protect": store.protect,
                "tags": self._tags,
            }
        }

    def _store_key(self, key: AuditKey) -> pulumi.Input[str] | None:
        chosen = self._settings.event_data_store.key
        return {"audit": key.key_arn, "aws-owned": None}.get(chosen, chosen)

    def _trail_organization(self) -> str | None:
        return self._settings.organization.id if self._settings.scope == "organization" else None
