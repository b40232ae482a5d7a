import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pulumi
import pytest
import yaml

from cloudtrail.manifest import Manifest
from components.audit import STACK_TAG

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Aws, Run

ROOT: Final = Path(__file__).parents[2]
STACKS: Final = (
    *("sandbox", "account", "single-region"),
    *("organization", "delegated-admin", "organization-account"),
)
EVERYTHING: Final = {
    "meshtrail:trail": {
        "cloudWatchLogs": {"enabled": True},
        "sns": {"enabled": True},
        "insights": ["api-call-rate"],
    },
    "meshtrail:bucket": {
        "create": {
            "objectLock": {"days": 1},
            "lifecycle": {"expireDays": 90},
            "accessLog": {"bucket": "access-logs"},
        }
    },
    "meshtrail:eventDataStore": {"mode": "create"},
}
UNTAGGABLE: Final = {
    "aws:kms/alias:Alias",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    *(
        f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
        for kind in (
            "BucketLifecycleConfiguration",
            "BucketLogging",
            "BucketObjectLockConfiguration",
            "BucketOwnershipControls",
            "BucketPolicy",
            "BucketPublicAccessBlock",
            "BucketServerSideEncryptionConfiguration",
            "BucketVersioning",
        )
    ),
}
"""What AWS does not tag."""


def stack_values(stack: str) -> dict[str, Any]:
    """The configuration of an example stack."""
    return yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]


def account_of(values: dict[str, Any]) -> str:
    """The account an example stack is for."""
    return values.get("aws:allowedAccountIds", ["123456789012"])[0]


@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
@pytest.mark.parametrize("stack", STACKS)
def test_every_example_stack_registers(
    run: "Callable[..., Run]", aws: "type[Aws]", stack: str, *, preview: bool
) -> None:
    """One audit, everything in it parented, and no warning about a choice its author did not mean."""
    values = stack_values(stack)
    told = aws(account=account_of(values), management_account="111111111111")
    found = run(values, preview=preview, aws=told)
    (root,) = found.all("pulumi:pulumi:Stack")
    urns = {request.urn for request in found.requests}
    for request in found.requests:
        if request.type in {"meshtrail:index:MeshAudit", "pulumi:providers:aws"}:
            assert request.parent == root.urn
        elif request is not root:
            assert request.parent in urns - {root.urn}, request.name
    assert len(found.all("aws:cloudtrail/trail:Trail")) == 1
    assert found.warnings == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_example_stack_exports_a_manifest(
    run: "Callable[..., Run]", aws: "type[Aws]", stack: str
) -> None:
    """Readable by the other side of the house."""
    values = stack_values(stack)
    told = aws(account=account_of(values), management_account="111111111111")
    manifest = Manifest.from_json(json.dumps(run(values, aws=told).manifest()), where=stack)
    assert manifest.account == account_of(values)
    assert manifest.home_region == values["aws:region"]
    assert manifest.trails[0].advanced_event_selectors
    archive = values.get("meshtrail:logArchive", {}).get("account", manifest.account)
    assert manifest.trails[0].bucket_account == archive
    assert len(manifest.event_data_stores) == (stack == "sandbox")


def test_every_resource_that_can_be_tagged_is(run: "Callable[..., Run]") -> None:
    """With the stack's name and the stack's own tags."""
    found = run({**EVERYTHING, "meshtrail:tags": {"purpose": "audit"}})
    custom = {request.type: request for request in found.requests if request.custom}
    assert set(custom) >= UNTAGGABLE
    for type_token in custom.keys() - UNTAGGABLE:
        assert custom[type_token].inputs["tags"] == {STACK_TAG: "test", "purpose": "audit"}, type_token


def test_no_name_is_registered_twice(run: "Callable[..., Run]") -> None:
    """Each resource has a URN of its own."""
    urns = [request.urn for request in run(EVERYTHING).requests]
    assert len(urns) == len(set(urns))


def test_every_invoke_asks_in_the_stacks_own_region_or_none(run: "Callable[..., Run]") -> None:
    """The account is the only thing the program has to ask of AWS."""
    assert [token for token, _ in run(EVERYTHING).invokes] == [
        "aws:index/getCallerIdentity:getCallerIdentity"
    ]


@pytest.mark.parametrize(
    ("region", "partition"), [("eu-west-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")]
)
def test_every_partition_gets_its_own_arns(run: "Callable[..., Run]", region: str, partition: str) -> None:
    """In every policy the program writes."""
    values = {
        "meshtrail:eventSources": ["ecs.amazonaws.com"],
        "meshtrail:trail": EVERYTHING["meshtrail:trail"],
    }
    found = run({"aws:region": region, **values})
    policies = [
        found.one(kind).inputs["policy"]
        for kind in (
            "aws:kms/key:Key",
            "aws:s3/bucketPolicy:BucketPolicy",
            "aws:iam/rolePolicy:RolePolicy",
            "aws:sns/topicPolicy:TopicPolicy",
        )
    ]
    for policy in policies:
        assert policy.count("arn:") == policy.count(f"arn:{partition}:") > 0
    assert found.manifest()["partition"] == partition


def test_wrong_settings_end_the_program_without_a_traceback(run: "Callable[..., Run]") -> None:
    """As the kind of error Pulumi shows as it is; nothing but the stack has been registered."""
    seen: list[str] = []
    with pytest.raises(pulumi.RunError) as caught:
        run({"meshtrail:scoep": "organization", "meshtrail:name": "M"}, seen=seen.append)
    assert "meshtrail:scoep: is not a setting. Did you mean scope?" in str(caught.value)
    assert "meshtrail:name" in str(caught.value)
    assert "Pulumi.test.yaml" in str(caught.value)
    assert seen == ["pulumi:pulumi:Stack"]


def test_costly_settings_are_warned_of(run: "Callable[..., Run]") -> None:
    """In Pulumi's own log."""
    (warning,) = run({"meshtrail:trail": {"exclude": ["kms.amazonaws.com"]}}).warnings
    assert warning.startswith("meshtrail:trail.exclude:")


def test_the_program_stays_a_program(run: "Callable[..., Run]") -> None:
    """It reads, composes and exports, in at most 40 lines; everything else has a name in a room."""
    assert len((ROOT / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 40
    assert list(run().outputs["pulumi:pulumi:Stack"]) == ["manifest"]


def test_a_stacks_configuration_from_the_environment_is_read(
    run: "Callable[..., Run]", monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the Pulumi CLI hands it to the program."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"meshtrail:name": "from-environment"}))
    assert run().one("aws:kms/alias:Alias").inputs["name"] == "alias/from-environment"
