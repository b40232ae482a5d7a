"""Queries about App Mesh for people, to be kept in a workgroup.

Each reads the last seven delivery days; in an organization the account is a parameter, which Athena's console asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cloudtrail.athena.table import RECORDS
from cloudtrail.catalog import APP_MESH
from cloudtrail.sql import identifier, literal

if TYPE_CHECKING:
    from cloudtrail.athena.folder import TrailFolder

_RECENTLY: Final = """"day" >= date_format(current_timestamp - INTERVAL '7' DAY, '%Y/%m/%d')"""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with its name.

    Attributes:
        name: What people call it.
        description: What it answers.
        sql: The statement.
    """

    name: str
    description: str
    sql: str


def saved_queries(folder: TrailFolder, *, database: str) -> tuple[SavedQuery, ...]:
    """The queries over one trail's `records`."""
    read = f"FROM {identifier(database)}.{identifier(RECORDS)}\nWHERE {_partitions(folder)}"
    mesh = "json_extract_scalar(requestparameters, '$.meshName')"
    return (
        SavedQuery(
            "who-changed-which-mesh",
            "Every change of the last 7 days: who, when, from where, to which mesh, and whether AWS refused it.",
            f"SELECT eventtime, eventname, {mesh} AS mesh, useridentity.arn AS who, sourceipaddress, errorcode\n"
            f"{read} AND readonly = 'false'\nORDER BY eventtime DESC",
        ),
        SavedQuery(
            "refused-calls",
            "App Mesh calls that AWS refused in the last 7 days, by who made them.",
            "SELECT useridentity.arn AS who, eventname, errorcode, count(*) AS calls, max(eventtime) AS latest\n"
            f"{read} AND errorcode IS NOT NULL\nGROUP BY 1, 2, 3\nORDER BY calls DESC",
        ),
        SavedQuery(
            "envoy-connections",
            "The Envoy proxies that connected in the last 7 days, by the identity they used.",
            "SELECT useridentity.arn AS who, region, count(*) AS connections, max(eventtime) AS latest\n"
            f"{read} AND eventname = 'StreamAggregatedResources'\nGROUP BY 1, 2\nORDER BY connections DESC",
        ),
        SavedQuery(
            "events-by-account-and-region",
            "Which App Mesh events were recorded in the last 7 days, by account, Region and name.",
            "SELECT account, region, eventname, count(DISTINCT eventid) AS events, max(eventtime) AS latest\n"
            f"{read}\nGROUP BY 1, 2, 3\nORDER BY 1, 2, 3",
        ),
    )


def _partitions(folder: TrailFolder) -> str:
    regions = ", ".join(literal(region) for region in sorted(folder.regions))
    account = '"account" = ?' if folder.organization else f'"account" = {literal(folder.account)}'
    conditions = [account, f'"region" IN ({regions})', _RECENTLY, f"eventsource = {literal(APP_MESH)}"]
    if folder.organization:
        conditions.insert(0, f'"organization" = {literal(folder.organization)}')
    return " AND ".join(conditions)
