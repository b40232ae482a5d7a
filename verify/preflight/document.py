"""What preflight found, as one document."""

from typing import ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from verify.report.parts import Instant, Part, Text, Tool
from verify.report.written import ClaimsInOrder, Written
from verify.verdict import Verdict, overall

SCHEMA: Final = "meshtrail/preflight/v1"


class Planned(Part):
    """What is about to be provisioned, and by whom."""

    account: Text
    """The account that was asked."""
    caller: Text
    """The ARN of the user or of the role's session that asked."""
    home_region: Text
    scope: Text
    """`single-region`, `multi-region` or `organization`."""
    name: Text
    """What the stack names its resources after."""
    expected_regions: tuple[Text, ...]


class Preflight(Written):
    """What preflight found. It says what stands in the way, and proves nothing about any record."""

    written_as: ClassVar = SCHEMA
    written_by: ClassVar = "Give what `meshtrail preflight --output json` wrote, unedited."

    schema_version: Literal["meshtrail/preflight/v1"] = Field(default=SCHEMA, alias="schema")
    """Which document this is."""
    tool: Tool
    generated_at: Instant
    verdict: Verdict
    """The worst verdict of the claims."""
    planned: Planned
    claims: ClaimsInOrder

    @model_validator(mode="after")
    def _says_the_worst(self) -> Self:
        worst = overall(claim.verdict for claim in self.claims)
        if self.verdict is not worst:
            raise ValueError(f"verdict is {self.verdict}, but its claims say {worst}")
        return self
