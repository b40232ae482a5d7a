"""AWS's errors by their code."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Generator


def code_of(error: ClientError) -> str:
    """The error's code, e.g. `NoSuchBucket`."""
    return error.response.get("Error", {}).get("Code", "")


def message_of(error: ClientError) -> str:
    """The error's message, as AWS worded it."""
    return error.response.get("Error", {}).get("Message", "")


@contextmanager
def gone_is_fine(*codes: str) -> Generator[None]:
    """For deletions: an error with one of these codes means there is nothing left to delete."""
    try:
        yield
    except ClientError as error:
        if code_of(error) not in codes:
            raise
