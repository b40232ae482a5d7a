from __future__ import annotations

import pytest

from rollout.judgement import failed
from rollout.redaction import HIDDEN, LONGEST, Redaction, place_of
from rollout.stacks import Outcome


@pytest.mark.parametrize(
    ("text", "began", "outcome", "touched"),
    [
        ("error: [409] Conflict: Another update is currently in progress.", False, Outcome.LOCKED, False),
        ("error: the stack is currently locked by 1 lock(s).", False, Outcome.LOCKED, False),
        ("error: the stack is currently locked by 1 lock(s).", True, Outcome.LOST_LOCK, True),
        (
            "failed to save snapshot: [403] The provided update token has expired",
            False,
            Outcome.LOST_LOCK,
            True,
        ),
        ("failed to save snapshot: [404] Not Found: Update 'x' not found", True, Outcome.LOST_LOCK, True),
        ("error: could not renew lease: timeout", True, Outcome.LOST_LOCK, True),
        ("error: incorrect passphrase", False, Outcome.REFUSED, False),
        ("error: incorrect passphrase", True, Outcome.FAILED, True),
        ("error: PULUMI_ACCESS_TOKEN must be set for login", False, Outcome.REFUSED, False),
        ("error: resource cannot be deleted\nbecause it is protected", False, Outcome.PROTECTED, False),
        ("error: AWS account ID not allowed: 999999999999", False, Outcome.FAILED, True),
        ("ExpiredToken: The security token included in the request is expired", True, Outcome.FAILED, True),
        ("not authorized to perform: sts:AssumeRole", False, Outcome.FAILED, True),
        ("something nobody has ever seen", False, Outcome.FAILED, True),
        ("", False, Outcome.FAILED, True),
    ],
)
def test_what_pulumi_says_is_an_outcome(text: str, *, began: bool, outcome: Outcome, touched: bool) -> None:
    """Untouched only where its words prove it; whatever it is, there is something to do about it."""
    ended = failed(text, conflict=False, began=began, stack="example")

    assert (ended.outcome, ended.touched) == (outcome, touched)
    assert ended.remedy


def test_credentials_are_hidden() -> None:
    """Those of the environment, and what has the form of one."""
    hide = Redaction(
        {
            "AWS_SESSION_TOKEN": "session-token-value",
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "PULUMI_CONFIG_PASSPHRASE_FILE": "/run/passphrase",
            "HOME": "/home/alice",
        },
        "the-external-id",
    )
    said = (
        "session-token-value correct horse /run/passphrase /home/alice the-external-id AKIAIOSFODNN7EXAMPLE "
        "pul-0123456789abcdef0123 https://user:word@localhost/x ?X-Amz-Security-Token=abc&y"
    )

    told = hide.of(said)

    assert told == (
        f"{HIDDEN} {HIDDEN} /run/passphrase /home/alice {HIDDEN} {HIDDEN} "
        f"{HIDDEN} https://{HIDDEN}@localhost/x ?X-Amz-Security-Token={HIDDEN}&y"
    )


def test_what_is_kept_has_no_colors_and_an_end() -> None:
    """A provider may say anything."""
    told = Redaction({}).of("\x1b[31mred\x1b[0m <{%fg 1%}>" + "x" * 10_000)

    assert told.startswith("red xxx")
    assert len(told) <= LONGEST + 4


def test_a_backend_is_shown_without_its_password() -> None:
    """And without its query, which may hold keys."""
    assert place_of("s3://amzn-s3-demo-bucket/x?region=us-east-1") == "s3://amzn-s3-demo-bucket/x"
    assert place_of("https://user:word@localhost/x") == "https://localhost/x"
