"""The evaluator against a second one, written the plain way: every world tried out, one after the other."""

import fnmatch
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicyStatement, PermissionResult

from cloudtrail.policy_conditions import Choice, Context, Special, Value
from cloudtrail.policy_evaluation import (
    Answer,
    Principal,
    Request,
    Service,
    SomebodyOf,
    Stranger,
    may,
    surely,
)

CLOUDTRAIL = Service("cloudtrail.amazonaws.com")
STRANGER = Stranger("000000000000")
FOREIGN = "111122223333"
VERSION = {"Version": "2012-10-17"}

# --- the oracle: a policy evaluator for one concrete request, without anything unknown --------------------------

KEYS = ("k:one", "k:two")
DOMAIN: tuple[str | None, ...] = (None, "a", "b", "ab")
"""What a key may be in any world; None is absent."""


def oracle_condition(operator: str, wanted: list[str], actual: str | None) -> bool:
    """One condition on one key that is known."""
    if operator == "Null":
        return (actual is None) == (wanted == ["true"])
    optional = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    negated = "Not" in operator
    if actual is None:
        return optional or negated
    like = operator.endswith("Like")
    hit = any(fnmatch.fnmatchcase(actual, text) if like else actual == text for text in wanted)
    return hit != negated


def oracle(policy: Mapping[str, Any], action: str, resource: str, world: Mapping[str, str | None]) -> bool:
    """Whether one concrete request of CloudTrail's is allowed."""
    allowed = False
    for statement in policy["Statement"]:
        spoken = (
            _names_cloudtrail(statement)
            and _hits(statement, "Action", action)
            and _hits(statement, "Resource", resource)
            and all(
                oracle_condition(operator, wanted, world[key])
                for operator, keys in statement["Condition"].items()
                for key, wanted in keys.items()
            )
        )
        if spoken and statement["Effect"] == "Deny":
            return False
        allowed = allowed or spoken
    return allowed


def _names_cloudtrail(statement: Mapping[str, Any]) -> bool:
    named = statement.get("Principal", statement.get("NotPrincipal"))
    hit = named == "*" or CLOUDTRAIL.name in named.get("Service", [])
    return hit == ("Principal" in statement)


def _hits(statement: Mapping[str, Any], element: str, text: str) -> bool:
    positive = element in statement
    patterns = statement[element if positive else f"Not{element}"]
    return any(fnmatch.fnmatchcase(text, pattern) for pattern in patterns) == positive


# --- what is drawn ---------------------------------------------------------------------------------------------

OPERATORS = [
    f"{name}{suffix}"
    for name in ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
    for suffix in ("", "IfExists")
]
conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(
        st.sampled_from(KEYS),
        st.lists(st.sampled_from(["a", "b", "ab", "a*", "*b", "*"]), min_size=1, max_size=2),
        min_size=1,
        max_size=2,
    ),
    max_size=2,
)
nulls = st.fixed_dictionaries(
    {
        "Null": st.dictionaries(
            st.sampled_from(KEYS), st.sampled_from([["true"], ["false"]]), min_size=1, max_size=1
        )
    }
)


