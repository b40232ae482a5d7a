"""Uniform resource names: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`.

The qualified type is the chain of every ancestor's type but the stack's own, as the engine builds it
(pulumi.com/docs/iac/concepts/resources/names).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"


@dataclass(frozen=True, slots=True)
class Urn:
    """A URN in its parts; `types` is the chain from the outermost component to the resource itself."""

    stack: str
    project: str
    types: tuple[str, ...]
    name: str

    @property
    def type(self) -> str:
        """The resource's own type token."""
        return self.types[-1]

    def __str__(self) -> str:
        return f"urn:pulumi:{self.stack}::{self.project}::{'$'.join(self.types)}::{self.name}"

    @classmethod
    def parse(cls, text: str) -> Urn:
        """Read a URN.

        Raises:
            ValueError: when the text is none.
        """
        head, *rest = text.split("::", 3)
        stack = head.removeprefix("urn:pulumi:")
        if stack == head or len(rest) != 3:  # noqa: PLR2004  # project, types and name: the three parts after the stack
            raise ValueError(f"{text!r} is not a URN")
        project, types, name = rest
        return cls(stack, project, tuple(types.split("$")), name)

    def child(self, type_token: str, name: str) -> Urn:
        """The URN of a resource below this one; the stack itself does not show in its children's types."""
        above = () if self.types == (STACK_TYPE,) else self.types
        return Urn(self.stack, self.project, (*above, type_token), name)


def stack_urn(stack: str, project: str) -> Urn:
    """The URN of the root of everything a program registers."""
    return Urn(stack, project, (STACK_TYPE,), f"{project}-{stack}")
