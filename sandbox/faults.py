"""Things that go wrong on purpose: a plan of faults, decided event by event and repeatable by its seed."""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from cloudtrail.errors import MeshtrailError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.ledger import CapturedEvent

Destination = Literal["trail", "lake", "history"]

DELIVERY_KINDS: Final = ("drop", "delay", "duplicate", "corrupt")
DESTINATIONS: Final = ("trail", "lake", "history")
MATCHES: Final = ("eventName", "eventSource", "region", "account")
CORRUPTIONS: Final = ("alter", "mangle")


class UnknownFault(MeshtrailError):
    """A fault that the sandbox does not know how to make."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to one event on its way to one destination.

    Attributes:
        copies: How often it arrives: 0 is lost, 2 is a duplicate.
        delay: How many seconds later than usual it arrives.
        corruption: `alter` changes what it says, `mangle` leaves no readable record, None leaves it alone.
    """

    copies: int = 1
    delay: float = 0.0
    corruption: str | None = None

    def applied_to(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        """The records that arrive in place of `record`."""
        if self.corruption == "alter":
            record = {**record, "sourceIPAddress": "192.0.2.255", "requestParameters": None}
        elif self.corruption == "mangle":
            record = {key: record[key] for key in ("eventVersion", "eventID") if key in record}
        return [record] * self.copies


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
class _Rule:
    kind: str
    destination: str | None = None
    match: dict[str, str] = field(default_factory=dict[str, str])
    times: int | None = None
    every: int = 1
    probability: float = 1.0
    seconds: float = 0.0
    how: str = "alter"
    service: str = ""
    operation: str | None = None
    refusal: Refusal | None = None
    seen: int = 0
    struck: int = 0

    def strikes(self, rng: random.Random) -> bool:
        """Whether the rule strikes this time, of all the times that it could have."""
        self.seen += 1
        if self.times is not None and self.struck >= self.times:
            return False
        if self.seen % self.every or rng.random() >= self.probability:
            return False
        self.struck += 1
        return True


class FaultPlan:
    """The faults in force. Rules are asked in the order they were added, and their effects add up.

    A delivery rule: `{"kind": "drop"|"delay"|"duplicate"|"corrupt", "destination": "trail"|"lake"|"history",
    "match": {"eventName"?, "eventSource"?, "region"?, "account"?}, "times"?, "every"?, "probability"?,
    "seconds"? (delay), "how"?: "alter"|"mangle" (corrupt; mangle on a trail only)}`.

    A refusal: `{"kind": "refuse", "service": "s3", "operation"?: "GetObject", "code", "message"?, "status"?,
    "match"?: {"region"?, "account"?}, "times"?, "every"?, "probability"?}`; `service` is botocore's name.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._rng = _random(seed)
        self._rules: dict[str, _Rule] = {}
        self._lock = threading.Lock()

    def add(self, document: Mapping[str, Any]) -> str:
        """Add a rule and return its id.

        Raises:
            UnknownFault: when the document does not describe a fault.
        """
        rule = _read(document)
        identifier = uuid.uuid4().hex
        with self._lock:
            self._rules[identifier] = rule
        return identifier

    def clear(self) -> None:
        """Drop every rule and start the randomness again from the seed."""
        with self._lock:
            self._rules.clear()
            self._rng = _random(self._seed)

    def counts(self) -> list[dict[str, Any]]:
        """For each rule: its id, kind, and how often it struck of the times that it could have."""
        with self._lock:
            return [
                {"id": key, "kind": rule.kind, "seen": rule.seen, "struck": rule.struck}
                for key, rule in self._rules.items()
            ]

    def treatment(self, destination: Destination, event: CapturedEvent) -> Treatment:
        """What happens to an event on its way to a destination."""
        facts = {
            "eventName": event.record.get("eventName"),
            "eventSource": event.record.get("eventSource"),
            "region": event.region,
            "account": event.account,
        }
        copies, delay, corruption = 1, 0.0, None
        with self._lock:
            for rule in self._rules.values():
                if (
                    rule.destination != destination
                    or not _matches(rule, facts)
                    or not rule.strikes(self._rng)
                ):
                    continue
                if rule.kind == "drop":
                    copies = 0
                elif rule.kind == "duplicate":
                    copies *= 2
                elif rule.kind == "delay":
                    delay += rule.seconds
                else:
                    corruption = rule.how
        return Treatment(copies, delay, corruption)

    def refusal(self, *, service: str, operation: str, account: str, region: str) -> Refusal | None:
        """The answer to give instead of calling the service, or None to call it."""
        facts = {"region": region, "account": account}
        with self._lock:
            for rule in self._rules.values():
                named = rule.service == service and rule.operation in (None, operation)
                if rule.kind == "refuse" and named and _matches(rule, facts) and rule.strikes(self._rng):
                    return rule.refusal
        return None


def _random(seed: int | None) -> random.Random:
    return random.Random(seed)  # noqa: S311 - faults are made to be repeated, not to be secret


def _matches(rule: _Rule, facts: Mapping[str, object]) -> bool:
    return all(facts.get(key) == value for key, value in rule.match.items())


def _read(document: Mapping[str, Any]) -> _Rule:
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
    rule = _Rule(str(kind), match=matches, times=times, every=every, probability=probability)
    if kind == "refuse":
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
    elif kind in DELIVERY_KINDS:
        rule.destination = rest.pop("destination", None)
        _demand(rule.destination in DESTINATIONS, "destination", f"one of {', '.join(DESTINATIONS)}")
        if kind == "delay":
            seconds: Any = rest.pop("seconds", None)
            _demand(_number(seconds) and seconds > 0, "seconds", "a number above 0")
            rule.seconds = seconds
        if kind == "corrupt":
            rule.how = rest.pop("how", "alter")
            _demand(rule.how in CORRUPTIONS, "how", f"one of {', '.join(CORRUPTIONS)}")
            # Event history and Lake hold events, not files: there, nothing can be unreadable.
            _demand(rule.how != "mangle" or rule.destination == "trail", "how", "alter, but on a trail")
    else:
        _demand(False, "kind", f"one of {', '.join((*DELIVERY_KINDS, 'refuse'))}")  # noqa: FBT003 - the one demand that is always refused
    _demand(not rest, ", ".join(rest), "left out: no fault of this kind has it")
    return rule


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
