"""What all sections of the settings share: camel-case keys, no unknown ones, and rules on single values.

A rule that a value breaks raises `PydanticCustomError` of type `RULE`, with the remedy in its context;
`components.settings.reading` turns it into a `Problem`.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from cloudtrail.event_data_store import NAME as EVENT_DATA_STORE_NAME
from cloudtrail.event_data_store import EventDataStoreArn, NotAnEventDataStore
from cloudtrail.partitions import Arn, MalformedArn, is_account, is_region

RULE: Final = "meshtrail_rule"


class Section(BaseModel):
    """A group of settings. The docstring below each field is its description in the settings reference."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        extra="forbid",
        frozen=True,
        coerce_numbers_to_str=True,
        use_attribute_docstrings=True,
    )


def broken(message: str, remedy: str) -> PydanticCustomError:
    """The error of a value that breaks a rule: what is wrong with it, and what to write instead."""
    # Both go through the context, because the template itself would read braces in them as fields.
    return PydanticCustomError(RULE, "{message}", {"message": message, "remedy": remedy})


def rule(holds: Callable[[Any], object], message: str, remedy: str) -> AfterValidator:
    """A validator that demands `holds(value)`."""

    def check(value: Any) -> Any:
        if not holds(value):
            raise broken(message, remedy)
        return value

    return AfterValidator(check)


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _shaped_as(pattern: str) -> Callable[[str], bool]:
    return lambda text: _matches(pattern, text)


def _event_data_store_arn(text: str) -> str:
    try:
        EventDataStoreArn.parse(text)
    except NotAnEventDataStore as error:
        raise broken(f"{error.what}. {error.why}".strip(), error.remedy) from error
    return text


def is_key_arn(text: str) -> bool:
    """Whether a text is the ARN of a KMS key (not of an alias: CloudTrail would follow where it points)."""
    try:
        arn = Arn.parse(text)
    except MalformedArn:
        return False
    return arn.service == "kms" and is_region(arn.region) and _matches(r"key/[\w-]+", arn.resource)


def is_trustee(text: str) -> bool:
    """Whether a text is an account's id, or the ARN of a role without wildcards."""
    if is_account(text):
        return True
    try:
        arn = Arn.parse(text)
    except MalformedArn:
        return False
    return arn.service == "iam" and is_account(arn.account) and _matches(r"role/[\w+=,.@/-]+", arn.resource)


def _plain_bucket_name(text: str) -> bool:
    return (
        _matches(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text)
        and ".." not in text
        and not _matches(r"\d+\.\d+\.\d+\.\d+", text)
        and not text.startswith(("xn--", "sthree-", "amzn-s3-demo-"))
        and not text.endswith(("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"))
    )


def _plain_trail_name(text: str) -> bool:
    return _matches(r"(?=.{3,128}\Z)[A-Za-z0-9]([._-]?[A-Za-z0-9])+", text) and not _matches(
        r"\d+\.\d+\.\d+\.\d+", text
    )


def distinct(values: tuple[Any, ...]) -> bool:
    """Whether no value is given twice."""
    return len(set(values)) == len(values)


BaseName = Annotated[
    str,
    rule(
        _shaped_as(r"(?=.{3,32}\Z)[a-z][a-z0-9]*(-[a-z0-9]+)*"),
        "is not a name every resource can be named after.",
        "Use 3 to 32 lower-case letters, digits and single hyphens, beginning with a letter.",
    ),
]
TrailName = Annotated[
    str,
    rule(
        _plain_trail_name,
        "is not a trail's name.",
        "Use 3 to 128 letters, digits, dots, underscores and hyphens, no two of the last three side by side, "
        "a letter or digit at each end, and not the shape of an IP address.",
    ),
]
StoreName = Annotated[
    str,
    rule(
        EVENT_DATA_STORE_NAME.fullmatch,
        "is not an event data store's name.",
        "Use 3 to 128 letters, digits, dots, underscores and hyphens.",
    ),
]
BucketName = Annotated[
    str,
    rule(
        _plain_bucket_name,
        "is not a bucket's name.",
        "Use 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at each end, "
        "without the prefixes and suffixes S3 keeps for itself.",
    ),
]
KeyPrefix = Annotated[
    str,
    rule(
        _shaped_as(r"(?=.{1,200}\Z)[A-Za-z0-9!_.*'()-]+(/[A-Za-z0-9!_.*'()-]+)*"),
        "is not a key prefix.",
        "Use up to 200 letters, digits and !-_.*'() in parts divided by single slashes, no slash at the ends.",
    ),
]
RegionName = Annotated[str, rule(is_region, "is not a Region.", "Write it as AWS does, e.g. us-east-1.")]
AccountId = Annotated[
    str,
    rule(is_account, "is not an account id.", 'Write all twelve digits, in quotes: "123456789012".'),
]
OrganizationId = Annotated[
    str,
    rule(
        _shaped_as(r"o-[a-z0-9]{10,32}"),
        "is not an organization's id.",
        "It reads o- and 10 to 32 letters and digits; `aws organizations describe-organization` prints it.",
    ),
]
UnitId = Annotated[
    str,
    rule(
        _shaped_as(r"r-[a-z0-9]{4,32}|ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}"),
        "is not the id of a root or an organizational unit.",
        "It reads r-EXAM or ou-EXAM-EXAMPLEID; `aws organizations list-roots` and "
        "`list-organizational-units-for-parent` print them.",
    ),
]
RoleName = Annotated[
    str,
    rule(
        _shaped_as(r"[\w+=,.@-]{1,64}"),
        "is not a role's name.",
        "Use 1 to 64 letters, digits and _+=,.@-, without the path.",
    ),
]
ExternalId = Annotated[
    str,
    rule(
        _shaped_as(r"[\w+=,.@:/-]{2,1224}"),
        "is not an external id.",
        "Use 2 to 1224 letters, digits and _+=,.@:/-, e.g. what `uuidgen` prints.",
    ),
]
EventSource = Annotated[
    str,
    rule(
        _shaped_as(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com"),
        "is not an event source.",
        "Write the service's name as CloudTrail does, e.g. appmesh.amazonaws.com.",
    ),
]
KeyArn = Annotated[
    str,
    rule(
        is_key_arn,
        "is not the ARN of a KMS key.",
        "It reads arn:aws:kms:REGION:ACCOUNT:key/ID; the ARN of an alias will not do.",
    ),
]
Trustee = Annotated[
    str,
    rule(
        is_trustee,
        "is neither an account's id nor the ARN of a role.",
        "Write twelve digits, in quotes, or arn:aws:iam::ACCOUNT:role/NAME.",
    ),
]
"""Who may be let into a role: an account, whose administrators then say who in it, or one role."""
EventDataStoreArnText = Annotated[str, AfterValidator(_event_data_store_arn)]
