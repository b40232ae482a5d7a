"""What gets provisioned: Pulumi components, one building block a module.

    AuditKey             the KMS key
    AuditBucket          the bucket of the log files
    MeshTrail            the trail, with CloudWatch Logs, SNS and Insights where asked for
    MeshEventDataStore   the event data store in CloudTrail Lake
    OrganizationAccess   what CloudTrail needs of an organization before there can be an organization's trail
    VerifierRole         the role `meshtrail verify` assumes, in one account
    VerifierStackSet     the same role in every account of an organization
    MeshAudit            all of them, and the manifest of what was promised

Their arguments are TypedDicts named `<Component>Args`; what a stack may decide is in `components.settings`.
"""
