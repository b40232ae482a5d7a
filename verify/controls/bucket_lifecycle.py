"""How long a bucket's lifecycle rules keep log files: the rules read against the prefixes the files lie under.

Source: Amazon S3 user guide, "Lifecycle configuration elements"
(docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FILTERS: Final = {"Prefix", "Tag", "Tags", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And"}


class UnknownLifecycleRule(MeshtrailError):
    """A lifecycle rule of a kind this version does not know."""


@dataclass(frozen=True, slots=True)
class Expiry:
    """A rule that deletes current versions of some of the files.

    Attributes:
        rule: The rule's id.
        days: Days from delivery; 0 for a rule with a fixed date, which deletes whatever is there on that day.
        date: The fixed date, as S3 tells it.
    """

    rule: str
    days: int
    date: str | None = None

    def __str__(self) -> str:
        when = f"on {self.date}" if self.date else f"{self.days} days after delivery"
        return f"rule {self.rule} deletes files {when}"


@dataclass(frozen=True, slots=True)
class Keeping:
    """What lifecycle rules do to files under some prefixes.

    Attributes:
        expiries: The rules that delete current versions, soonest first.
        noncurrent: Rules that remove what was overwritten or deleted already, in words. They shorten no file's
            life; they bound how long a deleted one can be brought back.
    """

    expiries: tuple[Expiry, ...]
    noncurrent: tuple[str, ...]

    @property
    def days(self) -> int | None:
        """Days from delivery for which every file is kept; None: for ever."""
        return self.expiries[0].days if self.expiries else None


def keeping(rules: Iterable[dict[str, Any]], prefixes: Sequence[str], *, where: str) -> Keeping:
    """What lifecycle rules do to the files under some key prefixes.

    A rule counts when it may touch any of the files: its prefix lies under one of theirs, or the other way round,
    whatever the size it asks for. One that asks for tags does not: CloudTrail's files carry none. Rules that are
    disabled, end multipart uploads, move files to other storage or tidy delete markers delete no file.

    Args:
        rules: As GetBucketLifecycleConfiguration answers.
        prefixes: Where the files lie.
        where: The bucket, for an error.

    Raises:
        UnknownLifecycleRule: when a rule's filter is of a kind this version does not know.
    """
    expiries: list[Expiry] = []
    noncurrent: list[str] = []
    for rule in rules:
        if rule.get("Status") != "Enabled" or not _touches(rule, prefixes, where=where):
            continue
        name = str(rule.get("ID", "(without id)"))
        expiration: dict[str, Any] = rule.get("Expiration", {})
        if "Days" in expiration:
            expiries.append(Expiry(name, int(expiration["Days"])))
        elif "Date" in expiration:
            expiries.append(Expiry(name, 0, str(expiration["Date"])))
        later: dict[str, Any] = rule.get("NoncurrentVersionExpiration", {})
        if "NoncurrentDays" in later:
            noncurrent.append(
                f"rule {name} removes deleted and overwritten versions after {later['NoncurrentDays']} days"
            )
    return Keeping(tuple(sorted(expiries, key=lambda one: one.days)), tuple(noncurrent))


def _touches(rule: dict[str, Any], prefixes: Sequence[str], *, where: str) -> bool:
    asked: dict[str, Any] = rule.get("Filter") or {}
    unknown = set(asked) - _FILTERS
    asked = {**asked, **(asked.get("And") or {})}
    unknown |= set(asked) - _FILTERS
    if unknown:
        raise UnknownLifecycleRule(
            f"The lifecycle rule {rule.get('ID')} filters by {', '.join(sorted(unknown))}",
            where=where,
            why="This version does not know which files that leaves out.",
            remedy="Take a newer version of meshtrail, or look at the rule yourself.",
        )
    if asked.get("Tag") or asked.get("Tags"):
        return False
    prefix = str(asked.get("Prefix") or rule.get("Prefix") or "")
    return any(prefix.startswith(one) or one.startswith(prefix) for one in prefixes)
