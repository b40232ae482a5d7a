"""The options of `meshtrail verify --organization`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

PANEL: Final = "Organization"

InOrganization = Annotated[
    bool,
    typer.Option(
        "--organization",
        rich_help_panel=PANEL,
        help="Look at every account of the organization: where would an App Mesh event be lost?",
    ),
]
RoleName = Annotated[
    str, typer.Option(metavar="NAME", rich_help_panel=PANEL, help="The verifier's role in each account.")
]
ExternalId = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        envvar="MESHTRAIL_EXTERNAL_ID",
        rich_help_panel=PANEL,
        help="What the role's trust asks for.",
    ),
]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="ACCOUNT",
        rich_help_panel=PANEL,
        help="Look at this account only (may be repeated); not given: at all.",
    ),
]
LogArchive = Annotated[
    str | None,
    typer.Option(
        "--log-archive-account",
        metavar="ACCOUNT",
        rich_help_panel=PANEL,
        help="Read the organization trail's bucket by the role of this account; not given: as whoever runs this.",
    ),
]
Workers = Annotated[
    int,
    typer.Option(min=1, max=4096, rich_help_panel=PANEL, help="How many calls are made at a time."),
]
