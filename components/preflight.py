"""What a stack finds out before it makes anything: is this the organization that is meant, and may it have a trail.

`meshtrail preflight` looks at more; these are the rules whose answers every member is told.
"""

import pulumi
import pulumi_aws as aws

from cloudtrail.errors import Problem, SettingsError
from cloudtrail.preflight_problems import OrganizationTold, organization_problems
from components.settings import Settings


def organization_is_meant(
    parent: pulumi.Resource, settings: Settings, account: pulumi.Output[str]
) -> list[pulumi.Output[bool]]:
    """Whether the account that is to create the trail is in the organization that the settings name.

    Args:
        parent: Whose provider asks.
        settings: The stack's settings.
        account: The account the stack is deployed to.

    Returns:
        What everything that is made has to wait for: nothing, or that it is known. Where it is not so the program ends
        instead, with every problem named.
    """
    meant = settings.organization.id
    if settings.scope != "organization" or meant is None:
        return []
    found = aws.organizations.get_organization_output(
        return_organization_only=True, opts=pulumi.InvokeOutputOptions(parent=parent)
    )
    known = pulumi.Output.all(found=found, account=account)
    return [known.apply(lambda told: _hold(settings, meant, told["account"], told["found"]))]


def _hold(
    settings: Settings, meant: str, account: str, found: aws.organizations.GetOrganizationResult
) -> bool:
    told = OrganizationTold(
        id=found.id, management_account=found.master_account_id, feature_set=found.feature_set
    )
    problems = [
        Problem(f"meshtrail:{problem.key}", problem.message, problem.remedy)
        for problem in organization_problems(
            told, account=account, meant=meant, management_account=settings.organization.management_account
        )
    ]
    if problems:
        where = f"Pulumi.{pulumi.get_stack()}.yaml"
        raise pulumi.RunError(str(SettingsError(problems, where=where)))
    return True
