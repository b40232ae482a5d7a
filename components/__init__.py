"""What gets provisioned: Pulumi components, one building block a module.

    AuditKey             the KMS key
    AuditBucket          the bucket of the log files
    MeshTrail            the trail, with CloudWatch Logs, SNS and Insights where asked for
    MeshEventDataStore   the event data store in CloudTrail Lake
    MeshAudit            all of them, and the manifest of what was promised

Their arguments are TypedDicts named `<Component>Args`; what a stack may decide is in `components.settings`.
"""
