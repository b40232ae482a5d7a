"""What is about to be provisioned, as far as it has to be looked after beforehand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from cloudtrail.errors import MeshtrailError
from cloudtrail.partitions import Arn, MalformedArn, is_account, is_region

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORGANIZATION: Final = re.compile(r"o-[a-z0-9]{10,32}")


class Scope(StrEnum):
    """What the trail is to record."""

    SINGLE_REGION = "single-region"
    MULTI_REGION = "multi-region"
    ORGANIZATION = "organization"


class BadPlan(MeshtrailError):
    """What is asked for cannot be provisioned by anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is about to be provisioned.

    Attributes:
        home_region: The home Region of the trail, and of what is created with it.
        scope: What the trail is to record.
        name: What the stack names its trail, bucket and key after.
        event_data_store: Whether there is to be an event data store, too.
        bucket: The bucket that is to be used; None: one is created.
        key_arn: The key that is to be used; None: one is created.
        log_archive: The account of bucket and key; None: the one that creates the trail.
        organization_id: The organization it is meant for; None: whichever the account is in.
        expected_regions: The Regions where events are expected; none: the home Region.

    Raises:
        BadPlan: naming the option that cannot be meant.
    """

    home_region: str
    scope: Scope = Scope.ORGANIZATION
    name: str = "meshtrail"
    event_data_store: bool = False
    bucket: str | None = None
    key_arn: str | None = None
    log_archive: str | None = None
    organization_id: str | None = None
    expected_regions: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        for option, value, remedy in self._wrong():
            raise BadPlan(f"{value!r} cannot be meant", where=option, remedy=remedy)

    @property
    def spans_organization(self) -> bool:
        """Whether trail and event data store are to be the organization's."""
        return self.scope is Scope.ORGANIZATION

    def _wrong(self) -> Iterator[tuple[str, str, str]]:
        for option, region in (
            ("--region", self.home_region),
            *(("--expect-region", one) for one in self.expected_regions),
        ):
            if not is_region(region):
                yield option, region, "Write a Region as us-east-1."
        if self.log_archive is not None and not is_account(self.log_archive):
            yield "--log-archive", self.log_archive, "Write an account as twelve digits."
        if self.organization_id is not None and not _ORGANIZATION.fullmatch(self.organization_id):
            yield (
                "--organization-id",
                self.organization_id,
                "Write it as o-exampleorgid.",
            )
        if self.key_arn is not None and not _is_key(self.key_arn):
            yield (
                "--key",
                self.key_arn,
                "Give the key's ARN: an alias or an id does not tell Region and account.",
            )
        elsewhere = [one for one in self.expected_regions if one != self.home_region]
        if self.scope is Scope.SINGLE_REGION and elsewhere:
            yield (
                "--expect-region",
                ", ".join(elsewhere),
                "A single-Region trail records its home Region only.",
            )


def _is_key(text: str) -> bool:
    try:
        arn = Arn.parse(text)
    except MalformedArn:
        return False
    return arn.service == "kms" and arn.resource.startswith("key/")
