from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from cloudtrail.digest import SignedDigest, check_link, load_public_key, parse_digest, sha256_hex, verify
from cloudtrail.object_keys import parse_digest_key, parse_log_key
from cloudtrail.resource_policies import log_role_trust

if TYPE_CHECKING:
    from sandbox.clients import SandboxClient, SandboxSession

BUCKET = "audit-bucket"


def make_mesh(caller: SandboxSession, name: str, region: str = "us-east-1") -> None:
    """Make a mesh, which is an event."""
    caller.client("appmesh", region).create_mesh(meshName=name, spec={})


def links(chain: list[SignedDigest]) -> list[str]:
    """How each digest is tied to the one before it."""
    return [
        str(check_link(later.digest, earlier).kind) for earlier, later in pairwise([None, *chain]) if later
    ]


def digests(root: SandboxSession, trails: Any, region: str = "us-east-1") -> list[tuple[SignedDigest, bytes]]:
    """The digests of a source Region, oldest first, with their inflated bytes."""
    s3 = root.client("s3")
    found: list[tuple[SignedDigest, bytes]] = []
    for key in sorted(trails.delivered(kind=f"/CloudTrail-Digest/{region}/")):
        answer = s3.get_object(Bucket=BUCKET, Key=key)
        content = gzip.decompress(answer["Body"].read())
        signed = SignedDigest(parse_digest(content), sha256_hex(content), answer["Metadata"]["signature"])
        assert answer["Metadata"]["signature-algorithm"] == "SHA256withRSA"
        found.append((signed, content))
    return found


