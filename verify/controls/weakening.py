"""What a recorded call took away from the record: event by event, from the request that was made. Pure.

A call weakens when afterwards less is recorded, less lasts, or less is proven than was promised. Where nothing was
promised, as of what was only discovered, every step down counts. Requests are read as CloudTrail writes them; the first
letter of their keys is upper case in some services' records and lower case in others'.

Sources: the request parameters in the API references of CloudTrail, S3 and KMS; S3 user guide, "Amazon S3 CloudTrail
events" for S3's event names, which are not always those of its operations
(docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from cloudtrail.selectors import explain, read_selectors
from verify.controls.policy_change import opened_to_anybody
from verify.controls.recorded_request import Request, inside, is_off, raised
from verify.controls.store_settings import TWELVE_MONTHS
from verify.stores.expectation import promised_of_event_data_store, promised_of_trail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudtrail.manifest import BucketPromise, EventDataStorePromise, TrailPromise
    from cloudtrail.selectors import Selectors

Judge: TypeAlias = "Callable[[Request], str | None]"
"""What a request took away, in words; None: nothing.

Raises:
    MeshtrailError: when the request holds something this version cannot read.
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How calls of one name are judged.

    Attributes:
        judge: What such a call took away.
        undone_by: The calls that give it back with nothing lost; none: what was lost meanwhile stays lost.
    """

    judge: Judge
    undone_by: tuple[str, ...] = ()


def of_trail(trail: TrailPromise, *, discovered: bool) -> Mapping[str, Judgement]:
    """How calls about a trail are judged: nothing it misses meanwhile is delivered later."""
    promised: Selectors = () if discovered else promised_of_trail(trail)

    def updated(request: Request) -> str | None:
        checks = (
            (
                is_off(request, "isMultiRegionTrail") and trail.scope != "single-region",
                "cut down to one Region",
            ),
            (
                is_off(request, "isOrganizationTrail") and trail.scope == "organization",
                "cut down to one account",
            ),
            (
                is_off(request, "enableLogFileValidation") and trail.log_file_validation,
                "log file validation turned off",
            ),
            (request.get("kmsKeyId") == "" and trail.key_arn is not None, "its key taken away"),
            (
                request.get("cloudWatchLogsLogGroupArn") == "" and trail.log_group_arn is not None,
                "its log group taken away",
            ),
            (
                request.get("s3BucketName") not in {None, trail.bucket},
                f"pointed at bucket {request.get('s3BucketName')}",
            ),
        )
        return _told(checks)

    return {
        "StopLogging": Judgement(_always("logging stopped")),
        "DeleteTrail": Judgement(_always("the trail deleted")),
        "UpdateTrail": Judgement(updated),
        "PutEventSelectors": Judgement(lambda request: _narrowed(request, promised)),
    }


def of_store(store: EventDataStorePromise, *, discovered: bool) -> Mapping[str, Judgement]:
    """How calls about an event data store are judged: what it does not take in meanwhile never comes."""
    promised: Selectors = () if discovered else promised_of_event_data_store(store)
    days = TWELVE_MONTHS if discovered else store.retention_days or 0

    def updated(request: Request) -> str | None:
        retention = request.get("retentionPeriod")
        protected = discovered or store.termination_protection is not False
        checks = (
            (retention is not None and int(retention) < days, f"retention cut to {retention} days"),
            (
                is_off(request, "terminationProtectionEnabled") and protected,
                "termination protection turned off",
            ),
            (
                is_off(request, "multiRegionEnabled") and store.multi_region is not False,
                "cut down to one Region",
            ),
            (
                is_off(request, "organizationEnabled") and store.organization is not False,
                "cut down to one account",
            ),
        )
        narrowed = _narrowed(request, promised) if "advancedEventSelectors" in request else None
        return ", ".join(text for text in (_told(checks), narrowed) if text) or None

    meant = store.ingestion is False and not discovered
    return {
        "DeleteEventDataStore": Judgement(_always("the event data store deleted")),
        "StopEventDataStoreIngestion": Judgement(_always(None if meant else "ingestion stopped")),
        "UpdateEventDataStore": Judgement(updated),
    }


def of_bucket(bucket: BucketPromise | None, *, arn: str) -> Mapping[str, Judgement]:
    """How calls about a bucket are judged; CloudTrail delivers for 30 days what a mended policy refused before."""
    policies = ("PutBucketPolicy", "DeleteBucketPolicy")
    kept = bucket.expire_after_days if bucket else None
    locked = bucket.object_lock_days if bucket else None
    logged = bucket.access_log_bucket if bucket else None

    def lifecycle(request: Request) -> str | None:
        sooner = [
            days for days in _expirations(request) if bucket is not None and (kept is None or days < kept)
        ]
        return f"files expire after {min(sooner)} days" if sooner else None

    def lock(request: Request) -> str | None:
        days = _locked_days(request)
        return f"Object Lock cut to {days} days" if locked is not None and days < locked else None

    def logging(request: Request) -> str | None:
        status: Any = request.get("bucketLoggingStatus")
        on = isinstance(status, dict) and "loggingEnabled" in status
        return "access logging turned off" if logged is not None and not on else None

    return {
        "DeleteBucket": Judgement(_always("the bucket deleted")),
        "DeleteBucketPolicy": Judgement(_always("its policy deleted"), ("PutBucketPolicy",)),
        "PutBucketPolicy": Judgement(lambda request: opened_to_anybody(request, [arn, f"{arn}/*"]), policies),
        "PutBucketAcl": Judgement(_acl, ("PutBucketAcl",)),
        "DeleteBucketEncryption": Judgement(_always("its encryption deleted"), ("PutBucketEncryption",)),
        "PutBucketEncryption": Judgement(_always(None)),
        "PutBucketVersioning": Judgement(_versioning, ("PutBucketVersioning",)),
        "PutBucketLifecycle": Judgement(lifecycle, ("PutBucketLifecycle", "DeleteBucketLifecycle")),
        "DeleteBucketLifecycle": Judgement(_always(None)),
        "PutBucketPublicAccessBlock": Judgement(_public_access, ("PutBucketPublicAccessBlock",)),
        "DeleteBucketPublicAccessBlock": Judgement(
            _always("its block of public access deleted"), ("PutBucketPublicAccessBlock",)
        ),
        "PutBucketObjectLockConfiguration": Judgement(lock, ("PutBucketObjectLockConfiguration",)),
        "PutBucketLogging": Judgement(logging),
    }


def of_key(arn: str) -> Mapping[str, Judgement]:
    """How calls about a key are judged; CloudTrail delivers for 30 days what a disabled key kept back."""
    return {
        "DisableKey": Judgement(_always("the key disabled"), ("EnableKey",)),
        "EnableKey": Judgement(_always(None)),
        "ScheduleKeyDeletion": Judgement(_always("the key's deletion scheduled"), ("CancelKeyDeletion",)),
        "CancelKeyDeletion": Judgement(_always(None)),
        "PutKeyPolicy": Judgement(lambda request: opened_to_anybody(request, [arn]), ("PutKeyPolicy",)),
    }


def _always(text: str | None) -> Judge:
    return lambda _request: text


def _told(checks: tuple[tuple[bool, str], ...]) -> str | None:
    return ", ".join(text for weakened, text in checks if weakened) or None


def _narrowed(request: Request, promised: Selectors) -> str | None:
    asked = {key: request.get(key) for key in ("eventSelectors", "advancedEventSelectors")}
    explanation = explain(read_selectors(cast("dict[str, Any]", raised(asked))))
    lost = explanation.missed_names - explain(promised).missed_names
    return f"selectors narrowed: {explanation.summary()}" if lost else None


_TO_EVERYBODY: Final = ("allusers", "authenticatedusers", "public-read")


def _acl(request: Request) -> str | None:
    return "opened to everybody" if any(word in str(request).lower() for word in _TO_EVERYBODY) else None


def _versioning(request: Request) -> str | None:
    status = inside(request, "versioningConfiguration").get("status")
    return "versioning suspended" if status != "Enabled" else None


def _public_access(request: Request) -> str | None:
    block = inside(request, "publicAccessBlockConfiguration")
    kinds = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
    off = [kind for kind in kinds if str(block.get(kind)).lower() != "true"]
    return f"its block of public access lifted ({', '.join(off)})" if off else None


def _expirations(request: Request) -> list[int]:
    configuration = inside(request, "lifecycleConfiguration")
    listed: Any = configuration.get("rules", configuration.get("rule", []))
    rules = cast("list[object]", listed if isinstance(listed, list) else [listed])
    days = [
        inside(rule, "expiration").get("days")
        for rule in rules
        if inside({"rule": rule}, "rule").get("status") == "Enabled"
    ]
    return [int(one) for one in days if one is not None]


def _locked_days(request: Request) -> int:
    rule = inside(inside(request, "objectLockConfiguration"), "rule")
    retention = inside(rule, "defaultRetention")
    return int(retention.get("days") or 365 * int(retention.get("years") or 0))
