#!/usr/bin/env python3
"""Shows what `pulumi preview --json` plans, in Markdown, and refuses a plan that would lose audit data.

    pulumi preview --json > plan.json
    ci/check_plan.py plan.json --stack prod > plan.md

Pulumi itself refuses to delete or replace what is protected. This looks at what is not, and says so before anything is
asked of AWS. It needs Python's standard library alone, so that it runs wherever Pulumi does.

Exits with 0 when the plan may be carried out, 1 when it may not (it loses audit data, or Pulumi could not make it),
3 for wrong usage. What it refuses is on stderr, too.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LOST = {
    "aws:s3/bucket:Bucket": "the log files in it",
    "aws:kms/key:Key": "everything that it encrypts: without it nobody can read that again",
    "aws:cloudtrail/trail:Trail": "every event until another trail is there",
    "aws:cloudtrail/eventDataStore:EventDataStore": "the events in it",
    "aws:cloudcontrol/resource:Resource": "the events in it",
    "aws:cloudwatch/logGroup:LogGroup": "the copies of events in it",
}
"""The types that hold audit data, and what goes with one of them.

The only Cloud Control resource of the program is an event data store that is kept for longer than 2555 days.
"""

_COPIES = "meshtrail:index:AthenaCatalog$"
"""What lies in this component holds results of queries, which are copies."""

_KEEPS = frozenset({"same", "create", "update", "read", "refresh", "import"})
"""The operations after which a resource is still there. Any other one, known or not, is taken to lose it."""

_MARKS = {"create": "+", "import": "+", "update": " ", "delete": "-"}
"""How a line begins in a block of `diff`; `!` for everything else that changes something."""

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What Pulumi writes for a value that only AWS can tell."""

_VALUE, _AROUND, _SHOWN = 120, 20, 50_000
"""The longest value, what is shown of it before a difference, and the longest diff, in characters.

A comment on GitHub may have 65,536.
"""


class UnreadablePlan(Exception):
    """What was given is no plan of `pulumi preview --json`."""


