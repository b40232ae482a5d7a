"""Questions that are asked once, whatever the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from verify.aws import CannotLook

if TYPE_CHECKING:
    from collections.abc import Callable

Asker = TypeVar("Asker")
Answered = TypeVar("Answered")


class once(Generic[Asker, Answered]):  # noqa: N801 -- used as a decorator, as `cached_property` is
    """A property whose value is kept, and so is the `CannotLook` that was raised in its place.

    What was refused once is refused to every check that needs it, without asking AWS again for each.
    """

    def __init__(self, question: Callable[[Asker], Answered]) -> None:
        self._question = question
        self.__doc__ = question.__doc__

    def __get__(self, asker: Asker, _type: type[Asker] | None = None) -> Answered:
        answers = cast("dict[object, Any]", asker.__dict__.setdefault("_once", {}))
        if self not in answers:
            try:
                answers[self] = self._question(asker)
            except CannotLook as error:
                answers[self] = error
        answer = answers[self]
        if isinstance(answer, CannotLook):
            raise answer
        return answer