@st.composite
def drawn_statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement with every element in its positive or negated form."""
    patterns = st.lists(st.sampled_from(["x", "y", "x*", "*", "?y", "xy"]), min_size=1, max_size=2)
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        draw(st.sampled_from(["Principal", "NotPrincipal"])): draw(
            st.sampled_from(["*", {"Service": [CLOUDTRAIL.name]}, {"Service": ["config.amazonaws.com"]}])
        ),
        draw(st.sampled_from(["Action", "NotAction"])): draw(patterns),
        draw(st.sampled_from(["Resource", "NotResource"])): draw(patterns),
        "Condition": draw(st.one_of(conditions, nulls)),
    }


policies = st.fixed_dictionaries(
    {"Version": st.just("2012-10-17"), "Statement": st.lists(drawn_statements(), min_size=1, max_size=3)}
)
knowledge = st.fixed_dictionaries(
    {key: st.sampled_from(["a", "b", Special.ABSENT, Special.FREE, Choice("a*"), None]) for key in KEYS}
)
asked = st.sampled_from(["x", "xy", "x*", "*"])


def _worlds(known: Mapping[str, Value | None]) -> Iterator[Iterator[dict[str, str | None]]]:
    """For each thing that may be so, everything the requester may choose."""
    unknown = [key for key in KEYS if known[key] is None]
    for so in itertools.product(DOMAIN, repeat=len(unknown)):
        fixed = dict(zip(unknown, so, strict=True))
        choices = [[fixed[key]] if key in fixed else _choices(known[key]) for key in KEYS]
        yield (dict(zip(KEYS, chosen, strict=True)) for chosen in itertools.product(*choices))


def _choices(value: Value | None) -> list[str | None]:
    if value is Special.ABSENT:
        return [None]
    if value is Special.FREE:
        # The patterns as they are written, too: StringEquals knows no wildcard.
        return [*DOMAIN, "a*", "*b", "*", "other"]
    return ["a", "a*", "ab", "another"] if isinstance(value, Choice) else [str(value)]


def _texts(pattern: str) -> list[str]:
    return (
        [pattern]
        if "*" not in pattern
        else [t for t in ("x", "y", "xy", "yy", "x0", "0") if fnmatch.fnmatchcase(t, pattern)]
    )


@settings(max_examples=150)
@given(policy=policies, known=knowledge, action=asked, resource=asked)
def test_no_world_speaks_against_an_answer(
    policy: dict[str, Any], known: dict[str, Value | None], action: str, resource: str
) -> None:
    """Whatever the unknown keys are: what is said to be allowed is, what is said to be refused is."""
    context = Context({key: value for key, value in known.items() if value is not None})
    request = Request(principal=CLOUDTRAIL, action=action, resource=resource, context=context)
    some, every = may(policy, request).answer, surely(policy, request).answer
    for chosen in _worlds(known):
        results = [
            oracle(policy, one_action, one_resource, world)
            for world in chosen
            for one_action in _texts(action)
            for one_resource in _texts(resource)
        ]
        if some is Answer.REFUSES:
            assert not any(results)
        if every is Answer.ALLOWS:
            assert all(results)
        if some is Answer.ALLOWS:
            assert any(results)
        if every is Answer.REFUSES:
            assert not all(results)


@given(policy=policies, known=knowledge, action=st.sampled_from(["x", "xy"]))
def test_where_everything_is_known_there_is_an_answer(
    policy: dict[str, Any], known: dict[str, Value | None], action: str
) -> None:
    """`CANNOT_TELL` is for what is not known or chosen, and for nothing else."""
    plain = {key: value if isinstance(value, str) else Special.ABSENT for key, value in known.items()}
    request = Request(principal=CLOUDTRAIL, action=action, resource="x", context=Context(plain))
    world = {key: value if isinstance(value, str) else None for key, value in plain.items()}
    expected = Answer.ALLOWS if oracle(policy, action, "x", world) else Answer.REFUSES
    assert (may(policy, request).answer, surely(policy, request).answer) == (expected, expected)


@given(
    action=st.sampled_from(["s3:PutObject", "s3:Put*", "s3:*", "*", "s3:GetObject"]),
    resource=st.sampled_from(["*", "arn:aws:s3:::audit/*", "arn:aws:s3:::other/*", "arn:aws:s3:::audit"]),
    effect=st.sampled_from(["Allow", "Deny"]),
)
def test_actions_and_resources_agree_with_an_independent_evaluator(
    action: str, resource: str, effect: str
) -> None:
    """Moto's own IAM evaluator, which knows no conditions, gives the same answer."""
    statement = {"Effect": effect, "Action": action, "Resource": resource}
    key = "arn:aws:s3:::audit/AWSLogs/x.json.gz"
    theirs = IAMPolicyStatement(statement).is_action_permitted("s3:PutObject", key)
    request = Request(principal=CLOUDTRAIL, action="s3:PutObject", resource=key)
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    named = {**statement, "Principal": "*"}
    policy = {**VERSION, "Statement": [named] if effect == "Allow" else [everything, named]}
    expected = (
        theirs == PermissionResult.PERMITTED if effect == "Allow" else theirs != PermissionResult.DENIED
    )
    assert (may(policy, request).answer is Answer.ALLOWS) == expected


# --- cases from practice ---------------------------------------------------------------------------------------


