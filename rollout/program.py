"""The Pulumi program that is rolled out, the settings every stack begins with, and the digest of both."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import yaml

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rollout.plan import Settings

_NOT_THE_PROGRAM: Final = frozenset({"tests", "build", "dist", "node_modules", "venv", "__pycache__"})
_ALSO: Final = ("Pulumi.yaml", "requirements.txt")
SESSION_NAME: Final = "meshtrail-rollout"


class NoProgram(MeshtrailError):
    """There is no Pulumi program, or no settings for its stacks, where they were looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A Pulumi program.

    Attributes:
        folder: Where its Pulumi.yaml is, absolute.
        project: What Pulumi.yaml says.
        digest: Of its sources: whoever has the same digest rolls out the same program.
    """

    folder: Path
    project: Mapping[str, Any]
    digest: str

    @property
    def name(self) -> str:
        """The project's name."""
        return str(self.project["name"])

    def template(self, path: str) -> dict[str, Any]:
        """The settings of a stack's file, `config` alone.

        Args:
            path: The file, relative to the program's folder; empty: there is none, and no settings.

        Raises:
            NoProgram: when it cannot be read, or holds secrets: those were encrypted for one stack only.
        """
        if not path:
            return {}
        found = _mapping(self.folder / path, "config")
        secrets = sorted(
            name for name, value in found.items() if isinstance(value, dict) and "secure" in value
        )
        if secrets:
            raise NoProgram(
                "Settings for many stacks hold a secret of one stack",
                where=f"{path}: {', '.join(secrets)}",
                why="the secret is encrypted with that stack's key",
                remedy="Take it out, and let the program read it from a store that every account reaches.",
            )
        return dict(found)


def program_of(folder: Path) -> Program:
    """The program in a folder.

    Raises:
        NoProgram: when there is none.
    """
    project = _mapping(folder / "Pulumi.yaml")
    if not isinstance(project.get("name"), str):
        raise NoProgram("Pulumi.yaml names no project", where=str(folder))
    digest = hashlib.sha256()
    for path in sorted(_sources(folder)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return Program(folder=folder.resolve(), project=project, digest=digest.hexdigest())


def _sources(folder: Path) -> Iterator[Path]:
    yield from (path for name in _ALSO if (path := folder / name).is_file())
    yield from folder.glob("*.py")
    for below in folder.iterdir():
        unrelated = below.name in _NOT_THE_PROGRAM or below.name.startswith(".")
        if below.is_dir() and not unrelated and not (below / "pyvenv.cfg").exists():
            yield from (
                path
                for path in below.rglob("*.py")
                if not _NOT_THE_PROGRAM.intersection(path.relative_to(below).parts)
            )


def _mapping(path: Path, part: str = "") -> dict[str, Any]:
    try:
        document: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise NoProgram(
            f"{path.name} cannot be read",
            where=str(path),
            why=str(error),
            remedy="Give --program the folder of the Pulumi program, and --settings a stack's file in it.",
        ) from error
    if isinstance(document, dict) and part:
        document = cast("dict[str, object]", document).get(part)
    if not isinstance(document, dict):
        raise NoProgram(f"{path.name} holds no settings", where=str(path))
    return cast("dict[str, Any]", document)


def config_of(
    account: str, template: Mapping[str, Any], settings: Settings, external_id: str = ""
) -> dict[str, Any]:
    """The settings of one account's stack.

    Whatever the template says, the provider is bound to the account: credentials of another are refused before
    anything is asked of AWS. A role that the template assumes is one account's, and not taken over.
    """
    config = {name: value for name, value in template.items() if name != "aws:assumeRoles"}
    config["aws:allowedAccountIds"] = [account]
    if settings.role_name:
        role = {
            "roleArn": f"arn:{settings.partition}:iam::{account}:role/{settings.role_name}",
            "sessionName": SESSION_NAME,
        }
        config["aws:assumeRoles"] = [{**role, "externalId": external_id} if external_id else role]
    return config


def inputs_of(program: Program, config: Mapping[str, Any], settings: Settings) -> str:
    """The digest of everything that decides what a stack becomes, and which stack of which backend it is.

    Without the external id: it opens the door, and decides nothing behind it.
    """
    which = [settings.project, settings.backend, settings.pulumi_organization]
    text = json.dumps([program.digest, config, which], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
