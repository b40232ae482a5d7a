"""The verifier's role in every account: shared clients, each call signed by the account it is for."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
import pytest

from verify.aws import Aws, NoCredentials, asking
from verify.organization.role_credentials import RoleEnded
from verify.organization.sessions import RoleRefused, RoleSessions, role_regions

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = "111111111111"
HOME = "eu-west-1"


class Endpoint(ThreadingHTTPServer):
    """STS, CloudTrail and S3 in a few lines: roles to assume, and a note of who signed each call.

    Attributes:
        assumed: The parameters of each AssumeRole.
        assumed_in: The Region that each of them was signed for.
        signed_by: The access keys that trails were described with.
        lasts: How long credentials last that are given now.
        refused: The error code of AssumeRole, if it is refused.
        ended: The access keys whose sessions have ended; all of them, if `*` is one.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.assumed: list[dict[str, str]] = []
        self.assumed_in: list[str] = []
        self.signed_by: list[str] = []
        self.connections = 0
        self.lasts = timedelta(hours=1)
        self.refused = ""
        self.ended: set[str] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server: Endpoint  # pyright: ignore[reportIncompatibleVariableOverride] -- no other server makes these

    def setup(self) -> None:
        """Count the connection."""
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        """AssumeRole, GetCallerIdentity or DescribeTrails."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        key = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        if "X-Amz-Target" in self.headers:
            self.server.signed_by.append(key)
            if self.server.ended & {key, "*"}:
                self._answer(400, '{"__type": "ExpiredTokenException", "message": "it ended"}')
                return
            self._answer(200, '{"trailList": []}')
            return
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        if asked["Action"] == "GetCallerIdentity":
            self._answer(200, _sts("GetCallerIdentity", f"<Account>{OWN}</Account>"))
            return
        self.server.assumed.append(asked)
        self.server.assumed_in.append(self.headers["Authorization"].split("/")[2])
        if self.server.refused:
            error = f"<Error><Code>{self.server.refused}</Code><Message>not you</Message></Error>"
            self._answer(403, f"<ErrorResponse>{error}</ErrorResponse>")
            return
        ends = datetime.now(UTC) + self.server.lasts
        account = asked["RoleArn"].split(":")[4]
        given = (
            f"<AccessKeyId>KEY{account}N{len(self.server.assumed)}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
            f"<SessionToken>t</SessionToken><Expiration>{ends:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
        )
        self._answer(200, _sts("AssumeRole", f"<Credentials>{given}</Credentials>"))

    def do_GET(self) -> None:
        """A page of a bucket's listing: two pages, then no more."""
        key = self.headers["Authorization"].partition("Credential=")[2].partition("/")[0]
        self.server.signed_by.append(key)
        if self.server.ended & {key, "*"}:
            self._answer(400, "<Error><Code>ExpiredToken</Code><Message>it ended</Message></Error>")
            return
        more = "continuation-token" not in self.path
        rest = (
            "<IsTruncated>true</IsTruncated><NextContinuationToken>n</NextContinuationToken>" if more else ""
        )
        self._answer(200, f"<ListBucketResult>{rest}</ListBucketResult>")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's name
        """Keep quiet."""
        del format, args


def _sts(action: str, inside: str) -> str:
    return f"<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A running endpoint."""
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def aws(endpoint: Endpoint) -> Aws:
    """The caller's session."""
    session = boto3.Session(aws_access_key_id="CALLER", aws_secret_access_key="s", region_name=HOME)
    return Aws(session, endpoint_url=endpoint.url)


def describe(aws: Aws) -> None:
    """A call of CloudTrail."""
    client: Any = aws.cloudtrail(HOME)
    client.describe_trails()


def test_each_call_is_signed_by_the_account_it_is_for(endpoint: Endpoint, aws: Aws) -> None:
    """Many threads, ten accounts, one client and no more connections than it may keep."""
    sessions = RoleSessions(aws, region=HOME, connections=4)
    accounts = [f"{number:012}" for number in range(10)]

    def ask(account: str) -> None:
        describe(sessions.of(account))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, accounts))
        list(pool.map(ask, accounts))
    signed = [key[3:15] for key in endpoint.signed_by]
    assert sorted(signed) == sorted(2 * accounts)
    assert len(endpoint.assumed) == 10
    assert endpoint.connections <= 4 + 10, "four of CloudTrail's client, and those of STS"


def test_the_role_is_assumed_by_its_name_with_the_external_id(endpoint: Endpoint, aws: Aws) -> None:
    """As the trust of the role asks for it."""
    RoleSessions(aws, role_name="audit/Reader", external_id="ours-7", region=HOME).of("123456789012")
    (asked,) = endpoint.assumed
    assert asked["RoleArn"] == "arn:aws:iam::123456789012:role/audit/Reader"
    assert (asked["ExternalId"], asked["RoleSessionName"]) == ("ours-7", "meshtrail")


def test_a_role_is_assumed_and_renewed_in_the_region_that_is_asked_for(endpoint: Endpoint, aws: Aws) -> None:
    """Where no other is, in the sessions' own."""
    endpoint.lasts = timedelta(minutes=5)
    sessions = RoleSessions(aws, region="us-east-1")
    sessions.of("123456789012", "eu-west-1").cloudtrail("us-west-2").describe_trails()
    sessions.of("222222222222").cloudtrail("us-west-2").describe_trails()
    assert set(endpoint.assumed_in[:-1]) | {"us-east-1"} == {"eu-west-1", "us-east-1"}
    assert endpoint.assumed_in[0] == "eu-west-1"
    assert endpoint.assumed_in.count("eu-west-1") > 1


