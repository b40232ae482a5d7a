"""A hand in AWS's console: what somebody changes behind Pulumi's back, and what AWS tells of it then.

With boto3 and the account's root user, on what a stack provisioned. The functions `look_at_...` are what a drift is
measured by; none of the project's own code answers them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from cloudtrail.partitions import Arn
from sandbox.clients import SandboxClient, SandboxSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtrail.manifest import EventDataStorePromise, Manifest, TrailPromise

READ_ONLY: Final = [
    {
        "Name": "reads",
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Management"]},
            {"Field": "readOnly", "Equals": ["true"]},
        ],
    }
]
"""Selectors that pass over every App Mesh call that changes something; legal for trails and event data stores."""
STRANGER: Final = "444455556666"
"""An account that is none of the stack's."""
_EXPIRY: Final = {
    "ID": "by-hand",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "Expiration": {"Days": 30},
}


@dataclass
class Hand:
    """What a stack provisioned, and who changes it.

    Attributes:
        manifest: What the stack promises.
        endpoint: The sandbox.
    """

    manifest: Manifest
    endpoint: str

    @cached_property
    def session(self) -> SandboxSession:
        """The account's root user."""
        return SandboxClient(self.endpoint).root(self.manifest.account)

    def client(self, service: str) -> Any:
        """A client of a service in the home Region."""
        return self.session.client(service, self.manifest.home_region)

    @cached_property
    def cloudtrail(self) -> Any:
        """CloudTrail."""
        return self.client("cloudtrail")

    @cached_property
    def s3(self) -> Any:
        """S3."""
        return self.client("s3")

    @cached_property
    def kms(self) -> Any:
        """KMS."""
        return self.client("kms")

    @cached_property
    def logs(self) -> Any:
        """CloudWatch Logs."""
        return self.client("logs")

    @cached_property
    def iam(self) -> Any:
        """IAM."""
        return self.client("iam")

    @cached_property
    def sns(self) -> Any:
        """SNS."""
        return self.client("sns")

    @property
    def trail(self) -> TrailPromise:
        """The trail."""
        return self.manifest.trails[0]

    @property
    def store(self) -> EventDataStorePromise:
        """The event data store."""
        return self.manifest.event_data_stores[0]

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.trail.bucket

    @property
    def key(self) -> str:
        """The key's id: moto disables no key that is named by its ARN."""
        assert self.trail.key_arn is not None
        return Arn.parse(self.trail.key_arn).resource.partition("/")[2]

    @property
    def log_group(self) -> str:
        """The log group's name."""
        assert self.manifest.log_group is not None
        return self.manifest.log_group

    @cached_property
    def topic(self) -> str:
        """The topic on which the trail announces files."""
        return look_at_trail(self)["SnsTopicARN"]

    @cached_property
    def log_role(self) -> str:
        """The name of the role with which CloudTrail writes to the log group."""
        return Arn.parse(look_at_trail(self)["CloudWatchLogsRoleArn"]).resource.partition("/")[2]


def narrow_trail(by: Hand) -> None:
    """Let the trail take reads only."""
    by.cloudtrail.put_event_selectors(TrailName=by.trail.arn, AdvancedEventSelectors=READ_ONLY)


def delete_trail(by: Hand) -> None:
    """Delete the trail."""
    by.cloudtrail.delete_trail(Name=by.trail.arn)


def update_store(by: Hand, **settings: Any) -> None:
    """Change the event data store."""
    by.cloudtrail.update_event_data_store(EventDataStore=by.store.arn, **settings)


def stop_ingestion(by: Hand) -> None:
    """Let the event data store take nothing in."""
    by.cloudtrail.stop_event_data_store_ingestion(EventDataStore=by.store.arn)


def start_ingestion(by: Hand) -> None:
    """Let the event data store take events in again."""
    by.cloudtrail.start_event_data_store_ingestion(EventDataStore=by.store.arn)


def delete_store(by: Hand) -> None:
    """Delete the event data store: first its protection."""
    update_store(by, TerminationProtectionEnabled=False)
    by.cloudtrail.delete_event_data_store(EventDataStore=by.store.arn)


