"""What holds between the accounts a stack touches, and the roles it takes in them."""

from collections.abc import Iterator
from typing import Final

from cloudtrail.errors import Problem
from cloudtrail.partitions import Arn, is_account, partition_of
from components.settings.organization import VerifierRoleSettings
from components.settings.root import Settings
from components.settings.rules.rule import Rule, problem


def _allowed_accounts(settings: Settings) -> Iterator[Problem]:
    beyond = (
        settings.log_archive
        or settings.sets_up_organization
        or settings.organization.management_role
        or settings.verifier_role.deploy == "organization"
    )
    if beyond and len(settings.allowed_accounts) != 1:
        yield problem(
            "aws:allowedAccountIds",
            "has to name one account, because this stack touches more than its own: with the wrong credentials "
            "it would change somebody else's organization.",
            'Write the account the stack is deployed to: aws:allowedAccountIds: ["123456789012"].',
        )


def _management_role(settings: Settings) -> Iterator[Problem]:
    chosen = settings.organization
    if chosen.management_role is None:
        if settings.sets_up_organization and settings.delegated:
            yield problem(
                "organization.managementRole",
                "is required: trusted access, the delegated administrator and the service-linked role are set up by "
                f"the management account {chosen.management_account} only, and the stack is another account's.",
                "Name a role of the management account that the stack may assume, or do it in a stack of that account.",
            )
        return
    if chosen.management_account is None:
        yield problem(
            "organization.managementAccount",
            "is required with managementRole, because the role is that account's.",
            "Add the id that `aws organizations describe-organization` prints as MasterAccountId.",
        )
    elif not settings.delegated:
        yield problem(
            "organization.managementRole",
            "has no meaning in a stack of the management account itself.",
            "Remove it.",
        )
    elif not settings.sets_up_organization and settings.verifier_role.deploy != "organization":
        yield problem(
            "organization.managementRole",
            "is not used: nothing is to be set up in the management account.",
            "Remove it, or add trustedAccess, delegatedAdministrator or serviceLinkedRole.",
        )


def _delegated_administrator(settings: Settings) -> Iterator[Problem]:
    admin = settings.organization.delegated_administrator
    if admin is None:
        return
    chosen = settings.organization
    management = chosen.management_account
    # Who names neither account nor role of the management account is it.
    own = management is None and chosen.management_role is None and admin in settings.allowed_accounts
    if admin == management or own:
        yield problem(
            "organization.delegatedAdministrator",
            "is the management account, which cannot be its own delegated administrator.",
            "Name a member account.",
        )


def _log_archive(settings: Settings) -> Iterator[Problem]:
    archive = settings.log_archive
    if archive is None:
        return
    if archive.account in settings.allowed_accounts:
        yield problem(
            "logArchive.account",
            "is the stack's own account, where bucket and key lie anyway.",
            "Name the log archive's account, or remove logArchive.",
        )
    store = settings.event_data_store
    if store.mode == "create" and store.key == "audit":
        yield problem(
            "eventDataStore.key",
            "is the audit key, which lies in the log archive, but the event data store is in the stack's account.",
            "Write aws-owned, or the ARN of a key of the stack's account.",
        )


def _verifier_role(settings: Settings) -> Iterator[Problem]:
    role = settings.verifier_role
    if role.deploy == "off":
        for name in sorted(role.model_fields_set - {"deploy"}):
            yield problem(
                f"verifierRole.{VerifierRoleSettings.model_fields[name].alias}",
                "has no meaning with deploy: off.",
                "Remove it, or write deploy: stack or deploy: organization.",
            )
        return
    if role.external_id is None:
        yield problem(
            "verifierRole.externalId",
            f"is required with deploy: {role.deploy}: without it whoever may call as the trusted account could be "
            "talked into using the role for somebody else.",
            "Make one up, e.g. with `uuidgen`, and give it to `meshtrail verify --organization` as --external-id.",
        )
    if not role.trusted:
        yield problem(
            "verifierRole.trusted",
            f"is required with deploy: {role.deploy}.",
            "Name the account, or better the role, that `meshtrail verify` runs as.",
        )
    yield from _verifier_units(settings)
    home = partition_of(settings.home_region)
    for index, who in enumerate(role.trusted):
        if not is_account(who) and (partition := Arn.parse(who).partition) != home:
            yield problem(
                f"verifierRole.trusted[{index}]",
                f"is in the partition {partition}, but {settings.home_region} is in {home}.",
                f"Name a role that begins with arn:{home}:.",
            )


def _verifier_units(settings: Settings) -> Iterator[Problem]:
    role = settings.verifier_role
    if role.deploy == "stack" and role.organizational_units:
        yield problem(
            "verifierRole.organizationalUnits",
            "has no meaning with deploy: stack.",
            "Remove it, or write deploy: organization.",
        )
    if role.deploy != "organization":
        return
    if not role.organizational_units:
        yield problem(
            "verifierRole.organizationalUnits",
            "is required with deploy: organization.",
            "Name the root (r-...) for every account, or the units (ou-...) whose accounts are to get the role.",
        )
    elif len(role.organizational_units) > 1 and any(
        unit.startswith("r-") for unit in role.organizational_units
    ):
        yield problem(
            "verifierRole.organizationalUnits",
            "names a root, which holds every unit, and others beside it: their accounts would get the role twice.",
            "Keep the root, or name units of which none lies in another.",
        )
    if settings.organization.id is None:
        yield problem(
            "organization.id",
            "is required with verifierRole.deploy: organization, because only that organization is trusted.",
            "Add the id that `aws organizations describe-organization` prints.",
        )
    if settings.delegated and settings.organization.management_role is None:
        yield problem(
            "organization.managementRole",
            "is required with verifierRole.deploy: organization in a stack of a delegated administrator: the "
            "StackSet, which leaves the management account out, and that account's own role are made there.",
            "Name a role of the management account that the stack may assume.",
        )


RULES: Final = (
    Rule(
        ("aws:allowedAccountIds", "logArchive", "organization", "verifierRole.deploy"),
        _allowed_accounts,
    ),
    Rule(("aws:allowedAccountIds", "organization", "verifierRole.deploy"), _management_role),
    Rule(("aws:allowedAccountIds", "organization"), _delegated_administrator),
    Rule(("aws:allowedAccountIds", "logArchive", "eventDataStore.mode", "eventDataStore.key"), _log_archive),
    Rule(("aws:allowedAccountIds", "aws:region", "organization", "verifierRole"), _verifier_role),
)
