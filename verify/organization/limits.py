"""What the rows of an organization's matrix do not speak of, and since when they speak."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Final

from pydantic import AfterValidator

from verify.finding import Finding
from verify.report.parts import Instant, Part, Text
from verify.report.text import plural


def _in_order(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(items)))


class Limits(Part):
    """What the rows do not speak of, and since when they speak."""

    who_left: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = ()
    """Why it could not be told which accounts left the organization within the window; none: it was told."""
    who_moved: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = ()
    """Why it could not be told for certain which accounts there are, and where they lie; none: it was told."""
    differing: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = ()
    """Accounts that the list of all accounts and the walk through the units do not tell alike; each was looked at."""
    other_regions: Annotated[tuple[Text, ...], AfterValidator(_in_order)] = ()
    """Regions in which events may have happened, and that were not asked for: nothing is known of them."""
    found_since: Instant | None = None
    """When the run began whose rows this one went on with; null: every row was found by this one."""


NONE: Final = Limits()
"""Nothing is left out, and every row is new."""


def within(finding: Finding, regions: Sequence[str], limits: Limits) -> Finding:
    """What was found, and within which limits; they do not change the verdict.

    Args:
        finding: What was found.
        regions: The Regions that were asked for.
        limits: What was not, and since when rows were found.
    """
    summary, facts = finding.summary, list(finding.evidence)
    if limits.other_regions:
        asked = ", ".join(sorted(regions))
        summary += f" Asked of {asked} only; {plural(len(limits.other_regions), 'Region')} not asked."
        facts += [("asked Regions", asked), ("not asked", ", ".join(limits.other_regions))]
    if limits.found_since is not None:
        began = f"{limits.found_since:%Y-%m-%d %H:%M:%S} UTC"
        facts.append(("found since", f"{began}: rows of a run that was interrupted are among these"))
    return replace(finding, summary=summary, evidence=tuple(facts))
