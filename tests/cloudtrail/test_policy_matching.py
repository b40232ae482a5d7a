import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from cloudtrail import policy_matching

TRAIL = "arn:aws:cloudtrail:us-east-1:123456789012:trail/mesh"
NEED: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudtrail.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::audit/AWSLogs/123456789012/*",
    "Condition": {"StringEquals": {"aws:SourceArn": TRAIL, "s3:x-amz-acl": "bucket-owner-full-control"}},
}

_ALPHABET = st.text("ab*?/", max_size=8)


@given(pattern=_ALPHABET, text=st.text("ab/", max_size=8))
def test_a_pattern_matches_a_plain_text_as_a_regular_expression_would(pattern: str, text: str) -> None:
    """Without wildcards on the asking side, matching is ordinary globbing."""
    expression = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in pattern)
    assert policy_matching.matches(pattern, text) == bool(re.fullmatch(expression, text))


@given(
    pattern=_ALPHABET,
    asked=st.text("ab*/", max_size=6),
    runs=st.lists(st.text("ab/", max_size=4), max_size=6),
)
def test_a_pattern_that_contains_another_matches_all_its_instances(
    pattern: str, asked: str, runs: list[str]
) -> None:
    """Whatever the asking side's stars stand for, a containing pattern matches it."""
    if policy_matching.matches(pattern, asked):
        filled = asked
        for run in runs:
            filled = filled.replace("*", run or "a", 1)
        assert policy_matching.matches(pattern, filled.replace("*", "ab"))


def test_a_pattern_of_many_stars_is_answered_at_once() -> None:
    """A hostile pattern cannot make matching explode."""
    assert not policy_matching.matches("a*" * 200 + "c", "a" * 2000)


@given(
    action=st.sampled_from(["s3:PutObject", "s3:Put*", "s3:*", "*", "s3:GetObject"]),
    resource=st.sampled_from(
        [
            "*",
            "arn:aws:s3:::audit/*",
            "arn:aws:s3:::audit/AWSLogs/*",
            "arn:aws:s3:::audit/AWSLogs/123456789012/*",
            "arn:aws:s3:::audit/AWSLogs/111122223333/*",
            "arn:aws:s3:::other/*",
            "arn:aws:s3:::audit",
        ]
    ),
)
def test_actions_and_resources_agree_with_an_independent_evaluator(action: str, resource: str) -> None:
    """For a concrete object, moto's own IAM evaluator gives the same answer."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    key = "arn:aws:s3:::audit/AWSLogs/123456789012/CloudTrail/us-east-1/2026/09/01/x.json.gz"
    theirs = IAMPolicyStatement(statement).is_action_permitted("s3:PutObject", key)
    ours = policy_matching.covers({**statement, "Principal": "*"}, {**NEED, "Resource": key})
    assert ours == (theirs == PermissionResult.PERMITTED)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["config.amazonaws.com", "cloudtrail.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "config.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, False),
        ({"Effect": "Deny"}, False),
        ({"Condition": {}}, True),
        ({"Condition": None}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceArn": [TRAIL, "other"]}}}, True),
        ({"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/*"}}}, True),
        (
            {"Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/*"}}},
            False,
        ),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}}}, False),
        ({"Condition": {"Bool": {"aws:SecureTransport": True}}}, True),
        ({"Condition": {"Null": {"aws:SourceArn": "false"}}}, True),
        ({"Condition": {"StringNotEquals": {"s3:x-amz-acl": "private"}}}, True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}, False),
        ({"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}, False),
        ({"Condition": {"ForAnyValue:StringLike": {"aws:SourceArn": "*:trail/mesh"}}}, True),
        ({"Resource": "arn:aws:s3:::audit/AWSLogs/123456789012/CloudTrail/*"}, False),
        ({"Resource": "arn:aws:s3:::audit/AWSLogs/123456789012/?"}, False),
        ({"Action": ["s3:GetObject", "s3:PutObject"]}, True),
        ({"Action": "S3:PUTOBJECT"}, True),
        ({"Action": "s3:?utObject"}, True),
    ],
)
def test_a_statement_covers_what_it_grants_for_certain(change: dict[str, Any], *, covered: bool) -> None:
    """Broader statements cover, narrower ones do not, and what cannot be decided does not."""
    statement = {key: value for key, value in {**NEED, **change}.items() if value is not None}
    assert policy_matching.covers(statement, NEED) == covered


@pytest.mark.parametrize("element", ["Principal", "Action", "Resource"])
def test_a_negated_element_never_covers(element: str) -> None:
    """NotPrincipal, NotAction and NotResource grant too little for certain to count."""
    statement = {f"Not{key}" if key == element else key: value for key, value in NEED.items()}
    assert not policy_matching.covers(statement, NEED)


def test_a_policy_may_hold_a_single_statement_without_a_list() -> None:
    """IAM's grammar allows it, so it is read like a list of one."""
    assert policy_matching.statements(json.loads(json.dumps({"Statement": NEED}))) == [NEED]
