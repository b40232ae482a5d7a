"""What preflight found, as one document."""

from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from verify.report.parts import Claim, Instant, Part, Text, Tool
from verify.report.text import inert_json
from verify.verdict import Verdict, overall

SCHEMA: Final = "meshtrail/preflight/v1"


def _in_order(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: (claim.id, claim.model_dump_json())))


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


class Preflight(Part):
    """What preflight found. It says what stands in the way, and proves nothing about any record."""

    schema_version: Literal["meshtrail/preflight/v1"] = Field(default=SCHEMA, alias="schema")
    """Which document this is."""
    tool: Tool
    generated_at: Instant
    verdict: Verdict
    """The worst verdict of the claims."""
    planned: Planned
    claims: Annotated[tuple[Claim, ...], AfterValidator(_in_order)]

    @model_validator(mode="after")
    def _says_the_worst(self) -> Self:
        worst = overall(claim.verdict for claim in self.claims)
        if self.verdict is not worst:
            raise ValueError(f"verdict is {self.verdict}, but its claims say {worst}")
        return self

    def to_json(self) -> str:
        """The document as JSON of plain ASCII, two-space indent, a final line feed."""
        return inert_json(self.model_dump_json(by_alias=True, indent=2, ensure_ascii=True)) + "\n"