def restore_store(by: Hand) -> None:
    """Call the event data store's deletion back; it comes back without its protection."""
    by.cloudtrail.restore_event_data_store(EventDataStore=by.store.arn)
    if look_at_store(by)["Status"] == "STOPPED_INGESTION":
        start_ingestion(by)


def let_into_bucket(by: Hand, principal: Any) -> None:
    """Add a statement to the bucket's policy: somebody may read every object."""
    policy = json.loads(look_at_bucket_policy(by))
    opening = {"Sid": "ByHand", "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject"}
    policy["Statement"].append({**opening, "Resource": f"arn:aws:s3:::{by.bucket}/*"})
    by.s3.put_bucket_policy(Bucket=by.bucket, Policy=json.dumps(policy))


def lock_cloudtrail_out(by: Hand) -> None:
    """Remove the statement of the bucket's policy that lets CloudTrail put files."""
    policy = json.loads(look_at_bucket_policy(by))
    policy["Statement"] = [one for one in policy["Statement"] if one["Action"] != "s3:PutObject"]
    by.s3.put_bucket_policy(Bucket=by.bucket, Policy=json.dumps(policy))


def unblock(by: Hand) -> None:
    """Remove the bucket's public access block."""
    by.s3.delete_public_access_block(Bucket=by.bucket)


def open_to_everybody(by: Hand) -> None:
    """Remove the bucket's public access block, which forbids it, and let everybody read."""
    unblock(by)
    let_into_bucket(by, "*")


def loosen_lock(by: Hand) -> None:
    """Lock new files for a day instead of the promised time."""
    retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    wanted = {"ObjectLockEnabled": "Enabled", "Rule": retention}
    by.s3.put_object_lock_configuration(Bucket=by.bucket, ObjectLockConfiguration=wanted)


def expire_files(by: Hand) -> None:
    """Add a lifecycle rule that deletes files."""
    rules = [*(look_at_lifecycle(by) or []), _EXPIRY]
    by.s3.put_bucket_lifecycle_configuration(Bucket=by.bucket, LifecycleConfiguration={"Rules": rules})


def encrypt_without_key(by: Hand) -> None:
    """Let S3 encrypt with keys of its own."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    by.s3.put_bucket_encryption(Bucket=by.bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def suspend_versioning(by: Hand) -> None:
    """Keep no more versions."""
    by.s3.put_bucket_versioning(Bucket=by.bucket, VersioningConfiguration={"Status": "Suspended"})


def keep_key_from_cloudtrail(by: Hand) -> None:
    """Leave only those statements of the key's policy that speak of the account."""
    policy = json.loads(look_at_key_policy(by))
    policy["Statement"] = [one for one in policy["Statement"] if "AWS" in one["Principal"]]
    by.kms.put_key_policy(KeyId=by.key, PolicyName="default", Policy=json.dumps(policy))


def delete_key(by: Hand) -> None:
    """Schedule the key's deletion."""
    by.kms.schedule_key_deletion(KeyId=by.key, PendingWindowInDays=7)


def restore_key(by: Hand) -> None:
    """Call the key's deletion back; it comes back disabled."""
    by.kms.cancel_key_deletion(KeyId=by.key)
    by.kms.enable_key(KeyId=by.key)


def disarm_log_role(by: Hand) -> None:
    """Let the role create log streams, and put nothing into them."""
    policy = look_at_log_role(by)
    policy["Statement"] = [one for one in policy["Statement"] if "logs:PutLogEvents" not in one["Action"]][:1]
    policy["Statement"] = policy["Statement"] or [
        {"Effect": "Allow", "Action": "logs:CreateLogStream", "Resource": "*"}
    ]
    by.iam.put_role_policy(
        RoleName=by.log_role, PolicyName="write-log-streams", PolicyDocument=json.dumps(policy)
    )


