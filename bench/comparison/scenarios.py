"""What is right or wrong in each account, and what is asked about it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bench.comparison.account import BUCKET, Account
from bench.comparison.questions import (
    AWAY_RECORDED,
    ENCRYPTED,
    HOME_RECORDED,
    INTACT,
    NOT_PUBLIC,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bench.comparison.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One account.

    Attributes:
        title: What is special about it.
        asked: The questions, each with why the tools answer as they do.
        before: Changes the account before anything happens in it.
        after: Changes it when everything was delivered.
        multi_region: Whether the trail records every Region.
    """

    title: str
    asked: Mapping[Question, str]
    before: Callable[[Account], None] = field(default=lambda _account: None)
    after: Callable[[Account], None] = field(default=lambda _account: None)
    multi_region: bool = True


def _management(name: str, **fields: list[str]) -> dict[str, Any]:
    conditions = [{"Field": "eventCategory", "Equals": ["Management"]}]
    conditions += [{"Field": field, "Equals": values} for field, values in fields.items()]
    return {"Name": name, "FieldSelectors": conditions}


_OBJECTS: Final = {
    "Name": "Management events selector",
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ],
}


def _open(account: Account) -> None:
    policy = account.policy()
    stranger = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*",
    }
    account.put_policy({**policy, "Statement": [*policy["Statement"], stranger]})


def _shut_out(account: Account) -> None:
    policy = account.policy()
    kept = [one for one in policy["Statement"] if "s3:PutObject" not in str(one["Action"])]
    account.put_policy({**policy, "Statement": kept})


def _tamper(account: Account) -> None:
    key = account.log_files()[0]
    document = json.loads(gzip.decompress(account.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()))
    document["Records"][0]["sourceIPAddress"] = "192.0.2.1"
    account.s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(json.dumps(document).encode()))


def _forget_digests(account: Account) -> None:
    for key in account.digest_files():
        account.s3.delete_object(Bucket=BUCKET, Key=key)
    account.call_again()  # an hour later: the next digest file comes, and names one that is gone


def _disable_key(account: Account) -> None:
    account.encrypt()
    kms: Any = account.root.client("kms", "us-east-1")
    kms.disable_key(KeyId=str(account.key_arn).rpartition("/")[2])


SCENARIOS: Final = (
    Scenario(
        title="A sound multi-Region trail, as it was created",
        asked={
            HOME_RECORDED: "Both read the default selectors rightly.",
            AWAY_RECORDED: "The trail is found through its home Region by both.",
            NOT_PUBLIC: "There is nothing to find.",
            INTACT: "Prowler reads the flag; meshtrail fetched and checked every file.",
        },
    ),
    Scenario(
        title="The management selector has a name of its own",
        before=lambda account: account.select(_management("everything that App Mesh does")),
        asked={HOME_RECORDED: "Prowler looks for a selector called `Management events selector`."},
    ),
    Scenario(
        title="A data selector has the name of the console's management selector",
        before=lambda account: account.select(_OBJECTS),
        asked={HOME_RECORDED: "The name says management, the condition says data; Prowler reads the name."},
    ),
    Scenario(
        title="Reads and writes are selected by two selectors",
        before=lambda account: account.select(
            _management("writes", readOnly=["false"]), _management("reads", readOnly=["true"])
        ),
        asked={HOME_RECORDED: "Selectors are alternatives: together they take everything."},
    ),
    Scenario(
        title="Only reads are selected",
        before=lambda account: account.select(_management("Management events selector", readOnly=["true"])),
        asked={HOME_RECORDED: "Both see the condition; meshtrail names a write that is lost."},
    ),
    Scenario(
        title="The trail records one Region only",
        multi_region=False,
        asked={
            HOME_RECORDED: "Both take a trail of the Region itself.",
            AWAY_RECORDED: "Nothing of this Region is kept.",
        },
    ),
    Scenario(
        title="The trail was stopped",
        before=lambda account: account.trails.stop_logging(Name="meshtrail"),
        asked={HOME_RECORDED: "Both ask for the trail's status."},
    ),
    Scenario(
        title="The bucket policy lost the statement that lets CloudTrail write",
        before=_shut_out,
        asked={HOME_RECORDED: "Prowler reads neither the policy nor `LatestDeliveryError`."},
    ),
    Scenario(
        title="The bucket policy lets everybody read",
        before=_open,
        asked={
            NOT_PUBLIC: "Prowler's CloudTrail check looks at the ACL; the policy is another service's check."
        },
    ),
    Scenario(
        title="A log file was changed after its delivery",
        after=_tamper,
        asked={INTACT: "The flag is still on: Prowler validates nothing."},
    ),
    Scenario(
        title="The digest files were deleted",
        after=_forget_digests,
        asked={INTACT: "The same; the next digest file names one that is gone."},
    ),
    Scenario(
        title="The trail has a key of the account's own",
        before=lambda account: account.encrypt(),
        asked={ENCRYPTED: "Both find the key."},
    ),
    Scenario(
        title="The trail's key was disabled",
        before=_disable_key,
        asked={ENCRYPTED: "Prowler asks whether a key is named; CloudTrail cannot deliver under this one."},
    ),
)
