"""Text becomes SQL by two functions, and nothing escapes from what they make."""

import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from cloudtrail.sql import identifier, literal

TEXTS = st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]) | st.sampled_from("'\"\\;-/*`$")
)


@given(TEXTS)
def test_a_literal_means_its_text(text: str) -> None:
    """Athena's parser reads back the text, whatever it holds, and nothing else."""
    query = sqlglot.parse_one(f"SELECT {literal(text)}", dialect="trino")
    (only,) = query.expressions
    assert isinstance(only, exp.Literal)
    assert only.this == text


@given(TEXTS.filter(bool))
def test_an_identifier_means_its_name(name: str) -> None:
    """A column's name stays one name."""
    query = sqlglot.parse_one(f"SELECT {identifier(name)}", dialect="trino")
    (only,) = query.expressions
    assert isinstance(only, exp.Column)
    assert only.name == name
