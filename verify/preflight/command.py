"""`meshtrail preflight`."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from importlib import metadata
from typing import Annotated

import typer

from verify.aws import Aws
from verify.command_options import Select, Skip, selection_of
from verify.discovery.regions import first_region
from verify.exit_status import exit_status
from verify.output import to_stdout
from verify.preflight.document import Planned, Preflight
from verify.preflight.plan import Plan, Scope
from verify.preflight.run import STATEMENTS, preflight_claims
from verify.preflight.state import PreflightState
from verify.preflight.terminal import print_preflight
from verify.report.document import overall_of
from verify.report.parts import Severity, Tool
from verify.selection import EVERYTHING, Selection


class PreflightFormat(StrEnum):
    """What `meshtrail preflight` prints."""

    TERMINAL = "terminal"
    JSON = "json"


def preflight(  # noqa: PLR0917 -- typer reads the options from the signature
    region: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="The stack's home Region; not given: the session's."),
    ] = None,
    scope: Annotated[Scope, typer.Option(help="What the trail is to record.")] = Scope.ORGANIZATION,
    name: Annotated[
        str,
        typer.Option(metavar="NAME", help="The stack's name: what trail, bucket and key are named after."),
    ] = "meshtrail",
    organization_id: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The organization it is meant for; any other is refused."),
    ] = None,
    expect_region: Annotated[
        list[str] | None,
        typer.Option(metavar="REGION", help="A Region where events are expected (may be repeated)."),
    ] = None,
    log_archive: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="The account of bucket and key, where it is another one."),
    ] = None,
    bucket: Annotated[
        str | None, typer.Option(metavar="NAME", help="The bucket to use; not given: one is created.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="ARN", help="The KMS key to use; not given: one is created.")
    ] = None,
    select: Select = None,
    skip: Skip = None,
    fail_on: Annotated[
        Severity,
        typer.Option("--fail-on", help="Exit with 1 or 2 only for claims at least this severe."),
    ] = Severity.INFORMATIONAL,
    *,
    event_data_store: Annotated[
        bool,
        typer.Option(
            "--event-data-store/--no-event-data-store", help="Whether there is to be an event data store."
        ),
    ] = False,
    output: Annotated[
        PreflightFormat, typer.Option("--output", "-o", help="What to print on stdout.")
    ] = PreflightFormat.TERMINAL,
) -> None:
    """Say what stands in the way of provisioning, and change nothing.

    Run it as whoever runs `pulumi up`, in the account that creates the trail.
    Looks at the organization and its trusted access, at who may create what,
    at quotas, at trails that are there already, at CloudTrail Lake, at service
    control policies, and at Regions.

    Exit codes: 0 nothing does; 1 something does; 2 nothing does, but something
    could not be looked at; 3 wrong usage.

    Examples:
      meshtrail preflight --region us-east-1 --organization-id o-exampleorgid
      meshtrail preflight --scope multi-region --expect-region eu-west-1
      meshtrail preflight --log-archive 222222222222 -o json
    """
    aws = Aws()
    home = region or first_region(aws)
    plan = Plan(
        home_region=home,
        scope=scope,
        name=name,
        event_data_store=event_data_store,
        bucket=bucket,
        key_arn=key,
        log_archive=log_archive,
        organization_id=organization_id,
        expected_regions=tuple(dict.fromkeys(expect_region or (home,))),
    )
    selection = selection_of(select, skip, STATEMENTS)
    found = preflight_of(plan, aws=aws, selection=selection, now=datetime.now(UTC))
    with to_stdout() as console:
        if output is PreflightFormat.JSON:
            sys.stdout.write(found.to_json())
        else:
            print_preflight(found, console)
    raise typer.Exit(exit_status(found, fail_on=fail_on))


def preflight_of(plan: Plan, *, aws: Aws, now: datetime, selection: Selection = EVERYTHING) -> Preflight:
    """Everything that preflight finds.

    Args:
        plan: What is about to be provisioned.
        aws: The session to look with.
        now: The time, for the document.
        selection: The checks.

    Raises:
        CannotLook: when not even the account can be told.
    """
    state = PreflightState(plan, aws=aws)
    claims = tuple(preflight_claims(state, selection))
    return Preflight(
        tool=Tool(name="meshtrail", version=metadata.version("meshtrail")),
        generated_at=now,
        verdict=overall_of(claims),
        planned=Planned(
            account=state.caller.account,
            caller=state.caller.arn,
            home_region=plan.home_region,
            scope=plan.scope.value,
            name=plan.name,
            expected_regions=plan.expected_regions,
        ),
        claims=claims,
    )
