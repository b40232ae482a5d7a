"""Names are held to the installed SDK, so that what the sandbox accepts and gives is what a program says and reads."""

from __future__ import annotations

import importlib
import inspect
import typing
from typing import TYPE_CHECKING, Any, cast

import pulumi_aws
import pytest
from pulumi import _types

from sandbox.provider.properties import Block, Kind, ListOf
from sandbox.provider.registry import RESOURCE_TYPES

if TYPE_CHECKING:
    from sandbox.provider.resource_type import ResourceType

MADE_BY_THE_CHECK = frozenset({"tagsAll"})


def sdk_class(kind: type[ResourceType]) -> type[Any]:
    """The SDK's class of a resource type."""
    _, module, name = kind.type_name.split(":")
    return getattr(importlib.import_module(f"pulumi_aws.{module.partition('/')[0]}"), name)


def sdk_inputs(kind: type[ResourceType]) -> dict[str, Any]:
    """The inputs the SDK's class takes, by wire name, with their types."""
    cls = sdk_class(kind)
    module = inspect.getmodule(cls)
    for suffix in ("InitArgs", "Args"):
        args = getattr(module, f"{cls.__name__}{suffix}", None)
        if args is not None and args.__module__ == cls.__module__:
            return _types.input_type_types(args)
    raise AssertionError(f"no arguments for {cls}")


@pytest.mark.parametrize("kind", RESOURCE_TYPES, ids=lambda kind: kind.type_name)
def test_inputs_are_the_sdks(kind: type[ResourceType]) -> None:
    """Every input of the SDK is either known or refused by name, and there are no others."""
    known = set(kind.properties) - MADE_BY_THE_CHECK
    refused = kind.not_emulated & set(sdk_inputs(kind))
    assert known | refused == set(sdk_inputs(kind))
    assert not known & refused


@pytest.mark.parametrize("kind", RESOURCE_TYPES, ids=lambda kind: kind.type_name)
def test_outputs_are_the_sdks(kind: type[ResourceType]) -> None:
    """Every output the SDK reads is given, or named as not emulated."""
    outputs = set(_types.resource_types(sdk_class(kind)))
    given = set(kind.properties) | kind.computed
    assert outputs - given <= kind.not_emulated
    assert given - outputs <= {"forceDestroy"} - outputs


@pytest.mark.parametrize("kind", RESOURCE_TYPES, ids=lambda kind: kind.type_name)
def test_nested_names_are_the_sdks(kind: type[ResourceType]) -> None:
    """Names inside nested objects are those the SDK writes on the wire."""
    types = sdk_inputs(kind)
    for name, prop in kind.properties.items():
        if name in types:
            compare(prop.kind, types[name], f"{kind.type_name}.{name}")


def compare(kind: Kind, hint: Any, path: str) -> None:
    """Walk a kind and the SDK's type hint side by side."""
    if isinstance(kind, ListOf):
        compare(kind.item, item_type(hint), f"{path}[]")
    elif isinstance(kind, Block):
        found = object_type(hint)
        assert found is not None, path
        nested = _types.input_type_types(found)
        assert set(kind.properties) == set(nested), path
        for name, prop in kind.properties.items():
            compare(prop.kind, nested[name], f"{path}.{name}")


def item_type(hint: Any) -> Any:
    """What a list hint holds."""
    for option in options(hint):
        if "Sequence" in str(typing.get_origin(option)) or typing.get_origin(option) is list:
            return typing.get_args(option)[0]
    raise AssertionError(f"{hint} is no list")


def object_type(hint: Any) -> type[Any] | None:
    """The input type among the options of a hint."""
    for option in options(hint):
        if isinstance(option, type) and _types.is_input_type(cast("Any", option)):
            return option
    return None


def options(hint: Any) -> list[Any]:
    """A hint's alternatives, with `Input`, `Optional` and `Union` taken off."""
    found = _types.unwrap_type(hint)
    if typing.get_origin(found) is typing.Union:
        return [inner for option in typing.get_args(found) for inner in options(option)]
    return [found] if found == hint else options(found)


def test_every_type_is_registered_once() -> None:
    """No two classes claim one token, and the SDK knows them all."""
    tokens = [kind.type_name for kind in RESOURCE_TYPES]
    assert len(set(tokens)) == len(tokens)
    assert pulumi_aws is not None
