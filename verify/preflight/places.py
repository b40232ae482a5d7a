"""Places: the Regions that are asked for, the home Region, and where bucket and key lie.

Sources: CloudTrail user guide, "Understanding multi-Region trails and opt-in Regions"
(docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-multi-region-trails.html) and "Configure AWS KMS key
policies for CloudTrail": key and bucket have to lie in one Region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtrail.preflight_rules import (
    NEEDS_NO_OPT_IN,
    why_region_unusable,
    why_regions_differ,
)
from verify.aws import NotThere
from verify.controls.base import Control
from verify.discovery.regions import DESCRIBE_REGIONS
from verify.discovery.trails import bucket_region
from verify.finding import does_not_apply, fails, holds
from verify.preflight.membership import NOT_SPANNING
from verify.preflight.state import PreflightState
from verify.report.parts import Severity
from verify.report.text import plural
from verify.s3_objects import LIST

if TYPE_CHECKING:
    from verify.finding import Finding


class RegionsEnabled(Control[PreflightState]):
    """The Regions that are asked for are enabled."""

    id = "preflight.regions-enabled"
    title = "The home Region, and every Region where events are expected, is enabled in this account"
    severity = Severity.HIGH
    actions = (DESCRIBE_REGIONS,)
    remedy = (
        "Enable the Region (`aws account enable-region --region-name REGION`), or do not expect events there: in a "
        "Region that is not enabled nobody can call App Mesh. Of other accounts `meshtrail verify --organization` "
        "tells it."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Read their opt-in status."""
        asked = dict.fromkeys((subject.plan.home_region, *subject.plan.expected_regions))
        told = {region: why_region_unusable(region, subject.opt_in) for region in asked}
        unusable = {region: why for region, why in told.items() if why is not None}
        if unusable:
            wrong = "; ".join(f"{region}: {why}" for region, why in unusable.items())
            return fails(f"{wrong}.", *((region, why or "enabled") for region, why in told.items()))
        return holds(f"{plural(len(asked), 'Region')} enabled: {', '.join(asked)}.")


class HomeRegion(Control[PreflightState]):
    """The organization's trail has its home in a Region that every account has."""

    id = "preflight.home-region"
    title = "The home Region of the organization's trail is one that every account has"
    severity = Severity.MEDIUM
    actions = (DESCRIBE_REGIONS,)
    remedy = (
        "Choose a home Region that needs no opt-in, us-east-1 for example: a member in which the home Region is not "
        "enabled may be left out of an organization's trail."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Read whether it has to be opted in to."""
        if not subject.plan.spans_organization:
            return does_not_apply(NOT_SPANNING)
        home = subject.plan.home_region
        status = subject.opt_in.get(home)
        facts = (("home Region", home), ("opt-in status", status or "none: no such Region"))
        if status != NEEDS_NO_OPT_IN:
            return fails(f"{home} is not enabled in every account by itself.", *facts)
        return holds(f"{home} needs no opt-in.", *facts)


class SameRegion(Control[PreflightState]):
    """Bucket and key lie in the same Region."""

    id = "preflight.same-region"
    title = "The bucket is there, and the key lies in the bucket's Region"
    severity = Severity.HIGH
    actions = (LIST,)
    remedy = (
        "Name a bucket that exists and a key of its Region; a copy of a multi-Region key there will do. What is not "
        "named is created in the home Region."
    )

    def look(self, subject: PreflightState) -> Finding:
        """Compare; the bucket's Region is S3's answer, the key's is in its ARN."""
        plan = subject.plan
        if plan.bucket is None and plan.key_arn is None:
            return does_not_apply(f"Bucket and key are created, both in {plan.home_region}.")
        region = plan.home_region
        facts = [("key", plan.key_arn or f"created in {plan.home_region}")]
        if plan.bucket is not None:
            try:
                region = bucket_region(subject.aws, plan.bucket, ask_in=plan.home_region)
            except NotThere:
                return fails(f"There is no bucket {plan.bucket}.", ("bucket", plan.bucket))
            facts.append(("bucket", f"{plan.bucket} in {region}"))
        if plan.key_arn is None and region != plan.home_region:
            return fails(
                f"The bucket lies in {region}, and the key would be created in {plan.home_region}.", *facts
            )
        why = why_regions_differ(region, plan.key_arn)
        if why is not None:
            return fails(f"CloudTrail cannot encrypt: {why}.", *facts)
        return holds(f"Both in {region}.", *facts)


PLACES: tuple[Control[PreflightState], ...] = (RegionsEnabled(), HomeRegion(), SameRegion())
"""What is decided of Regions."""
