"""What `--engine athena` has to be allowed, besides what reads the log files, narrowed to a manifest's tables.

Athena reads the catalog and the bucket, and writes results, with the permissions of whoever asks. Source: Athena user
guide, "Configure access to databases and tables in the AWS Glue Data Catalog" and "Control access to Amazon S3 from
Athena"; Service Authorization Reference for Amazon Athena and AWS Glue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.athena.table import LOG_FILES
from cloudtrail.partitions import bucket_arn
from verify.engines.query import QUERY
from verify.engines.table import GET_TABLE
from verify.s3_objects import GET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtrail.manifest import Manifest

PLACEHOLDERS = (
    *((action, "arn:aws:athena:REGION:ACCOUNT:workgroup/NAME") for action in QUERY),
    *((action, "the catalog, the database and its table") for action in ("glue:GetDatabase", GET_TABLE)),
    *((action, "the workgroup's results") for action in (GET, "s3:PutObject")),
    ("s3:GetBucketLocation", "the buckets of the log files and of the results"),
)
"""Each action, and what it is allowed on, for who has no manifest."""


def athena_actions(manifest: Manifest) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The actions, each with what it is allowed on; none where the manifest tells of no tables."""
    catalog = manifest.athena
    if catalog is None:
        return
    partition = manifest.partition
    owner = f"{catalog.region}:{manifest.account}"
    glue = f"arn:{partition}:glue:{owner}"
    database = (f"{glue}:catalog", f"{glue}:database/{catalog.database}")
    workgroup = f"arn:{partition}:athena:{owner}:workgroup/{catalog.workgroup}"
    bucket, _, prefix = catalog.results.removeprefix("s3://").partition("/")
    results = f"{bucket_arn(bucket, partition)}/{prefix}*"
    buckets = (bucket, *(trail.bucket for trail in manifest.trails if trail.arn == catalog.trail_arn))
    for action in QUERY:
        yield action, (workgroup,)
    yield "glue:GetDatabase", database
    yield GET_TABLE, (*database, f"{glue}:table/{catalog.database}/{LOG_FILES}")
    yield GET, (results,)
    yield "s3:PutObject", (results,)
    yield "s3:GetBucketLocation", tuple(dict.fromkeys(bucket_arn(one, partition) for one in buckets))
