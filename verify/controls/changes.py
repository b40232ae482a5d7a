"""Nobody weakened a trail, event data store, bucket or key in the window, by the record's own account.

What is configured now says nothing of yesterday. Event history does: it is asked for every call that can take something
away, and each that was made about a resource of the manifest is judged by its request. One that was refused changed
nothing, and is shown. One that was undone and cost nothing meanwhile is shown. Everything else fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cloudtrail.errors import MeshtrailError
from verify.aws import Aws, asking
from verify.controls.base import Control
from verify.controls.recorded_calls import told
from verify.controls.recorded_request import request_of
from verify.controls.requirements import CHANGES
from verify.finding import SHOWN, cannot_tell, fails, holds
from verify.lookup_events import LOOKUP_EVENTS
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import LIST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtrail.record import Record
    from verify.controls.recorded_calls import RecordedCalls
    from verify.controls.recorded_request import Request
    from verify.controls.weakening import Judgement
    from verify.finding import Fact, Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something whose changes are looked for.

    Attributes:
        arn: Its ARN.
        region: Where calls about it are recorded.
        account: Whose it is; None where that has to be asked.
        source: The service whose events they are.
        parameters: Where a request names it.
        names: How a request may name it.
        judgements: How each call is judged, by its name.
    """

    arn: str
    region: str
    account: str | None
    source: str
    parameters: tuple[str, ...]
    names: frozenset[str]
    judgements: Mapping[str, Judgement]


class ChangedResource:
    """A resource, and the calls about it."""

    def __init__(self, resource: Resource, *, calls: RecordedCalls, aws: Aws) -> None:
        self.resource = resource
        self.calls = calls
        self._aws = aws

    @property
    def owner_differs(self) -> str | None:
        """Why the calls about it are in another account's Event history, or None.

        Raises:
            CannotLook: when whose bucket it is cannot be told.
        """
        resource, account = self.resource, self.calls.account
        if resource.account is None:
            name = resource.arn.rpartition(":")[2]
            with asking(LIST, f"bucket {name}, whether account {account} owns it"):
                self._aws.client("s3", resource.region).head_bucket(Bucket=name, ExpectedBucketOwner=account)
            return None
        return None if resource.account == account else f"It belongs to account {resource.account}"

    @cached_property
    def made(self) -> list[Record]:
        """Every call about it, the oldest first.

        Raises:
            CannotLook: when Event history does not answer.
        """
        calls = self.calls.named(self.resource.region, tuple(self.resource.judgements))
        return [call for call in calls if self._is_about(call)]

    def _is_about(self, call: Record) -> bool:
        if call.event_source != self.resource.source:
            return False
        request = request_of(call.request_parameters)
        if request is None:
            # Too large to be recorded, it names nothing: it may be about this one. Refused, it does not matter.
            return call.error_code is None
        named = (request.get(parameter) for parameter in self.resource.parameters)
        return any(isinstance(name, str) and name in self.resource.names for name in named)


class NoneWeakening(Control[ChangedResource]):
    """No call in the window took something away from the record."""

    id = "changes.none-weakening"
    title = "Nobody weakened the record in the window, as far back as the 90 days of Event history reach"
    severity = Severity.HIGH
    actions = (LOOKUP_EVENTS, LIST)
    requirements = CHANGES
    remedy = (
        "Ask whoever made the call. Bring the setting back (`pulumi up --refresh`), then export from Event history "
        "what was not recorded meanwhile: it keeps 90 days."
    )

    def look(self, subject: ChangedResource) -> Finding:
        """Decide it from Event history, call by call."""
        calls, where = subject.calls, f"Event history of {subject.calls.account}, {subject.resource.region}"
        if (reason := subject.owner_differs) is not None:
            return cannot_tell(
                "The calls about it are not in this account's Event history.", reason=reason + "."
            )
        if not calls.reaches:
            return cannot_tell(
                "The window lies before what Event history keeps.",
                reason="It keeps 90 days; choose a later window, or search the trail's log files.",
            )
        since = "" if calls.reaches_back else f", from {calls.start:%Y-%m-%dT%H:%M:%SZ} on: older is gone"
        looked_at = ("looked at", f"{where}{since}")
        verdicts = [_judged(call, subject) for call in subject.made]
        standing = [one for one in verdicts if one.weakened]
        if standing:
            who = ", ".join(dict.fromkeys(one.call.event_name for one in standing))
            return fails(f"{plural(len(standing), 'call')} weakened it: {who}.", *_shown(standing), looked_at)
        if open_ := [one for one in verdicts if one.open]:
            return cannot_tell(
                f"{plural(len(open_), 'call')} cannot be judged.",
                *_shown(open_),
                looked_at,
                reason="The record lacks the request, or holds something unknown. Compare what is configured now.",
            )
        if not verdicts:
            return holds("No call about it is recorded.", looked_at)
        summary = f"No call weakened it; {plural(len(verdicts), 'call')} changed it or tried to."
        return holds(summary, *_shown(verdicts), looked_at)


CHANGE_CONTROLS: tuple[Control[ChangedResource], ...] = (NoneWeakening(),)
"""Decided by what Event history tells of each resource."""


@dataclass(frozen=True, slots=True)
class _Judged:
    call: Record
    text: str
    weakened: bool = False
    open: bool = False

    @property
    def fact(self) -> Fact:
        when, what = told(self.call)
        return (when, f"{what}{': ' if self.text else ''}{self.text}")


def _shown(judged: Sequence[_Judged]) -> list[Fact]:
    """The last of them, and how many came before."""
    facts = [one.fact for one in judged[-SHOWN:]]
    more = len(judged) - SHOWN
    return [*facts, ("and", f"{more} earlier")] if more > 0 else facts


def _judged(call: Record, subject: ChangedResource) -> _Judged:
    if call.error_code is not None:
        return _Judged(call, "changed nothing")
    request = request_of(call.request_parameters)
    try:
        text = None if request is None else _text(call.event_name, request, subject)
    except (MeshtrailError, ValueError, TypeError) as error:
        return _Judged(call, f"not understood: {error}", open=True)
    if request is None:
        return _Judged(call, "its request is not in the record", open=True)
    if text is None:
        return _Judged(call, "")
    if (undone := _undone(call, subject)) is not None:
        return _Judged(call, f"{text}; undone by {undone.event_name} at {told(undone)[0]}")
    return _Judged(call, text, weakened=True)


def _text(name: str, request: Request, subject: ChangedResource) -> str | None:
    return subject.resource.judgements[name].judge(request)


def _undone(call: Record, subject: ChangedResource) -> Record | None:
    """A later call that gave back what this one took, where nothing was lost meanwhile."""
    undoing = subject.resource.judgements[call.event_name].undone_by
    for later in subject.made:
        if later.event_name not in undoing or later.error_code is not None:
            continue
        request = request_of(later.request_parameters)
        if (later.event_time, later.event_id or "") <= (
            call.event_time,
            call.event_id or "",
        ) or request is None:
            continue
        try:
            weakens = _text(later.event_name, request, subject)
        except (MeshtrailError, ValueError, TypeError):
            continue
        if weakens is None:
            return later
    return None
