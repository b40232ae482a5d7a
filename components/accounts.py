"""The accounts a stack works in, and the rule that nothing is made in any before all are known."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.preflight import organization_is_meant
from components.providers import OtherAccounts
from components.settings import Settings


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
        self.own = self._told_by(None)
        self.log_archive = self.own if others.log_archive is None else self._told_by(others.log_archive)
        self.management = self.own if others.management is None else self._told_by(others.management)
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

    def _told_by(self, provider: aws.Provider | None) -> pulumi.Output[str]:
        options = pulumi.InvokeOutputOptions(parent=self._parent, provider=provider)
        return aws.get_caller_identity_output(opts=options).apply(lambda identity: identity.account_id)
