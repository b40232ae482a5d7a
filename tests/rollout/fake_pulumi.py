"""A `pulumi` that is none: it understands what the Automation API asks of Pulumi's command line, and keeps books.

Run as a program. `FAKE_PULUMI` is its folder: `calls.jsonl` (what it was asked, one line a call), `faults.json`
(`{stack: {command: fault}}`), `stacks/` (the backend), `aws/` (what there is in each account) and `running/` (the
process of each command that hangs). `FAKE_PULUMI_VERSION` decides how events are told, as with the real one: by gRPC
since 3.206, before that in a file.
"""

from __future__ import annotations

import json
import os
import site
import sys
import time
from pathlib import Path
from typing import Any

HOME = Path(os.environ["FAKE_PULUMI"])
VERSION = os.environ.get("FAKE_PULUMI_VERSION", "3.200.0")
RESOURCES = ("bucket", "key", "trail")
VALUED = {
    "--stack",
    "--message",
    "--color",
    "--exec-kind",
    "--event-log",
    "--secrets-provider",
    "--page-size",
    "--page",
    "--parallel",
}


def main() -> None:
    """Do what the command line says."""
    words, options = parse(sys.argv[1:])
    note(words, options)
    match words:
        case ["version"]:
            print(f"v{VERSION}")  # noqa: T201 -- a program's output
        case ["stack", "select"]:
            if not backend(options["--stack"]).exists():
                fail(f"error: no stack named '{options['--stack']}' found")
        case ["stack", "init", name]:
            backend(name).parent.mkdir(parents=True, exist_ok=True)
            backend(name).write_text(json.dumps({"resources": []}))
            salt = Path(f"Pulumi.{name.rpartition('/')[2]}.yaml")
            salt.write_text(f"{salt.read_text()}encryptionsalt: v1:{name}\n")
        case ["stack", "output"]:
            print(json.dumps({"manifest": "{}", "hidden": "[secret]"}))  # noqa: T201 -- a program's output
        case ["stack", "history"]:
            print(json.dumps([history()]))  # noqa: T201 -- a program's output
        case ["cancel"]:
            (HOME / "locks" / options["--stack"].replace("/", "+")).unlink(missing_ok=True)
        case ["up" | "destroy" | "preview" | "refresh" as command]:
            Update(command, options).run()
        case _:
            fail(f"error: unknown command {words}")


