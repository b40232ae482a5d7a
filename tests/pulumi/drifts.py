"""Every drift that is made by hand, and who sees it: the data of test_drift.py and of the tables in docs/drift.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.pulumi import hand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.pulumi.hand import Hand

TRAIL: Final = "aws:cloudtrail/trail:Trail"
STORE: Final = "aws:cloudtrail/eventDataStore:EventDataStore"
LONG_STORE: Final = "aws:cloudcontrol/resource:Resource"
KEY: Final = "aws:kms/key:Key"
LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
BUCKET_POLICY: Final = "aws:s3/bucketPolicy:BucketPolicy"
PUBLIC_ACCESS: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ENCRYPTION: Final = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
OBJECT_LOCK: Final = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"

PUTS_BACK: Final = "puts it back"
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Seen:
    """How `pulumi refresh` tells of a drift.

    Attributes:
        type: The resource's type token.
        property: The input that differs; None: the resource is gone.
    """

    type: str
    property: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One thing done by hand.

    Attributes:
        what: What it is done to.
        done: What is done.
        make: Does it.
        look: What AWS tells of it: something else afterwards.
        refresh: How `pulumi refresh` tells of it, each way once; nothing: it does not.
        claims: The claims of `meshtrail verify` that fail because of it.
        after: What `pulumi up --refresh` makes of it: `PUTS_BACK`, `NOTHING`, or what it would, which has to be
            prevented by hand.
        mend: What prevents it.
        plan: What it would do, by type token.
        refused: The code of the error with which AWS refuses it; nothing else is said of it then.
    """

    what: str
    done: str
    make: Callable[[Hand], Any]
    look: Callable[[Hand], Any]
    refresh: tuple[Seen, ...] = ()
    claims: tuple[str, ...] = ()
    after: str = PUTS_BACK
    mend: Callable[[Hand], Any] | None = None
    plan: Mapping[str, str] = field(default_factory=dict[str, str])
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stack, and what is done to it by hand.

    Attributes:
        name: What is particular about it.
        settings: Its settings, over those of the example stack `sandbox`.
        batches: Drifts of different properties, made one after the other in this order. Pulumi looks at those of a
            batch together, its event log tells them apart, and `up --refresh` ends the batch.
    """

    name: str
    settings: Mapping[str, Any]
    batches: tuple[tuple[Drift, ...], ...]


CHANGES: Final = "changes.none-weakening"
AS_PROMISED: Final = "event-data-store.as-promised"
_STORE_DELETED: Final = (
    *("event-data-store.ingesting", "inventory.as-promised"),
    *("event-data-store.termination-protection", AS_PROMISED, CHANGES),
)
"""Its protection has to go first."""

_EDITED: Final = (
    Drift(
        what="trail",
        done="selectors narrowed (`PutEventSelectors`)",
        make=hand.narrow_trail,
        look=hand.look_at_trail_selectors,
        refresh=(Seen(TRAIL, "advancedEventSelectors"),),
        claims=("trail.captures-app-mesh", "trail.as-promised", "account.multi-region-trail", CHANGES),
    ),
    Drift(
        what="trail",
        done="log file validation off (`UpdateTrail`)",
        make=lambda by: by.cloudtrail.update_trail(Name=by.trail.arn, EnableLogFileValidation=False),
        look=lambda by: hand.look_at_trail(by)["LogFileValidationEnabled"],
        refresh=(Seen(TRAIL, "enableLogFileValidation"),),
        claims=("trail.log-file-validation", "trail.as-promised", CHANGES),
    ),
    Drift(
        what="trail",
        done="Insights off (`PutInsightSelectors`)",
        make=lambda by: by.cloudtrail.put_insight_selectors(TrailName=by.trail.arn, InsightSelectors=[]),
        look=lambda by: hand.look_at_trail(by)["HasInsightSelectors"],
        claims=("trail.as-promised",),
        after=NOTHING,
    ),
    Drift(
        what="log group",
        done="retention lowered",
        make=lambda by: by.logs.put_retention_policy(logGroupName=by.log_group, retentionInDays=1),
        look=hand.look_at_log_group,
        refresh=(Seen(LOG_GROUP, "retentionInDays"),),
        claims=("retention.as-promised",),
    ),
    Drift(
        what="log group",
        done="policy of CloudTrail's role edited",
        make=hand.disarm_log_role,
        look=hand.look_at_log_role,
        refresh=(Seen("aws:iam/rolePolicy:RolePolicy", "policy"),),
    ),
    Drift(
        what="topic",
        done="policy edited",
        make=hand.silence_topic,
        look=hand.look_at_topic,
        refresh=(Seen("aws:sns/topicPolicy:TopicPolicy", "policy"),),
    ),
    Drift(
        what="bucket",
        done="policy lets another account in",
        make=lambda by: hand.let_into_bucket(by, {"AWS": f"arn:aws:iam::{hand.STRANGER}:root"}),
        look=hand.look_at_bucket_policy,
        refresh=(Seen(BUCKET_POLICY, "policy"),),
        claims=("bucket.not-shared",),
    ),
    Drift(
        what="bucket",
        done="retention of Object Lock lowered",
        make=hand.loosen_lock,
        look=hand.look_at_lock,
        refresh=(Seen(OBJECT_LOCK, "rule"),),
        claims=("bucket.object-lock", CHANGES),
    ),
    Drift(
        what="bucket",
        done="expiration added to the lifecycle rules",
        make=hand.expire_files,
        look=hand.look_at_lifecycle,
        refresh=(Seen("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "rules"),),
        claims=("bucket.lifecycle", "retention.as-promised", CHANGES),
    ),
    Drift(
        what="bucket",
        done="default encryption without the key",
        make=hand.encrypt_without_key,
        look=hand.look_at_encryption,
        refresh=(Seen(ENCRYPTION, "rules"),),
        claims=("bucket.encrypted",),
    ),
    Drift(
        what="key",
        done="disabled",
        make=lambda by: by.kms.disable_key(KeyId=by.key),
        look=hand.look_at_key,
        refresh=(Seen(KEY, "isEnabled"),),
        claims=("key.usable", CHANGES),
    ),
    Drift(
        what="event data store",
        done="selectors narrowed (`UpdateEventDataStore`)",
        make=lambda by: hand.update_store(by, AdvancedEventSelectors=hand.READ_ONLY),
        look=lambda by: hand.look_at_store(by)["AdvancedEventSelectors"],
        refresh=(Seen(STORE, "advancedEventSelectors"),),
        claims=("event-data-store.captures-app-mesh", AS_PROMISED, CHANGES),
    ),
    Drift(
        what="event data store",
        done="retention lowered",
        make=lambda by: hand.update_store(by, RetentionPeriod=30),
        look=lambda by: hand.look_at_store(by)["RetentionPeriod"],
        refresh=(Seen(STORE, "retentionPeriod"),),
        claims=("event-data-store.retention", "retention.as-promised", AS_PROMISED, CHANGES),
    ),
    Drift(
        what="event data store",
        done="termination protection off",
        make=lambda by: hand.update_store(by, TerminationProtectionEnabled=False),
        look=lambda by: hand.look_at_store(by)["TerminationProtectionEnabled"],
        refresh=(Seen(STORE, "terminationProtectionEnabled"),),
        claims=("event-data-store.termination-protection", AS_PROMISED, CHANGES),
    ),
)
_STOPPED: Final = (
    Drift(
        what="bucket",
        done="versioning suspended",
        make=hand.suspend_versioning,
        look=hand.look_at_versioning,
        refused="InvalidBucketState",
    ),
    Drift(
        what="trail",
        done="logging stopped (`StopLogging`)",
        make=lambda by: by.cloudtrail.stop_logging(Name=by.trail.arn),
        look=hand.look_at_logging,
        refresh=(Seen(TRAIL, "enableLogging"),),
        claims=("trail.logging", "account.multi-region-trail", CHANGES),
    ),
    Drift(
        what="bucket",
        done="statement for CloudTrail removed from the policy",
        make=hand.lock_cloudtrail_out,
        look=hand.look_at_bucket_policy,
        refresh=(Seen(BUCKET_POLICY, "policy"),),
        claims=("bucket.delivery-policy",),
    ),
    Drift(
        what="bucket",
        done="public access block removed",
        make=hand.unblock,
        look=hand.look_at_block,
        refresh=(Seen(PUBLIC_ACCESS),),
        claims=(CHANGES,),
    ),
    Drift(
        what="key",
        done="deletion scheduled",
        make=hand.delete_key,
        look=hand.look_at_key,
        refresh=(Seen(KEY),),
        claims=("key.usable", CHANGES),
        after="would make another key, and wants to replace the store: first cancel the deletion, and enable the key",
        mend=hand.restore_key,
        plan={KEY: "create", STORE: "replace"},
    ),
    Drift(
        what="event data store",
        done="ingestion stopped",
        make=hand.stop_ingestion,
        look=lambda by: hand.look_at_store(by)["Status"],
        claims=("event-data-store.ingesting", CHANGES),
        after=NOTHING,
    ),
)
_DELETED: Final = (
    Drift(
        what="trail",
        done="deleted",
        make=hand.delete_trail,
        look=hand.look_at_recording,
        refresh=(Seen(TRAIL),),
        claims=("trail.logging", "inventory.as-promised", "account.multi-region-trail", CHANGES),
    ),
    Drift(
        what="log group",
        done="deleted",
        make=lambda by: by.logs.delete_log_group(logGroupName=by.log_group),
        look=hand.look_at_log_group,
        refresh=(Seen(LOG_GROUP),),
        claims=("retention.as-promised",),
    ),
    Drift(
        what="bucket",
        done="public access block removed, and the policy opened to everybody",
        make=hand.open_to_everybody,
        look=hand.look_at_openness,
        refresh=(Seen(PUBLIC_ACCESS), Seen(BUCKET_POLICY, "policy")),
        claims=("bucket.not-public", "bucket.not-shared", CHANGES),
    ),
    Drift(
        what="key",
        done="statements for CloudTrail removed from the policy",
        make=hand.keep_key_from_cloudtrail,
        look=hand.look_at_key_policy,
        refresh=(Seen(KEY, "policy"),),
        claims=("key.policy-sufficient",),
    ),
    Drift(
        what="event data store",
        done="deleted (`PENDING_DELETION`)",
        make=hand.delete_store,
        look=hand.look_whether_store_stays,
        refresh=(Seen(STORE),),
        claims=_STORE_DELETED,
        after="would make another store, an empty one: first restore this one",
        mend=hand.restore_store,
        plan={STORE: "create"},
    ),
)
_LONG: Final = (
    Drift(
        what="event data store",
        done="selectors narrowed, retention lowered, termination protection off",
        make=lambda by: hand.update_store(
            by, AdvancedEventSelectors=hand.READ_ONLY, RetentionPeriod=30, TerminationProtectionEnabled=False
        ),
        look=hand.look_at_store_settings,
        claims=(
            *("event-data-store.captures-app-mesh", "event-data-store.retention"),
            *("event-data-store.termination-protection", AS_PROMISED, "retention.as-promised", CHANGES),
        ),
        after=NOTHING,
    ),
    Drift(
        what="event data store",
        done="ingestion stopped",
        make=hand.stop_ingestion,
        look=lambda by: hand.look_at_store(by)["Status"],
        claims=("event-data-store.ingesting", CHANGES),
        after=NOTHING,
    ),
    Drift(
        what="bucket",
        done="lifecycle rules put on a bucket that had none",
        make=hand.expire_files,
        look=hand.look_at_lifecycle,
        claims=("bucket.lifecycle", "retention.as-promised", CHANGES),
        after=NOTHING,
    ),
)
_LONG_DELETED: Final = (
    Drift(
        what="event data store",
        done="deleted (`PENDING_DELETION`)",
        make=hand.delete_store,
        look=hand.look_whether_store_stays,
        refresh=(Seen(LONG_STORE),),
        claims=("event-data-store.ingesting", "inventory.as-promised", CHANGES),
        after="would make another store, an empty one: first restore this one",
        mend=hand.restore_store,
        plan={LONG_STORE: "create"},
    ),
)

STAGES: Final = (
    Stage(
        "everything",
        {
            "meshtrail:bucket": {
                "create": {
                    "objectLock": {"mode": "GOVERNANCE", "days": 30},
                    "lifecycle": {"glacierInstantRetrievalDays": 90},
                }
            }
        },
        (_EDITED, _STOPPED, _DELETED),
    ),
    Stage(
        "ten-years",
        {"meshtrail:eventDataStore": {"mode": "create", "retentionDays": 3653}},
        (_LONG, _LONG_DELETED),
    ),
)
