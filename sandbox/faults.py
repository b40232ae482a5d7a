"""Things that go wrong on purpose: a plan of faults, decided event by event and repeatable by its seed."""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sandbox.fault_rules import Refusal, Rule, UnknownFault, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.ledger import CapturedEvent

__all__ = ["Destination", "FaultPlan", "Refusal", "Treatment", "UnknownFault"]

Destination = Literal["trail", "lake", "history"]


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


class FaultPlan:
    """The faults in force. Rules are asked in the order they were added, and their effects add up.

    A delivery rule: `{"kind": "drop"|"delay"|"duplicate"|"corrupt", "destination": "trail"|"lake"|"history",
    "match": {"eventName"?, "eventSource"?, "region"?, "account"?}, "times"?, "every"?, "probability"?,
    "seconds"? (delay), "how"?: "alter"|"mangle" (corrupt; mangle on a trail only)}`.

    A delivery that is refused, and tried again: `{"kind": "fail", "destination": "trail", "code"?,
    "match"?: {"region"?, "account"?}, ...}`; what is refused are the log files of one account and Region.

    A refusal: `{"kind": "refuse", "service": "s3", "operation"?: "GetObject", "code", "message"?, "status"?,
    "match"?: {"region"?, "account"?}, "times"?, "every"?, "probability"?}`; `service` is botocore's name.

    A session that ends early: `{"kind": "expire", "service"?, "operation"?, "match"?: {"region"?, "account"?},
    "times"?, ...}`; the call it strikes is the first that the session is refused.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed
        self._rng = _random(seed)
        self._rules: dict[str, Rule] = {}
        self._lock = threading.Lock()

    def add(self, document: Mapping[str, Any]) -> str:
        """Add a rule and return its id.

        Raises:
            UnknownFault: when the document does not describe a fault.
        """
        rule = read(document)
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
                named = rule.destination == destination and rule.kind != "fail"
                if not named or not rule.matches(facts) or not rule.strikes(self._rng):
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

    def broken_delivery(self, *, account: str, region: str) -> str | None:
        """The error that the delivery of an account's and Region's log files ends with, or None when it works."""
        facts = {"region": region, "account": account}
        with self._lock:
            for rule in self._rules.values():
                if rule.kind == "fail" and rule.matches(facts) and rule.strikes(self._rng):
                    return rule.code
        return None

    def refusal(self, *, service: str, operation: str, account: str, region: str) -> Refusal | None:
        """The answer to give instead of calling the service, or None to call it."""
        struck = self._struck("refuse", service=service, operation=operation, account=account, region=region)
        return struck.refusal if struck is not None else None

    def expires(self, *, service: str, operation: str, account: str, region: str) -> bool:
        """Whether the session that makes a call ends with it."""
        call = {"service": service, "operation": operation, "account": account, "region": region}
        return self._struck("expire", **call) is not None

    def _struck(self, kind: str, *, service: str, operation: str, account: str, region: str) -> Rule | None:
        facts = {"region": region, "account": account}
        with self._lock:
            for rule in self._rules.values():
                named = rule.kind == kind and rule.is_about(service, operation)
                if named and rule.matches(facts) and rule.strikes(self._rng):
                    return rule
        return None


def _random(seed: int | None) -> random.Random:
    return random.Random(seed)  # noqa: S311 - faults are made to be repeated, not to be secret
