"""What is claimed of a trail's digest chain and log files, by account and Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from verify.aws import CannotLook
from verify.controls.trail_state import GET_TRAIL, GET_TRAIL_STATUS
from verify.finding import (
    SHOWN,
    Finding,
    Scope,
    cannot_tell,
    could_not_look,
    does_not_apply,
    fails,
    holds,
    shown,
)
from verify.integrity.check import check_integrity
from verify.integrity.public_keys import LIST_PUBLIC_KEYS
from verify.integrity.status import DigestStatus, GapKind, LogStatus, Outcome
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import DECRYPT, GET, LIST
from verify.statement import Requirement, Standard, Statement
from verify.stores.trail_bucket import store_id
from verify.unforeseen import surviving
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from cloudtrail.manifest import TrailPromise
    from verify.integrity.public_keys import PublicKeys
    from verify.integrity.result import IntegrityResult, Problem
    from verify.integrity.schedule import LoggingState
    from verify.log_files import LogFiles
    from verify.progress import Step
    from verify.report.parts import Claim
    from verify.stores.base import Place

_TRAIL: Final = (GET_TRAIL_STATUS, GET_TRAIL)
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
    actions=(*_READS, *_TRAIL),
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
    actions=(*_READS, *_TRAIL),
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
    log_files: LogFiles,
    public_keys: PublicKeys,
    organization: str | None,
    window: Window,
    now: datetime,
    cadence: timedelta,
    logging: LoggingState | None,
    progress: Step,
    discovered: bool = False,
    oldest: datetime | None = None,
) -> Iterator[Claim]:
    """The two claims about one trail in one place; see `check_integrity` for the other arguments.

    Where a trail was only `discovered`, that its validation is off now is no promise: somebody may have turned it off,
    and the digest files of before are held to what they say. Before `oldest`, nothing has to be there, by the promised
    retention of the bucket.
    """
    scope = Scope(place.account, place.region, store_id(trail), f"s3://{trail.bucket}/{trail.prefix or ''}")
    kept = max(window.start, oldest or window.start)
    if not trail.log_file_validation and not discovered:
        off = does_not_apply("Log file validation is off: CloudTrail signs nothing that could be checked.")
        chain = logs = off
    elif trail.scope == "organization" and organization is None:
        chain = logs = cannot_tell(
            "Where the files of an organization trail lie is not known.",
            reason="Their keys carry the organization's id. Name it in the manifest, or allow the discovery to ask "
            "organizations:DescribeOrganization, which member accounts may call too.",
        )
    elif kept >= window.end:
        chain = logs = cannot_tell(
            f"By the promised retention of the bucket, nothing from before {kept:%Y-%m-%d} has to be there.",
            reason="What was deleted by rule cannot be told from what somebody deleted. Choose a later window.",
        )
    else:
        try:
            with surviving(f"s3://{trail.bucket}, {place}"):
                result = check_integrity(
                    log_files.objects,
                    log_files,
                    trail=trail,
                    account=place.account,
                    region=place.region,
                    window=Window(kept, window.end),
                    public_keys=public_keys,
                    now=now,
                    organization=organization if trail.scope == "organization" else None,
                    expected_cadence=cadence,
                    logging=logging,
                    progress=progress,
                )
        except CannotLook as error:
            chain = logs = could_not_look(error)
        else:
            chain, logs = _chain(result), _log_files(result)
    yield CHAIN.claim(chain, scope)
    yield LOGS.claim(logs, scope)


def _chain(result: IntegrityResult) -> Finding:
    if not result.digest_counts and not any(gap.digests for gap in result.gaps):
        gap = next((gap.detail for gap in result.gaps if gap.kind is GapKind.NO_DIGESTS), "none is due yet")
        return cannot_tell(
            f"There is no digest file: {gap}.",
            reason="CloudTrail writes a trail's first digest file within about an hour of its start. Look again then, "
            f"and allow {GET_TRAIL_STATUS}, which tells when that was.",
        )
    problems = [problem for problem in result.problems if problem.what != "log"]
    valid = result.digest_counts[DigestStatus.VALID]
    return _finding(
        problems,
        result.digest_problems,
        f"{plural(valid, 'digest file')} signed and linked.",
        counts=_counted(result.digest_counts),
    )


def _log_files(result: IntegrityResult) -> Finding:
    problems = [problem for problem in result.problems if problem.what == "log"]
    valid, pending = result.log_counts[LogStatus.VALID], result.log_counts[LogStatus.PENDING]
    young = f"{plural(pending, 'log file')} too young for a digest file" if pending else ""
    if not problems and not valid:
        return cannot_tell(
            f"Nothing to compare: {young or 'no log file was delivered in the window'}.",
            reason="Look again when CloudTrail has written the next digest file, or widen --since.",
        )
    good = f"{plural(valid, 'log file')} as delivered{', ' + young if young else ''}."
    gaps = [gap for gap in result.gaps if gap.outcome is not Outcome.SOUND]
    if not problems and gaps:
        return cannot_tell(
            good,
            ("counted", _counted(result.log_counts)),
            *((gap.kind, gap.problem.where) for gap in gaps[:SHOWN]),
            reason="A log file of a time that no digest file covers could be gone without a trace. See "
            f"{CHAIN.id}.",
        )
    return _finding(problems, result.log_problems, good, counts=_counted(result.log_counts))


def _counted(counts: Mapping[DigestStatus, int] | Mapping[LogStatus, int]) -> str:
    return ", ".join(f"{count} {status.value}" for status, count in sorted(counts.items()))


def _finding(problems: Sequence[Problem], total: int, good: str, *, counts: str) -> Finding:
    """What some problems make of a claim; of `total` only the first of each status are given one by one."""
    counted = ("counted", counts)
    if not problems:
        return holds(good, counted)
    broken = [problem for problem in problems if problem.outcome is Outcome.BROKEN]
    told = [*broken, *(problem for problem in problems if problem.outcome is not Outcome.BROKEN)]
    facts = shown([(problem.status, _detail(problem)) for problem in told], total=total)
    first = told[0]
    summary = f"{plural(total, 'problem')}. {first.what.capitalize()} {first.where}: {first.detail}."
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
