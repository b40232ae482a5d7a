"""What CloudTrail Lake answers when it refuses, by AWS's names.

Each class is one error of the CloudTrail API reference's event data store and query operations; its name
is the code on the wire. All of them are answered with HTTP 400. The texts are the sandbox's own: AWS
does not document its messages, with the exception named at `no_longer_accepting_new_customers`.
"""

from __future__ import annotations


class LakeError(Exception):
    """A refusal; `code` is the AWS error code, `message` the text sent with it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def code(self) -> str:
        """The code on the wire: the class's name."""
        return type(self).__name__


class CloudTrailAccessNotEnabledException(LakeError):
    """The organization does not trust CloudTrail."""


class EventDataStoreARNInvalidException(LakeError):
    """A text that should name an event data store of this account does not."""


class EventDataStoreAlreadyExistsException(LakeError):
    """The name is taken."""


class EventDataStoreMaxLimitExceededException(LakeError):
    """The account has all the event data stores it may have in this Region."""


class EventDataStoreNotFoundException(LakeError):
    """There is no such event data store."""


class EventDataStoreTerminationProtectedException(LakeError):
    """Termination protection is on."""


class InactiveEventDataStoreException(LakeError):
    """The event data store waits for its deletion."""


class InactiveQueryException(LakeError):
    """The query has ended, so it cannot be cancelled."""


class InsufficientEncryptionPolicyException(LakeError):
    """The key's policy does not let CloudTrail encrypt and decrypt."""


class InvalidDateRangeException(LakeError):
    """A range of time ends before it starts."""


class InvalidEventDataStoreCategoryException(LakeError):
    """Ingestion of this category of events cannot be started or stopped."""


class InvalidEventDataStoreStatusException(LakeError):
    """The event data store is not in a status that allows the operation."""


class InvalidEventSelectorsException(LakeError):
    """The advanced event selectors are not legal on an event data store."""


class InvalidKmsKeyIdException(LakeError):
    """The key's name is malformed."""


class InvalidMaxResultsException(LakeError):
    """A page size out of range."""


class InvalidNextTokenException(LakeError):
    """A token this sandbox did not give out for this question."""


class InvalidParameterException(LakeError):
    """A parameter is missing, malformed or out of range."""


class InvalidQueryStatementException(LakeError):
    """The SQL is not a Trino SELECT over event data stores."""


class InvalidQueryStatusException(LakeError):
    """There is no such status of a query."""


class InvalidTagParameterException(LakeError):
    """Tags with repeated keys."""


class KmsKeyNotFoundException(LakeError):
    """There is no such key in this Region."""


class MaxConcurrentQueriesException(LakeError):
    """The account already runs as many queries as it may."""


class NotOrganizationMasterAccountException(LakeError):
    """Only the organization's management account may do this."""


class OrganizationNotInAllFeaturesModeException(LakeError):
    """The organization has consolidated billing only."""


class OrganizationsNotInUseException(LakeError):
    """The account belongs to no organization."""


class QueryIdNotFoundException(LakeError):
    """There is no such query, or its results are no longer kept."""


class TagsLimitExceededException(LakeError):
    """More tags than an event data store may have."""


class UnsupportedOperationException(LakeError):
    """The operation is not offered here."""


def no_longer_accepting_new_customers() -> UnsupportedOperationException:
    """What CreateEventDataStore answers an account that did not use Lake before 2026-05-31.

    The text and the HTTP status 400 are what AWS sends. The error code is not documented: through
    CloudFormation it shows as an invalid request, so a client should recognise the text, not the code.
    See the CloudTrail user guide, "CloudTrail Lake availability change"
    (docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html).
    """
    return UnsupportedOperationException(
        "CloudTrail Lake is no longer accepting new customers. "
        "Existing customers can continue to use their event data stores."
    )