@dataclass(frozen=True)
class Step:
    """What the plan does with one resource.

    Attributes:
        op: Pulumi's name of the operation.
        urn: Which resource.
        old: The resource as the stack's state has it; empty for a new one.
        new: The resource as the program wants it; empty for one that goes.
        changed: The paths of the inputs that differ.
        replacing: The inputs that force a replacement.
    """

    op: str
    urn: str
    old: dict[str, Any]
    new: dict[str, Any]
    changed: tuple[str, ...]
    replacing: tuple[str, ...]

    @property
    def type(self) -> str:
        """The resource's own type, without its parents'."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def name(self) -> str:
        """The name that the program gave it."""
        return self.urn.split("::", 3)[3]

    @property
    def loses(self) -> str:
        """What audit data goes with it; empty if none does."""
        return "" if self.op in _KEEPS else self._holds

    @property
    def unprotects(self) -> bool:
        """Whether the resource stays, and Pulumi may delete it from then on."""
        protected, stays = self.old.get("protect", False), self.op in _KEEPS
        return bool(self._holds and stays and protected and not self.new.get("protect", False))

    @property
    def _holds(self) -> str:
        return "" if _COPIES in self.urn.split("::")[2] else _LOST.get(self.type, "")

    def values(self) -> Iterator[str]:
        """Each input that differs: its path, and the value before and after, shortened."""
        if self.type.startswith("pulumi:providers:"):
            return  # the inputs of a provider may be credentials
        for path in self.changed:
            before, after = (_value(state.get("inputs", {}), path) for state in (self.old, self.new))
            differ = (at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
            # A policy is longer than there is room for: it begins where it differs.
            start = next(differ, 0) - _AROUND if max(len(before), len(after)) > _VALUE else 0
            yield f"{path}: {_short(before, start)} => {_short(after, start)}"


@dataclass(frozen=True)
class Plan:
    """What Pulumi plans.

    Attributes:
        steps: What it does with each resource, also with those that stay as they are.
        counts: How many resources there are of each operation, in Pulumi's own count.
        errors: Why Pulumi could not make the plan; empty if it could.
    """

    steps: tuple[Step, ...]
    counts: dict[str, int]
    errors: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> "Plan":
        """Read a plan.

        Raises:
            UnreadablePlan: when the text is none, or not whole.
        """
        try:
            told = json.loads(text)
            return cls(
                steps=tuple(_step(step) for step in told["steps"]),
                counts={str(op): int(count) for op, count in told["changeSummary"].items()},
                errors=tuple(
                    str(said["message"]).strip().removeprefix("error: ")
                    for said in told.get("diagnostics") or ()
                    if said["severity"] == "error"
                ),
            )
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise UnreadablePlan(
                f"This is no plan of `pulumi preview --json`: {error!r}. "
                "Pulumi says above why it made none; unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW if it is set."
            ) from error


def refusals(plan: Plan, may_lose: frozenset[str]) -> list[str]:
    """Why the plan may not be carried out: what, what is lost, and the way out; none if it may."""
    found: list[str] = []
    for step in plan.steps:
        if step.loses and step.name not in may_lose:
            because = f", because of {' and '.join(step.replacing)}" if step.replacing else ""
            found.append(
                f"`pulumi up` would {step.op} {step.name} ({step.type}){because}: lost is {step.loses}. "
                "Put the settings back as they were; or, if it is to go, name it in MESHTRAIL_MAY_LOSE."
            )
    return [*found, *plan.errors]


def notices(plan: Plan, may_lose: frozenset[str]) -> list[str]:
    """What whoever reviews the plan should know, and what refuses nothing."""
    lost = {step.name: step.loses for step in plan.steps if step.loses}
    return [
        *(f"{step.name} ({step.type}) loses its protection." for step in plan.steps if step.unprotects),
        *(
            f"{name} may go, says MESHTRAIL_MAY_LOSE: {lost[name]}."
            for name in sorted(may_lose & lost.keys())
        ),
        *(
            f"MESHTRAIL_MAY_LOSE names {name}, which stays: take it out."
            for name in sorted(may_lose - lost.keys())
        ),
    ]


def markdown(plan: Plan, stack: str, may_lose: frozenset[str]) -> str:
    """The plan as a comment or a summary; its first line tells it from other comments."""
    changes = {op: count for op, count in sorted(plan.counts.items()) if op != "same"}
    summary = ", ".join(f"{count} to {op}" for op, count in changes.items()) or (
        "Pulumi could not make it" if plan.errors else "no change"
    )
    said = [f"<!-- meshtrail: plan of {stack} -->", f"### Plan of `{stack}`: {summary}", ""]
    if refused := refusals(plan, may_lose):
        # What AWS or a file said is part of an error: no line of it may end the block.
        said += ["**Refused.** Nothing was changed.", "", "```"]
        said += [reason.replace("```", "'''") for reason in refused]
        said += ["```", ""]
    if noticed := notices(plan, may_lose):
        said += [*(f"- {notice}" for notice in noticed), ""]
    lines = list(_diff(plan))
    if lines:
        said += ["```diff", *_within(lines), "```", ""]
    return "\n".join(said)


def _diff(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        if step.op == "same":
            continue
        yield f"{_MARKS.get(step.op, '!')} {step.op} {step.type} {step.name}"
        for value in step.values():
            yield f"      {value}"


def _within(lines: Sequence[str]) -> Iterator[str]:
    left = _SHOWN
    for number, line in enumerate(lines):
        left -= len(line) + 1
        if left < 0:
            yield f"  and {len(lines) - number} lines more: see the log of `pulumi preview`"
            return
        yield line


def _step(told: dict[str, Any]) -> Step:
    detailed: dict[str, Any] = told.get("detailedDiff") or {}
    step = Step(
        op=str(told["op"]),
        urn=str(told["urn"]),
        old=told.get("oldState") or {},
        new=told.get("newState") or {},
        changed=tuple(detailed or told.get("diffReasons") or ()),
        replacing=tuple(told.get("replaceReasons") or ()),
    )
    _ = step.name  # a URN that cannot be read is found out here
    return step


def _value(inputs: dict[str, Any], path: str) -> str:
    found: Any = inputs
    for key, index, quoted in re.findall(r'([^.\[\]"]+)|\[(\d+)\]|\["([^"]*)"\]', path):
        try:
            found = found[int(index)] if index else found[key or quoted]
        except (LookupError, TypeError):
            return "(none)"
    return json.dumps(found, ensure_ascii=False).replace(json.dumps(_UNKNOWN), "(known after up)")


def _short(text: str, start: int) -> str:
    shown = text[max(start, 0) :]
    return ("..." if start > 0 else "") + (shown if len(shown) <= _VALUE else f"{shown[:_VALUE]}...")


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the plan, print it, and judge it."""
    parser = argparse.ArgumentParser(description="Refuse a plan of Pulumi's that would lose audit data.")
    parser.add_argument("plan", type=Path, help="What `pulumi preview --json` wrote.")
    parser.add_argument("--stack", required=True, help="The stack's name, for the headline.")
    parser.add_argument("--may-lose", default="", help="Names of resources that may go, separated by spaces.")
    try:
        asked = parser.parse_args(arguments)
    except SystemExit as ended:
        return 3 if ended.code else 0
    may_lose = frozenset(asked.may_lose.split())
    try:
        plan = Plan.read(asked.plan.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, UnreadablePlan) as error:
        sys.stderr.write(f"{asked.plan}: {error}\n")
        return 1
    sys.stdout.write(markdown(plan, asked.stack, may_lose))
    refused = refusals(plan, may_lose)
    for reason in refused:
        sys.stderr.write(f"refused: {reason}\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
