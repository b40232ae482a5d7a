from __future__ import annotations

from datetime import timedelta

from tests.verify.report import sample
from verify.report import Claim, Requirement, Waiver
from verify.report.html.requirements import requirements_of
from verify.verdict import Verdict

WAIVER = Waiver(reason="moving", owner="ops", expires=sample.END + timedelta(days=9))


def claim(identity: str, verdict: Verdict, *numbers: str, waiver: Waiver | None = None) -> Claim:
    """A claim that maps to controls of one standard."""
    made = sample.claim(identity, f"title of {identity}", verdict, "s", remedy="r", reason="r")
    standard = "AWS Security Hub"
    return made.model_copy(
        update={
            "requirements": tuple(Requirement(standard=standard, id=number) for number in numbers),
            "waiver": waiver,
        }
    )


def rows(*claims: Claim) -> dict[str, tuple[Verdict | None, int]]:
    """Each control with its verdict and how many of its claims are accepted."""
    ((_, controls),) = requirements_of(sample.report(claims))
    return {control.id: (control.verdict, control.accepted) for control in controls}


def test_a_control_is_as_bad_as_its_worst_claim() -> None:
    """One failed claim among passed ones fails it; what could not be verified is no pass."""
    found = rows(
        claim("a", Verdict.PASS, "CloudTrail.1", "CloudTrail.2"),
        claim("b", Verdict.FAIL, "CloudTrail.1"),
        claim("c", Verdict.UNVERIFIABLE, "CloudTrail.2"),
        claim("d", Verdict.NOT_APPLICABLE, "CloudTrail.3"),
    )
    assert found == {
        "CloudTrail.1": (Verdict.FAIL, 0),
        "CloudTrail.2": (Verdict.UNVERIFIABLE, 0),
        "CloudTrail.3": (Verdict.NOT_APPLICABLE, 0),
    }


def test_what_is_accepted_does_not_count_and_is_counted() -> None:
    """A control of which every claim is accepted has no verdict of its own."""
    found = rows(
        claim("a", Verdict.FAIL, "CloudTrail.1", "CloudTrail.2", waiver=WAIVER),
        claim("b", Verdict.PASS, "CloudTrail.2"),
    )
    assert found == {"CloudTrail.1": (None, 1), "CloudTrail.2": (Verdict.PASS, 1)}


def test_numbers_are_in_the_order_of_numbers() -> None:
    """10 comes behind 9, and 10.2.1 before 10.3."""
    numbers = ("CloudTrail.10", "CloudTrail.9", "CloudTrail.2", "10.3", "10.2.1", "3.10", "AU-12", "AU-9")
    assert list(rows(claim("a", Verdict.PASS, *numbers))) == [
        *("3.10", "10.2.1", "10.3", "AU-9", "AU-12", "CloudTrail.2", "CloudTrail.9", "CloudTrail.10"),
    ]


def test_claims_that_map_to_nothing_make_no_table() -> None:
    """No requirement, no standard."""
    assert requirements_of(sample.report((claim("a", Verdict.PASS),))) == []
