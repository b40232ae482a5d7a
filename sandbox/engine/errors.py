"""What ends a run, and why.

RunFailed
├── Refused          the engine does not take what the program asked for
│   └── DuplicateUrn two resources have the same URN
├── CheckFailed      a resource's inputs break the provider's rules
├── ApplyFailed      AWS answered with an error
├── Protected        a protected resource would have been deleted or replaced
├── Cancelled        an earlier failure, or the time limit, had ended the run already
├── ProgramFailed    the program raised
└── TimedOut         the program did not come to an end
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cloudtrail.errors import MeshtrailError
from sandbox.provider.aws_errors import code_of, message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.provider.properties import Failure


class RunFailed(MeshtrailError):
    """A run of a Pulumi program came to a bad end; `urn` says with which resource, where there is one."""

    def __init__(self, what: str, *, urn: str = "", where: str = "", why: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where or urn, why=why, remedy=remedy)
        self.urn = urn


class Refused(RunFailed):
    """The engine does not take what the program asked for."""


class DuplicateUrn(Refused):
    """Two resources have the same URN."""

    def __init__(self, urn: str) -> None:
        super().__init__(
            "Duplicate resource URN",
            urn=urn,
            why="Two resources with the same parent and type have the same name.",
            remedy="Give one of them another name.",
        )


class CheckFailed(RunFailed):
    """A resource's inputs break the provider's rules; `failures` lists them all."""

    def __init__(self, urn: str, failures: Sequence[Failure]) -> None:
        super().__init__(
            f"The inputs of the resource fail {len(failures)} check{'s' * (len(failures) != 1)}",
            urn=urn,
            why="; ".join(map(str, failures)),
        )
        self.failures = tuple(failures)


class ApplyFailed(RunFailed):
    """AWS answered with an error.

    Attributes:
        step: What was being done with the resource: create, read, update or delete.
        operation: The AWS operation, e.g. `CreateTrail`; empty when none was reached.
        code: AWS's error code, e.g. `InsufficientS3BucketPolicyException`.
        message: AWS's own words.
    """

    def __init__(self, urn: str, *, step: str, operation: str, code: str, message: str) -> None:
        called = f"{operation} answered {code}: {message}" if operation else f"{code}: {message}"
        super().__init__(f"Could not {step} the resource", urn=urn, why=called)
        self.step = step
        self.operation = operation
        self.code = code
        self.message = message

    @classmethod
    def of(cls, urn: str, step: str, error: Exception) -> ApplyFailed:
        """Put an error of botocore, or of a resource type, in terms of the resource."""
        if isinstance(error, ClientError):
            code, message = code_of(error), message_of(error)
            return cls(urn, step=step, operation=error.operation_name, code=code, message=message)
        if isinstance(error, MeshtrailError):
            parts = (part.removesuffix(".") for part in (error.what, error.why, error.remedy) if part)
            words = ". ".join(parts) + "."
            return cls(urn, step=step, operation="", code=type(error).__name__, message=words)
        return cls(urn, step=step, operation="", code=type(error).__name__, message=str(error))


APPLY_ERRORS = (ClientError, BotoCoreError, MeshtrailError)
"""What a resource type raises when AWS, or the way to it, fails."""


class Protected(RunFailed):
    """A protected resource would have been deleted or replaced."""

    def __init__(self, urn: str, step: str, why: str = "") -> None:
        super().__init__(
            f"The resource is protected: cannot {step} it",
            urn=urn,
            why=why,
            remedy="If it really has to go, set `protect` to false and run once more before.",
        )


class Cancelled(RunFailed):
    """An earlier failure, or the time limit, had ended the run already."""


class ProgramFailed(RunFailed):
    """The program raised.

    Attributes:
        traceback: Where, as Python prints it; empty for errors meant for the user.
    """

    def __init__(
        self, what: str, *, where: str = "", why: str = "", remedy: str = "", traceback: str = ""
    ) -> None:
        super().__init__(what, where=where, why=why, remedy=remedy)
        self.traceback = traceback


class TimedOut(RunFailed):
    """The program did not come to an end."""
