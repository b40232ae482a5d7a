"""The organization that the example stacks of several accounts are deployed to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from sandbox.organization import AUDIT, LOG_ARCHIVE, MANAGEMENT, build

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.clients import SandboxClient

ACCOUNT: Final = "123456789012"
ROOT_ID: Final = "r-exam"
"""How the examples write the id of the organization's root."""
_ROLES: Final = (
    (AUDIT, "MeshtrailDeployment", MANAGEMENT),
    (ACCOUNT, "MeshtrailDeployment", MANAGEMENT),
    (LOG_ARCHIVE, "MeshtrailDeployment", AUDIT),
    (MANAGEMENT, "MeshtrailOrganizationAccess", AUDIT),
)
"""The roles the examples assume: where, their names, and whom they let in."""


@dataclass(frozen=True, slots=True)
class World:
    """What an example needs besides its own configuration.

    Attributes:
        overrides: Configuration for this sandbox: the credentials, and the ids nobody knows beforehand.
        root_id: The id of the organization's root, if there is an organization.
    """

    overrides: dict[str, Any]
    root_id: str | None = None


def world_of(project: Path, stack: str, client: SandboxClient) -> World:
    """Prepare an empty sandbox for an example stack."""
    values = yaml.safe_load((project / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    if "aws:allowedAccountIds" not in values:
        return World({})
    organization = build(client, trusted_access=False, role_name=None)
    organization.root().client("cloudformation").activate_organizations_access()
    for account, name, trusted in _ROLES:
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{trusted}:root"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        organization.root(account).client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
        )
    root_id = organization.units[""]
    role = dict(values["meshtrail:verifierRole"])
    if "organizationalUnits" in role:
        role["organizationalUnits"] = [root_id]
    # A key of twelve digits is the root user of that account.
    return World({"aws:accessKey": MANAGEMENT, "meshtrail:verifierRole": role}, root_id)
