"""What is claimed of a trail's digest chain and log files, by account and Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.aws import CannotLook
from verify.finding import Finding, Scope, cannot_tell, could_not_look, does_not_apply, fails, holds
from verify.integrity.check import check_integrity
from verify.integrity.public_keys import LIST_PUBLIC_KEYS
from verify.integrity.status import DigestStatus, LogStatus, Outcome
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import DECRYPT, GET, LIST
from verify.statement import Requirement, Standard, Statement
from verify.stores.trail_bucket import store_id
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime, timedelta

    from cloudtrail.manifest import TrailPromise
    from verify.integrity.public_keys import PublicKeys
    from verify.integrity.result import IntegrityResult, Problem
    from verify.objects import ObjectSource
    from verify.report.parts import Claim
    from verify.stores.base import Place
    from verify.window import Window

SHOWN: Final = 20
"""How many problems a claim names."""

_READS: Final = (LIST, GET, DECRYPT, LIST_PUBLIC_KEYS)
INTEGRITY: Final = (
    Requirement(Standard.NIST_800_53, "AU-9"),
    Requirement(Standard.NIST_800_53, "AU-10"),
    Requirement(Standard.NIST_800_53, "SI-7"),
    Requirement(Standard.PCI_DSS, "10.3.4"),
)
"""What proving the files maps to."""

CHAIN: Final = Statement(
    id="integrity.digest-chain",
    title="The trail's digest files are signed by CloudTrail and follow each other without a gap",
    severity=Severity.CRITICAL,
    actions=_READS,
    remedy=(
        "Look who could delete or write objects in the bucket (its policy, Object Lock, S3 data events). "
        "Versioning keeps what was deleted: restore it, and keep what was there as evidence."
    ),
    requirements=INTEGRITY,
)
LOGS: Final = Statement(
    id="integrity.log-files",
    title="Every log file is byte for byte what CloudTrail delivered",
    severity=Severity.CRITICAL,
    actions=_READS,
    remedy=(
        "Restore the version CloudTrail wrote, keep the changed one as evidence, and look who could write to the "
        "bucket."
    ),
    requirements=INTEGRITY,
)

STATEMENTS: Final = (CHAIN, LOGS)
"""What is claimed of every trail, account and Region."""


def integrity_claims(
    trail: TrailPromise,
    place: Place,
    *,
    objects: ObjectSource,
    public_keys: PublicKeys,
    organization: str | None,
    window: Window,
    now: datetime,
    cadence: timedelta,
    stopped_at: datetime | None,
    started_at: datetime | None,
    progress: Callable[[int], None],
) -> Iterator[Claim]:
    """The two claims about one trail in one place; see `check_integrity` for the arguments."""
    scope = Scope(place.account, place.region, store_id(trail), f"s3://{trail.bucket}/{trail.prefix or ''}")
    if not trail.log_file_validation:
        off = does_not_apply("Log file validation is off: CloudTrail signs nothing that could be checked.")
        chain = logs = off
    else:
        try:
            with surviving(f"s3://{trail.bucket}, {place}"):
                result = check_integrity(
                    objects,
                    trail=trail,
                    account=place.account,
                    region=place.region,
                    window=window,
                    public_keys=public_keys,
                    now=now,
                    organization=organization if trail.scope == "organization" else None,
                    expected_cadence=cadence,
                    stopped_at=stopped_at,
                    started_at=started_at,
                    progress=progress,
                )
        except CannotLook as error:
            chain = logs = could_not_look(error)
        else:
            chain, logs = _chain(result), _log_files(result)
    yield CHAIN.claim(chain, scope)
    yield LOGS.claim(logs, scope)


def _chain(result: IntegrityResult) -> Finding:
    problems = [problem for problem in result.problems if problem.what != "log"]
    if not result.digests and not any(gap.digests for gap in result.gaps):
        return cannot_tell(
            "There is no digest file, and none is due yet.",
            reason="CloudTrail writes a trail's first digest file within about an hour of its start. Look again then.",
        )
    counts = ", ".join(f"{count} {status.value}" for status, count in sorted(result.digest_counts.items()))
    valid = result.digest_counts[DigestStatus.VALID]
    return _finding(problems, f"{plural(valid, 'digest file')} signed and linked.", counts=counts)


def _log_files(result: IntegrityResult) -> Finding:
    problems = [problem for problem in result.problems if problem.what == "log"]
    valid, pending = result.log_counts[LogStatus.VALID], result.log_counts[LogStatus.PENDING]
    young = f"{plural(pending, 'log file')} too young for a digest file" if pending else ""
    if not problems and not valid:
        return cannot_tell(
            f"Nothing to compare: {young or 'no log file was delivered in the window'}.",
            reason="Look again when CloudTrail has written the next digest file, or widen --since.",
        )
    counts = ", ".join(f"{count} {status.value}" for status, count in sorted(result.log_counts.items()))
    good = f"{plural(valid, 'log file')} as delivered{', ' + young if young else ''}."
    return _finding(problems, good, counts=counts)


def _finding(problems: Sequence[Problem], good: str, *, counts: str) -> Finding:
    counted = ("counted", counts)
    if not problems:
        return holds(good, counted)
    broken = [problem for problem in problems if problem.outcome is Outcome.BROKEN]
    told = [*broken, *(problem for problem in problems if problem.outcome is not Outcome.BROKEN)]
    facts = [(problem.status, _detail(problem)) for problem in told[:SHOWN]]
    if len(told) > SHOWN:
        facts.append(("and more", f"{len(told) - SHOWN} others"))
    first = told[0]
    summary = f"{plural(len(told), 'problem')}. {first.what.capitalize()} {first.where}: {first.detail}."
    if broken:
        return fails(summary, counted, *facts)
    return cannot_tell(
        summary,
        counted,
        *facts,
        reason=f"{first.detail}. The evidence names each part that could not be told.",
    )


def _detail(problem: Problem) -> str:
    compared = f"; expected {problem.expected or '-'}, found {problem.found or '-'}"
    return f"{problem.where}: {problem.detail}{compared if problem.expected or problem.found else ''}"
