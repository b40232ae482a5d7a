from __future__ import annotations

from sandbox.history.throttle import TokenBuckets


class Clock:
    """Seconds that only the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


def test_two_calls_a_second_are_let_through() -> None:
    """The bucket holds a second's worth: the third call in the same moment is refused."""
    buckets = TokenBuckets(2, clock=Clock())
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]


def test_tokens_come_back_with_time() -> None:
    """Half a second brings one token back."""
    clock = Clock()
    buckets = TokenBuckets(2, clock=clock)
    for _ in range(2):
        buckets.take("a")
    clock.now = 0.4
    assert not buckets.take("a")
    clock.now = 0.5
    assert buckets.take("a")


def test_tokens_do_not_pile_up() -> None:
    """A minute of silence does not allow more than a second's worth at once."""
    clock = Clock()
    buckets = TokenBuckets(2, clock=clock)
    clock.now = 60
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]


def test_keys_have_buckets_of_their_own() -> None:
    """One account's and Region's calls do not use up another's."""
    buckets = TokenBuckets(1, clock=Clock())
    assert buckets.take(("a", "us-east-1"))
    assert buckets.take(("a", "eu-west-1"))
    assert not buckets.take(("a", "us-east-1"))
