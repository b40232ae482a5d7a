from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtrail.identity import Identity, IdentityCenterUser, IdentityKind, identify
from cloudtrail.record import MalformedRecord, Record, read_record

RECORDS: dict[str, dict[str, Any]] = json.loads((Path(__file__).parent / "identities.json").read_text())
EVENT = {
    "eventVersion": "1.11",
    "eventTime": "2026-08-03T07:00:00Z",
    "eventSource": "appmesh.amazonaws.com",
    "eventName": "CreateMesh",
    "awsRegion": "eu-west-1",
}
CAROL = IdentityCenterUser(
    "906712ab-1234-5678-9abc-0123456789ab",
    "arn:aws:identitystore::111122223333:identitystore/d-1234567890",
)


def a_record(**fields: Any) -> Record:
    """A CreateMesh record with these fields."""
    return read_record(json.dumps(EVENT | fields).encode())


def who(case: str) -> Identity:
    """The identity in a golden record."""
    return identify(a_record(**RECORDS[case]))


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("root", "root of account 123456789012"),
        ("iam-user", "IAM user Alice"),
        ("iam-user-of-another-account", "IAM user Bob, from account 111122223333"),
        ("assumed-role", "role MeshDeployer, session deploy-42, source identity alice@example.com"),
        (
            "permission-set",
            (
                "role AWSReservedSSO_Mesh_Admin_0123456789abcdef, permission set Mesh_Admin, "
                "signed in as carol@example.com"
            ),
        ),
        (
            "on-behalf-of",
            (
                "role MeshPortal, session portal, "
                "on behalf of IAM Identity Center user 906712ab-1234-5678-9abc-0123456789ab"
            ),
        ),
        ("identity-center-user", "IAM Identity Center user 906712ab-1234-5678-9abc-0123456789ab"),
        ("federated-user", "federated user dave, federated by IAM user Alice"),
        (
            "workload-at-a-web-identity-provider",
            (
                "role MeshPipeline, session runner, web identity project:mesh/main, "
                "federated by arn:aws:iam::123456789012:oidc-provider/ci.example.com"
            ),
        ),
        ("saml-user", "SAML user erin@example.com, federated by https://idp.example.com/saml"),
        ("web-identity-user", "web identity user 1234567, federated by accounts.google.com"),
        ("directory-user", "directory user frank"),
        ("aws-service", "AWS service ecs.amazonaws.com"),
        ("service-without-a-type", "AWS service appmesh.amazonaws.com"),
        (
            "envoy",
            "role OrdersTaskRole, session 0123456789abcdef0123456789abcdef, through appmesh.amazonaws.com",
        ),
        ("another-account", "a caller of account 444455556666"),
        ("only-an-arn", "role MeshReader, session session"),
        ("unknown", "an unknown caller"),
        ("nobody", "an unknown caller"),
    ],
)
def test_one_line_says_who(case: str, line: str) -> None:
    """Every kind of caller is described in one readable line."""
    assert who(case).describe() == line


def test_every_golden_record_has_its_line() -> None:
    """No golden record is left untested."""
    [mark] = test_one_line_says_who.pytestmark  # pyright: ignore[reportFunctionMemberAccess] -- pytest puts it there
    assert {case for case, _ in mark.args[1]} == set(RECORDS)


@pytest.mark.parametrize(
    ("question", "cases"),
    [
        ("root_or_user", {"root", "iam-user", "iam-user-of-another-account"}),
        (
            "temporary",
            {
                "assumed-role",
                "permission-set",
                "on-behalf-of",
                "federated-user",
                "workload-at-a-web-identity-provider",
                "saml-user",
                "web-identity-user",
                "envoy",
                "only-an-arn",
            },
        ),
        ("by_service", {"aws-service", "service-without-a-type", "envoy"}),
        ("on_behalf_of", {"on-behalf-of", "identity-center-user"}),
        ("other_account", {"iam-user-of-another-account", "another-account"}),
    ],
)
def test_the_four_questions_and_one_more(question: str, cases: set[str]) -> None:
    """Root or user, temporary, a service, on behalf of a person, another account: yes for exactly these."""
    assert {case for case in RECORDS if getattr(who(case), question)} == cases


