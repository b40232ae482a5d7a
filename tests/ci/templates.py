"""The templates as a CI service reads them, and their scripts as it runs them, in a repository like a user's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from sandbox.plugin.home import make_home

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

ROOT: Final = Path(__file__).parents[2]
GITHUB: Final[Any] = yaml.safe_load((ROOT / "ci" / "github" / "deploy.yml").read_text(encoding="utf-8"))
ACTION: Final[Any] = yaml.safe_load((ROOT / "ci" / "github" / "action.yml").read_text(encoding="utf-8"))
GITLAB: Final[Any] = yaml.safe_load((ROOT / "ci" / "gitlab" / "deploy.yml").read_text(encoding="utf-8"))
GITLAB_VERIFY: Final[Any] = yaml.safe_load(
    (ROOT / "ci" / "gitlab" / "meshtrail.yml").read_text(encoding="utf-8")
)

SECRET: Final = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY"
"""The jobs' secret access key, which nothing may show."""

_GIVEN: Final = {"github.token": "a-token", "github.event.pull_request.number": "17"}
"""What GitHub's expressions give that a script's environment has."""

_SECONDS: Final = 200


def steps_of(job: str) -> dict[str, str]:
    """The scripts of a job of the workflow, by their steps' names."""
    return {step["name"]: step["run"] for step in GITHUB["jobs"][job]["steps"] if "run" in step}


@dataclass(frozen=True, slots=True)
class Done:
    """How a script ended.

    Attributes:
        exit_code: With what.
        output: What it wrote to stdout and stderr.
        summary: What it wrote to the job's summary.
    """

    exit_code: int
    output: str
    summary: str


@dataclass
class Repository:
    """A user's repository: the stack's settings, and meshtrail in a folder of its own.

    Attributes:
        folder: Where it is.
        endpoint: The sandbox.
        shown: Everything that any script has shown so far.
    """

    folder: Path
    endpoint: str
    shown: list[str] = field(default_factory=list[str])

    def __post_init__(self) -> None:
        self._home = make_home(self.folder / "home", endpoint=self.endpoint)
        self.work = self.folder / "work"
        source = self.work / "meshtrail"
        source.mkdir(parents=True)
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / name, source)
        shutil.copytree(ROOT / "ci", source / "ci")
        self.configure()
        made = self.bash("pulumi --cwd meshtrail stack init prod")
        assert made.exit_code == 0, made.output
        written = (source / "Pulumi.prod.yaml").read_text(encoding="utf-8")
        self.salt = yaml.safe_load(written)
        (source / "Pulumi.prod.yaml").unlink()
        self.configure()

    @property
    def states(self) -> dict[Path, bytes]:
        """The backend's files."""
        folder = self.folder / "home" / "states"
        return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    @property
    def out(self) -> Path:
        """What the scripts write into."""
        return self.work / "meshtrail-deploy"

    def configure(self, **changes: Any) -> None:
        """Write the stack's settings: the sandbox's example without its credentials, and these."""
        document = yaml.safe_load((ROOT / "Pulumi.sandbox.yaml").read_text(encoding="utf-8"))
        config = {
            key: value
            for key, value in (document["config"] | changes).items()
            if key not in {"aws:accessKey", "aws:secretKey", "aws:endpoints"}
        }
        settings = {"config": config, **getattr(self, "salt", {})}
        (self.work / "Pulumi.prod.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")

    @contextmanager
    def settings(self, **changes: Any) -> Generator[None]:
        """Other settings for a while, and the stack's state as it was before."""
        states = self.states
        self.configure(**changes)
        try:
            yield
        finally:
            self.configure()
            for path in self.states.keys() - states.keys():
                path.unlink()
            for path, content in states.items():
                path.write_bytes(content)

    def step(self, job: str, name: str, **variables: str) -> Done:
        """Run a step of the workflow, with the environment that GitHub gives it."""
        (found,) = [step for step in GITHUB["jobs"][job]["steps"] if step.get("name") == name]
        environment = {**GITHUB["env"], **GITHUB["jobs"][job].get("env", {}), **found.get("env", {})}
        return self.bash(found["run"], **{**_evaluated(environment), "GITHUB_ACTIONS": "true", **variables})

    def verify(self, **inputs: str) -> Done:
        """Run the action's step that verifies, with these inputs."""
        (found,) = [step for step in ACTION["runs"]["steps"] if step.get("id") == "verify"]
        given = {key: value["default"] for key, value in ACTION["inputs"].items()} | inputs
        values = {f"inputs.{key}": value for key, value in given.items()}
        values |= {"github.action_path": str(self.work / "meshtrail" / "ci" / "github")}
        values |= {"runner.temp": str(self.folder / "temp")}
        return self.bash(found["run"], **_evaluated(found["env"], values), GITHUB_ACTIONS="true")

    def gitlab(self, job: str) -> Done:
        """Run a job of GitLab's: what comes before its script, without the installation, and the script."""
        base, own = GITLAB[GITLAB[job]["extends"]], GITLAB[job]
        lines = [*base["before_script"], *own["script"]]
        script = "\n".join(line for line in lines if " install" not in line)
        return self.bash(script, **base["variables"], **own["variables"], AWS_TOKEN="a-token")

    def bash(self, script: str, **variables: str) -> Done:
        """Run a script as a runner does, in the repository."""
        summary, output = self.folder / "summary.md", self.folder / "output.txt"
        for file in (summary, output):
            file.write_text("", encoding="utf-8")
        environment = {
            "HOME": os.environ["HOME"],
            # The language host takes the first `python3` it finds.
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "GITHUB_REPOSITORY": "example/audit",
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_OUTPUT": str(output),
            **variables,
            **self._home,
        }
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],  # noqa: S607  # as GitHub's runner: what is on PATH
            cwd=self.work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        result = Done(done.returncode, done.stdout, summary.read_text(encoding="utf-8"))
        self.shown += [result.output, result.summary]
        return result


def _evaluated(environment: Mapping[str, Any], values: Mapping[str, str] = _GIVEN) -> dict[str, str]:
    return {
        name: re.sub(r"\$\{\{ *(\S+) *\}\}", lambda found: values[found[1]], str(value))
        for name, value in environment.items()
    }