def silence_topic(by: Hand) -> None:
    """Let nobody but the account itself publish to the topic."""
    own = {"AWS": f"arn:aws:iam::{by.manifest.account}:root"}
    statement = {"Effect": "Allow", "Principal": own, "Action": "SNS:Publish", "Resource": by.topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    by.sns.set_topic_attributes(TopicArn=by.topic, AttributeName="Policy", AttributeValue=policy)


def look_at_trail(by: Hand) -> Any:
    """The trail, as GetTrail describes it."""
    return _unless_gone(lambda: by.cloudtrail.get_trail(Name=by.trail.arn)["Trail"])


def look_at_trail_selectors(by: Hand) -> Any:
    """The trail's selectors."""
    return by.cloudtrail.get_event_selectors(TrailName=by.trail.arn).get("AdvancedEventSelectors")


def look_at_logging(by: Hand) -> Any:
    """Whether the trail logs."""
    return by.cloudtrail.get_trail_status(Name=by.trail.arn)["IsLogging"]


def look_at_recording(by: Hand) -> Any:
    """What the trail records, whether it does, and whether its files are signed; None: there is no trail."""
    trail = look_at_trail(by)
    return trail and (trail["LogFileValidationEnabled"], look_at_logging(by), look_at_trail_selectors(by))


def look_at_store(by: Hand) -> Any:
    """The event data store."""
    return by.cloudtrail.get_event_data_store(EventDataStore=by.store.arn)


def look_at_store_settings(by: Hand) -> Any:
    """What the event data store takes and keeps, and whether it can be deleted."""
    store = look_at_store(by)
    return [
        store[name] for name in ("AdvancedEventSelectors", "RetentionPeriod", "TerminationProtectionEnabled")
    ]


def look_whether_store_stays(by: Hand) -> Any:
    """Whether the event data store is there, and not about to be deleted."""
    return look_at_store(by)["Status"] != "PENDING_DELETION"


def look_at_bucket_policy(by: Hand) -> Any:
    """The bucket's policy."""
    return by.s3.get_bucket_policy(Bucket=by.bucket)["Policy"]


def look_at_block(by: Hand) -> Any:
    """The bucket's public access block."""
    return _unless_gone(
        lambda: by.s3.get_public_access_block(Bucket=by.bucket)["PublicAccessBlockConfiguration"]
    )


def look_at_openness(by: Hand) -> Any:
    """What keeps the public out of the bucket, or lets it in."""
    return look_at_block(by), look_at_bucket_policy(by)


def look_at_lock(by: Hand) -> Any:
    """The bucket's default retention."""
    return by.s3.get_object_lock_configuration(Bucket=by.bucket)["ObjectLockConfiguration"]


def look_at_lifecycle(by: Hand) -> Any:
    """The bucket's lifecycle rules."""
    return _unless_gone(lambda: by.s3.get_bucket_lifecycle_configuration(Bucket=by.bucket)["Rules"])


def look_at_encryption(by: Hand) -> Any:
    """The bucket's default encryption."""
    return by.s3.get_bucket_encryption(Bucket=by.bucket)["ServerSideEncryptionConfiguration"]


def look_at_versioning(by: Hand) -> Any:
    """Whether the bucket keeps versions."""
    return by.s3.get_bucket_versioning(Bucket=by.bucket)["Status"]


def look_at_key(by: Hand) -> Any:
    """The key's state."""
    return by.kms.describe_key(KeyId=by.key)["KeyMetadata"]["KeyState"]


def look_at_key_policy(by: Hand) -> Any:
    """The key's policy."""
    return by.kms.get_key_policy(KeyId=by.key, PolicyName="default")["Policy"]


def look_at_log_group(by: Hand) -> Any:
    """For how many days the log group keeps events; None: there is no log group."""
    groups = by.logs.describe_log_groups(logGroupNamePrefix=by.log_group)["logGroups"]
    return groups[0].get("retentionInDays") if groups else None


def look_at_log_role(by: Hand) -> Any:
    """What the log group's role may do."""
    return by.iam.get_role_policy(RoleName=by.log_role, PolicyName="write-log-streams")["PolicyDocument"]


def look_at_topic(by: Hand) -> Any:
    """The topic's policy."""
    return json.loads(by.sns.get_topic_attributes(TopicArn=by.topic)["Attributes"]["Policy"])


def _unless_gone(ask: Callable[[], Any]) -> Any:
    """What AWS answers; None where it says that there is no such thing."""
    try:
        return ask()
    except ClientError as error:
        if not error.response.get("Error", {}).get("Code", "").startswith(("NoSuch", "TrailNotFound")):
            raise
        return None
