"""Who makes requests, and which condition keys such requests carry: CloudTrail for a trail, and people from elsewhere.

IAM user guide, "AWS global condition context keys"
(docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html); service authorization
reference, "Actions, resources, and condition keys for Amazon S3" and "... for AWS Key Management Service". A key
that is in none of these tables is not known, and what depends on it is left open.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from cloudtrail.partitions import Arn
from cloudtrail.policy_conditions import Choice, Context, Special, Value
from cloudtrail.policy_evaluation import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

CLOUDTRAIL: Final = Service("cloudtrail.amazonaws.com")
STRANGE_ORGANIZATION: Final = "o-stranger000"
_ACL: Final = "bucket-owner-full-control"

_FREE: Final = (
    *("aws:principaltag/", "aws:requesttag/", "aws:tagkeys", "aws:referer", "aws:useragent", "aws:username"),
    *("aws:multifactorauth", "aws:principaltype", "aws:viaawsservice", "aws:calledvia"),
    *("s3:x-amz-", "s3:prefix", "s3:delimiter", "s3:max-keys", "s3:versionid", "s3:authtype", "s3:signature"),
    *("s3:requestobjecttag", "s3:object-lock", "s3:accesspointnetworkorigin"),
    *(
        "kms:encryptioncontext",
        "kms:viaservice",
        "kms:encryptionalgorithm",
        "kms:grant",
        "kms:signingalgorithm",
    ),
)
"""What whoever calls decides: headers, parameters, the tags and names of their own users and roles."""


def cloudtrail_for(trail_arn: str, *, organization_id: str | None = None, writes: bool = True) -> Context:
    """The keys of a request that CloudTrail makes for a trail: as a service, over TLS, naming the trail.

    Args:
        trail_arn: The trail.
        organization_id: The organization of the trail's account, where it is known.
        writes: Whether it puts an object: then it says that the object is the bucket owner's.
    """
    keys: dict[str, Value] = {
        **_AS_CLOUDTRAIL,
        "aws:sourcearn": trail_arn,
        "aws:sourceaccount": Arn.parse(trail_arn).account,
        "s3:x-amz-acl": _ACL if writes else Special.ABSENT,
        "kms:encryptioncontext:aws:cloudtrail:arn": trail_arn,
    }
    if organization_id:
        keys["aws:sourceorgid"] = organization_id
    return Context(keys)


def cloudtrail_for_a_stranger(account: str) -> Context:
    """The keys of a request that CloudTrail makes for some trail of a strange account."""
    keys: dict[str, Value] = {
        "aws:sourcearn": Choice(f"arn:*:cloudtrail:*:{account}:trail/*"),
        "aws:sourceaccount": account,
        "aws:sourceorgid": STRANGE_ORGANIZATION,
        "s3:x-amz-acl": _ACL,
        **_AS_CLOUDTRAIL,
    }
    return Context(keys)


def cloudtrail_for_a_store() -> Context:
    """The keys of a request that CloudTrail makes for an event data store: it names neither store nor account."""
    return Context({**_AS_CLOUDTRAIL, "aws:sourcearn": Special.ABSENT, "aws:sourceaccount": Special.ABSENT})


def people_of(account: str, *, organization_id: str | None, network: bool = True) -> list[Context]:
    """The keys of requests that people of an account can make: by themselves, and through what they own.

    Args:
        account: The account.
        organization_id: Its organization; None where that is not known.
        network: Whether they come from networks of their own; if not, from where is not known.
    """
    direct: dict[str, Value] = {
        "aws:securetransport": "true",
        "s3:tlsversion": "1.3",
        "aws:principalisawsservice": "false",
        "aws:principalservicename": Special.ABSENT,
        "aws:principalservicenameslist": Special.ABSENT,
        "aws:principalaccount": account,
        "kms:calleraccount": account,
        "aws:principalarn": Choice(f"arn:*:*::{account}:*"),
        "aws:userid": Choice("AROASTRANGER000000000:*"),
        "aws:sourceaccount": Special.ABSENT,
        "aws:sourcearn": Special.ABSENT,
        "aws:sourceorgid": Special.ABSENT,
        "aws:sourceorgpaths": Special.ABSENT,
        "aws:sourceowner": Special.ABSENT,
        "s3:dataaccesspointaccount": Special.ABSENT,
        "s3:dataaccesspointarn": Special.ABSENT,
    }
    if organization_id is not None:
        direct["aws:principalorgid"] = organization_id
        direct["aws:principalorgpaths"] = (f"{organization_id}/r-0000/",)
    if network:
        direct["aws:sourceip"] = Choice("*")
        direct["aws:sourcevpc"] = "vpc-00000000000000000"
        direct["aws:sourcevpce"] = "vpce-00000000000000000"
    access_point: dict[str, Value] = {
        "s3:dataaccesspointaccount": account,
        "s3:dataaccesspointarn": Choice(f"arn:*:s3:*:{account}:*"),
    }
    service: dict[str, Value] = {
        "aws:principalisawsservice": "true",
        "aws:principalorgid": Special.ABSENT,
        "aws:principalorgpaths": Special.ABSENT,
        "aws:sourceaccount": account,
        "aws:sourceowner": account,
        "aws:sourcearn": Choice(f"arn:*:*:*:{account}:*"),
    }
    return [Context({**direct, **more}, free=_FREE) for more in ({}, access_point, service)]


def strange_account(policy: Mapping[str, Any]) -> str:
    """An account number that a policy does not mention."""
    text = json.dumps(policy)
    return next(number for digit in range(10**6) if (number := f"{digit:012d}") not in text)


_AS_CLOUDTRAIL: Final[Mapping[str, Value]] = {
    "aws:securetransport": "true",
    "aws:principalisawsservice": "true",
    "aws:principalservicename": CLOUDTRAIL.name,
    # A service is no member of an organization, and comes through nobody's VPC.
    "aws:principalorgid": Special.ABSENT,
    "aws:principalorgpaths": Special.ABSENT,
    "aws:sourcevpc": Special.ABSENT,
    "aws:sourcevpce": Special.ABSENT,
}
