"""What the API's model says of a request: required members, types, ranges, lengths, patterns, choices.

botocore checks the first few before it sends anything; a sandbox that relied on that would accept from another
client what AWS refuses.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, StructureShape
from botocore.validate import ParamValidator

from sandbox.appmesh.exceptions import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import Shape


def check(parameters: Mapping[str, Any], shape: Shape) -> None:
    """Hold a request's parameters to the model.

    Args:
        parameters: The request, parsed.
        shape: The input shape of the operation.

    Raises:
        BadRequest: Something in the request breaks the model; the message says each thing.
    """
    report = ParamValidator().validate(parameters, shape)
    problems = [report.generate_report()] if report.has_errors() else list(_limits(parameters, shape, ""))
    if problems:
        raise BadRequest("\n".join(problems))


def _limits(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """What botocore's own validator leaves to the service: upper bounds, patterns and choices."""
    yield from _own_limits(value, shape.metadata, where)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            if name in value:
                yield from _limits(value[name], member, f"{where}.{name}" if where else name)
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from _limits(item, shape.member, f"{where}[{index}]")


def _own_limits(value: Any, rules: Mapping[str, Any], where: str) -> Iterator[str]:
    highest = rules.get("max")
    if highest is not None:
        size = value if isinstance(value, int) else len(value)
        if size > highest:
            yield f"{where}: {size} is more than {highest}"
    choices = rules.get("enum")
    if choices and value not in choices:
        yield f"{where}: {value!r} is none of {', '.join(choices)}"
    pattern = rules.get("pattern")
    if pattern and isinstance(value, str) and not re.search(pattern, value):
        yield f"{where}: {value!r} does not match {pattern}"
