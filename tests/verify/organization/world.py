"""An organization whose accounts answer from memory, surveyed on a clock that is only counted."""

from __future__ import annotations

import asyncio
import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from cloudtrail.object_keys import LogKey
from tests.verify.log_files.bucket import Bucket as Objects
from tests.verify.organization.fakes import JOINED, MANAGEMENT, ORGANIZATION, Client, aws_of, refusal
from tests.verify.organization.virtual_time import run_virtually
from verify.aws import NoCredentials, asking
from verify.log_files import SqliteCheckpoint
from verify.organization.accounts import OrganizationAccount
from verify.organization.at_once import AtOnce
from verify.organization.landing import Landing
from verify.organization.lasting import Lasting
from verify.organization.pool import Ask, Pool
from verify.organization.questions import Questions
from verify.organization.scope import SurveyScope
from verify.organization.sessions import RoleRefused
from verify.organization.shared import shared_of
from verify.organization.survey import UNDER_WAY, Survey
from verify.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from verify.aws import Aws, CannotLook
    from verify.organization.at_once import Search
    from verify.organization.matrix import AccountRow, Cell
    from verify.organization.pool import Calls

Answer = TypeVar("Answer")

HOME, OTHER = "us-east-1", "eu-west-1"
REGIONS = (OTHER, HOME)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(days=7), NOON)
BUCKET = "organization-trail"
ARN = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/organization"
LATENCY = 0.03
RECORD = {"eventSource": "appmesh.amazonaws.com", "eventName": "CreateMesh"}
WRITES_ONLY = [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]
READS_ONLY = [{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True}]


def trail(arn: str = ARN, **fields: Any) -> dict[str, Any]:
    """A trail as DescribeTrails shows it; by default the organization's."""
    return {
        "TrailARN": arn,
        "Name": arn.rpartition("/")[2],
        "HomeRegion": HOME,
        "S3BucketName": BUCKET,
        "IsMultiRegionTrail": True,
        "IsOrganizationTrail": arn == ARN,
        **fields,
    }


