"""The provider against a running sandbox, resource type by resource type."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.provider.registry import AWS
from sandbox.provider.session import Aws, ProviderConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.provider.properties import Failure
    from sandbox.provider.resource_type import State, Values
    from sandbox.server import Sandbox

ACCOUNT = "123456789012"
REGION = "eu-west-1"


@dataclass
class Provider:
    """The provider's operations on one resource type, by its token, as an engine calls them."""

    aws: Aws

    def check(self, token: str, inputs: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> Values:
        """Inputs that have to pass their check, completed."""
        checked = AWS.types[token].check(
            self.aws, inputs, name="mesh", urn=f"urn:pulumi:dev::p::{token}::mesh", olds=olds or {}
        )
        assert checked.failures == ()
        return checked.inputs

    def failures(self, token: str, inputs: Mapping[str, Any]) -> tuple[Failure, ...]:
        """What is wrong with inputs."""
        return AWS.types[token].check(self.aws, inputs, name="mesh", urn="urn", olds={}).failures

    def create(self, token: str, inputs: Mapping[str, Any]) -> State:
        """Check and create."""
        return AWS.types[token].create(self.aws, self.check(token, inputs))

    def delete(self, token: str, state: State) -> None:
        """Delete what was created."""
        AWS.types[token].delete(self.aws, state.id, state.outputs)

    def journey(
        self, token: str, inputs: Mapping[str, Any], changed: Mapping[str, Any], *, stranger: bool = True
    ) -> State:
        """A resource's whole life: made, looked at, changed, looked at by a stranger, deleted twice.

        Every look has to show what was asked for: no difference between what AWS has and the inputs. A
        `stranger` knows nothing but the id, as for an import.
        Returns the resource as it was first made.
        """
        kind, aws = AWS.types[token], self.aws
        first = self.check(token, inputs)
        made = kind.create(aws, first)
        assert made.outputs.items() >= {key: value for key, value in first.items() if value}.items()
        assert set(made.outputs) <= set(kind.properties) | kind.computed
        self.expect(token, made.id, first, knowing=first)

        second = self.check(token, changed, olds=first)
        difference = kind.diff(first, second)
        assert difference.changed, "the test has to change something"
        assert difference.replaces == ()
        outputs = kind.update(aws, made.id, first, second)
        assert outputs.keys() >= kind.computed
        self.expect(token, made.id, second, knowing=second)
        if stranger:
            self.expect(token, made.id, second, knowing={})

        kind.delete(aws, made.id, outputs)
        assert kind.read(aws, made.id, second) is None
        kind.delete(aws, made.id, outputs)
        return made

    def expect(self, token: str, resource_id: str, wanted: Values, *, knowing: Values) -> None:
        """What AWS has under an id differs in nothing from what is wanted."""
        kind = AWS.types[token]
        seen = kind.read(self.aws, resource_id, knowing)
        assert seen is not None
        assert seen.id == resource_id
        assert kind.diff(seen.outputs, wanted).changed == ()


def document(*statements: Mapping[str, Any]) -> str:
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def aws(sandbox: Sandbox) -> Aws:
    """The default account, in Ireland."""
    return Aws(ProviderConfig.read({"region": REGION}, endpoint=sandbox.endpoint, where="the test"))


@pytest.fixture
def provider(aws: Aws) -> Provider:
    """The provider."""
    return Provider(aws)


@pytest.fixture
def bucket(provider: Provider) -> str:
    """A bucket to put settings on."""
    return provider.create("aws:s3/bucket:Bucket", {"bucket": "audit-bucket"}).id


@pytest.fixture
def key(provider: Provider) -> State:
    """A key."""
    return provider.create("aws:kms/key:Key", {})
