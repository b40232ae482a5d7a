"""A Python client of a running sandbox: boto3 for AWS, and the control plane for everything else."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config

from cloudtrail.errors import MeshtrailError
from sandbox.control import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ACCOUNT: Final = "123456789012"
"""The account that callers belong to unless told otherwise; moto's default."""
TIMEOUT: Final = 60.0
"""Seconds to wait for the control plane; a flush is its longest work."""


@functools.cache
def _models() -> Any:
    """Botocore's models, read once for all sessions: reading them is most of what a client costs."""
    loaders: Any = botocore.loaders
    return loaders.create_loader()


class ControlRefused(MeshtrailError):
    """The sandbox's control plane said no."""


class SandboxSession:
    """One caller: boto3 clients that sign with its keys and go to the sandbox.

    Attributes:
        credentials: `aws_access_key_id`, `aws_secret_access_key` and, for sessions, `aws_session_token`.
        account: The account the keys belong to.
    """

    def __init__(self, endpoint: str, credentials: Mapping[str, str], *, account: str) -> None:
        self.credentials = dict(credentials)
        self.account = account
        self._endpoint = endpoint
        behind = botocore.session.Session()
        behind.register_component("data_loader", _models())
        make: Any = boto3.Session
        self._session: Any = make(**self.credentials, botocore_session=behind)

    def client(self, service: str, region: str = "us-east-1", *, user_agent: str | None = None) -> Any:
        """A boto3 client of a service.

        Args:
            service: botocore's name, e.g. `appmesh`.
            region: The Region to call.
            user_agent: What to add to the user agent.
        """
        config = Config(
            # What the sandbox refuses is refused on purpose: a retry would hide it.
            retries={"total_max_attempts": 1, "mode": "standard"},
            user_agent_extra=user_agent,
            s3={"addressing_style": "path"},
        )
        return self._session.client(service, region_name=region, endpoint_url=self._endpoint, config=config)

    def assume_role(self, role_arn: str, *, session_name: str, **more: Any) -> SandboxSession:
        """A session of a role, opened by this caller; `more` is what sts.assume_role takes besides."""
        answer = self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name, **more)
        return self._with(answer["Credentials"], account=role_arn.split(":")[4])

    def federation_token(self, name: str) -> SandboxSession:
        """A session of a federated user whom this caller vouches for."""
        answer = self.client("sts").get_federation_token(Name=name)
        return self._with(answer["Credentials"], account=self.account)

    def iam_user(self, name: str) -> SandboxSession:
        """A new IAM user of this caller's account, with an access key of its own."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return self._with(key, account=self.account)

    def _with(self, answer: Mapping[str, str], *, account: str) -> SandboxSession:
        credentials = {
            "aws_access_key_id": answer["AccessKeyId"],
            "aws_secret_access_key": answer["SecretAccessKey"],
        }
        if "SessionToken" in answer:
            credentials["aws_session_token"] = answer["SessionToken"]
        return SandboxSession(self._endpoint, credentials, account=account)


class SandboxClient:
    """Callers and controls of a running sandbox.

    Attributes:
        endpoint: Where it answers.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")

    def root(self, account: str = ACCOUNT, **more: str) -> SandboxSession:
        """The root user of an account; `more` may give `sourceIp` and `userAgent` to record."""
        return self._caller({"kind": "root", "account": account, **more})

    def service(self, account: str, service: str, **more: str) -> SandboxSession:
        """An AWS service that calls in an account, e.g. `ecs.amazonaws.com`."""
        return self._caller({"kind": "service", "account": account, "service": service, **more})

    def envoy_event(
        self, node_arn: str, *, status: str = "ConnectionEstablished", **more: str
    ) -> dict[str, Any]:
        """Let App Mesh report an Envoy proxy of a virtual node or gateway; returns the record.

        Args:
            node_arn: Whose proxy it is; its Region and account are the event's.
            status: What happened, one of `sandbox.envoy.STATUSES`.
            more: `failureReason`, `connectionId`, `roleName`, `region`.
        """
        return self._send("POST", "envoy", {"nodeArn": node_arn, "status": status, **more})

    def capture(self, record: Mapping[str, Any]) -> None:
        """Capture a CloudTrail record as it is, as if an event had just happened."""
        self._send("POST", "events", {"record": dict(record)})

    def events(self) -> list[dict[str, Any]]:
        """Every record captured so far: what each store is measured against."""
        return self._send("GET", "events")["Records"]

    def add_fault(self, kind: str, **rule: Any) -> str:
        """Add a fault, see `sandbox.faults.FaultPlan`; returns its id."""
        return self._send("POST", "faults", {"kind": kind, **rule})["id"]

    def clear_faults(self) -> None:
        """Drop all faults."""
        self._send("DELETE", "faults")

    def set_switch(self, name: str, *, on: bool) -> None:
        """Turn a switch: `appMeshEnded` or `lakeNewCustomer`."""
        self._send("POST", "switches", {name: on})

    def announce(self, *, organization: str | None = None, accounts: Iterable[str] = ()) -> None:
        """Say which ids the next organization and the next accounts get, in place of ones by chance."""
        named = {"organization": organization} if organization else {}
        self._send("POST", "names", {**named, "accounts": list(accounts)})

    def end_app_mesh(self) -> None:
        """End App Mesh: from now on it refuses every call, as on AWS since 2026-09-30."""
        self.set_switch("appMeshEnded", on=True)

    def state(self) -> dict[str, Any]:
        """How much was captured, which faults struck, and which requests no service recognised."""
        return self._send("GET", "state")

    def flush(self) -> None:
        """Deliver everything now: to Event history, event data stores, and trails with a digest that covers it."""
        self._send("POST", "flush")

    def reset(self) -> None:
        """Forget everything."""
        self._send("POST", "reset")

    def _caller(self, document: dict[str, str]) -> SandboxSession:
        answer = self._send("POST", "callers", document)
        credentials = {
            "aws_access_key_id": answer["accessKeyId"],
            "aws_secret_access_key": answer["secretAccessKey"],
        }
        return SandboxSession(self.endpoint, credentials, account=document["account"])

    def _send(self, method: str, name: str, document: Mapping[str, Any] | None = None) -> dict[str, Any]:
        body = None if document is None else json.dumps(document).encode()
        request = Request(f"{self.endpoint}{PREFIX}{name}", data=body, method=method)  # noqa: S310 - the sandbox's own http address
        try:
            with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - the same
                return json.load(response)
        except HTTPError as error:
            with error:
                told = json.loads(error.read() or b"{}").get("error", error.reason)
            raise ControlRefused(f"The sandbox refused {method} {PREFIX}{name}", why=str(told)) from error
