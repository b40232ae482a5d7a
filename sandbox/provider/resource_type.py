"""What a resource type is: the operations of Pulumi's provider protocol, for one type.

    check   the program's inputs -> complete inputs, or what is wrong with them
    diff    known outputs and new inputs -> what changed, and whether that replaces
    create, read, change, delete -> AWS

The classes hold no state; `Aws` says which account and Region is meant. What AWS answers with an error is
raised as botocore raises it: the engine adds which resource it was for.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from cloudtrail.errors import MeshtrailError
from sandbox.provider.properties import (
    Failure,
    MapOfText,
    Properties,
    Property,
    Text,
    object_failures,
    same,
    with_defaults,
)
from sandbox.provider.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.provider.session import Aws

Values = dict[str, Any]

REGION: Final = Property(kind=Text(pattern=r"[a-z]{2}(-[a-z]+)+-\d+"), replaces=True)
"""The `region` of a resource: the provider's own unless given; another one is another resource."""

TAGS: Final = Property(kind=MapOfText())
"""The `tags` of a resource, and `tagsAll`: the same over the provider's default tags, filled in by the check."""

_REFRESH: Final = "Run `pulumi refresh`, so that Pulumi forgets it too, and `pulumi up` again."


class Vanished(MeshtrailError):
    """A resource that was to be changed is not there any more."""


@dataclass(frozen=True, slots=True)
class State:
    """A resource as AWS has it: its id, and its properties by wire name."""

    id: str
    outputs: Values


