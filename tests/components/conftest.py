"""Runs components and the whole program against a recording monitor: every request, no engine, no AWS."""

import asyncio
import contextvars
import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pulumi
import pytest
from google.protobuf import empty_pb2, json_format
from pulumi.runtime import config, mocks, settings, stack
from pulumi.runtime.proto import provider_pb2, resource_pb2

ROOT: Final = Path(__file__).parents[2]
ACCOUNT: Final = "123456789012"
_STACK: Final = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Request:
    """One request to register a resource."""

    type: str
    name: str
    urn: str
    parent: str
    custom: bool
    inputs: dict[str, Any]
    protect: bool
    retain_on_delete: bool
    dependencies: frozenset[str]
    provider: str
    """The name of the program's own provider that manages it; empty for the stack's."""


@dataclass
class Run:
    """What a program asked for, what it exported and what it warned of."""

    requests: list[Request] = field(default_factory=list[Request])
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    invokes: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])
    warnings: list[str] = field(default_factory=list[str])
    seen: Callable[[str], object] | None = None
    """Told of each requested type, for runs that end in an error."""

    def all(self, type_token: str) -> list[Request]:
        """Every request for resources of a type."""
        return [request for request in self.requests if request.type == type_token]

    def one(self, type_token: str) -> Request:
        """The only request for a resource of a type."""
        (request,) = self.all(type_token)
        return request

    def policy(self, type_token: str) -> dict[str, Any]:
        """The policy document of the only resource of a type."""
        return json.loads(self.one(type_token).inputs["policy"])

    def manifest(self) -> dict[str, Any]:
        """The manifest the program exports."""
        return self.outputs[_STACK]["manifest"]


