"""What Pulumi said when it ended, as an outcome with its remedy. Pure.

The words are those of Pulumi's backends and engine: `[409] Conflict: Another update is currently in progress` (Pulumi
Cloud) and `the stack is currently locked by` (S3 and file backends), both also in pulumi.automation.errors; the lost
lease: github.com/pulumi/pulumi/issues/4619, 2461 and 3055.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rollout.stacks import Ended, Outcome

_CONFLICT: Final = re.compile(
    r"Another update is currently in progress|the stack is currently locked by", re.IGNORECASE
)
_LOST_LOCK: Final = re.compile(
    r"update token has expired|lease .{0,40}expired|(?:failed to|unable to|could not) renew .{0,20}(?:lease|token)"
    r"|failed to (?:save|verify) (?:snapshot|checkpoint).{0,80}\[40[3-9]\]"
    r"|\[404\] Not Found: Update '|update .{0,60}(?:has been|was) cancell?ed"
    r"|problem deleting the lock|lock file .{0,80}(?:no longer|does not) exist",
    re.IGNORECASE,
)
_PROTECTED: Final = re.compile(
    r"cannot be deleted\s+because it is protected|marked for protection|is protected", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Kind:
    words: re.Pattern[str]
    outcome: Outcome
    remedy: str


def _kind(words: str, outcome: Outcome, remedy: str) -> _Kind:
    return _Kind(re.compile(words, re.IGNORECASE), outcome, remedy)


_KINDS: Final = (
    _kind(
        r"passphrase must be set|incorrect passphrase|PULUMI_CONFIG_PASSPHRASE",
        Outcome.REFUSED,
        "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the stacks' passphrase.",
    ),
    _kind(
        r"PULUMI_ACCESS_TOKEN must be set|invalid access token|requires logging in|\[401\] Unauthorized",
        Outcome.REFUSED,
        "Set PULUMI_ACCESS_TOKEN, or run `pulumi login`; for S3 give --backend s3://BUCKET.",
    ),
    _kind(
        r"could not (?:open|list|read) bucket|unable to open bucket|error opening backend",
        Outcome.REFUSED,
        "Look whether --backend is right, and whether its bucket may be read and written with these credentials.",
    ),
    _kind(
        r"account ID not allowed|not in .{0,20}allowed.?account",
        Outcome.FAILED,
        "The credentials are another account's. Nothing was asked of it. Give --role-name the role of the account.",
    ),
    _kind(
        r"ExpiredToken|security token .{0,30}expired|RequestExpired",
        Outcome.FAILED,
        "The credentials ran out on the way. Get new ones, then run `meshtrail rollout up` again.",
    ),
    _kind(
        r"AssumeRole",
        Outcome.FAILED,
        "The role could not be assumed: look whether it is in the account, trusts these credentials, and whether "
        "MESHTRAIL_EXTERNAL_ID is what it asks for.",
    ),
    _kind(
        r"pending operations?|interrupted while",
        Outcome.FAILED,
        "An earlier update was cut off. `pulumi refresh` of the stack asks AWS what came of it; then run "
        "`meshtrail rollout up` again.",
    ),
)


def failed(text: str, *, conflict: bool, began: bool, stack: str) -> Ended:
    """How an operation ended that Pulumi says has failed.

    Args:
        text: What Pulumi said, without secrets.
        conflict: Whether the Automation API took it for a concurrent update.
        began: Whether the engine told of any resource before.
        stack: The stack's full name, for the remedy.
    """
    conflict = conflict or _CONFLICT.search(text) is not None
    if _LOST_LOCK.search(text) or (conflict and began):
        return lost_lock(text, stack=stack)
    if conflict:
        return Ended(
            outcome=Outcome.LOCKED,
            touched=False,
            why=text,
            remedy="Somebody else is updating the stack: wait, then run `meshtrail rollout up` again. If nobody is, a "
            f"run that died left its lock: `pulumi cancel --stack {stack}`, or `meshtrail rollout up --take-locks`.",
        )
    if _PROTECTED.search(text):
        return Ended(
            outcome=Outcome.PROTECTED,
            touched=began,
            why=text,
            remedy="What keeps the record is protected from replacement and deletion, and a rollout does neither. Take "
            "the change back, or see docs/how-to-change-what-is-protected.md. To delete a whole stack, take `protect` "
            "out of its settings and destroy it by hand.",
        )
    for kind in _KINDS:
        if kind.words.search(text):
            refused = kind.outcome is Outcome.REFUSED and not began
            return Ended(
                outcome=Outcome.REFUSED if refused else Outcome.FAILED,
                touched=not refused,
                why=text,
                remedy=kind.remedy,
            )
    return Ended(
        outcome=Outcome.FAILED,
        why=text,
        remedy="Mend what it names, then run `meshtrail rollout up` again: it goes on where it stopped.",
    )


def lost_lock(text: str, *, stack: str) -> Ended:
    """How an operation ended whose lock was lost on the way."""
    return Ended(
        outcome=Outcome.LOST_LOCK,
        why=text,
        remedy="Pulumi's state may lack what was done since. Make sure that nobody else updates the stack, compare it "
        f"with AWS (`pulumi refresh --stack {stack}`), then run `meshtrail rollout up` again.",
    )


def lost_on_the_way(text: str) -> bool:
    """Whether an operation that ended well says that it had no lock for a while."""
    return _LOST_LOCK.search(text) is not None
