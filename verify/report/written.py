"""A document that is written as JSON and read again: one account's report, an organization's, a preflight's."""

from typing import Annotated, ClassVar, Final, Self

from pydantic import AfterValidator, ValidationError

from cloudtrail.errors import MeshtrailError
from verify.report.parts import Claim, Part
from verify.report.text import inert_json

_PROBLEMS_SHOWN: Final = 20


class ReportError(MeshtrailError):
    """A document that should be a report is not one."""


def _claims_in_order(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(sorted(claims, key=lambda claim: (claim.id, claim.model_dump_json())))


ClaimsInOrder = Annotated[tuple[Claim, ...], AfterValidator(_claims_in_order)]
"""Claims, in whatever order they are given."""


class Written(Part):
    """A document as a whole.

    Attributes:
        written_as: The schema it is of.
        written_by: What to do with one that cannot be read.
    """

    written_as: ClassVar[str]
    written_by: ClassVar[str]

    def to_json(self) -> str:
        r"""The document: JSON text of two-space indent, keys as published, map keys sorted, a final line feed.

        Only plain ASCII, everything else as `\u` escapes: a report shown on a terminal or in a log cannot steer it.
        """
        return inert_json(self.model_dump_json(by_alias=True, indent=2, ensure_ascii=True)) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, *, where: str = "") -> Self:
        """The document that `to_json` wrote.

        Args:
            text: The document.
            where: Where it comes from, for the error.

        Raises:
            ReportError: It is not JSON, of another schema, or contradicts itself; every problem is named.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            problems = [
                f"{'.'.join(str(step) for step in problem['loc']) or 'document'}: {problem['msg']}"
                for problem in error.errors(include_url=False, include_context=False, include_input=False)
            ]
            more = len(problems) - _PROBLEMS_SHOWN
            raise ReportError(
                f"not a {cls.written_as} document",
                where=where,
                why="; ".join(problems[:_PROBLEMS_SHOWN] + [f"and {more} more"] * (more > 0)),
                remedy=cls.written_by,
            ) from error
