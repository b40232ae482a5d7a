"""The IAM policy for exactly the claims that are selected."""

from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.manifest import AthenaPromise, Manifest
from tests.verify.controls.answers import ACCOUNT, GROUP, HOME, KEY, STORE, TRAIL
from verify.catalogue import STATEMENTS
from verify.iam_resources import Kind, kind_of
from verify.permissions import GET_CALLER_IDENTITY, PAGE, page, permissions, policy
from verify.selection import Selection

MANIFEST = Manifest(
    account=ACCOUNT,
    partition="aws",
    home_region=HOME,
    regions=(HOME,),
    trails=(TRAIL.model_copy(update={"prefix": "mesh"}),),
    event_data_stores=(STORE,),
)
COMPANION = "kms:GenerateDataKey"


def allowed(document: dict[str, Any], action: str) -> set[str]:
    """What a policy allows an action on."""
    found: set[str] = set()
    for statement in document["Statement"]:
        if action in statement["Action"]:
            where = statement["Resource"]
            found |= {where} if isinstance(where, str) else set(where)
    return found


def test_the_page_is_current() -> None:
    """`python -m verify.permissions` was run after the last change."""
    assert PAGE.read_text(encoding="utf-8") == page()


@given(st.sets(st.sampled_from([statement.id for statement in STATEMENTS]), min_size=1))
def test_the_policy_is_the_union_of_what_the_selected_claims_declare(chosen: set[str]) -> None:
    """No action that none of them needs, and none missing; but for what every run and every Lake query needs."""
    needed = {one.action for one in permissions(Selection(tuple(chosen)))}
    declared = {action for one in STATEMENTS if one.id in chosen for action in one.actions}
    assert declared <= needed
    assert needed - declared <= {GET_CALLER_IDENTITY} | ({COMPANION} & needed)
    assert (COMPANION in needed) is (COMPANION in declared or "cloudtrail:StartQuery" in declared)


def test_the_probe_has_to_be_asked_for() -> None:
    """It makes calls: `*` means what only reads."""
    assert "appmesh:ListMeshes" not in {one.action for one in permissions()}
    assert "appmesh:ListMeshes" in {one.action for one in permissions(Selection(("probe.*",)))}


def test_preflight_has_to_be_asked_for() -> None:
    """It looks at more than a verification, and its role is another one."""
    assert "organizations:ListPoliciesForTarget" not in {one.action for one in permissions()}
    chosen = {one.action for one in permissions(Selection(("preflight.*",)))}
    assert {"organizations:ListPoliciesForTarget", "iam:SimulatePrincipalPolicy"} <= chosen
    assert "appmesh:ListMeshes" not in chosen


def test_an_organization_has_to_be_asked_for() -> None:
    """An account's verification assumes no role; an organization's does, and that role only."""
    assert "sts:AssumeRole" not in {one.action for one in permissions()}
    for manifest in (None, MANIFEST):
        told = policy(permissions(Selection(("organization.*",)), manifest))
        assert allowed(told, "sts:AssumeRole") == {"arn:aws:iam::*:role/MeshtrailVerifier"}
        assert allowed(told, "organizations:ListAccountsForParent") == {"*"}


@pytest.mark.parametrize(
    ("selected", "action", "resources"),
    [
        ("trail.logging", "cloudtrail:GetTrailStatus", {TRAIL.arn}),
        ("trail.logging", "cloudtrail:LookupEvents", {"*"}),
        ("event-data-store.ingesting", "cloudtrail:GetEventDataStore", {STORE.arn}),
        ("landing.complete", "s3:GetObject", {"arn:aws:s3:::logs/mesh/AWSLogs/*"}),
        ("landing.complete", "s3:ListBucket", {"arn:aws:s3:::logs"}),
        ("landing.complete", "kms:Decrypt", {KEY}),
        ("landing.complete", "logs:FilterLogEvents", {f"{GROUP}:*"}),
        ("key.usable", "kms:DescribeKey", {KEY}),
        ("account.multi-region-trail", "cloudtrail:GetEventSelectors", {"arn:aws:cloudtrail:*:*:trail/*"}),
    ],
)
def test_a_manifest_narrows_each_action_to_its_resources(
    selected: str, action: str, resources: set[str]
) -> None:
    """To the trail, the store, the bucket, the key; what looks at every trail there is needs every trail."""
    assert allowed(policy(permissions(Selection((selected,)), MANIFEST)), action) == resources


def test_athena_is_narrowed_to_the_manifests_tables() -> None:
    """For claims about what landed, where there are tables; nothing of it else."""
    athena = AthenaPromise(
        trail_arn=TRAIL.arn, region=HOME, workgroup="mesh", database="audit", results="s3://results/athena/"
    )
    manifest = MANIFEST.model_copy(update={"athena": athena})
    told = policy(permissions(Selection(("landing.complete",)), manifest))
    owner = f"{HOME}:{ACCOUNT}"
    assert allowed(told, "athena:StartQueryExecution") == {f"arn:aws:athena:{owner}:workgroup/mesh"}
    assert f"arn:aws:glue:{owner}:table/audit/log_files" in allowed(told, "glue:GetTable")
    assert allowed(told, "s3:PutObject") == {"arn:aws:s3:::results/athena/*"}
    assert allowed(told, "s3:GetObject") == {
        "arn:aws:s3:::results/athena/*",
        "arn:aws:s3:::logs/mesh/AWSLogs/*",
    }
    for selection, other in (("landing.complete", MANIFEST), ("trail.logging", manifest)):
        actions = {one.action for one in permissions(Selection((selection,)), other)}
        assert not any(action.startswith(("athena:", "glue:")) for action in actions)


def test_what_a_manifest_does_not_have_needs_no_permission() -> None:
    """Without an event data store no query, without a key no decryption."""
    bare = MANIFEST.model_copy(
        update={
            "event_data_stores": (),
            "trails": (TRAIL.model_copy(update={"key_arn": None, "log_group_arn": None}),),
        }
    )
    actions = {one.action for one in permissions(Selection(("landing.*", "trail.*", "key.*")), bare)}
    assert not any(fnmatchcase(action, "*Query*") or action.startswith("kms:") for action in actions)
    assert "s3:GetObject" in actions


def test_every_action_is_of_the_shape_iam_writes() -> None:
    """A service's prefix and an operation; what is narrowed is narrowed by its kind."""
    for one in permissions():
        service, _, operation = one.action.partition(":")
        assert service.islower()
        assert operation[0].isupper()
        assert (one.resources == ("*",)) is (kind_of(one.action) is Kind.NONE)