@pytest.mark.parametrize(
    ("case", "person"),
    [
        ("iam-user", "Alice"),
        ("assumed-role", "alice@example.com"),
        ("permission-set", "carol@example.com"),
        ("on-behalf-of", "906712ab-1234-5678-9abc-0123456789ab"),
        ("federated-user", "dave"),
        ("workload-at-a-web-identity-provider", "project:mesh/main"),
        ("saml-user", "erin@example.com"),
        ("root", None),
        ("envoy", None),
        ("aws-service", None),
        ("another-account", None),
        ("nobody", None),
    ],
)
def test_a_person_is_named_where_the_record_names_one(case: str, person: str | None) -> None:
    """A role's session is nobody's name, unless an identity provider fixed it."""
    assert who(case).person == person


def test_an_identity_center_user_keeps_the_store_that_knows_the_name() -> None:
    """The user's id comes with the ARN of the identity store that can resolve it."""
    assert who("on-behalf-of").on_behalf_of == CAROL


@pytest.mark.parametrize(("case", "mfa"), [("root", True), ("assumed-role", False), ("iam-user", None)])
def test_mfa_is_known_only_where_the_record_says_so(case: str, mfa: bool | None) -> None:
    """MFA is true, false, or not told."""
    assert who(case).mfa is mfa


def test_an_envoy_is_its_role_and_came_through_app_mesh() -> None:
    """StreamAggregatedResources names the task's role, and App Mesh as the service that wrote the event."""
    envoy = who("envoy")
    assert envoy.kind is IdentityKind.ROLE
    assert (envoy.name, envoy.invoked_by) == ("OrdersTaskRole", "appmesh.amazonaws.com")


def test_a_role_named_like_a_permission_set_needs_the_whole_pattern() -> None:
    """A role that only begins as IAM Identity Center's do is an ordinary role."""
    arn = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Fake/mallory"
    identity = identify(a_record(userIdentity={"type": "AssumedRole", "arn": arn}))
    assert (identity.permission_set, identity.session_name) == (None, "mallory")


def test_a_name_cannot_break_the_line_or_the_terminal() -> None:
    """Control characters and endless names are made harmless in the description, and kept as they are in the field."""
    name = "mallory\x1b[2J\nroot of account 123456789012" + "x" * 10_000
    identity = identify(a_record(userIdentity={"type": "IAMUser", "userName": name}))
    assert identity.name == name
    assert identity.describe().isprintable()
    assert len(identity.describe()) <= 128


identities = st.recursive(
    st.none() | st.text(max_size=20),
    lambda values: st.dictionaries(
        st.sampled_from(
            [
                *("type", "arn", "principalId", "accountId", "userName", "invokedBy", "identityProvider"),
                *(
                    "sessionContext",
                    "sessionIssuer",
                    "attributes",
                    "webIdFederationData",
                    "onBehalfOf",
                    "userId",
                ),
                *("sourceIdentity", "mfaAuthenticated", "federatedProvider"),
            ]
        ),
        values,
        max_size=6,
    ),
    max_leaves=12,
)


@given(st.sampled_from([None, "Root", "AssumedRole", "FederatedUser", "AWSService", "Elsewhat"]), identities)
def test_no_record_that_can_be_read_is_too_odd_to_identify(kind: str | None, identity: Any) -> None:
    """Whatever fields are missing or strange, there is an answer and a line."""
    document = {"type": kind, **identity} if isinstance(identity, dict) else identity
    try:
        record = a_record(userIdentity=document)
    except MalformedRecord:  # what cannot be read is the record reader's business
        return
    assert identify(record).describe()
