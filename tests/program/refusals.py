"""Every change that would replace, or delete, what keeps the record: what refuses it.

docs/how-to-change-what-is-protected.md has a row for each, with the reason and the way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from .shapes import EVERYTHING, MANAGED, REMOVED, Made, Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Refusal:
    """A change that is refused.

    Attributes:
        setting: The setting, as the page's row names it.
        settings: What is changed.
        replaced: What would be replaced and is protected, by the name that the program gives it.
        deleted: What would be deleted and is protected.
        shape: The stack it is changed in.
        whole: Whether Pulumi's engine names them all; else it stops at those that it comes to first.
    """

    setting: str
    settings: Mapping[str, Any]
    replaced: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    shape: Shape = EVERYTHING
    whole: bool = True


GUARDS: Final = {
    *("audit-storage-public-access", "audit-storage-ownership", "audit-storage-versioning"),
    *("audit-storage-encryption", "audit-storage-policy", "audit-storage-object-lock"),
}
"""What stands beside the bucket, and goes where it goes."""

_BUCKET: Final = ("audit-storage-bucket", *sorted(GUARDS))
_KEY, _TRAIL, _STORE = ("audit-encryption-key",), ("audit-recording-trail",), ("audit-lake-store",)
_LOG_GROUP: Final = ("audit-recording-log-group",)

REFUSALS: Final = (
    Refusal(
        "aws:region",
        {"aws:region": "us-west-2"},
        replaced=(*_KEY, *_BUCKET, *_TRAIL, *_LOG_GROUP, *_STORE),
        whole=False,
    ),
    Refusal("name", {"name": "other"}, replaced=(*_BUCKET, *_TRAIL, *_LOG_GROUP, *_STORE)),
    Refusal("logArchive.account", {"logArchive.account": "333333333333"}, replaced=_BUCKET, shape=MANAGED),
    Refusal("trail.name", {"trail.name": "other"}, replaced=_TRAIL),
    Refusal("trail.cloudWatchLogs.enabled", {"trail.cloudWatchLogs": {"enabled": False}}, deleted=_LOG_GROUP),
    Refusal("bucket.create.name", {"bucket.create.name": "example-renamed"}, replaced=_BUCKET),
    Refusal(
        "bucket.existing",
        {"bucket": {"existing": {"name": "example-audit"}}},
        deleted=_BUCKET,
        whole=False,
    ),
    Refusal(
        "bucket.create.objectLock",
        {"bucket.create.objectLock": REMOVED},
        deleted=("audit-storage-object-lock",),
    ),
    Refusal("key.existing", {"key": {"existing": {"arn": Made("key")}}}, replaced=_STORE, deleted=_KEY),
    Refusal("eventDataStore.mode", {"eventDataStore": {"mode": "off"}}, deleted=_STORE),
    Refusal("eventDataStore.name", {"eventDataStore.name": "other"}, replaced=_STORE),
    Refusal("eventDataStore.key", {"eventDataStore.key": "aws-owned"}, replaced=_STORE),
    Refusal("eventDataStore.retentionDays", {"eventDataStore.retentionDays": 2556}, deleted=_STORE),
)
