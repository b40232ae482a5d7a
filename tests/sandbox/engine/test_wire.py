from __future__ import annotations

import pytest
from google.protobuf import struct_pb2
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from sandbox.engine.wire import (
    Secret,
    UnsupportedValue,
    decode,
    encode,
    from_struct,
    holds_secret,
    reveal,
    to_struct,
)
from sandbox.provider.values import UNKNOWN, holds_unknown

SIGNATURE = "4dabf18193072939515e22adb298388d"
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.text().filter(lambda text: text != rpc.UNKNOWN)
    | st.just(UNKNOWN),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text().filter(lambda key: key != SIGNATURE), inner, max_size=3)
        | inner.map(Secret)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text().filter(lambda key: key != SIGNATURE), VALUES, max_size=4))
def test_values_survive_the_wire(properties: dict[str, object]) -> None:
    """Whatever is written is read back the same: text, whole numbers, lists, maps, secrets and unknowns."""
    assert from_struct(to_struct(properties)) == properties


@given(VALUES)
def test_revealing_leaves_no_secret_mark(value: object) -> None:
    """A revealed value holds no secret at any depth, and revealing it again changes nothing."""
    revealed = reveal(value)
    assert not holds_secret(revealed)
    assert reveal(revealed) == revealed


def test_revealing_keeps_what_is_unknown() -> None:
    """A secret that is not known yet is still not known without its mark."""
    assert holds_unknown(reveal({"a": [Secret(UNKNOWN)]}))


def test_none_is_left_out() -> None:
    """A property without a value is no property."""
    assert from_struct(to_struct({"a": None, "b": 1})) == {"b": 1}


def test_fractions_stay_fractions() -> None:
    """Only whole numbers become ints."""
    assert decode(1.5) == 1.5
    assert isinstance(decode(2.0), int)


def test_a_resource_reference_becomes_its_id() -> None:
    """Where the program passes a whole resource, the provider is given its id."""
    reference = {SIGNATURE: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "urn:x", "id": "bucket"}
    assert decode(reference) == "bucket"


def test_an_output_value_is_its_value() -> None:
    """An output sent as a value is the value, unknown where it has none, secret where it says so."""
    mark = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    assert decode({**mark, "value": "x"}) == "x"
    assert decode({**mark}) is UNKNOWN
    assert decode({**mark, "value": "x", "secret": True}) == Secret("x")


def test_assets_are_refused() -> None:
    """Any other marked object is refused, not passed on as a plain one."""
    struct = struct_pb2.Struct()
    struct.update({"file": {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "x"}})
    with pytest.raises(UnsupportedValue):
        from_struct(struct)


def test_a_secret_does_not_show_itself() -> None:
    """A secret printed by accident says nothing."""
    assert "hunter2" not in repr(Secret("hunter2"))
    assert encode(Secret(UNKNOWN)) == {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": rpc.UNKNOWN}
