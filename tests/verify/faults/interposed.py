"""Clients that answer some calls themselves: what the sandbox cannot be told to do to a single page or query."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.verify.faults.world import HOME

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.verify.faults.world import World
    from verify.aws import Aws

Answer = tuple[int, dict[str, Any]]
"""An HTTP status, and what botocore would have parsed of the body."""


def interposed(world: World, service: str, operation: str, answer: Callable[[str], Answer | None]) -> Aws:
    """The world's clients, of which one service's is answered for.

    Args:
        world: The account.
        service: The service, in the home Region.
        operation: The operation.
        answer: Told the request's query and body, gives the answer in its place; None lets the service answer.
    """
    aws = world.clients()

    def before(params: dict[str, Any], **_more: object) -> Any:
        told = answer(f"{params['query_string']} {params['body']}")
        if told is None:
            return None
        status, parsed = told
        return SimpleNamespace(status_code=status), {"ResponseMetadata": {}} | parsed

    aws.client(service, HOME).meta.events.register(f"before-call.{service}.{operation}", before)
    return aws


def refusal(code: str = "AccessDeniedException") -> Answer:
    """An error answer."""
    return 400, {"Error": {"Code": code, "Message": "no more"}}
