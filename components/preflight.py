"""What a stack finds out before it makes anything: is this the organization that is meant, and may it have a trail.

`meshtrail preflight` looks at more; these are the rules whose answers every member is told.
"""

from typing import Final

import pulumi

from cloudtrail.errors import Problem, SettingsError
from cloudtrail.preflight_problems import OrganizationTold, organization_problems
from components.asking import NotAnswered, ask
from components.settings import Settings

_GET_ORGANIZATION: Final = "aws:organizations/getOrganization:getOrganization"


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
    found = pulumi.Output.from_input(_organization(parent, meant))
    known = pulumi.Output.all(found=found, account=account)
    return [known.apply(lambda told: _hold(settings, meant, told["account"], told["found"]))]


async def _organization(parent: pulumi.Resource, meant: str) -> OrganizationTold:
    try:
        found = await ask(_GET_ORGANIZATION, {"returnOrganizationOnly": True}, parent=parent)
    except LookupError as error:
        raise NotAnswered(
            "The account's organization is not known, so nothing is made",
            where=meant,
            why=str(error),
            remedy="Check that the account is in an organization (meshtrail:organization.id), and that you may "
            "organizations:DescribeOrganization.",
        ) from error
    return OrganizationTold(
        id=found["id"], management_account=found["masterAccountId"], feature_set=found["featureSet"]
    )


def _hold(settings: Settings, meant: str, account: str, told: OrganizationTold) -> bool:
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
