from __future__ import annotations

import pytest

from sandbox.engine.urn import Urn, stack_urn


def test_a_urn_reads_back_as_it_was_written() -> None:
    """Parsing and printing are each other's reverse, also for names with separators in them."""
    text = "urn:pulumi:dev::proj::a:b:C$d:e:F::name::with::colons"
    assert str(Urn.parse(text)) == text
    assert Urn.parse(text).name == "name::with::colons"
    assert Urn.parse(text).type == "d:e:F"


def test_children_of_the_stack_do_not_show_it() -> None:
    """The stack's type is left out of its children's chain; every other ancestor's is in it."""
    outer = stack_urn("dev", "proj").child("x:y:Outer", "o")
    assert str(outer) == "urn:pulumi:dev::proj::x:y:Outer::o"
    assert str(outer.child("x:y:Inner", "i")) == "urn:pulumi:dev::proj::x:y:Outer$x:y:Inner::i"


@pytest.mark.parametrize("text", ["", "arn:aws:s3:::bucket", "urn:pulumi:dev::proj::type"])
def test_what_is_no_urn_is_refused(text: str) -> None:
    """A text of another shape is not read as a URN."""
    with pytest.raises(ValueError, match="is not a URN"):
        Urn.parse(text)
