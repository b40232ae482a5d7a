from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from cloudtrail.errors import Problem
from components.settings import Settings

Read = Callable[[Mapping[str, Any]], Settings]
Refused = Callable[[Mapping[str, Any]], list[Problem]]

MANAGEMENT, ARCHIVE, AUDIT = "111111111111", "222222222222", "333333333333"
ROLE: Final = {"deploy": "stack", "externalId": "id", "trusted": [AUDIT]}
EVERYWHERE: Final = {**ROLE, "deploy": "organization", "organizationalUnits": ["r-exam"]}
WHOLE: Final[dict[str, Any]] = {
    "aws:allowedAccountIds": [MANAGEMENT],
    "scope": "organization",
    "organization": {"id": "o-exampleorgid", "trustedAccess": True},
    "logArchive": {"account": ARCHIVE, "role": "Archivist"},
    "verifierRole": EVERYWHERE,
}
DELEGATED: Final[dict[str, Any]] = {
    "aws:allowedAccountIds": [AUDIT],
    "scope": "organization",
    "organization": {
        "id": "o-exampleorgid",
        "managementAccount": MANAGEMENT,
        "managementRole": "Organizer",
        "trustedAccess": True,
        "delegatedAdministrator": AUDIT,
    },
}


def organization(**changes: Any) -> dict[str, Any]:
    """The delegated administrator's organization section, changed; None takes a key away."""
    section = {**DELEGATED["organization"], **changes}
    return {key: value for key, value in section.items() if value is not None}


def test_the_two_topologies_are_accepted(read: Read) -> None:
    """From the management account, and from a delegated administrator."""
    assert not read(WHOLE).delegated
    assert read(DELEGATED).delegated


def test_a_stack_of_the_management_account_may_say_so(read: Read) -> None:
    """Its own id as management account does not make it somebody else's."""
    values = {**WHOLE, "organization": {**WHOLE["organization"], "managementAccount": MANAGEMENT}}
    assert not read(values).delegated


@pytest.mark.parametrize("accounts", [None, [], [MANAGEMENT, AUDIT]], ids=["none", "empty", "two"])
def test_a_stack_of_several_accounts_has_to_name_its_own(
    refused: Refused, accounts: list[str] | None
) -> None:
    """One account: with none or with two the wrong credentials would not be noticed."""
    (problem,) = refused({**WHOLE, "aws:allowedAccountIds": accounts})
    assert problem.key == "aws:allowedAccountIds"
    assert "has to name one account" in problem.message


def test_a_stack_of_one_account_need_not_name_it(read: Read) -> None:
    """Nor may it not: several are a list of those it may run in."""
    assert read({}).allowed_accounts == ()
    assert read({"aws:allowedAccountIds": [ARCHIVE, AUDIT]}).allowed_accounts == (ARCHIVE, AUDIT)


def test_an_account_that_is_none_is_refused_under_the_providers_key(refused: Refused) -> None:
    """The key is the provider's, not the program's."""
    (problem,) = refused({"aws:allowedAccountIds": ["12"]})
    assert problem.key == "aws:allowedAccountIds[0]"
    (problem,) = refused({"aws:allowedAccountIds": "[unreadable"})
    assert problem.key == "aws:allowedAccountIds"


