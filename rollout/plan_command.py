"""`meshtrail rollout plan`."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from rollout.command_options import DIRECTORY, PROGRAM, Directory, ProgramFolder
from rollout.plan import Plan, Settings
from rollout.plan_formats import as_github, as_gitlab, as_text
from rollout.planning import Known, Shape, known_of_file, known_of_organization, plan_of
from rollout.program import program_of
from rollout.selection import Selection
from rollout.session import PLAN
from verify.output import to_stdout, write_file


class PlanFormat(StrEnum):
    """What `meshtrail rollout plan` prints."""

    TEXT = "text"
    JSON = "json"
    GITHUB_MATRIX = "github-matrix"
    GITLAB = "gitlab"


Ids = Annotated[
    list[str] | None, typer.Option("--account", metavar="ID", help="This account (may be repeated).")
]


def plan(
    *,
    directory: Directory = DIRECTORY,
    unit: Annotated[
        list[str] | None,
        typer.Option(
            "--ou",
            metavar="ID",
            help="Every account in this organizational unit, at any depth (may be repeated).",
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag",
            metavar="KEY[=VALUE]",
            help="Every account with this tag (may be repeated). One call an account.",
        ),
    ] = None,
    account: Ids = None,
    accounts: Annotated[
        Path | None,
        typer.Option(
            "--accounts",
            metavar="FILE",
            help="The accounts of a file instead of the organization's: one id a line, or JSON as "
            "`aws organizations list-accounts` prints it.",
        ),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--without", metavar="ID", help="Not this account (may be repeated).")
    ] = None,
    canary: Annotated[
        list[str] | None,
        typer.Option("--canary", metavar="ID", help="This account is in the first wave (may be repeated)."),
    ] = None,
    canaries: Annotated[
        int, typer.Option("--canaries", metavar="N", min=0, help="How many are, if none is named.")
    ] = 1,
    wave_size: Annotated[
        int, typer.Option("--wave-size", metavar="N", min=1, help="How many stacks the other waves hold.")
    ] = 25,
    program: ProgramFolder = PROGRAM,
    template: Annotated[
        str,
        typer.Option(
            "--settings",
            metavar="FILE",
            help="The settings that every stack begins with, in the program's folder.",
        ),
    ] = "Pulumi.organization-account.yaml",
    role_name: Annotated[
        str,
        typer.Option(
            "--role-name",
            metavar="NAME",
            help="The role that is assumed in each account; '' if the credentials are the account's already.",
        ),
    ] = "OrganizationAccountAccessRole",
    partition: Annotated[str, typer.Option(metavar="NAME", help="aws, aws-cn or aws-us-gov.")] = "aws",
    backend: Annotated[
        str,
        typer.Option(
            "--backend",
            metavar="URL",
            help="Where the stacks' states are kept: s3://BUCKET, file:///PATH, https://api.pulumi.com; not given: "
            "what PULUMI_BACKEND_URL or `pulumi login` says.",
        ),
    ] = "",
    pulumi_organization: Annotated[
        str,
        typer.Option("--pulumi-organization", metavar="NAME", help="Whose the stacks are in Pulumi Cloud."),
    ] = "",
    secrets_provider: Annotated[
        str,
        typer.Option(
            "--secrets-provider",
            metavar="NAME",
            help="What encrypts the secrets of new stacks: passphrase, awskms://alias/NAME; not given: the backend.",
        ),
    ] = "",
    output: Annotated[PlanFormat, typer.Option("--format", help="What to print.")] = PlanFormat.TEXT,
    region: Annotated[
        str,
        typer.Option(
            "--region", metavar="REGION", envvar="AWS_REGION", help="Where to ask AWS Organizations."
        ),
    ] = "us-east-1",
    every: Annotated[bool, typer.Option("--all-accounts", help="Every active account.")] = False,
    external_id: Annotated[
        bool,
        typer.Option(
            "--with-external-id", help="The role asks for an external id: MESHTRAIL_EXTERNAL_ID at `up`."
        ),
    ] = False,
) -> None:
    """Choose the accounts and divide them into waves; nothing is changed but the plan in --directory.

    The first wave is the canary; the management account comes last. Accounts
    that are suspended or closing are left out, and named. The plan is bound to
    the program and its settings: `up` refuses one that was made of others.

    For CI, github-matrix prints lines for $GITHUB_OUTPUT: `waves`, and for
    each wave a matrix of its jobs; gitlab prints a child pipeline, a stage for
    each wave. Hand plan.json to the jobs; each runs
    `meshtrail rollout up --plan plan.json` with the job's arguments.

    Examples:
      meshtrail rollout plan --ou ou-exam-11111111 --canary 123456789012
      meshtrail rollout plan --all-accounts --without 111111111111 --wave-size 50
      meshtrail rollout plan --accounts accounts.txt --backend s3://amzn-s3-demo-bucket
      meshtrail rollout plan --tag meshtrail=yes --format github-matrix >> "$GITHUB_OUTPUT"
    """
    selection = Selection(
        everything=every or (accounts is not None and not (unit or tag or account)),
        units=tuple(unit or ()),
        tags=tuple(tag or ()),
        accounts=tuple(account or ()),
        without=tuple(without or ()),
    )
    found = program_of(program)
    settings = Settings(
        project=found.name,
        template=template,
        partition=partition,
        role_name=role_name,
        external_id=external_id,
        backend=_absolute(backend),
        pulumi_organization=pulumi_organization,
        secrets_provider=secrets_provider,
    )
    shape = Shape(canaries=tuple(canary or ()), canary_count=canaries, wave_size=wave_size)
    known = known_of_file(accounts) if accounts is not None else _organization(region, with_tags=bool(tag))
    made = plan_of(known, selection, shape, settings=settings, program=found)
    write_file(directory / PLAN, made.to_json(), option="--directory")
    with to_stdout():
        sys.stdout.write(_printed(made, output))


def _organization(region: str, *, with_tags: bool) -> Known:
    from verify.aws import Aws  # noqa: PLC0415 -- a plan from a file needs no AWS

    return known_of_organization(Aws(), region, with_tags=with_tags)


def _absolute(backend: str) -> str:
    """A backend that means the same in every working directory."""
    path = backend.removeprefix("file://")
    if path == backend or path.startswith(("/", "~")):
        return backend
    return f"file://{os.path.realpath(path)}"


def _printed(plan: Plan, output: PlanFormat) -> str:
    write = {
        PlanFormat.TEXT: as_text,
        PlanFormat.JSON: Plan.to_json,
        PlanFormat.GITHUB_MATRIX: as_github,
        PlanFormat.GITLAB: as_gitlab,
    }
    return write[output](plan)
