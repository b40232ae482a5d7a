"""The states that releases left behind: what an upgrade begins with.

    states/RELEASE/STACK.json    an example stack after `pulumi up` of that release, on the sandbox

Each file holds the stack's settings and its state as `pulumi stack export --show-secrets` prints it; the only secrets
are the sandbox's access keys, which open nothing. What differs from one recording to the next and means nothing has
been evened out: times, ids by chance, the order of resources that do not depend on each other.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.program.accounts import ROOT_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER: Final = Path(__file__).parent / "states"
STACKS: Final = ("account", "organization", "sandbox")
"""The stacks that a release leaves behind: one account, all of an organization, and everything there is."""

_UUID: Final = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_TIME: Final = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_IAM_ID: Final = re.compile(r"\bAROA[A-Z0-9]{8,}\b")


@dataclass(frozen=True)
class Recorded:
    """What a release left behind of one stack.

    Attributes:
        release: The release's version.
        stack: The stack's name.
        config: The settings it had.
        deployment: Its state.
    """

    release: str
    stack: str
    config: dict[str, Any]
    deployment: dict[str, Any]

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return FOLDER / self.release / f"{self.stack}.json"

    @property
    def resources(self) -> list[dict[str, Any]]:
        """AWS's resources in the state."""
        return [each for each in self.deployment["resources"] if each["type"].startswith("aws:")]

    def export(self, fresh: dict[str, Any], root_id: str | None) -> str:
        """The state as `pulumi stack import` takes it.

        Args:
            fresh: What `pulumi stack export` prints of the stack now: it says how its secrets are encrypted.
            root_id: The root of the organization it is previewed in, where there is one.
        """
        encryption = {"secrets_providers": fresh["deployment"]["secrets_providers"]}
        text = json.dumps({**fresh, "deployment": self.deployment | encryption})
        return text if root_id is None else text.replace(ROOT_ID, root_id)

    def write(self) -> None:
        """Keep it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        document = {"config": self.config, "deployment": self.deployment}
        self.file.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def recorded() -> Iterator[Recorded]:
    """Everything that was kept, of every release."""
    for file in sorted(FOLDER.glob("*/*.json")):
        document = json.loads(file.read_text(encoding="utf-8"))
        yield Recorded(file.parent.name, file.stem, document["config"], document["deployment"])


def evened_out(deployment: dict[str, Any], root_id: str | None) -> dict[str, Any]:
    """A state without what chance and the clock put into it."""
    kept = {key: value for key, value in deployment.items() if key != "secrets_providers"}
    kept["resources"] = [_steady(each) for each in _in_order(deployment["resources"])]
    text = json.dumps(kept)
    if root_id is not None:
        text = text.replace(root_id, ROOT_ID)
    ids = dict.fromkeys(_UUID.findall(text))
    for number, known in enumerate(ids, start=1):
        text = text.replace(known, f"00000000-0000-4000-8000-{number:012}")
    text = _TIME.sub("2026-01-01T00:00:00Z", text)
    return json.loads(_IAM_ID.sub("AROAEXAMPLEEXAMPLE", text))


def _steady(resource: dict[str, Any]) -> dict[str, Any]:
    steady = {key: value for key, value in resource.items() if key not in {"created", "modified"}}
    if "dependencies" in steady:
        steady["dependencies"] = sorted(steady["dependencies"])
    if "propertyDependencies" in steady:
        steady["propertyDependencies"] = {
            key: sorted(urns or ()) for key, urns in steady["propertyDependencies"].items()
        }
    return steady


def _in_order(resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each after those that it depends on, as Pulumi wants them, and else by URN."""
    by_urn = {each["urn"]: each for each in sorted(resources, key=lambda each: each["urn"])}
    sorter = TopologicalSorter({urn: sorted(_needs(each) & by_urn.keys()) for urn, each in by_urn.items()})
    return [by_urn[urn] for urn in sorter.static_order()]


def _needs(resource: dict[str, Any]) -> set[str]:
    provider = resource.get("provider", "").rpartition("::")[0]
    named = {each for group in resource.get("propertyDependencies", {}).values() for each in group or ()}
    return {*resource.get("dependencies", ()), *named, resource.get("parent", ""), provider} - {
        resource["urn"]
    }