@dataclass(frozen=True)
class Aws:
    """What the monitor answers for AWS.

    Attributes:
        bucket_policy: The policy of every existing bucket; None for none.
        bucket_region: Where existing buckets are.
        refusal: What reading a bucket's policy is refused with.
        silent: The function of the provider that answers nobody.
        account: The account the stack's own credentials belong to.
        elsewhere: The accounts of the program's own providers, by their names.
        organization: The id of the account's organization.
        management_account: Its management account.
        feature_set: What features it has.
    """

    bucket_policy: Mapping[str, Any] | None = None
    bucket_region: str = "us-east-1"
    refusal: str = ""
    silent: str = ""
    account: str = ACCOUNT
    elsewhere: Mapping[str, str] = field(
        default_factory=lambda: {"log-archive": "222222222222", "management": "111111111111"}
    )
    organization: str = "o-exampleorgid"
    management_account: str = ACCOUNT
    feature_set: str = "ALL"

    def answer(self, function: str, arguments: Mapping[str, Any], provider: str = "") -> dict[str, Any]:
        """The result of a provider's function; a LookupError for what a provider would refuse."""
        if function == self.silent:
            raise LookupError("No valid credential sources found")
        match function:
            case "aws:index/getCallerIdentity:getCallerIdentity":
                account = self.elsewhere[provider] if provider else self.account
                return {
                    "accountId": account,
                    "arn": f"arn:aws:iam::{account}:root",
                    "id": account,
                    "userId": account,
                }
            case "aws:organizations/getOrganization:getOrganization":
                return {
                    "id": self.organization,
                    "masterAccountId": self.management_account,
                    "featureSet": self.feature_set,
                }
            case "aws:s3/getBucket:getBucket":
                return {"bucket": arguments["bucket"], "bucketRegion": self.bucket_region}
            case "aws:s3/getBucketPolicy:getBucketPolicy":
                if self.refusal or self.bucket_policy is None:
                    raise LookupError(self.refusal or "reading S3 Bucket Policy: couldn't find resource")
                return {"bucket": arguments["bucket"], "policy": json.dumps(self.bucket_policy)}
            case _:
                raise AssertionError(function)

    def computed(self, request: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs only AWS decides."""
        region, name = inputs.get("region", "us-east-1"), inputs.get("name", request.name)
        kinds = {
            "aws:kms/key:Key": "kms:{region}:{account}:key/" + request.name,
            "aws:cloudwatch/logGroup:LogGroup": "logs:{region}:{account}:log-group:" + name,
            "aws:iam/role:Role": "iam::{account}:role/" + name,
            "aws:sns/topic:Topic": "sns:{region}:{account}:" + name,
            "aws:cloudtrail/trail:Trail": "cloudtrail:{region}:{account}:trail/" + name,
            "aws:cloudtrail/eventDataStore:EventDataStore": "cloudtrail:{region}:{account}:eventdatastore/typed",
            "aws:cloudcontrol/resource:Resource": "cloudtrail:{region}:{account}:eventdatastore/long-term",
        }
        arn = "arn:aws:" + kinds.get(request.type, "").format(region=region, account=ACCOUNT)
        return {"arn": arn, "keyId": request.name}


class _Monitor:
    """Pulumi's resource monitor, as far as the program uses it.

    The SDK's own mock does not record protection or dependencies, and leaves an open event loop in every
    thread it is called from.
    """

    def __init__(self, run: Run, aws: Aws, *, preview: bool) -> None:
        self.run, self.aws, self.preview = run, aws, preview

    def SupportsFeature(self, _request: object) -> Any:  # noqa: N802 (gRPC's name)
        return resource_pb2.SupportsFeatureResponse(hasSupport=False)

    def GetDeploymentInfo(self, _request: object) -> Any:  # noqa: N802 (gRPC's name)
        return resource_pb2.DeploymentInfo(
            supportedFeatures=[resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS]
        )

    def SignalAndWaitForShutdown(self, _request: object) -> Any:  # noqa: N802 (gRPC's name)
        return empty_pb2.Empty()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (gRPC's name)
        inputs = json_format.MessageToDict(request.object)
        urn = f"{request.parent or 'urn:pulumi:test::meshtrail'}::{request.type}::{request.name}"
        if self.run.seen:
            self.run.seen(request.type)
        self.run.requests.append(
            Request(
                type=request.type,
                name=request.name,
                urn=urn,
                parent=request.parent,
                custom=request.custom,
                inputs=inputs,
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                dependencies=frozenset(name.rsplit("::", 1)[1] for name in request.dependencies),
                provider=_provider(request),
            )
        )
        response = resource_pb2.RegisterResourceResponse(urn=urn)
        if request.custom:
            computed = {} if self.preview else self.aws.computed(request, inputs)
            response.object.update({**inputs, **computed})
            response.id = "" if self.preview else computed["arn"]
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 (gRPC's name)
        self.run.outputs[request.urn.split("::")[-2]] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802 (gRPC's name)
        arguments = json_format.MessageToDict(request.args)
        self.run.invokes.append((request.tok, arguments))
        try:
            result = self.aws.answer(request.tok, arguments, _provider(request))
        except LookupError as error:
            failure = provider_pb2.CheckFailure(reason=str(error))
            return resource_pb2.ResourceInvokeResponse(failures=[failure])
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").update(result)
        return response


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Run]]:
    """Runs a function, or by default the program, with a configuration; gives what it asked for."""
    monkeypatch.setenv("PULUMI_ERROR_OUTPUT_STRING", "true")
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)

    def go(
        values: Mapping[str, Any] | None = None,
        *,
        body: Callable[[], object] | None = None,
        aws: Aws | None = None,
        preview: bool = False,
        seen: Callable[[str], object] | None = None,
    ) -> Run:
        found = Run(seen=seen)

        def warn(message: str) -> None:
            found.warnings.append(message)

        monkeypatch.setattr(pulumi.log, "warn", warn)
        text = {
            key: each if isinstance(each, str) else json.dumps(each) for key, each in (values or {}).items()
        }
        config.set_all_config({"aws:region": "us-east-1", **text})

        def program() -> None:
            (body or _program)()

        async def main() -> None:
            monitor = _Monitor(found, aws or Aws(), preview=preview)
            settings.ROOT.set(None)
            settings.configure(
                settings.Settings(
                    monitor=monitor,
                    engine=mocks.MockEngine(None),
                    project="meshtrail",
                    stack="test",
                    dry_run=preview,
                    organization="example",
                    root_directory=str(ROOT),
                )
            )
            await stack.run_in_stack(program)

        # The SDK keeps its state in context variables; a copy keeps a failed run's leftovers to itself.
        contextvars.copy_context().run(asyncio.run, main())
        return found

    yield go
    config.set_all_config({})


@pytest.fixture
def aws() -> type[Aws]:
    """What the monitor answers for AWS, to be made as a test needs it."""
    return Aws


def _provider(request: Any) -> str:
    # A reference reads URN::ID, and a URN ends in the name.
    return request.provider.rpartition("::")[0].rpartition("::")[2]


def _program() -> None:
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