@dataclass
class Account:
    """What an account answers.

    Attributes:
        trails: The trails that show in it.
        selectors: The selectors of trails by their ARN; a trail without has CloudTrail's default.
        statuses: What GetTrailStatus says, by ARN and Region; else that the trail logs.
        stores: The event data stores that it has in HOME, as GetEventDataStore gives them.
        events: The times of its App Mesh events, by Region and id.
        records: The ids of the events that its stores hold, all of OTHER.
        sources: The event sources that Event history was asked for.
        enabled: Its Regions.
        refused: Operations that are refused, each with AWS's code; of one Region if it is `Operation@Region`.
    """

    trails: list[dict[str, Any]] = field(default_factory=lambda: [trail()])
    selectors: dict[str, list[dict[str, Any]]] = field(default_factory=dict[str, Any])
    statuses: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict[Any, Any])
    stores: list[dict[str, Any]] = field(default_factory=list[Any])
    events: dict[str, dict[str, datetime]] = field(default_factory=dict[str, Any])
    enabled: tuple[str, ...] = REGIONS
    refused: dict[str, str] = field(default_factory=dict[str, str])
    records: list[str] = field(default_factory=list[str])
    calls: list[str] = field(default_factory=list[str])
    sources: list[str] = field(default_factory=list[str])
    listed: Callable[..., Any] = dict

    def aws(self) -> Aws:
        """A session in it."""
        return aws_of(cloudtrail=self._cloudtrail, ec2=self._ec2, s3=self._s3)

    def _client(self, region: str, **operations: Callable[..., Any]) -> Client:
        def guarded(name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
            def call(**arguments: Any) -> Any:
                self.calls.append(f"{name}@{region}")
                code = self.refused.get(f"{name}@{region}") or self.refused.get(name)
                if code:
                    raise refusal(code)
                return answer(**arguments)

            return call

        return Client(**{name: guarded(name, answer) for name, answer in operations.items()})

    def _ec2(self, region: str) -> Client:
        return self._client(
            region, describe_regions=lambda: {"Regions": [{"RegionName": one} for one in self.enabled]}
        )

    def _s3(self, region: str) -> Client:
        told = {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": HOME}}}

        def head_bucket(*, Bucket: str) -> Any:  # noqa: N803 -- AWS's names
            del Bucket
            return told

        return self._client(region, head_bucket=head_bucket, list_objects_v2=self.listed)

    def _cloudtrail(self, region: str) -> Client:
        def described(*, includeShadowTrails: bool) -> Any:  # noqa: N803 -- AWS's names
            assert includeShadowTrails
            here = [one for one in self.trails if one["IsMultiRegionTrail"] or one["HomeRegion"] == region]
            return {"trailList": here}

        def status(*, Name: str) -> Any:  # noqa: N803 -- the same
            return self.statuses.get((Name, region), {"IsLogging": True})

        def selectors(*, TrailName: str) -> Any:  # noqa: N803 -- the same
            return {"EventSelectors": self.selectors.get(TrailName, [])}

        def stores(**_token: str) -> Any:
            return {"EventDataStores": self.stores if region == HOME else []}

        def store(*, EventDataStore: str) -> Any:  # noqa: N803 -- the same
            return next(one for one in self.stores if one["EventDataStoreArn"] == EventDataStore)

        def lookup(**asked: Any) -> Any:
            return self._page(region, asked)

        return self._client(
            region,
            describe_trails=described,
            get_trail_status=status,
            get_event_selectors=selectors,
            list_event_data_stores=stores,
            get_event_data_store=store,
            lookup_events=lookup,
            start_query=_always({"QueryId": "query"}),
            describe_query=_always({"QueryStatus": "FINISHED"}),
            get_query_results=self._results,
        )

    def _results(self, **_asked: Any) -> dict[str, Any]:
        """Every event that the stores hold, whatever is asked."""
        record = {"eventTime": "2026-09-01T09:00:00Z", "awsRegion": OTHER, **RECORD}
        rows = [[{"eventJson": json.dumps({**record, "eventID": name})}] for name in self.records]
        return {"QueryResultRows": rows}

    def _page(self, region: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Two events a page, so that few are enough for pages."""
        self.sources.append(asked["LookupAttributes"][0]["AttributeValue"])
        assert NOON - asked["StartTime"] <= timedelta(days=90), "Event history keeps no more"
        every = sorted(self.events.get(region, {}).items(), key=lambda one: one[1], reverse=True)
        first = int(asked.get("NextToken", 0))
        more = {"NextToken": str(first + 2)} if first + 2 < len(every) else {}
        page = [{"EventId": name, "EventTime": time} for name, time in every[first : first + 2]]
        return {"Events": page, **more}


def _always(answer: dict[str, Any]) -> Callable[..., Any]:
    """An operation that answers so, whatever is asked."""

    def operation(**_asked: Any) -> dict[str, Any]:
        return answer

    return operation


class Taking:
    """Calls that take some time, on the loop's clock."""

    def __init__(self) -> None:
        self.made: list[Ask[Any]] = []
        self.made_at: list[float] = []

    async def __call__(self, ask: Ask[Answer], /) -> Answer:
        """Make one."""
        self.made.append(ask)
        self.made_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(LATENCY)
        return ask.make()


class World:
    """An organization.

    Attributes:
        accounts: What its accounts answer, the management account among them.
        objects: What lies in the bucket of its trail.
        refused: Accounts whose role is refused.
        unlisted: What boto3 raises when the bucket is listed, if it does.
        gone: Accounts that are in the organization no more.
        assumed_in: In which Region each role was asked for.
        elsewhere: What OTHER answers that is asked for a role, if not that.
        expires: After how many roles that were assumed the caller's own credentials expire.
    """

    def __init__(self, *members: str) -> None:
        self.accounts = {number: Account() for number in (MANAGEMENT, *members)}
        self.objects = Objects()
        self.accounts[MANAGEMENT].listed = self.listed
        self.refused: set[str] = set()
        self.expires: int | None = None
        self.gone: set[str] = set()
        self.unlisted: Exception | None = None
        self.assumed: list[str] = []
        self.assumed_in: list[str | None] = []
        self.elsewhere: CannotLook | None = None
        self.forgotten: list[str] = []
        self.took = 0.0

    @property
    def own_account(self) -> str:
        """The management account."""
        return MANAGEMENT

    def of(self, account: str, region: str | None = None) -> Aws:
        """A session in an account."""
        self.assumed_in.append(region)
        if self.elsewhere is not None and region == OTHER:
            raise self.elsewhere
        if self.expires is not None and len(self.assumed) >= self.expires:
            raise NoCredentials(
                action="sts:AssumeRole", where=account, code="ExpiredToken", message="it expired"
            )
        if account in self.refused:
            raise RoleRefused(
                role=f"arn:aws:iam::{account}:role/MeshtrailVerifier", code="AccessDenied", message="no"
            )
        self.assumed.append(account)
        return self.accounts[account].aws()

    def forget(self, account: str) -> None:
        """Let go of an account."""
        self.forgotten.append(account)

    def happens(
        self, account: str, region: str, name: str, *, at: datetime = NOON - timedelta(hours=3)
    ) -> None:
        """An App Mesh call, as Event history shows it."""
        self.accounts[account].events.setdefault(region, {})[name] = at

    def lands(
        self,
        account: str,
        region: str,
        *names: str,
        at: datetime = NOON - timedelta(hours=2, minutes=55),
        source: str = RECORD["eventSource"],
    ) -> str:
        """A log file with events in the bucket of the organization's trail; its key."""
        record = {"eventTime": "2026-09-01T09:00:00Z", "awsRegion": region, **RECORD, "eventSource": source}
        records = [{**record, "eventID": name} for name in names]
        key = LogKey(
            account=account,
            region=region,
            delivered=at,
            unique=f"{len(self.objects.infos):016}",
            organization=ORGANIZATION,
        ).key
        body = json.dumps({"Records": records}, separators=(",", ":")).encode()
        self.objects.put(key, gzip.compress(body, mtime=0))
        return key

    def listed(self, **asked: Any) -> dict[str, Any]:
        """One page of the bucket's listing, as boto3 gives it."""
        prefix = asked["Prefix"]
        keys = [info.key for info in self.objects.list(prefix, asked.get("StartAfter", ""))]
        if "Delimiter" not in asked:
            return {"Contents": [{"Key": key} for key in keys]}
        folders = {f"{prefix}{key.removeprefix(prefix).partition('/')[0]}/" for key in keys}
        return {"CommonPrefixes": [{"Prefix": folder} for folder in sorted(folders)]}

    def _open(self) -> Objects:
        if self.unlisted is not None:
            with asking("s3:ListBucket", BUCKET):
                raise self.unlisted
        return self.objects

    def survey(
        self,
        *members: OrganizationAccount,
        workers: int = 8,
        window: Window = WINDOW,
        under_way: int = UNDER_WAY,
        search: Search | None = None,
    ) -> dict[str, AccountRow]:
        """The rows of accounts; of all of them if none is named."""
        rows: dict[str, AccountRow] = {}
        calls = Taking()

        async def work() -> None:
            pool = pool_of(calls, workers)
            caller = self.accounts[MANAGEMENT].aws()
            shared = await shared_of(Questions(pool, caller, MANAGEMENT), REGIONS, organization=ORGANIZATION)
            checkpoint = SqliteCheckpoint()
            landing = Landing(
                lambda _aws, _bucket: self._open(),
                checkpoint=checkpoint,
                sources=("appmesh.amazonaws.com",),
                now=NOON,
            )
            asked = members or tuple(member(number) for number in self.accounts)
            questions = Questions(pool, caller, MANAGEMENT)
            at_once = None if search is None else AtOnce(search, questions, (one.id for one in asked))
            lasting = Lasting(landing, archive=lambda: caller, caller=caller, now=NOON, at_once=at_once)
            scope = SurveyScope(
                organization=ORGANIZATION,
                caller=MANAGEMENT,
                home=HOME,
                regions=REGIONS,
                window=window,
                now=NOON,
                role_regions=(HOME, OTHER),
            )
            survey = Survey(
                scope,
                sessions=self,
                pool=pool,
                shared=shared,
                lasting=lasting,
                under_way=under_way,
                at_once=at_once,
            )
            await survey.run(asked, lambda row: rows.update({row.id: row}))
            checkpoint.close()

        _, self.took = run_virtually(work())
        self.made, self.made_at = calls.made, calls.made_at
        return rows

    def cell(self, account: str = MANAGEMENT, region: str = HOME) -> Cell:
        """One cell of the matrix."""
        return next(cell for cell in self.survey()[account].cells if cell.region == region)


def pool_of(calls: Calls, workers: int) -> Pool:
    """A pool on the running loop's clock."""
    return Pool(calls, workers=workers, clock=asyncio.get_running_loop().time)


def member(number: str, *, state: str = "ACTIVE", joined_at: datetime = JOINED) -> OrganizationAccount:
    """An account of the organization."""
    return OrganizationAccount(
        id=number, name=f"account {number}", state=state, joined_at=joined_at, units=("r-root",)
    )
