"""A control: one claim about a resource, with what it needs to look and what to do when it does not hold."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from cloudtrail.errors import MeshtrailError
from verify.aws import CannotLook
from verify.finding import cannot_tell, could_not_look
from verify.statement import Requirement, Statement
from verify.unforeseen import surviving

if TYPE_CHECKING:
    from verify.finding import Finding, Scope
    from verify.report.parts import Claim, Severity

Subject = TypeVar("Subject")


class Control(ABC, Generic[Subject]):
    """One claim about a resource.

    Class attributes say what it is; `look` decides. `actions` are the IAM actions that `look` needs.
    """

    id: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    actions: ClassVar[tuple[str, ...]]
    remedy: ClassVar[str]
    requirements: ClassVar[tuple[Requirement, ...]] = ()

    @abstractmethod
    def look(self, subject: Subject) -> Finding:
        """Decide the claim.

        Raises:
            CannotLook: when AWS does not answer; the claim is then UNVERIFIABLE.
        """

    @property
    def statement(self) -> Statement:
        """What the control claims."""
        return Statement(
            id=self.id,
            title=self.title,
            severity=self.severity,
            actions=self.actions,
            remedy=self.remedy,
            requirements=self.requirements,
        )

    def claim(self, subject: Subject, scope: Scope) -> Claim:
        """Decide the claim and say it in the report's words."""
        try:
            with surviving(scope.subject or self.id):
                finding = self.look(subject)
        except CannotLook as error:
            finding = could_not_look(error)
        except MeshtrailError as error:
            # AWS answered with something this version cannot read, say a selector of a new kind.
            finding = cannot_tell(error.what, ("where", error.where), reason=f"{error.why} {error.remedy}")
        return self.statement.claim(finding, scope)
