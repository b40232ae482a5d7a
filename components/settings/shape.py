"""Looks into the settings' models: which keys are known where, and which choices a key has."""

import types
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from components.settings.root import Settings

PROVIDER_NAMESPACE: Final = "aws:"
REGION_KEY: Final = "aws:region"
"""The provider's setting that is the stack's Region."""
ACCOUNTS_KEY: Final = "aws:allowedAccountIds"
PROVIDER_KEYS: Final = frozenset({REGION_KEY, ACCOUNTS_KEY})
"""The settings that are the provider's own, and that the program reads as well."""

Location = Sequence[int | str]
"""Where a value stands, as pydantic says it: keys and list indexes."""


def path_of(location: Location) -> str:
    """A location as a person writes it, e.g. `trail.exclude[0]`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part != "[key]":  # pydantic's mark for "the key itself is wrong"
            text += f".{part}" if text else part
    return text


def key_of(path: str, *, namespace: str) -> str:
    """A path as the key Pulumi has it under; the provider's settings have a namespace of their own."""
    return path if path.startswith(PROVIDER_NAMESPACE) else f"{namespace}{path}"


def known_keys(location: Location) -> list[str]:
    """The keys a section knows, sorted; none where there is no section."""
    model: type[BaseModel] = Settings
    for part in location:
        section = section_in(_fields(model).get(str(part)))
        if section is None:
            return []
        model = section
    return sorted(_fields(model).keys() - PROVIDER_KEYS)


def choices(location: Location) -> list[str]:
    """The values a key with a closed set of values may have."""
    model: type[BaseModel] = Settings
    annotation: Any = None
    for part in location:
        if isinstance(part, int):
            annotation = get_args(annotation)[0]
        else:
            annotation = _fields(model).get(part)
            model = section_in(annotation) or model
    return [
        str(choice)
        for each in alternatives(annotation)
        if get_origin(each) is Literal
        for choice in get_args(each)
    ]


def structure(name: str) -> str | None:
    """`a list` or `an object` for a top-level setting that is one; None for a plain value or an unknown name."""
    annotation = _fields(Settings).get(name)
    if get_origin(annotation) is tuple:
        return "a list"
    if section_in(annotation) is not None or get_origin(annotation) is dict:
        return "an object"
    return None


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def section_in(annotation: Any) -> type[BaseModel] | None:
    """The section a field holds, also where it may be left out; None for other fields."""
    for each in alternatives(annotation):
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def alternatives(annotation: Any) -> Iterator[Any]:
    """What a field may be: the members of a union, else the one type."""
    # `Annotated[...] | None` makes the one kind of union, `Section | None` the other.
    if get_origin(annotation) in {types.UnionType, Union}:
        yield from get_args(annotation)
    else:
        yield annotation
