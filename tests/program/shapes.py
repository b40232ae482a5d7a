"""Stacks in which every setting has something to change, and what has to be there before each."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from cloudtrail.partitions import trail_arn
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy
from sandbox.clients import ACCOUNT
from sandbox.organization import AUDIT, LOG_ARCHIVE, MANAGEMENT

from .accounts import World, world_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sandbox.clients import SandboxClient

    from .plans import Plan

REMOVED: Final = object()
"""The value of a setting that is to be taken away."""


@dataclass(frozen=True, slots=True)
class Made:
    """The value of a setting that is known only once the shape is prepared, by its name there."""

    name: str


@dataclass(frozen=True, slots=True)
class Shape:
    """An example stack with more settings.

    Attributes:
        stack: The example.
        settings: What is set besides, by path, e.g. `trail.prefix`.
        prepare: Makes what has to be there, and says what it is called.
    """

    stack: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    prepare: Callable[[SandboxClient], dict[str, Any]] = lambda _: {}

    def ready(self, project: Path, client: SandboxClient) -> ReadyShape:
        """Prepare an empty sandbox for it."""
        world = world_of(project, self.stack, client)
        made = self.prepare(client)
        file = yaml.safe_load((project / f"Pulumi.{self.stack}.yaml").read_text(encoding="utf-8"))
        plain = ReadyShape(self.stack, world, made, {**file["config"], **world.overrides})
        return ReadyShape(self.stack, world, made, plain.config(self.settings))


@dataclass(frozen=True, slots=True)
class ReadyShape:
    """A shape that can be provisioned.

    Attributes:
        stack: The example.
        world: What the example needs.
        made: What was prepared, by name.
        base: Its configuration.
    """

    stack: str
    world: World
    made: Mapping[str, Any]
    base: Mapping[str, Any]

    def config(self, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The configuration with some settings changed; None takes a key away."""
        config: dict[str, Any] = copy.deepcopy(dict(self.base))
        for path, value in (changes or {}).items():
            head, *rest = path.split(".")
            key = head if ":" in head else f"meshtrail:{head}"
            wanted = self._known(value)
            if not rest:
                config[key] = None if wanted is REMOVED else wanted
                continue
            section = cast("dict[str, Any]", config.setdefault(key, {}))
            for part in rest[:-1]:
                section = section.setdefault(part, {})
            if wanted is REMOVED:
                del section[rest[-1]]
            else:
                section[rest[-1]] = wanted
        return config

    def named(self, plan: Plan) -> Plan:
        """A plan with the names of what was prepared in the names of its resources."""
        return {name.format(**self.made): effect for name, effect in plan.items()}

    def _known(self, value: Any) -> Any:
        if isinstance(value, Made):
            return self.made[value.name]
        if isinstance(value, dict):
            return {key: self._known(item) for key, item in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [self._known(item) for item in cast("list[Any]", value)]
        return value


def _beside_everything(client: SandboxClient) -> dict[str, Any]:
    """Two buckets that S3's log delivery may write to; a bucket and a key that let the trail in."""
    s3, kms = client.root().client("s3"), client.root().client("kms")
    trail = trail_arn(region="us-east-1", account=ACCOUNT, name="meshtrail")
    policies: dict[str, Mapping[str, Any]] = {
        "example-access-logs": _lets_log_delivery_in("example-access-logs"),
        "example-other-logs": _lets_log_delivery_in("example-other-logs"),
        "example-audit": bucket_policy(TrailDestination(bucket="example-audit", trail_arn=trail)),
    }
    for bucket, policy in policies.items():
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    lets_in = key_policy(account=ACCOUNT, partition="aws", trail_arn=trail, event_data_stores=True)
    return {"key": kms.create_key(Policy=json.dumps(lets_in))["KeyMetadata"]["Arn"]}


def _lets_log_delivery_in(bucket: str) -> dict[str, Any]:
    """The policy of a bucket that S3's log delivery may write to."""
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return {"Version": "2012-10-17", "Statement": [allow]}


def _brought_along(client: SandboxClient) -> dict[str, Any]:
    """Two buckets and two keys that let the trail in, and one of each in another Region; two event data stores."""
    trail = trail_arn(region="eu-west-1", account=ACCOUNT, name="meshtrail-ireland")
    places = {"first": "eu-west-1", "second": "eu-west-1", "elsewhere": "eu-west-2"}
    made: dict[str, Any] = {}
    for which, region in places.items():
        bucket, session = f"example-audit-{which}", client.root()
        session.client("s3", region).create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region}
        )
        policy = bucket_policy(TrailDestination(bucket=bucket, trail_arn=trail))
        session.client("s3", region).put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        lets_in = key_policy(account=ACCOUNT, partition="aws", trail_arn=trail, event_data_stores=False)
        key = session.client("kms", region).create_key(Policy=json.dumps(lets_in))
        made[f"bucket {which}"], made[f"key {which}"] = bucket, key["KeyMetadata"]["Arn"]
    for which in ("first", "second"):
        store = client.root().client("cloudtrail", "eu-west-1").create_event_data_store(Name=f"store-{which}")
        made[f"store {which}"] = store["EventDataStoreArn"]
    return made


def _more_units_and_roles(client: SandboxClient) -> dict[str, Any]:
    """The ids of two units of the organization, and a second role wherever the examples assume one."""
    organizations = client.root(MANAGEMENT).client("organizations")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    for account, trusted in ((LOG_ARCHIVE, MANAGEMENT), (MANAGEMENT, AUDIT)):
        let_in = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{trusted}:root"},
            "Action": "sts:AssumeRole",
        }
        client.root(account).client("iam").create_role(
            RoleName="AnotherRole",
            AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [let_in]}),
        )
    return {each["Name"]: each["Id"] for each in units}


EVERYTHING: Final = Shape(
    "sandbox",
    {
        "bucket.create.lifecycle": {
            "glacierInstantRetrievalDays": 90,
            "glacierFlexibleRetrievalDays": 200,
            "deepArchiveDays": 400,
            "expireDays": 3000,
        },
        "bucket.create.accessLog": {"bucket": "example-access-logs", "prefix": "audit"},
        "key.create": {"deletionWindowDays": 20},
        "eventDataStore.price": "seven-year",
        "athena": {"enabled": True, "maxScanGigabytes": 50, "resultsDays": 5},
        "verifierRole": {"deploy": "stack", "externalId": "meshtrail-example", "trusted": ["333333333333"]},
    },
    _beside_everything,
)
"""Every part there is, in one account."""

LONG_TERM: Final = Shape("sandbox", {"eventDataStore.retentionDays": 3000})
"""An event data store beyond the 2555 days that the provider's own resource takes."""

BROUGHT_ALONG: Final = Shape(
    "single-region",
    {
        "bucket": {"existing": {"name": "example-audit-first"}},
        "key.existing.arn": Made("key first"),
        "eventDataStore": {"mode": "adopt", "arn": Made("store first")},
    },
    _brought_along,
)
"""Bucket, key and event data store that were there before; one Region."""

SMALL: Final = Shape("single-region")
"""The smallest of the examples: no event data store, nobody to verify."""

MANAGED: Final = Shape(
    "organization",
    {
        "eventDataStore": {"mode": "create", "key": "aws-owned"},
        "verifierRole.organizationalUnits": [Made("Security")],
    },
    _more_units_and_roles,
)
"""An organization's trail and event data store, from the management account."""

DELEGATED: Final = Shape("delegated-admin", prepare=_more_units_and_roles)
"""An organization's trail, from the delegated administrator."""