def test_log_files_lie_where_cloudtrail_puts_them(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """One file for each Region, gzip, under the documented key, for the bucket's owner to control."""
    trails.create(IsMultiRegionTrail=True, S3KeyPrefix="audit")
    make_mesh(root, "m", "eu-west-1")
    client.flush()
    keys = [parse_log_key(key) for key in trails.delivered()]
    assert [(key.prefix, key.account, key.region) for key in keys if key] == [
        ("audit", "123456789012", "eu-west-1"),
        ("audit", "123456789012", "us-east-1"),
    ]
    answer = root.client("s3").head_object(Bucket=BUCKET, Key=trails.delivered()[0])
    assert answer["ContentEncoding"] == "gzip"
    assert answer["ContentType"] == "application/json"


def test_each_event_is_delivered_once(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """What was delivered is not delivered again by the next round."""
    trails.create()
    make_mesh(root, "m")
    client.flush()
    client.flush()
    assert trails.names().count("CreateMesh") == 1


def test_a_delivered_record_is_the_captured_one(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """The trail's copy of an event says what the ledger says."""
    trails.create()
    make_mesh(root, "m")
    client.flush()
    captured = next(each for each in client.events() if each["eventName"] == "CreateMesh")
    assert captured in trails.records()


def test_a_single_region_trail_sees_its_region(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """Events of other Regions are not for it."""
    trails.create()
    make_mesh(root, "here")
    make_mesh(root, "there", "eu-west-1")
    client.flush()
    meshes = [
        each["requestParameters"]["meshName"]
        for each in trails.records()
        if each["eventName"] == "CreateMesh"
    ]
    assert meshes == ["here"]


@pytest.mark.parametrize(
    ("region", "options", "seen"),
    [
        ("us-east-1", {}, True),
        ("us-east-1", {"IncludeGlobalServiceEvents": False}, False),
        ("eu-west-1", {}, False),
        ("eu-west-1", {"IsMultiRegionTrail": True}, True),
    ],
)
def test_global_service_events(
    client: SandboxClient, root: SandboxSession, trails: Any, region: str, options: dict[str, Any], seen: bool
) -> None:
    """IAM's events reach a multi-Region trail, and a single-Region one only in us-east-1 and if it wants them."""
    trails.create(region=region, **options)
    root.iam_user("alice")
    client.flush()
    assert ("CreateUser" in trails.names()) is seen


def test_another_accounts_events_are_not_a_trails_own(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """A trail of one account records that account."""
    trails.create()
    make_mesh(client.root("111122223333"), "theirs")
    make_mesh(root, "ours")
    client.flush()
    assert {each["recipientAccountId"] for each in trails.records()} == {root.account}


def test_an_organization_trail_records_every_member(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """Members' events lie under the organization's id and their own account's, and have digests there."""
    organizations = root.client("organizations")
    identifier = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
    made = organizations.create_account(AccountName="dev", Email="dev@example.com")
    member = made["CreateAccountStatus"]["AccountId"]
    trails.create(organization=identifier, EnableLogFileValidation=True)
    make_mesh(client.root(member), "theirs")
    make_mesh(client.root("111122223333"), "a stranger's")
    client.flush()
    keys = [parse_log_key(key) for key in trails.delivered()]
    assert {(key.organization, key.account) for key in keys if key} == {
        (identifier, root.account),
        (identifier, member),
    }
    signed = [parse_digest_key(key) for key in trails.delivered(kind="/CloudTrail-Digest/")]
    assert {(key.organization, key.account) for key in signed if key} == {
        (identifier, root.account),
        (identifier, member),
    }


def test_selectors_decide(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """A trail of writes records no reads."""
    trails.create()
    selectors = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
    root.client("cloudtrail").put_event_selectors(TrailName="mesh", EventSelectors=selectors)
    make_mesh(root, "m")
    root.client("appmesh").list_meshes()
    client.flush()
    assert "CreateMesh" in trails.names()
    assert "ListMeshes" not in trails.names()


def test_only_what_happens_while_logging_is_recorded(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """From StartLogging to the StopLogging call itself: what was captured arrives, even afterwards."""
    trails.create(start=False)
    cloudtrail = root.client("cloudtrail")
    make_mesh(root, "before")
    cloudtrail.start_logging(Name="mesh")
    make_mesh(root, "during")
    cloudtrail.stop_logging(Name="mesh")
    make_mesh(root, "after")
    client.flush()
    assert trails.names() == ["StartLogging", "CreateMesh", "StopLogging"]
    status = cloudtrail.get_trail_status(Name="mesh")
    assert status["IsLogging"] is False
    assert status["StartLoggingTime"] <= status["StopLoggingTime"]


def test_digests_form_a_signed_chain(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """Each digest names the one before it by hash and signature, starts where it ended, and is signed."""
    trails.create(EnableLogFileValidation=True)
    for name in ("a", "b", "c"):
        make_mesh(root, f"mesh-{name}")
        client.flush()
    found = digests(root, trails)
    assert links([signed for signed, _ in found]) == ["start", "joined", "joined"]
    keys = root.client("cloudtrail").list_public_keys()["PublicKeyList"]
    public = {key["Fingerprint"]: load_public_key(key["Value"]) for key in keys}
    for signed, content in found:
        key = public[signed.digest.fingerprint]
        assert verify(key, signed.digest, content, signature=signed.signature)


def test_a_digest_vouches_for_every_log_file(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """Digests list each log file once, with the hash of what is in it and the times of its events."""
    trails.create(EnableLogFileValidation=True)
    for name in ("a", "b"):
        make_mesh(root, f"mesh-{name}")
        client.flush()
    logs = [log for signed, _ in digests(root, trails) for log in signed.digest.logs]
    assert sorted(log.key for log in logs) == sorted(trails.delivered())
    s3 = root.client("s3")
    for log in logs:
        body = gzip.decompress(s3.get_object(Bucket=BUCKET, Key=log.key)["Body"].read())
        assert log.sha256 == sha256_hex(body)
        times = [each["eventTime"] for each in json.loads(body)["Records"]]
        assert log.oldest_event is not None
        assert log.newest_event is not None
        assert f"{log.oldest_event:%Y-%m-%dT%H:%M:%SZ}" == min(times)
        assert f"{log.newest_event:%Y-%m-%dT%H:%M:%SZ}" == max(times)


def test_quiet_periods_have_digests_too(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """A period without events has a digest without log files and without times."""
    trails.create(IsMultiRegionTrail=True, EnableLogFileValidation=True)
    make_mesh(root, "m", "eu-west-1")
    client.flush()
    make_mesh(root, "n", "eu-west-1")
    client.flush()
    quiet = digests(root, trails)[-1][0].digest
    assert quiet.logs == ()
    assert quiet.newest_event is None


def test_stop_and_start_begin_a_new_chain(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """Stopping ends a chain with a last digest; starting again begins with a start digest, nothing overlapping."""
    trails.create(EnableLogFileValidation=True)
    cloudtrail = root.client("cloudtrail")
    client.flush()
    cloudtrail.stop_logging(Name="mesh")
    client.flush()
    count = len(digests(root, trails))
    cloudtrail.start_logging(Name="mesh")
    client.flush()
    chain = [signed for signed, _ in digests(root, trails)]
    kinds = links(chain)
    assert kinds[count:] == ["start"]
    assert all(kind in ("start", "joined") for kind in kinds[:count])
    periods = [(signed.digest.start, signed.digest.end) for signed in chain]
    assert all(end <= start for (_, end), (start, _) in pairwise(periods))


def test_without_validation_there_are_no_digests(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """A trail without log file validation delivers log files alone; switching it on begins with a start digest."""
    trails.create()
    make_mesh(root, "m")
    client.flush()
    assert trails.delivered(kind="/CloudTrail-Digest/") == []
    root.client("cloudtrail").update_trail(Name="mesh", EnableLogFileValidation=True)
    client.flush()
    (first, _), *_ = digests(root, trails)
    assert first.digest.previous is None


def test_a_deleted_trail_delivers_what_is_left(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """What a trail has captured arrives after it is deleted, with a last digest."""
    trails.create(EnableLogFileValidation=True)
    client.flush()
    make_mesh(root, "m")
    root.client("cloudtrail").delete_trail(Name="mesh")
    client.flush()
    assert "CreateMesh" in trails.names()
    assert len(digests(root, trails)[-1][0].digest.logs) == 1


def test_status_tells_when_and_what_went_wrong(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """GetTrailStatus has the times of real deliveries, and the error of the last one that failed."""
    trails.create(EnableLogFileValidation=True)
    cloudtrail, s3 = root.client("cloudtrail"), root.client("s3")
    client.flush()
    good = cloudtrail.get_trail_status(Name="mesh")
    assert good["LatestDeliveryTime"] <= good["LatestDigestDeliveryTime"]
    assert "LatestDeliveryError" not in good
    policy = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    make_mesh(root, "m")
    client.flush()
    bad = cloudtrail.get_trail_status(Name="mesh")
    assert bad["LatestDeliveryError"] == "AccessDenied"
    assert bad["LatestDeliveryTime"] == good["LatestDeliveryTime"]
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    client.flush()
    assert "LatestDeliveryError" not in cloudtrail.get_trail_status(Name="mesh")
    assert "CreateMesh" in trails.names()


def test_a_missing_bucket_is_an_error_of_delivery(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """When the bucket is gone, status says so."""
    trails.create()
    root.client("s3").delete_bucket(Bucket=BUCKET)
    client.flush()
    assert root.client("cloudtrail").get_trail_status(Name="mesh")["LatestDeliveryError"] == "NoSuchBucket"


def test_files_are_encrypted_with_the_trails_key(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """Log and digest files carry the key; one that is disabled or lets the trail no more stops delivery."""
    key = trails.key()
    trails.create(KmsKeyId=key, EnableLogFileValidation=True)
    client.flush()
    s3 = root.client("s3")
    for kind in ("/CloudTrail/", "/CloudTrail-Digest/"):
        answer = s3.head_object(Bucket=BUCKET, Key=trails.delivered(kind=kind)[0])
        assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", key)
    kms, cloudtrail = root.client("kms"), root.client("cloudtrail")
    kms.disable_key(KeyId=key.rpartition("/")[2])
    client.flush()
    assert cloudtrail.get_trail_status(Name="mesh")["LatestDeliveryError"] == "KMS.DisabledException"
    kms.enable_key(KeyId=key.rpartition("/")[2])
    policy = kms.get_key_policy(KeyId=trails.key("other"), PolicyName="default")["Policy"]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    client.flush()
    assert cloudtrail.get_trail_status(Name="mesh")["LatestDeliveryError"] == "AccessDenied"


def test_events_reach_the_log_group(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """A trail with a log group sends its events there, in a stream of account and Region."""
    role = root.client("iam").create_role(
        RoleName="logs", AssumeRolePolicyDocument=json.dumps(log_role_trust())
    )
    logs = root.client("logs")
    logs.create_log_group(logGroupName="trail")
    trails.create(
        IsMultiRegionTrail=True,
        CloudWatchLogsLogGroupArn="arn:aws:logs:us-east-1:123456789012:log-group:trail:*",
        CloudWatchLogsRoleArn=role["Role"]["Arn"],
    )
    make_mesh(root, "m", "eu-west-1")
    client.flush()
    stream = "123456789012_CloudTrail_eu-west-1"
    events = logs.get_log_events(logGroupName="trail", logStreamName=stream)["events"]
    assert [json.loads(each["message"])["eventName"] for each in events] == ["CreateMesh"]
    logs.delete_log_group(logGroupName="trail")
    make_mesh(root, "n")
    client.flush()
    status = root.client("cloudtrail").get_trail_status(Name="mesh")
    assert status["LatestCloudWatchLogsDeliveryError"] == "ResourceNotFoundException"


def test_a_topic_is_told_of_each_log_file(client: SandboxClient, root: SandboxSession, trails: Any) -> None:
    """The notice names bucket and key; a topic that does not let the trail publish gets none."""
    sns, sqs = root.client("sns"), root.client("sqs")
    topic = trails.topic()
    queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:inbox")
    trails.create(SnsTopicName="deliveries")
    client.flush()
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    notice = json.loads(json.loads(message["Body"])["Message"])
    assert notice == {"s3Bucket": BUCKET, "s3ObjectKey": trails.delivered()}
    trails.topic("other")
    make_mesh(root, "m")
    client.flush()
    status = root.client("cloudtrail").get_trail_status(Name="mesh")
    assert status["LatestNotificationError"] == "AuthorizationError"


@pytest.mark.parametrize(("kind", "count"), [("drop", 0), ("duplicate", 2)])
def test_faults_lose_and_double_events(
    client: SandboxClient, root: SandboxSession, trails: Any, kind: str, count: int
) -> None:
    """A lost event is nowhere in the bucket, a doubled one is there twice."""
    trails.create()
    client.add_fault(kind, destination="trail", match={"eventName": "CreateMesh"})
    make_mesh(root, "m")
    client.flush()
    assert trails.names().count("CreateMesh") == count


def test_a_fault_delays_an_event_past_a_flush(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """A flush skips the usual wait, and not the one that a fault makes."""
    trails.create()
    client.add_fault("delay", destination="trail", seconds=3600, match={"eventName": "CreateMesh"})
    make_mesh(root, "m")
    client.flush()
    assert "CreateMesh" not in trails.names()


def test_a_fault_alters_an_event_under_a_valid_digest(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """An altered event is wrong from the start: the digest vouches for it all the same."""
    trails.create(EnableLogFileValidation=True)
    client.add_fault("corrupt", destination="trail", match={"eventName": "CreateMesh"})
    make_mesh(root, "m")
    client.flush()
    delivered = next(each for each in trails.records() if each["eventName"] == "CreateMesh")
    captured = next(each for each in client.events() if each["eventName"] == "CreateMesh")
    assert delivered["eventID"] == captured["eventID"]
    assert delivered != captured


def test_object_lock_holds_what_is_delivered(
    client: SandboxClient, root: SandboxSession, trails: Any
) -> None:
    """A bucket with default retention keeps each delivered file locked."""
    s3 = root.client("s3")
    s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    configuration: Any = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=configuration)
    trails.create()
    client.flush()
    answer = s3.head_object(Bucket=BUCKET, Key=trails.delivered()[0])
    assert answer["ObjectLockMode"] == "COMPLIANCE"