@dataclass(frozen=True, slots=True)
class Checked:
    """The complete inputs of a resource, or what is wrong with them."""

    inputs: Values
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between a resource and the inputs that are wanted.

    Attributes:
        changed: Names of the properties that differ, sorted.
        replaces: Those of them that replace the resource.
        delete_first: Whether a replacement has to delete before it creates, as both would have the same name.
    """

    changed: tuple[str, ...]
    replaces: tuple[str, ...]
    delete_first: bool


class PartlyCreated(Exception):  # it is the state that is partial, not the error
    """A resource that was created and then failed to be set up; it must not be forgotten.

    Attributes:
        state: What exists.
        cause: What AWS answered.
    """

    def __init__(self, state: State, cause: Exception) -> None:
        super().__init__(str(cause))
        self.state = state
        self.cause = cause


class ResourceType(ABC):
    """One resource type.

    Attributes:
        type_name: Its type token, e.g. `aws:s3/bucket:Bucket`.
        properties: Its inputs.
        computed: Names of the outputs that are not inputs.
        not_emulated: Inputs and outputs the real provider has and the sandbox refuses, or leaves empty.
        name_property: The input that names it in AWS, made up from the program's name when not given.
        regional: Whether it has a `region`.
    """

    type_name: ClassVar[str]
    properties: ClassVar[Properties]
    computed: ClassVar[frozenset[str]] = frozenset()
    not_emulated: ClassVar[frozenset[str]] = frozenset()
    name_property: ClassVar[str | None] = None
    regional: ClassVar[bool] = True

    def check(
        self, aws: Aws, news: Mapping[str, Any], *, name: str, urn: str, olds: Mapping[str, Any]
    ) -> Checked:
        """Complete and check a program's inputs.

        Args:
            aws: Where the resource goes.
            news: The inputs, secrets taken off; may hold `UNKNOWN`.
            name: The program's name for it, from which a physical name is made.
            urn: Its URN; the same URN always gives the same physical name.
            olds: The checked inputs of the last run; empty when there is none.
        """
        refused = {key for key, value in news.items() if key in self.not_emulated and value is not None}
        failures = [
            Failure(key, f"is not emulated by the sandbox for {self.type_name}") for key in sorted(refused)
        ]
        given = {key: value for key, value in news.items() if key not in refused}
        failures += object_failures(self.properties, given)
        inputs = with_defaults(self.properties, given)
        if self.regional:
            inputs.setdefault("region", aws.region)
        if "tagsAll" in self.properties:
            inputs["tagsAll"] = aws.all_tags(given)
        key = self.name_property
        if key is not None and inputs.get(key) is None:
            inputs[key] = olds.get(key) or self.make_name(name, urn, given)
        if not failures:
            failures += self.rules(inputs)
        return Checked(inputs, tuple(failures))

    def make_name(self, name: str, urn: str, inputs: Mapping[str, Any]) -> str:
        """A physical name nobody else has: the program's name, or the prefix it asked for, and a suffix."""
        prefix = inputs.get(f"{self.name_property}Prefix")
        suffix = hashlib.sha256(urn.encode()).hexdigest()[:7]
        return f"{prefix}{suffix}" if isinstance(prefix, str) else f"{name}-{suffix}"

    def rules(self, inputs: Values) -> Iterator[Failure]:
        """Rules between properties; the inputs are complete, and may hold `UNKNOWN`."""
        del inputs
        return iter(())

    def diff(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        """Compare what is known of a resource, its last outputs, with the checked inputs that are wanted."""
        changed: list[str] = []
        for key, prop in self.properties.items():
            old, new = olds.get(key), news.get(key)
            kept = new is None and prop.computed
            if not kept and not same(prop, old, new):
                changed.append(key)
        replaces = [key for key in changed if self.properties[key].replaces]
        name = self.name_property
        same_name = name is None or same(self.properties[name], olds.get(name), news.get(name))
        return Difference(tuple(sorted(changed)), tuple(sorted(replaces)), bool(replaces) and same_name)

    @abstractmethod
    def create(self, aws: Aws, inputs: Values) -> State:
        """Create it.

        Raises:
            PartlyCreated: when it exists but could not be set up.
        """

    def read(self, aws: Aws, resource_id: str, inputs: Mapping[str, Any]) -> State | None:
        """What AWS has under an id, or None.

        Args:
            aws: Where to look.
            resource_id: The id.
            inputs: The last known ones, empty for a resource never seen: what AWS does not tell is taken from
                them, or is the default.
        """
        known = with_defaults(self.properties, inputs)
        if self.regional:
            known.setdefault("region", aws.region)
        return self.look(aws, resource_id, known)

    @abstractmethod
    def look(self, aws: Aws, resource_id: str, inputs: Values) -> State | None:
        """What `read` does for this type; the inputs have their defaults."""

    def change(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """Bring it from its last outputs to new inputs, and give the outputs it has then.

        As the real provider does, which is to say: by its own books. Where a create or an update ended half way, the
        last outputs say already what was wanted (pulumi/pulumi#21458). So the engine's second try finds nothing to do,
        reads how the resource really is, and reports success; the try after that sees the difference.

        Raises:
            Vanished: when there is no such resource any more.
        """
        if self.diff(olds, news).changed:
            return self.update(aws, resource_id, olds, news)
        found = self.read(aws, resource_id, news)
        if found is None:
            raise Vanished("The resource does not exist any more", where=resource_id, remedy=_REFRESH)
        return in_known_words(self.properties, news, found.outputs)

    @abstractmethod
    def update(self, aws: Aws, resource_id: str, olds: Values, news: Values) -> Values:
        """What `change` does where something differs: call AWS for it. Returns the outputs."""

    @abstractmethod
    def delete(self, aws: Aws, resource_id: str, outputs: Values) -> None:
        """Delete it; one that is gone already is deleted."""


def in_known_words(properties: Properties, known: Mapping[str, Any], found: Mapping[str, Any]) -> Values:
    """Outputs as AWS has them, each that means the same as the known one in the words of that.

    Args:
        properties: The resource type's inputs, which say when two values mean the same.
        known: Inputs or outputs; empty for a resource never seen.
        found: The outputs as read.
    """
    return {
        key: known[key]
        if key in properties and known.get(key) is not None and same(properties[key], known[key], value)
        else value
        for key, value in found.items()
        if value is not None
    }


def differs(olds: Values, news: Values, *keys: str) -> bool:
    """Whether any of these inputs differs; always, when there are no old ones."""
    return not olds or any(olds.get(key) != news.get(key) for key in keys)


def known(value: Any) -> bool:
    """Whether a value is given and known."""
    return value is not None and not isinstance(value, Unknown)
