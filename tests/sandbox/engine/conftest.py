"""Small programs and a small cloud to run them on: nothing of AWS, so each run takes a fraction of a second."""

from __future__ import annotations

import sys
import textwrap
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from sandbox.engine.run import ProgramRun, destroy_stack, run_program
from sandbox.engine.state import StackState
from sandbox.provider.aws_errors import gone_is_fine
from sandbox.provider.properties import Flag, ListOf, Properties, Property, Text
from sandbox.provider.registry import Registry
from sandbox.provider.resource_type import (
    REGION,
    TAGS,
    PartlyCreated,
    ResourceType,
    State,
    Values,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.provider.session import Aws

PREAMBLE = """
import pulumi
from pulumi import ResourceOptions as Opts

class Thing(pulumi.CustomResource):
    def __init__(self, label, opts=None, /, **props):
        super().__init__("aws:test/thing:Thing", label, {"arn": None, "name": None, **props}, opts)

class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("tiny:index:Box", name, {}, opts)
"""
"""What every small program may use: a custom resource of the small cloud, and a component."""

ENDPOINT = "http://127.0.0.1:1"
"""Nobody listens there: the small cloud lies in this process."""


class Cloud(ResourceType):
    """A cloud with one type of thing; it writes down what is done to it, and fails when told to."""

    type_name: ClassVar[str] = "aws:test/thing:Thing"
    name_property: ClassVar[str | None] = "name"
    properties: ClassVar[Properties] = {
        "colour": Property(kind=Text(choices=("red", "green", "blue"))),
        "friends": Property(kind=ListOf(item=Text(), unordered=True)),
        "material": Property(kind=Text(), replaces=True),
        "name": Property(kind=Text(shortest=3), replaces=True),
        "noisy": Property(kind=Flag(), default=False),
        "password": Property(kind=Text()),
        "region": REGION,
        "size": Property(kind=Text(), computed=True),
        "tags": TAGS,
        "tagsAll": TAGS,
    }
    computed: ClassVar[frozenset[str]] = frozenset({"arn"})

    def __init__(self) -> None:
        self.things: dict[str, Values] = {}
        self.calls: list[tuple[str, str]] = []
        self.refuse: dict[str, str] = {}
        self.refused = threading.Event()
        self.break_after_create = False
        self.before: Callable[[str, str], None] = lambda _call, _name: None

    def create(self, aws: Aws, inputs: Values) -> State:
        """Make a thing."""
        self._called("CreateThing", inputs["name"])
        resource_id = f"id-{inputs['name']}"
        self.things[resource_id] = dict(inputs)
        state = State(resource_id, self._outputs(aws, resource_id))
        if self.break_after_create:
            raise PartlyCreated(state, self._error("PaintThing", "Throttling"))
        return state

    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """Look at a thing."""
        del inputs
        self._called("GetThing", resource_id)
        if resource_id not in self.things:
            return None
        return State(resource_id, self._outputs(aws, resource_id))

    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Change a thing."""
        del olds
        self._called("UpdateThing", news["name"])
        self.things[resource_id] = dict(news)
        return self._outputs(aws, resource_id)

    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """Delete a thing."""
        del aws
        self._called("DeleteThing", outputs["name"])
        with gone_is_fine("NoSuchThing"):
            if resource_id not in self.things:
                raise self._error("DeleteThing", "NoSuchThing")
            del self.things[resource_id]

    def done(self, call: str) -> list[str]:
        """The names of the things a call was made for, in order."""
        return [name for made, name in self.calls if made == call]

    def _outputs(self, aws: Aws, resource_id: str) -> Values:
        thing = self.things[resource_id]
        return {"size": "medium"} | thing | {"arn": f"arn:aws:test:{aws.region}:123456789012:{thing['name']}"}

    def _called(self, call: str, name: str) -> None:
        self.before(call, name)
        self.calls.append((call, name))
        if name in self.refuse and call != "GetThing":
            self.refused.set()
            raise self._error(call, self.refuse[name])

    def _error(self, operation: str, code: str) -> ClientError:
        answer: Any = {"Error": {"Code": code, "Message": f"{code} was the answer"}}
        return ClientError(answer, operation)


@dataclass
class Tiny:
    """A project with one small program, and the cloud it runs on."""

    folder: Path
    cloud: Cloud = field(default_factory=Cloud)
    state: StackState = field(default_factory=StackState)

    def write(self, source: str) -> Tiny:
        """Give the project its program."""
        (self.folder / "__main__.py").write_text(PREAMBLE + textwrap.dedent(source), encoding="utf-8")
        return self

    def configure(self, *, project: str = "", stack: str = "") -> Tiny:
        """Add to Pulumi.yaml, and to the stack's `config`."""
        (self.folder / "Pulumi.yaml").write_text(
            f"name: tiny\nruntime: python\n{textwrap.dedent(project)}", encoding="utf-8"
        )
        (self.folder / "Pulumi.dev.yaml").write_text(
            f"config:\n  aws:region: eu-west-1\n{textwrap.indent(textwrap.dedent(stack), '  ')}",
            encoding="utf-8",
        )
        return self

    def run(self, *, preview: bool = False, timeout: float = 20, **options: Any) -> ProgramRun:
        """Run the program."""
        registry = Registry({Cloud.type_name: self.cloud}, {"aws:test/echo:echo": echo})
        return run_program(
            self.folder,
            "dev",
            endpoint=ENDPOINT,
            preview=preview,
            state=self.state,
            registry=registry,
            timeout=timeout,
            **options,
        )

    def up(self, source: str | None = None, **options: Any) -> ProgramRun:
        """Write and run the program, which has to succeed."""
        if source is not None:
            self.write(source)
        run = self.run(**options)
        assert run.error is None, run.error
        return run

    def destroy(self) -> ProgramRun:
        """Destroy the stack."""
        registry = Registry({Cloud.type_name: self.cloud}, {})
        return destroy_stack(self.folder, "dev", endpoint=ENDPOINT, state=self.state, registry=registry)


def echo(aws: Aws, args: Values) -> Values:
    """A function that says what it was asked, and where."""
    if args.get("fail"):
        answer: Any = {"Error": {"Code": "AccessDenied", "Message": "not you"}}
        raise ClientError(answer, "Echo")
    return {"said": args.get("say"), "region": aws.region}


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """A project of its own for each test."""
    # Python takes kept bytecode for a source of the same size and second, which a program rewritten here can be.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return Tiny(tmp_path).configure()
