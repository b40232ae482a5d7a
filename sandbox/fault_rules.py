"""One fault: what it strikes, how often, and how it is read from what a test says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

DELIVERY_KINDS: Final = ("drop", "delay", "duplicate", "corrupt")
KINDS: Final = (*DELIVERY_KINDS, "fail", "refuse", "expire")
DESTINATIONS: Final = ("trail", "lake", "history")
MATCHES: Final = ("eventName", "eventSource", "region", "account")
CORRUPTIONS: Final = ("alter", "mangle")


class UnknownFault(MeshtrailError):
    """A fault that the sandbox does not know how to make."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer a caller gets instead of the service's.

    Attributes:
        code: AWS's error code, e.g. `AccessDeniedException`.
        message: What it says.
        status: The HTTP status.
    """

    code: str
    message: str
    status: int = 400


@dataclass(slots=True)
class Rule:
    """A fault in force, and how often it struck. Which attributes mean something depends on the kind."""

    kind: str
    destination: str | None = None
    match: dict[str, str] = field(default_factory=dict[str, str])
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    seconds: float = 0.0
    how: str = "alter"
    code: str = "AccessDenied"
    service: str = ""
    operation: str | None = None
    refusal: Refusal | None = None
    seen: int = 0
    struck: int = 0

    def matches(self, facts: Mapping[str, object]) -> bool:
        """Whether these facts are what the rule is about."""
        return all(facts.get(key) == value for key, value in self.match.items())

    def is_about(self, service: str, operation: str) -> bool:
        """Whether the rule is about a call; one that names no service is about all of them."""
        return self.service in ("", service) and self.operation in (None, operation)

    def strikes(self, rng: random.Random) -> bool:
        """Whether the rule strikes this time, of all the times that it could have."""
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.seen % self.every or rng.random() >= self.probability:
            return False
        self.struck += 1
        return True


def read(document: Mapping[str, Any]) -> Rule:
    """The rule that a document describes, see `sandbox.faults.FaultPlan`.

    Raises:
        UnknownFault: when it does not describe a fault.
    """
    rest = dict(document)
    kind = rest.pop("kind", None)
    match: object = rest.pop("match", None) or {}
    _demand(isinstance(match, dict), "match", "an object")
    matches = cast("dict[str, str]", match)
    _demand(set(matches) <= set(MATCHES), "match", f"made of {', '.join(MATCHES)}")
    times: Any = rest.pop("times", None)
    every: Any = rest.pop("every", 1)
    probability: Any = rest.pop("probability", 1.0)
    _demand(times is None or _whole(times), "times", "a whole number of 1 or more")
    _demand(_whole(every), "every", "a whole number of 1 or more")
    _demand(_number(probability) and 0 <= probability <= 1, "probability", "a number between 0 and 1")
    rule = Rule(str(kind), match=matches, times=times, every=every, probability=probability)
    match kind:
        case "refuse":
            _read_refusal(rule, rest)
        case "expire":
            rule.service, rule.operation = rest.pop("service", ""), rest.pop("operation", None)
        case "fail":
            rule.destination = rest.pop("destination", None)
            _demand(rule.destination == "trail", "destination", "trail")
            rule.code = rest.pop("code", rule.code)
            _demand(set(matches) <= {"region", "account"}, "match", "made of region, account")
        case "drop" | "delay" | "duplicate" | "corrupt":
            _read_delivery(rule, rest)
        case _:
            _demand(False, "kind", f"one of {', '.join(KINDS)}")  # noqa: FBT003 - the one demand that is always refused
    _demand(not rest, ", ".join(rest), "left out: no fault of this kind has it")
    return rule


def _read_refusal(rule: Rule, rest: dict[str, Any]) -> None:
    rule.service = rest.pop("service", "")
    rule.operation = rest.pop("operation", None)
    code = rest.pop("code", None)
    _demand(bool(rule.service), "service", "botocore's name of a service, e.g. cloudtrail")
    _demand(isinstance(code, str) and bool(code), "code", "an error code, e.g. AccessDeniedException")
    status = rest.pop("status", 400)
    _demand(isinstance(status, int) and 400 <= status <= 599, "status", "an HTTP status, 400 to 599")  # noqa: PLR2004 - the range of HTTP's error statuses
    rule.refusal = Refusal(
        str(code), str(rest.pop("message", "Refused by the sandbox's fault plan.")), status
    )


def _read_delivery(rule: Rule, rest: dict[str, Any]) -> None:
    rule.destination = rest.pop("destination", None)
    _demand(rule.destination in DESTINATIONS, "destination", f"one of {', '.join(DESTINATIONS)}")
    if rule.kind == "delay":
        seconds: Any = rest.pop("seconds", None)
        _demand(_number(seconds) and seconds > 0, "seconds", "a number above 0")
        rule.seconds = seconds
    if rule.kind == "corrupt":
        rule.how = rest.pop("how", "alter")
        _demand(rule.how in CORRUPTIONS, "how", f"one of {', '.join(CORRUPTIONS)}")
        # Event history and Lake hold events, not files: there, nothing can be unreadable.
        _demand(rule.how != "mangle" or rule.destination == "trail", "how", "alter, but on a trail")


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _demand(met: bool, key: str, wanted: str) -> None:  # noqa: FBT001 - a demand reads as its condition
    if not met:
        raise UnknownFault(
            f"`{key}` has to be {wanted}",
            where="a fault for the sandbox",
            remedy="docs/sandbox.md lists the faults and their keys.",
        )