def test_roles_are_assumed_where_no_account_has_to_enable_the_region() -> None:
    """Home goes first, whatever it is."""
    enabled = ("af-south-1", "us-west-2", "eu-west-1")
    assert role_regions("af-south-1", enabled) == ("af-south-1", "eu-west-1", "us-west-2")
    assert role_regions("us-west-2", ()) == ("us-west-2",)


def test_the_own_account_needs_no_role(endpoint: Endpoint, aws: Aws) -> None:
    """The management account has none, if a StackSet deploys it."""
    describe(RoleSessions(aws, region=HOME).of(OWN))
    assert endpoint.assumed == []
    assert endpoint.signed_by == ["CALLER"]


def test_credentials_are_asked_for_again_before_they_expire(endpoint: Endpoint, aws: Aws) -> None:
    """Those that end in five minutes are not used any more."""
    endpoint.lasts = timedelta(minutes=5)
    session = RoleSessions(aws, region=HOME).of("123456789012")
    endpoint.lasts = timedelta(hours=1)
    describe(session)
    describe(session)
    assert endpoint.signed_by == ["KEY123456789012N2"] * 2


def test_pages_are_signed_by_their_account_however_late_they_are_asked_for(
    endpoint: Endpoint, aws: Aws
) -> None:
    """Two listings of two accounts, read in turns."""
    sessions = RoleSessions(aws, region=HOME)
    listings = [
        sessions.of(account).client("s3", HOME).get_paginator("list_objects_v2").paginate(Bucket="logs")
        for account in ("222222222222", "333333333333")
    ]
    for listing in 2 * listings:
        next(listing)
    assert [key[3:15] for key in endpoint.signed_by] == ["222222222222", "333333333333"] * 2


def test_a_role_that_is_refused_is_named_with_what_to_do(endpoint: Endpoint, aws: Aws) -> None:
    """STS does not tell a role that is not there from one that trusts somebody else."""
    endpoint.refused = "AccessDenied"
    with pytest.raises(RoleRefused) as told:
        RoleSessions(aws, region=HOME).of("123456789012")
    assert told.value.where == "arn:aws:iam::123456789012:role/MeshtrailVerifier"
    assert "external id" in told.value.remedy
    assert told.value.why == "AccessDenied: not you"


def test_the_callers_own_token_that_expired_is_told_as_that(endpoint: Endpoint, aws: Aws) -> None:
    """It is not the role's fault."""
    endpoint.refused = "ExpiredToken"
    with pytest.raises(NoCredentials) as told:
        RoleSessions(aws, region=HOME).of("123456789012")
    assert told.value.code == "ExpiredToken"


def test_a_role_that_is_taken_away_in_between_is_told_when_it_is_asked_for_again(
    endpoint: Endpoint, aws: Aws
) -> None:
    """The call that needed it says so."""
    endpoint.lasts = timedelta(minutes=5)
    session = RoleSessions(aws, region=HOME).of("123456789012")
    endpoint.refused = "AccessDenied"
    with pytest.raises(RoleRefused):
        describe(session)


def test_a_session_that_ends_early_is_begun_anew_and_the_call_repeated(endpoint: Endpoint, aws: Aws) -> None:
    """Whoever revokes a role's sessions does not mean whoever assumes it afterwards."""
    session = RoleSessions(aws, region=HOME).of("123456789012")
    endpoint.ended = {"KEY123456789012N1"}
    describe(session)
    describe(session)
    pages = session.client("s3", HOME).get_paginator("list_objects_v2").paginate(Bucket="logs")
    assert len(list(pages)) == 2
    assert endpoint.signed_by == ["KEY123456789012N1", *4 * ["KEY123456789012N2"]]


def test_a_listing_whose_session_ended_begins_anew_and_in_its_middle_says_so(
    endpoint: Endpoint, aws: Aws
) -> None:
    """Half a listing is never taken for all of it."""
    client = RoleSessions(aws, region=HOME).of("123456789012").client("s3", HOME)
    endpoint.ended = {"KEY123456789012N1"}
    pages = client.get_paginator("list_objects_v2").paginate(Bucket="logs")
    next(pages)
    endpoint.ended = {"*"}
    with pytest.raises(RoleEnded):
        next(pages)


def test_a_session_that_ends_again_is_told_of_its_role(endpoint: Endpoint, aws: Aws) -> None:
    """Signing in again would not help; and the role is assumed once more only, not for every call."""
    session = RoleSessions(aws, region=HOME).of("123456789012")
    endpoint.ended = {"*"}
    for _ in range(3):
        with pytest.raises(RoleEnded) as told:
            describe(session)
        assert told.value.where == "arn:aws:iam::123456789012:role/MeshtrailVerifier"
        assert told.value.code == "ExpiredTokenException"
        assert "role/MeshtrailVerifier" in told.value.remedy
        assert "sso" not in told.value.remedy
    assert len(endpoint.assumed) == 2


def test_the_callers_own_session_that_ended_is_not_taken_for_a_roles(endpoint: Endpoint, aws: Aws) -> None:
    """Nobody but the caller can begin it anew."""
    endpoint.ended = {"CALLER"}
    session = RoleSessions(aws, region=HOME).of(OWN)
    with pytest.raises(NoCredentials) as told, asking("cloudtrail:DescribeTrails", HOME):
        describe(session)
    assert not isinstance(told.value, RoleEnded)
    assert "sso login" in told.value.remedy
