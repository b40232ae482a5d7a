"""What a stack finds out before it makes anything."""

from typing import TYPE_CHECKING, Any

import pulumi
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.components.conftest import Aws, Run

ASKED = "aws:organizations/getOrganization:getOrganization"
SETTINGS = {"meshtrail:scope": "organization", "meshtrail:organization": {"id": "o-exampleorgid"}}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"organization": "o-anotherorgid"}, "meshtrail:organization.id: is o-exampleorgid, but account"),
        ({"feature_set": "CONSOLIDATED_BILLING"}, "meshtrail:scope: is organization, but"),
        ({"management_account": "111111111111"}, 'Write managementAccount: "111111111111"'),
    ],
    ids=["another organization", "consolidated billing", "not the management account"],
)
def test_nothing_is_made_where_the_organization_is_not_the_one_that_is_meant(
    run: "Callable[..., Run]", aws: "type[Aws]", answer: dict[str, Any], told: str, *, preview: bool
) -> None:
    """The program ends without a traceback, in a preview as well; no resource of AWS was asked for by then."""
    seen: list[str] = []
    with pytest.raises(pulumi.RunError) as caught:
        run(SETTINGS, aws=aws(**answer), seen=seen.append, preview=preview)
    assert told in str(caught.value)
    assert "Pulumi.test.yaml" in str(caught.value)
    assert [kind for kind in seen if kind.startswith("aws:")] == []


def test_only_the_organization_itself_is_asked_for(run: "Callable[..., Run]") -> None:
    """Every member may ask that; its accounts are nobody's business here."""
    (arguments,) = (arguments for token, arguments in run(SETTINGS).invokes if token == ASKED)
    assert arguments == {"returnOrganizationOnly": True}


@pytest.mark.parametrize("scope", ["single-region", "multi-region"])
def test_a_trail_of_one_account_asks_for_no_organization(run: "Callable[..., Run]", scope: str) -> None:
    """Nor needs the permission."""
    values: dict[str, Any] = {"meshtrail:scope": scope}
    assert ASKED not in {token for token, _ in run(values).invokes}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("aws:index/getCallerIdentity:getCallerIdentity", "aws:allowedAccountIds"),
        (ASKED, "meshtrail:organization.id"),
    ],
    ids=["account", "organization"],
)
def test_a_question_that_is_not_answered_ends_the_program_without_a_traceback(
    run: "Callable[..., Run]", aws: "type[Aws]", question: str, key: str, *, preview: bool
) -> None:
    """As Pulumi shows every `RunError`: with the provider's words, and the setting to look at; nothing is made."""
    seen: list[str] = []
    with pytest.raises(pulumi.RunError) as caught:
        run(SETTINGS, aws=aws(silent=question), seen=seen.append, preview=preview)
    assert "No valid credential sources found" in str(caught.value)
    assert key in str(caught.value)
    assert [kind for kind in seen if kind.startswith("aws:")] == []
