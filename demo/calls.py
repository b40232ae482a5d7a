"""Call every one of App Mesh's 38 operations in a Region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore import xform_name
from botocore.exceptions import ClientError

from cloudtrail.partitions import Arn, partition_of
from demo.payments_mesh import Step, steps

if TYPE_CHECKING:
    from demo.callers import CallerKind, Callers


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was made, and answered.

    Attributes:
        operation: What was called; the `eventName` of its event.
        caller: Whose credentials it was made with.
        region: Where; the `awsRegion` of its event.
        request_id: The ID of the answer; the `requestID` of its event.
        error: The error code it was refused with; None: it succeeded.
    """

    operation: str
    caller: CallerKind
    region: str
    request_id: str
    error: str | None


class Progress(Protocol):
    """Told of each call once it has been answered, never before."""

    def __call__(self, call: Call, *, done: int, total: int) -> None:
        """One more call was answered.

        Args:
            call: The call.
            done: How many have been answered in this Region, this one included.
            total: How many there will be in this Region.
        """
        ...


def call_every_operation(
    callers: Callers, *, region: str, mesh_name: str = "payments", progress: Progress | None = None
) -> list[Call]:
    """Call each App Mesh operation once, as every kind of caller; see `demo.payments_mesh` for who does what.

    A refused call is an event as well, so the calls go on after an error: all of them are made, whatever the
    answers are. The mesh is gone afterwards, unless a deletion was refused.

    Args:
        callers: Who calls.
        region: Where.
        mesh_name: What to call the mesh; there must be none of that name in the Region.
        progress: Told of each call.

    Returns:
        The 38 calls, in the order they were made.

    Raises:
        botocore.exceptions.BotoCoreError: No answer came at all.
    """
    mesh_arn = str(Arn(partition_of(region), "appmesh", region, callers.account, f"mesh/{mesh_name}"))
    todo = steps(mesh_name, mesh_arn)
    calls: list[Call] = []
    for step in todo:
        calls.append(_make(callers, step, region))
        if progress is not None:
            progress(calls[-1], done=len(calls), total=len(todo))
    return calls


def _make(callers: Callers, step: Step, region: str) -> Call:
    client = callers.app_mesh(step.caller, region)
    error = None
    answer: Any
    try:
        answer = getattr(client, xform_name(step.operation))(**step.parameters)
    except ClientError as refusal:
        answer = refusal.response
        error = str(answer["Error"]["Code"])
    return Call(
        operation=step.operation,
        caller=step.caller,
        region=region,
        request_id=answer["ResponseMetadata"].get("RequestId", ""),
        error=error,
    )
