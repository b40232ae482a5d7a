"""Athena's tables over a trail's log files, and a workgroup that bounds what a query costs."""

from collections.abc import Sequence
from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from cloudtrail.athena.folder import TrailFolder
from cloudtrail.athena.saved import SavedQuery, saved_queries
from cloudtrail.athena.table import Table, log_files_table, records_table

_Encryption = aws.athena.WorkgroupConfigurationResultConfigurationEncryptionConfigurationArgs


class AthenaCatalogArgs(TypedDict):
    """What an `AthenaCatalog` is made of."""

    base_name: str
    """What the workgroup is called; the database is too, with underscores."""
    region: str
    """The bucket's Region."""
    account: pulumi.Input[str]
    """The trail's account."""
    bucket: pulumi.Input[str]
    """The bucket of the log files."""
    prefix: NotRequired[str | None]
    """The trail's key prefix. Default: none."""
    organization_id: NotRequired[str | None]
    """`o-...` when the trail is an organization's: the tables then have a partition for each of its accounts."""
    regions: Sequence[str]
    """The Regions that can be asked for."""
    max_scan_bytes: int
    """What a query may scan before Athena stops it."""
    results_bucket: pulumi.Input[str]
    """The name of a bucket to create for results."""
    results_days: int
    """Days until results are deleted."""
    key_arn: NotRequired[pulumi.Input[str] | None]
    """The key that encrypts results. Default: a key of S3's own."""
    tags: NotRequired[dict[str, str]]
    """Tags of whatever takes some."""


class AthenaCatalog(pulumi.ComponentResource):
    """A database with two tables, whose partitions nobody has to add, a workgroup, and App Mesh queries saved in it."""

    workgroup: pulumi.Output[str]
    """The workgroup's name, known once the tables are there."""
    database: pulumi.Output[str]
    """The database's name."""
    results: pulumi.Output[str]
    """Where results go: `s3://bucket/`."""

    def __init__(
        self, name: str, args: AthenaCatalogArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("meshtrail:index:AthenaCatalog", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        folder = pulumi.Output.all(bucket=args["bucket"], account=args["account"]).apply(
            lambda known: TrailFolder(
                bucket=known["bucket"],
                prefix=args.get("prefix"),
                organization=args.get("organization_id"),
                account=known["account"],
                regions=tuple(args["regions"]),
            )
        )
        self.database = self._database()
        tables = [
            self._table("log-files", folder.apply(log_files_table)),
            self._table("records", folder.apply(records_table)),
        ]
        self.results = pulumi.Output.format("s3://{0}/", self._results_bucket())
        self.workgroup = self._workgroup(tables)
        for index, query in enumerate(_QUERIES):
            told = pulumi.Output.all(folder=folder, database=self.database).apply(
                lambda known, index=index: saved_queries(known["folder"], database=known["database"])[index]
            )
            self._save(query, told)
        self.register_outputs(
            {"workgroup": self.workgroup, "database": self.database, "results": self.results}
        )

    def _database(self) -> pulumi.Output[str]:
        return aws.glue.CatalogDatabase(
            f"{self._name}-database",
            name=database_name(self._args["base_name"]),
            description="CloudTrail's log files, for Athena.",
            region=self._args["region"],
            tags=self._args.get("tags"),
            opts=self._child,
        ).name

    def _table(self, name: str, table: pulumi.Output[Table]) -> aws.glue.CatalogTable:
        return aws.glue.CatalogTable(
            f"{self._name}-{name}",
            database_name=self.database,
            name=table.apply(lambda known: known.name),
            description=table.apply(lambda known: known.description),
            table_type="EXTERNAL_TABLE",
            parameters=table.apply(lambda known: dict(known.parameters)),
            partition_keys=table.apply(
                lambda known: [
                    aws.glue.CatalogTablePartitionKeyArgs(name=column, type="string")
                    for column in known.partition_columns
                ]
            ),
            storage_descriptor=table.apply(_storage),
            region=self._args["region"],
            opts=self._child,
        )

    def _results_bucket(self) -> pulumi.Output[str]:
        """A bucket of results, which are copies: nothing in it is kept, and nothing in it protects it."""
        region, key = self._args["region"], self._args.get("key_arn")
        bucket = aws.s3.Bucket(
            f"{self._name}-results",
            bucket=self._args["results_bucket"],
            force_destroy=True,
            region=region,
            tags=self._args.get("tags"),
            opts=self._child,
        )
        private = aws.s3.BucketPublicAccessBlock(
            f"{self._name}-results-public-access",
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            region=region,
            opts=self._child,
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            f"{self._name}-results-encryption",
            bucket=bucket.bucket,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "AES256" if key is None else "aws:kms",
                        "kms_master_key_id": key,
                    },
                    "bucket_key_enabled": key is not None,
                }
            ],
            region=region,
            opts=self._child,
        )
        aws.s3.BucketLifecycleConfiguration(
            f"{self._name}-results-lifecycle",
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": self._args["results_days"]},
                }
            ],
            region=region,
            opts=self._child,
        )
        # The block's own property, not the bucket's: nothing is written before the bucket is private.
        return private.bucket

    def _workgroup(self, tables: Sequence[aws.glue.CatalogTable]) -> pulumi.Output[str]:
        key = self._args.get("key_arn")
        return aws.athena.Workgroup(
            f"{self._name}-workgroup",
            name=self._args["base_name"],
            description="App Mesh's events in CloudTrail's log files.",
            configuration=aws.athena.WorkgroupConfigurationArgs(
                bytes_scanned_cutoff_per_query=self._args["max_scan_bytes"],
                # Else whoever asks could have results written anywhere, unencrypted, and scan without end.
                enforce_workgroup_configuration=True,
                result_configuration=aws.athena.WorkgroupConfigurationResultConfigurationArgs(
                    output_location=self.results,
                    encryption_configuration=_Encryption(
                        encryption_option="SSE_S3" if key is None else "SSE_KMS", kms_key_arn=key
                    ),
                ),
            ),
            force_destroy=True,  # what is saved in it is this stack's own
            region=self._args["region"],
            tags=self._args.get("tags"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(tables)),
        ).name

    def _save(self, name: str, query: pulumi.Output[SavedQuery]) -> None:
        aws.athena.NamedQuery(
            f"{self._name}-{name}",
            name=query.apply(lambda known: known.name),
            description=query.apply(lambda known: known.description),
            database=self.database,
            query=query.apply(lambda known: known.sql),
            workgroup=self.workgroup,
            region=self._args["region"],
            opts=self._child,
        )


def database_name(base_name: str) -> str:
    """The database's name: Athena wants no hyphens in it."""
    return base_name.replace("-", "_")


_NOWHERE = TrailFolder(bucket="", prefix=None, organization=None, account="", regions=())
_QUERIES = tuple(query.name for query in saved_queries(_NOWHERE, database=""))
"""The names of the saved queries, which do not depend on where the log files lie."""


def _storage(table: Table) -> aws.glue.CatalogTableStorageDescriptorArgs:
    return aws.glue.CatalogTableStorageDescriptorArgs(
        columns=[
            aws.glue.CatalogTableStorageDescriptorColumnArgs(name=name, type=kind)
            for name, kind in table.columns
        ],
        location=table.location,
        input_format=table.input_format,
        output_format=table.output_format,
        ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(
            serialization_library=table.serde, parameters=dict(table.serde_parameters)
        ),
    )
