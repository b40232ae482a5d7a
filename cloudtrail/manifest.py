"""The manifest: what was provisioned, and what is promised about it.

It is the one place where provisioning and proving meet: the Pulumi program exports it, `meshtrail verify`
reads it. A JSON document with camel-case keys; unknown keys are refused, so that a promise is never half read.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from cloudtrail.catalog import APP_MESH
from cloudtrail.errors import MeshtrailError
from cloudtrail.event_data_store import BillingMode

SCHEMA = "meshtrail/manifest/v1"

Account = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]+$")]
Scope = Literal["single-region", "multi-region", "organization"]
Selector = dict[str, Any]
"""A selector as the CloudTrail API writes it, e.g. `{"Name": ..., "FieldSelectors": [...]}`."""


class MalformedManifest(MeshtrailError):
    """A document that should be a manifest cannot be read as one."""


class _Document(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


class TrailPromise(_Document):
    """A trail, as it was provisioned.

    Selectors are those that were sent; both lists empty means CloudTrail's default: all management events.

    Attributes:
        bucket_account: The account bucket and key lie in, such as a log archive; None: not known.
        log_retention_days: Days the log group keeps events; None: nothing is promised of that.
        insights: Whether CloudTrail Insights are on, of any kind; None: nothing is promised of that.
    """

    arn: str
    name: str
    home_region: Region
    scope: Scope
    bucket: str
    bucket_account: Account | None = None
    bucket_region: Region
    prefix: str | None = None
    key_arn: str | None = None
    log_file_validation: bool = True
    log_group_arn: str | None = None
    log_retention_days: int | None = None
    insights: bool | None = None
    event_selectors: tuple[Selector, ...] = ()
    advanced_event_selectors: tuple[Selector, ...] = ()


class BucketPromise(_Document):
    """A bucket of log files, as it was provisioned; of one that was only brought along nothing is promised.

    Attributes:
        versioning: Whether overwritten and deleted files leave a version behind.
        object_lock_days: Days from delivery during which no version can be deleted; None: no default retention.
        expire_after_days: Days from delivery until a file is deleted; None: never.
        access_log_bucket: Where S3 writes who read it.
    """

    name: str
    region: Region
    versioning: bool | None = None
    object_lock_mode: Literal["GOVERNANCE", "COMPLIANCE"] | None = None
    object_lock_days: int | None = None
    expire_after_days: int | None = None
    access_log_bucket: str | None = None


class EventDataStorePromise(_Document):
    """An event data store, created or adopted. What an adopted store keeps is not promised: those are None."""

    arn: str
    name: str | None = None
    home_region: Region
    multi_region: bool | None = None
    organization: bool | None = None
    retention_days: int | None = None
    billing_mode: BillingMode | None = None
    termination_protection: bool | None = None
    ingestion: bool | None = None
    key_arn: str | None = None
    advanced_event_selectors: tuple[Selector, ...] = ()


class AthenaPromise(_Document):
    """Tables of Athena over a trail's log files, as they were provisioned.

    Attributes:
        trail_arn: The trail whose log files they are.
        region: Where the tables and the workgroup are.
        workgroup: The workgroup that queries run in.
        database: The tables' database.
        results: Where the workgroup writes results, `s3://bucket/prefix/`.
        most_bytes: How many bytes a query may scan before Athena stops it; None: without end.
    """

    trail_arn: str
    region: Region
    workgroup: str
    database: str
    results: str
    most_bytes: int | None = None


class Manifest(_Document):
    """Everything `meshtrail verify` has to know about one stack.

    `regions` are those where App Mesh events are expected; `event_sources` whose events are looked for. A
    `discovered` manifest was found in AWS: it says what there is, and promises nothing.
    """

    schema_version: Literal["meshtrail/manifest/v1"] = Field(default=SCHEMA, alias="schema")
    account: Account
    partition: str
    home_region: Region
    organization_id: str | None = None
    event_sources: tuple[str, ...] = (APP_MESH,)
    regions: tuple[Region, ...] = Field(min_length=1)
    trails: tuple[TrailPromise, ...] = ()
    buckets: tuple[BucketPromise, ...] = ()
    event_data_stores: tuple[EventDataStorePromise, ...] = ()
    athena: AthenaPromise | None = None
    log_group: str | None = None
    discovered: bool = False

    def to_json(self) -> str:
        """The document as text, keys in their declared order."""
        return self.model_dump_json(by_alias=True, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes, *, where: str) -> "Manifest":
        """Read a manifest; `where` is the file or stack it comes from.

        Raises:
            MalformedManifest: naming every key that is wrong.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise MalformedManifest(
                "The manifest cannot be used",
                where=where,
                why="; ".join(_reasons(error)),
                remedy="Export it again: `pulumi stack output manifest --json > manifest.json`.",
            ) from error


def _reasons(error: ValidationError) -> list[str]:
    return [
        f"{'.'.join(str(part) for part in problem['loc']) or 'document'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]
