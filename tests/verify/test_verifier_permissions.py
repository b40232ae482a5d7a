"""The verifier's role may do what `meshtrail permissions` prints: no less, or claims go undecided; no more."""

from cloudtrail.verifier_permissions import VERIFIER_ACTIONS
from verify.permissions import permissions


def test_the_role_has_exactly_the_actions_that_the_claims_declare() -> None:
    """After a claim has declared a new action, cloudtrail/verifier_permissions.py has to name it as well."""
    assert set(VERIFIER_ACTIONS) == {one.action for one in permissions()}
