"""docs/drift.md says of every drift what Pulumi's engine and a verification say: the tests' own data is its tables.

What the data says is held to the engine by tests/pulumi/test_drift.py, where Pulumi is installed.
"""

from tests.pulumi.drift_tables import PAGE, with_tables
from tests.pulumi.drifts import STAGES
from verify.catalogue import STATEMENTS

DRIFTS = [drift for stage in STAGES for batch in stage.batches for drift in batch]


def test_the_tables_are_current() -> None:
    """`python -m tests.pulumi.drift_tables` was run after the last change."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page)


def test_every_drift_is_seen_by_somebody() -> None:
    """By refresh or by verify; or AWS refuses it."""
    unseen = [drift.done for drift in DRIFTS if not (drift.refresh or drift.claims or drift.refused)]
    assert unseen == []


def test_pulumi_can_tell_the_drifts_of_a_batch_apart() -> None:
    """They are looked at together: no two of them are the same input of the same resource."""
    for stage in STAGES:
        for batch in stage.batches:
            seen = [one for drift in batch for one in drift.refresh]
            assert len(seen) == len(set(seen))


def test_every_claim_named_is_one() -> None:
    """A claim that has another name by now is not looked for in vain."""
    named = {claim for drift in DRIFTS for claim in drift.claims}
    assert named <= {statement.id for statement in STATEMENTS}
