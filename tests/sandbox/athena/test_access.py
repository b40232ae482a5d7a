"""What Athena of one account may read of another one's bucket: what bucket and key say, and nothing else."""

import json
from typing import Any, Final

import pytest

from cloudtrail.athena.access import bucket_grants, key_grants
from cloudtrail.resource_policies import TrailDestination, bucket_policy, key_policy
from sandbox.server import Sandbox
from tests.sandbox.athena.conftest import (
    ACCOUNTS,
    BUCKET,
    DATABASE,
    ORGANIZATION,
    REGION,
    World,
    event,
    key_of,
)

OWNER, READER = ACCOUNTS
COUNT: Final = (
    f"SELECT count(*) AS found FROM {DATABASE}.records WHERE organization = '{ORGANIZATION}' AND account = '{OWNER}' "  # noqa: S608 -- of constants
    f"AND region = '{REGION}' AND day = '2026/09/01'"
)
DESTINATION: Final = TrailDestination(
    bucket=BUCKET,
    trail_arn=f"arn:aws:cloudtrail:{REGION}:{OWNER}:trail/mesh",
    organization_id=ORGANIZATION,
)


@pytest.fixture
def elsewhere(world: World, running: Sandbox) -> World:
    """The same tables in another account, over the bucket of the first, which holds a log file."""
    world.deliver(key_of("mine"), event("1"))
    reader = World(running.endpoint, READER)
    reader.catalogue()
    return reader


def grant(world: World, account: str) -> None:
    """Let Athena of an account read the bucket."""
    policy = bucket_policy(DESTINATION, readers=bucket_grants(DESTINATION, account=account))
    world.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


def refusal(world: World) -> str:
    """Why a query fails."""
    status = world.ended(world.start(COUNT))["Status"]
    assert status["State"] == "FAILED"
    return str(status["StateChangeReason"])


def test_the_bucket_of_another_account_has_to_let_athena_in(world: World, elsewhere: World) -> None:
    """Without a policy nothing is read, nor with one for somebody else; with the grant all is."""
    assert "s3:GetBucketLocation" in refusal(elsewhere)
    grant(world, "333333333333")
    assert "Permission denied on S3 path" in refusal(elsewhere)
    grant(world, READER)
    assert elsewhere.ask(COUNT)[0] == [{"found": "1"}]


def test_to_list_a_bucket_is_not_to_read_it(world: World, elsewhere: World) -> None:
    """Each of the two statements is needed."""
    find, read = bucket_grants(DESTINATION, account=READER)
    for alone, missing in ((find, "s3:GetObject"), (read, "s3:GetBucketLocation")):
        policy = bucket_policy(DESTINATION, readers=[alone])
        world.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
        assert missing in refusal(elsewhere)


def test_a_refusal_beats_the_grant(world: World, elsewhere: World) -> None:
    """As everywhere in IAM."""
    everything = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{BUCKET}",
        "Condition": {"StringNotEquals": {"aws:PrincipalAccount": OWNER}},
    }
    grants = bucket_grants(DESTINATION, account=READER)
    policy = bucket_policy(DESTINATION, readers=[*grants, everything])
    world.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    assert "s3:ListBucket" in refusal(elsewhere)


@pytest.mark.parametrize("region", [REGION, "eu-west-1"])
def test_the_key_has_to_let_it_decrypt(world: World, elsewhere: World, region: str) -> None:
    """A key of another account, and only through S3 of the Region that is granted."""
    grant(world, READER)
    kms = world.client("kms")
    key = kms.create_key()["KeyMetadata"]

    def let_in(*readers: Any) -> None:
        policy = key_policy(
            account=OWNER,
            partition="aws",
            trail_arn=DESTINATION.trail_arn,
            event_data_stores=False,
            readers=readers,
        )
        kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=json.dumps(policy))

    world.s3.copy_object(
        Bucket=BUCKET,
        Key=key_of("mine"),
        CopySource=f"{BUCKET}/{key_of('mine')}",
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId=key["Arn"],
    )
    let_in()
    assert f"not authorized to perform: kms:Decrypt on resource: {key['Arn']}" in refusal(elsewhere)
    let_in(*key_grants(region=region, account=READER))
    if region == REGION:
        assert elsewhere.ask(COUNT)[0] == [{"found": "1"}]
    else:
        assert "kms:Decrypt" in refusal(elsewhere)
    assert world.ask(COUNT)[0] == [{"found": "1"}]  # the owner needs no grant
