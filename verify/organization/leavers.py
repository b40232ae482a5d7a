"""Accounts that are no longer in the organization, but were within the window.

An organization forgets an account at once; the folder of its log files in the bucket of the organization's trail stays.
What happens in such an account is recorded by the organization no more, so it is named and not forgotten with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cloudtrail.errors import MeshtrailError
from cloudtrail.object_keys import log_prefix, owner_prefix
from cloudtrail.partitions import is_account
from verify.aws import asking
from verify.organization.accounts import OrganizationAccount
from verify.s3_objects import LIST

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from verify.aws import Aws
    from verify.organization.landing import Bucket
    from verify.organization.questions import Questions
    from verify.organization.shared import Shared
    from verify.window import Window

LEFT: Final = "LEFT"
"""The state of an account that is not in the organization; AWS Organizations, which does not know it, has no word."""


def departed(account: str) -> OrganizationAccount:
    """An account that is not in the organization."""
    return OrganizationAccount(id=account, name="", state=LEFT, joined_at=None, units=())


async def left_within(
    window: Window,
    *,
    members: Collection[str],
    regions: Sequence[str],
    shared: Shared,
    questions: Questions,
    archive: Callable[[], Aws],
) -> tuple[tuple[OrganizationAccount, ...], tuple[str, ...]]:
    """The accounts that left, as the buckets of the organization's trails know them; and why there may be others.

    Args:
        window: Within which event times.
        members: The accounts of the organization.
        regions: The Regions to look for.
        shared: What belongs to the organization.
        questions: To the caller's account.
        archive: A session that may list the buckets.
    """
    buckets = {trail.bucket for trail in shared.trails.values()}
    # A multi-Region trail shows in every Region: one that is refused matters only where none was shown.
    untold = [] if buckets else list(shared.untold[:1])
    gone: dict[str, OrganizationAccount] = {}
    for bucket in buckets:
        if isinstance(bucket, MeshtrailError):
            untold.append(bucket)
            continue
        found = await questions.ask(
            LIST,
            bucket.region,
            lambda bucket=bucket: leavers(archive(), bucket, members=members, regions=regions, window=window),
        )
        if isinstance(found, MeshtrailError):
            untold.append(found)
        else:
            gone |= {one.id: one for one in found}
    return tuple(gone.values()), tuple(told_of(error) for error in untold)


def told_of(error: MeshtrailError) -> str:
    """An error as one line of evidence."""
    return f"{error.what} ({error.where}): {error.why}"


def leavers(
    aws: Aws, bucket: Bucket, *, members: Collection[str], regions: Sequence[str], window: Window
) -> tuple[OrganizationAccount, ...]:
    """The accounts that an organization's trail delivered for in the window, and that are not members.

    Args:
        aws: A session that may list the bucket.
        bucket: Where the trail delivers to.
        members: The accounts of the organization.
        regions: The Regions to look for.
        window: The event times looked at.

    Raises:
        CannotLook: when the bucket cannot be listed.
    """
    gone = [account for account in _folders(aws, bucket) if account not in members]
    return tuple(
        departed(account)
        for account in gone
        if any(_delivered(aws, bucket, account, region, window) for region in regions)
    )


def _folders(aws: Aws, bucket: Bucket) -> Iterator[str]:
    """The accounts that have a folder under the organization's."""
    above = owner_prefix(account="", organization=bucket.organization, prefix=bucket.prefix).rstrip("/") + "/"
    client: Any = aws.client("s3", bucket.region)
    token: dict[str, str] = {}
    while True:
        with asking(LIST, f"s3://{bucket.name}/{above}"):
            page = client.list_objects_v2(Bucket=bucket.name, Prefix=above, Delimiter="/", **token)
        for folder in page.get("CommonPrefixes", ()):
            account = str(folder["Prefix"]).removeprefix(above).rstrip("/")
            if is_account(account):
                yield account
        if not page.get("NextContinuationToken"):
            return
        token = {"ContinuationToken": page["NextContinuationToken"]}


def _delivered(aws: Aws, bucket: Bucket, account: str, region: str, window: Window) -> bool:
    """Whether a log file of an account and Region was delivered since the window began."""
    folder = log_prefix(
        account=account, region=region, organization=bucket.organization, prefix=bucket.prefix
    )
    client: Any = aws.client("s3", bucket.region)
    with asking(LIST, f"s3://{bucket.name}/{folder}"):
        page = client.list_objects_v2(
            Bucket=bucket.name, Prefix=folder, StartAfter=f"{folder}{window.start:%Y/%m/%d}/", MaxKeys=1
        )
    return bool(page.get("Contents"))