def parse(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Words and options."""
    words: list[str] = []
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        if argument in VALUED:
            options[argument] = next(rest)
        elif argument.startswith("--"):
            options[argument] = ""
        else:
            words.append(argument)
    return words, options


def note(words: list[str], options: dict[str, str]) -> None:
    """Keep what was asked, and which settings it was asked with; no values of secrets."""
    call = {
        "words": words,
        "options": options,
        "folder": str(Path.cwd()),
        "backend": os.environ.get("PULUMI_BACKEND_URL", ""),
        "process": os.getpid(),
    }
    with (HOME / "calls.jsonl").open("a") as file:
        file.write(json.dumps(call) + "\n")


def backend(name: str) -> Path:
    """Where a stack is kept."""
    return HOME / "stacks" / f"{name.replace('/', '+')}.json"


def history() -> dict[str, Any]:
    """The last update."""
    return {
        "kind": "update",
        "startTime": "2026-11-01T00:00:00.000Z",
        "endTime": "2026-11-01T00:00:09.000Z",
        "message": "",
        "environment": {},
        "config": {},
        "result": "succeeded",
        "resourceChanges": {"create": 3, "same": 1},
    }


def fail(*lines: str) -> None:
    """End as Pulumi ends when it cannot."""
    sys.stderr.write("\n".join(lines) + "\n")
    sys.exit(255)


class Update:
    """One update of one stack."""

    def __init__(self, command: str, options: dict[str, str]) -> None:
        self.stack = options["--stack"]
        self.planning = command == "preview" or "--preview-only" in options
        self.command = "drift" if command == "refresh" else command
        faults = json.loads((HOME / "faults.json").read_text()) if (HOME / "faults.json").exists() else {}
        self.fault = faults.get(self.stack, {}).get(self.command, "")
        self.events = Events(options.get("--event-log", ""))
        self.lock = HOME / "locks" / self.stack.replace("/", "+")

    def run(self) -> None:
        """Update, or fail as the fault says."""
        if self.fault == "passphrase":
            self.fail("error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE")
        if self.fault == "conflict":
            self.fail("error: [409] Conflict: Another update is currently in progress.")
        if self.fault == "replaces":
            words = 'unable to replace resource "trail"\nas it is currently marked for protection.'
            self.events.tell(diagnosticEvent={"message": words, "color": "never", "severity": "error"})
            self.fail("error: preview failed")
        if not self.planning:
            if self.lock.exists():
                self.fail(
                    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es)"
                )
            self.lock.parent.mkdir(exist_ok=True)
            self.lock.touch()
        self.go_about()
        self.events.tell(
            summaryEvent={"maybeCorrupt": False, "durationSeconds": 1, "resourceChanges": self.summary()}
        )
        self.events.tell(cancelEvent={})
        if not self.planning:  # a preview takes no lock, and leaves that of others alone
            self.lock.unlink(missing_ok=True)
        if self.fault == "lock-deleted":
            sys.stderr.write("warning: there was a problem deleting the lock at file:///locks/x.json\n")
        self.events.close()

    def summary(self) -> dict[str, int]:
        """What was done."""
        if self.command == "drift":
            return {"same": 2, "update": 1} if self.fault == "drifted" else {"same": 3}
        return {"create": 3, "same": 1}

    def go_about(self) -> None:
        """Go from resource to resource."""
        there = json.loads(backend(self.stack).read_text())["resources"]
        for resource in RESOURCES if self.command != "destroy" else reversed(there):
            protected = self.fault == "protected" and resource == "bucket"
            self.events.tell(
                resourcePreEvent={"planning": self.planning, "metadata": self.step(resource, protected)}
            )
            if self.planning:
                continue
            self.change(resource)
            if resource == "key" and self.fault in {"provider-error", "lost-lock", "hang", "secret"}:
                self.break_off()

    def step(self, resource: str, protected: bool) -> dict[str, Any]:
        """One step of the engine."""
        op = {"destroy": "delete", "drift": "refresh"}.get(self.command, "create")
        urn = f"urn:pulumi:{self.stack}::meshtrail::aws:x/x:X::{resource}"
        state = {"type": "aws:x/x:X", "urn": urn, "protect": protected}
        return {
            "op": op,
            "urn": urn,
            "type": "aws:x/x:X",
            "provider": "",
            "old": state if op == "delete" else None,
        }

    def change(self, resource: str) -> None:
        """Change what there is in the account, and then the state."""
        settings = Path(f"Pulumi.{self.stack.rpartition('/')[2]}.yaml").read_text()
        account = settings.split("aws:allowedAccountIds:")[1].split("'")[1]
        for path in (HOME / "aws" / f"{account}.json", backend(self.stack)):
            path.parent.mkdir(exist_ok=True)
            there = json.loads(path.read_text())["resources"] if path.exists() else []
            there = [one for one in there if one != resource] + [resource] * (self.command == "up")
            path.write_text(json.dumps({"resources": there}))

    def break_off(self) -> None:
        """Fail in the middle."""
        if self.fault == "hang":
            (HOME / "running").mkdir(exist_ok=True)
            (HOME / "running" / self.stack).write_text(str(os.getpid()))
            for _ in range(
                600
            ):  # it is killed long before; whatever goes wrong in the test, it does not stay
                time.sleep(0.1)
        if self.fault == "lost-lock":
            # The lease is gone: neither the state nor the lock is ours any more.
            self.fail("error: failed to save snapshot: [403] The provided update token has expired")
        secret = os.environ.get("AWS_SECRET_ACCESS_KEY", "")
        message = f"creating KMS Key: AccessDeniedException: not authorized {secret}"
        self.events.tell(diagnosticEvent={"message": message, "color": "never", "severity": "error"})
        self.lock.unlink()
        self.fail("error: update failed")

    def fail(self, line: str) -> None:
        """Tell that no more events follow, and end."""
        self.events.tell(cancelEvent={})
        self.events.close()
        fail(line)


class Events:
    """The engine's events, told as the Automation API asked."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.told: list[str] = []

    def tell(self, **event: object) -> None:
        """Tell one."""
        text = json.dumps({"sequence": len(self.told), "timestamp": 0, **event})
        self.told.append(text)
        if self.where and not self.where.startswith("tcp://"):
            with Path(self.where).open("a") as file:
                file.write(text + "\n")

    def close(self) -> None:
        """No more follow."""
        if not self.where.startswith("tcp://"):
            return
        site.main()  # it is started without, which takes half the time
        import grpc  # noqa: PLC0415 -- takes longer than everything else here
        from pulumi.runtime.proto import events_pb2, events_pb2_grpc  # noqa: PLC0415 -- the same

        with grpc.insecure_channel(self.where.removeprefix("tcp://")) as channel:
            events = (events_pb2.EventRequest(event=text) for text in self.told)
            events_pb2_grpc.EventsStub(channel).StreamEvents(events)


if __name__ == "__main__":
    main()
