"""What CloudTrail would refuse of selectors, as problems of the settings they come from."""

from collections.abc import Callable, Iterator, Sequence

from cloudtrail.errors import Problem
from cloudtrail.selectors import AdvancedEventSelector, Destination, IllegalSelectors, MalformedSelector
from cloudtrail.selectors import problems as selector_problems
from components.settings.rules.rule import problem


def illegal(
    path: str, build: Callable[[], Sequence[AdvancedEventSelector]], destination: Destination
) -> Iterator[Problem]:
    """What CloudTrail would refuse of the selectors `build` makes, as problems of the setting `path`."""
    try:
        found = selector_problems(build(), destination)
    except MalformedSelector as error:
        yield problem(error.path, f"cannot be read: {error.why}.", error.remedy)
        return
    except IllegalSelectors as error:
        found = error.problems
    for each in found:
        inner = each.path.removeprefix("advancedEventSelectors")
        yield problem(f"{path}{inner}", each.rule, each.remedy)
