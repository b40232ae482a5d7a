"""How findings about policies are told: the statements that decide, and the condition keys that leave them open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cloudtrail.policy_evaluation import Answer
from verify.finding import Finding, cannot_tell, fails

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtrail.policy_evaluation import Decision
    from cloudtrail.policy_exposure import Exposure
    from cloudtrail.policy_matching import Statement
    from verify.finding import Fact


def statements_told(label: str, statements: Iterable[Statement]) -> list[Fact]:
    """Statements as facts, each once, as JSON on one line."""
    return [(label, text) for text in dict.fromkeys(json.dumps(each) for each in statements)]


def open_question(summary: str, decisions: Sequence[Decision]) -> Finding:
    """What a policy leaves open, by which keys, and by which statements."""
    keys = sorted({key for decision in decisions for key in decision.open_keys})
    undecided = [each for decision in decisions for each in decision.because]
    return cannot_tell(summary, *statements_told("undecided", undecided), reason=_reason(keys))


def exposures_told(resource: str, exposures: Sequence[Exposure]) -> Finding | None:
    """Whom a policy lets in: a FAIL naming them, UNVERIFIABLE where it is left open, None for nobody."""
    for answer, verb in ((Answer.ALLOWS, "lets in"), (Answer.CANNOT_TELL, "may let in")):
        found = [each for each in exposures if each.answer is answer]
        if not found:
            continue
        summary = f"The policy of {resource} {verb}: {', '.join(each.who for each in found)}."
        facts = [fact for each in found for fact in statements_told(f"{verb} {each.who}", each.statements)]
        if answer is Answer.ALLOWS:
            return fails(summary, *facts)
        keys = sorted({key for each in found for key in each.open_keys})
        return cannot_tell(summary, *facts, reason=_reason(keys))
    return None


def _reason(keys: Sequence[str]) -> str:
    if not keys:
        return "What the policy says of such a request depends on names that show no account."
    return (
        f"It depends on {', '.join(keys)}, which cannot be told from here: look at the statement, and whether it is "
        "meant so."
    )