@pytest.mark.parametrize(
    ("values", "key", "message"),
    [
        (
            {**DELEGATED, "organization": organization(managementRole=None)},
            "organization.managementRole",
            "is required: trusted access",
        ),
        (
            {**DELEGATED, "organization": organization(managementAccount=None)},
            "organization.managementAccount",
            "is required with managementRole",
        ),
        (
            {**DELEGATED, "aws:allowedAccountIds": [MANAGEMENT]},
            "organization.managementRole",
            "has no meaning in a stack of the management account",
        ),
        (
            {**DELEGATED, "organization": organization(trustedAccess=None, delegatedAdministrator=None)},
            "organization.managementRole",
            "is not used",
        ),
        (
            {**DELEGATED, "organization": organization(delegatedAdministrator=MANAGEMENT)},
            "organization.delegatedAdministrator",
            "is the management account",
        ),
        (
            {
                **WHOLE,
                "organization": {**WHOLE["organization"], "delegatedAdministrator": MANAGEMENT},
            },
            "organization.delegatedAdministrator",
            "is the management account",
        ),
        (
            {**WHOLE, "logArchive": {"account": MANAGEMENT, "role": "Archivist"}},
            "logArchive.account",
            "is the stack's own account",
        ),
        (
            {**WHOLE, "eventDataStore": {"mode": "create"}},
            "eventDataStore.key",
            "is the audit key, which lies in the log archive",
        ),
        (
            {**WHOLE, "verifierRole": {**EVERYWHERE, "organizationalUnits": []}},
            "verifierRole.organizationalUnits",
            "is required with deploy: organization",
        ),
        (
            {
                **WHOLE,
                "verifierRole": {**EVERYWHERE, "organizationalUnits": ["r-exam", "ou-exam-security"]},
            },
            "verifierRole.organizationalUnits",
            "names a root, which holds every unit",
        ),
        (
            {"verifierRole": {**ROLE, "organizationalUnits": ["r-exam"]}},
            "verifierRole.organizationalUnits",
            "has no meaning with deploy: stack",
        ),
        ({"verifierRole": {**ROLE, "externalId": None}}, "verifierRole.externalId", "is required"),
        ({"verifierRole": {**ROLE, "trusted": []}}, "verifierRole.trusted", "is required"),
        ({"verifierRole": {"name": "Verifier"}}, "verifierRole.name", "has no meaning with deploy: off"),
        (
            {"verifierRole": {**ROLE, "trusted": ["arn:aws-cn:iam::333333333333:role/Auditor"]}},
            "verifierRole.trusted[0]",
            "is in the partition aws-cn",
        ),
        (
            {
                "aws:allowedAccountIds": [MANAGEMENT],
                "verifierRole": EVERYWHERE,
            },
            "organization.id",
            "is required with verifierRole.deploy: organization",
        ),
        (
            {
                **DELEGATED,
                "organization": {"id": "o-exampleorgid", "managementAccount": MANAGEMENT},
                "verifierRole": EVERYWHERE,
            },
            "organization.managementRole",
            "is required with verifierRole.deploy: organization",
        ),
    ],
)
def test_what_cannot_be_between_accounts_is_refused(
    refused: Refused, values: dict[str, Any], key: str, message: str
) -> None:
    """By its key, with what is wrong and what to write instead."""
    (problem,) = refused(values)
    assert problem.key == f"meshtrail:{key}"
    assert problem.message.startswith(message)
    assert problem.remedy


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ({"logArchive": {"account": "12", "role": "A"}}, "logArchive.account"),
        ({"logArchive": {"account": ARCHIVE, "role": "path/Archivist"}}, "logArchive.role"),
        ({"verifierRole": {**ROLE, "externalId": "a b"}}, "verifierRole.externalId"),
        ({"verifierRole": {**ROLE, "trusted": ["*"]}}, "verifierRole.trusted[0]"),
        (
            {"verifierRole": {**ROLE, "trusted": ["arn:aws:iam::333333333333:role/*"]}},
            "verifierRole.trusted[0]",
        ),
        ({"verifierRole": {**ROLE, "trusted": [AUDIT, AUDIT]}}, "verifierRole.trusted"),
        (
            {"verifierRole": {**EVERYWHERE, "organizationalUnits": ["Security"]}},
            "verifierRole.organizationalUnits[0]",
        ),
    ],
)
def test_values_that_mean_nothing_to_aws_are_refused(
    refused: Refused, section: dict[str, Any], key: str
) -> None:
    """Before AWS is asked; nobody is trusted by a wildcard."""
    problems = refused({"aws:allowedAccountIds": [MANAGEMENT], **section})
    assert f"meshtrail:{key}" in {problem.key for problem in problems}


def test_all_problems_of_several_accounts_are_told_at_once(refused: Refused) -> None:
    """One run, every key."""
    values = {
        **WHOLE,
        "aws:allowedAccountIds": None,
        "organization": {"trustedAccess": True},
        "verifierRole": {"deploy": "organization"},
    }
    assert {problem.key for problem in refused(values)} == {
        "aws:allowedAccountIds",
        "meshtrail:organization.id",
        "meshtrail:verifierRole.externalId",
        "meshtrail:verifierRole.organizationalUnits",
        "meshtrail:verifierRole.trusted",
    }
