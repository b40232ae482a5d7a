from __future__ import annotations

from typing import Any

from sandbox.provider.properties import Block, ListOf, Property, Text, same

SELECTORS = Property(
    kind=ListOf(
        item=Block({"field": Property(kind=Text()), "equals": Property(kind=ListOf(item=Text()))}),
        unordered=True,
    )
)


def test_objects_of_a_set_are_the_same_whatever_the_order_of_their_keys() -> None:
    """The wire keeps no order of keys: neither between the objects of a set nor within one means anything."""
    a: dict[str, Any] = {"field": "eventCategory", "equals": ["Management"]}
    b: dict[str, Any] = {"field": "eventSource", "equals": ["appmesh.amazonaws.com"]}
    turned = [dict(reversed(one.items())) for one in (a, b)]
    for other in ([a, turned[1]], [turned[0], b], [b, turned[0]], [turned[1], a]):
        assert same(SELECTORS, [a, b], other)
    assert not same(SELECTORS, [a, b], [a, a])
    assert not same(SELECTORS, [a, b], [a, {"field": "eventSource", "equals": ["ecs.amazonaws.com"]}])
