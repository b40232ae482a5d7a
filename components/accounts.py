"""The accounts a stack works in, and the rule that nothing is made in any before all are known."""

from collections.abc import Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from components.asking import NotAnswered, ask
from components.preflight import organization_is_meant
from components.providers import OtherAccounts
from components.settings import Settings

_GET_CALLER_IDENTITY: Final = "aws:index/getCallerIdentity:getCallerIdentity"
_ASSUMED: Final = "The stack's own identity has to be allowed to assume that role, in that account."


class Accounts:
    """A stack's accounts, each as its own provider tells it; a provider refuses one it is not allowed in.

    Attributes:
        own: The account the stack is deployed to.
        log_archive: The account of bucket and key, the stack's own unless there is another.
        management: The account in which the organization is set up, the stack's own unless there is another.
        others: The providers of the other accounts.
    """

    own: pulumi.Output[str]
    log_archive: pulumi.Output[str]
    management: pulumi.Output[str]

    def __init__(self, parent: pulumi.Resource, others: OtherAccounts, settings: Settings) -> None:
        self._parent = parent
        self.others = others
        self.own = self._told_by(
            None,
            where="the stack's own account",
            remedy="Check the credentials with `aws sts get-caller-identity`: they have to be valid, and of an account "
            "of aws:allowedAccountIds where that is set.",
        )
        self.log_archive = self.management = self.own
        if others.log_archive is not None:
            self.log_archive = self._told_by(
                others.log_archive,
                where="the log archive",
                remedy=f"Check meshtrail:logArchive.account and meshtrail:logArchive.role. {_ASSUMED}",
            )
        if others.management is not None:
            self.management = self._told_by(
                others.management,
                where="the management account",
                remedy="Check meshtrail:organization.managementAccount and meshtrail:organization.managementRole. "
                + _ASSUMED,
            )
        self._checks = organization_is_meant(parent, settings, self.own)

    def options(
        self, provider: aws.Provider | None = None, *, after: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of a component that works in one of the accounts; None: the stack's own.

        It waits until every provider has said which account it works in, and the organization is known to be the one
        that is meant. Otherwise credentials that are right for one account and wrong for the next would leave half a
        stack behind.
        """
        known = pulumi.Output.all(self.own, self.log_archive, self.management, *self._checks)
        return pulumi.ResourceOptions(
            parent=self._parent, provider=provider, depends_on=known.apply(lambda _: list(after))
        )

    def _told_by(self, provider: aws.Provider | None, *, where: str, remedy: str) -> pulumi.Output[str]:
        async def account() -> str:
            try:
                identity = await ask(_GET_CALLER_IDENTITY, {}, parent=self._parent, provider=provider)
            except LookupError as error:
                raise NotAnswered(
                    "The AWS account is not known, so nothing is made",
                    where=where,
                    why=str(error),
                    remedy=remedy,
                ) from error
            return identity["accountId"]

        return pulumi.Output.from_input(account())