def answer(principal: Principal, context: Mapping[str, Value], **elements: Any) -> Answer:
    """What a policy of one Allow statement says to a request for an object."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", **elements}
    statement = {name: value for name, value in statement.items() if value is not None}
    request = Request(
        principal=principal,
        action="s3:GetObject",
        resource="arn:aws:s3:::audit/key",
        context=Context(context, free=("aws:principaltag/",)),
    )
    return may({**VERSION, "Statement": statement}, request).answer


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Answer.REFUSES),
        ({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorgid"}}, Answer.ALLOWS),
        ({"StringLike": {"AWS:principalorgid": "o-*"}}, Answer.ALLOWS),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}, Answer.CANNOT_TELL),
        ({"StringEquals": {"aws:PrincipalTag/team": "audit"}}, Answer.ALLOWS),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}, Answer.CANNOT_TELL),
        ({"ForAllValues:StringEquals": {"aws:CalledVia": "x"}}, Answer.ALLOWS),
        ({"ForAnyValue:StringEquals": {"aws:CalledVia": "x"}}, Answer.REFUSES),
        ({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}}, Answer.ALLOWS),
        ({"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-*/r-ab12/*"}}, Answer.REFUSES),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Answer.REFUSES),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1"]}}, Answer.ALLOWS),
        ({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Answer.ALLOWS),
        ({"IpAddress": {"aws:SourceIp": "nonsense"}}, Answer.CANNOT_TELL),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/auditor"}}, Answer.ALLOWS),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:*"}}, Answer.REFUSES),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:*"}}, Answer.CANNOT_TELL),
        ({"DateLessThan": {"aws:CurrentTime": "2026-09-30T00:00:00Z"}}, Answer.CANNOT_TELL),
        ({"NumericGreaterThanEquals": {"s3:TlsVersion": "1.2"}}, Answer.ALLOWS),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, Answer.REFUSES),
        ({"NumericLessThan": {"s3:TlsVersion": "new"}}, Answer.CANNOT_TELL),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, Answer.REFUSES),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}, Answer.CANNOT_TELL),
        ({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}, Answer.ALLOWS),
        ({"StringMatches": {"aws:PrincipalOrgID": "x"}}, Answer.CANNOT_TELL),
        ("nonsense", Answer.CANNOT_TELL),
        ({"StringEquals": "nonsense"}, Answer.CANNOT_TELL),
        ({}, Answer.ALLOWS),
    ],
)
def test_conditions_as_they_are_met_in_practice(condition: Any, expected: Answer) -> None:
    """A stranger, of whom some keys are known; what nobody knows is not guessed."""
    context: dict[str, Value] = {
        "aws:principalorgid": "o-stranger00",
        "aws:principalorgpaths": ("o-stranger00/r-ab12/ou-ab12-11111111/", "o-stranger00/r-zz99/"),
        "aws:principalarn": Choice("arn:aws:iam::000000000000:*"),
        "aws:calledvia": (),
        "aws:sourceip": Choice("*"),
        "s3:tlsversion": "1.3",
    }
    assert answer(STRANGER, context, Condition=condition) is expected


@pytest.mark.parametrize(
    ("principal", "who", "expected"),
    [
        ({"AWS": "*"}, STRANGER, Answer.ALLOWS),
        ({"AWS": FOREIGN}, STRANGER, Answer.REFUSES),
        ({"AWS": FOREIGN}, SomebodyOf(FOREIGN), Answer.ALLOWS),
        ({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, SomebodyOf(FOREIGN), Answer.ALLOWS),
        ({"AWS": f"arn:aws:iam::{FOREIGN}:role/auditor"}, SomebodyOf(FOREIGN), Answer.ALLOWS),
        ({"AWS": "arn:aws:iam::123456789012:role/auditor"}, SomebodyOf(FOREIGN), Answer.REFUSES),
        ({"AWS": "AIDAEXAMPLEEXAMPLE"}, SomebodyOf(FOREIGN), Answer.CANNOT_TELL),
        ({"CanonicalUser": "79a59df900b949e5"}, SomebodyOf(FOREIGN), Answer.CANNOT_TELL),
        ({"CanonicalUser": "79a59df900b949e5"}, STRANGER, Answer.REFUSES),
        ({"Service": "cloudtrail.amazonaws.com"}, CLOUDTRAIL, Answer.ALLOWS),
        ({"Service": "config.amazonaws.com"}, CLOUDTRAIL, Answer.REFUSES),
        ({"AWS": f"arn:aws:iam::{FOREIGN}:root"}, CLOUDTRAIL, Answer.REFUSES),
        (["nonsense"], CLOUDTRAIL, Answer.CANNOT_TELL),
        (None, CLOUDTRAIL, Answer.REFUSES),
    ],
)
def test_who_is_named(principal: Any, who: Principal, expected: Answer) -> None:
    """Accounts by number and by ARN, their roles, services, and names that show no account."""
    assert answer(who, {}, Principal=principal) is expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [(STRANGER, Answer.ALLOWS), (CLOUDTRAIL, Answer.ALLOWS), (SomebodyOf(FOREIGN), Answer.CANNOT_TELL)],
)
def test_an_allow_for_everybody_but_some_is_for_everybody(who: Principal, expected: Answer) -> None:
    """NotPrincipal: whether users of a named account are excepted depends on their being named themselves."""
    assert answer(who, {}, Principal=None, NotPrincipal={"AWS": FOREIGN}) is expected


def test_a_variable_is_a_plain_text_in_an_old_policy() -> None:
    """Only version 2012-10-17 knows policy variables."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "arn:aws:s3:::${aws:username}",
    }
    request = Request(principal=STRANGER, action="s3:GetObject", resource="arn:aws:s3:::audit")
    assert may({"Statement": statement}, request).answer is Answer.REFUSES
    assert may({**VERSION, "Statement": statement}, request).answer is Answer.CANNOT_TELL


def test_what_leaves_it_open_is_named() -> None:
    """Whoever reads "cannot tell" learns which condition key would settle it."""
    condition = {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}
    request = Request(principal=STRANGER, action="s3:GetObject", resource="arn:aws:s3:::audit")
    decision = may({**VERSION, "Statement": [statement]}, request)
    assert decision.open_keys == ["aws:SourceVpce"]
    assert may(None, request).open_keys == []
