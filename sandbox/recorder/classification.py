"""What kind of event an operation writes: management or data, read or write.

CloudTrail does not publish a table of either. Data events are listed service by service in the CloudTrail
user guide, "Logging data events"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html), and for S3 in
the S3 user guide, "Amazon S3 CloudTrail events"
(docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html). `readOnly` is a rule with
exceptions; App Mesh's comes from our own catalog, which is exact.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cloudtrail import catalog

if TYPE_CHECKING:
    from moto.core.model import OperationModel

_READ_VERBS: Final = re.compile(
    r"(BatchDescribe|BatchGet|BatchCheck|Check|Count|Describe|Discover|Download|Estimate|Filter|Get|Head|Is|"
    r"List|Lookup|Preview|Query|Scan|Search|Select|Simulate|Validate|Verify|View)(?=[A-Z0-9]|$)"
)

_READS: Final = {
    # Using a key changes nothing: KMS's cryptographic operations are logged as reads.
    "kms": {
        *("Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair"),
        *("GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac"),
        *("GenerateRandom", "ReEncrypt", "Sign"),
    },
    # Giving out credentials changes nothing that lasts.
    "sts": {
        *("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "AssumeRoot"),
        "DecodeAuthorizationMessage",
    },
    "cloudtrail": {"GenerateQuery", "GenerateQueryResultsSummary", "StartQuery"},
    "athena": {"StartQueryExecution"},
    "logs": {"StartQuery", "TestMetricFilter"},
}
_DATA: Final = {
    "s3": {
        *("CopyObject", "DeleteObjects", "HeadBucket", "ListMultipartUploads", "ListObjects"),
        *("ListObjectsV2", "ListObjectVersions", "WriteGetObjectResponse"),
    },
    "dynamodb": {
        *("BatchExecuteStatement", "BatchGetItem", "BatchWriteItem", "DeleteItem", "ExecuteStatement"),
        *("ExecuteTransaction", "GetItem", "PutItem", "Query", "Scan", "TransactGetItems"),
        *("TransactWriteItems", "UpdateItem"),
    },
    "lambda": {"Invoke", "InvokeAsync", "InvokeWithResponseStream"},
    "kinesis": {"GetRecords", "PutRecord", "PutRecords", "SubscribeToShard"},
    "firehose": {"PutRecord", "PutRecordBatch"},
    "sns": {"Publish", "PublishBatch"},
    "sqs": {
        *("ChangeMessageVisibility", "ChangeMessageVisibilityBatch", "DeleteMessage"),
        *("DeleteMessageBatch", "ReceiveMessage", "SendMessage", "SendMessageBatch"),
    },
    "ses": {"SendEmail", "SendRawEmail", "SendTemplatedEmail", "SendBulkTemplatedEmail"},
    "sesv2": {"SendEmail", "SendBulkEmail"},
    "events": {"PutEvents"},
    "logs": {
        *("FilterLogEvents", "GetLogEvents", "GetLogRecord", "GetLogObject", "PutLogEvents"),
        "StartLiveTail",
    },
    "cloudwatch": {"GetMetricData", "GetMetricStatistics", "GetMetricWidgetImage", "PutMetricData"},
    "cloudtrail-data": {"PutAuditEvents"},
    "servicediscovery": {"DiscoverInstances", "DiscoverInstancesRevision"},
}
_WHOLE_SERVICES_OF_DATA: Final = frozenset(
    {
        "apigatewaymanagementapi",
        "dynamodbstreams",
        "iot-data",
        "lexv2-runtime",
        "s3vectors",
        "timestream-write",
    }
)


def is_management(service: str, operation: OperationModel) -> bool:
    """Whether an operation is logged as a management event (else as a data event, or not at all)."""
    if service in _WHOLE_SERVICES_OF_DATA or operation.name in _DATA.get(service, ()):
        return False
    # Every S3 operation on an object has its key in the path.
    return not (service == "s3" and "{Key" in operation.http_trait.path)


def is_read_only(service: str, operation: OperationModel) -> bool:
    """Whether CloudTrail flags an operation `readOnly`."""
    if service == "appmesh":
        event = catalog.by_name(operation.name)
        return event is not None and event.read_only
    if operation.name in _READS.get(service, ()):
        return True
    return _READ_VERBS.match(operation.name) is not None or operation.http_trait.method in ("GET", "HEAD")
