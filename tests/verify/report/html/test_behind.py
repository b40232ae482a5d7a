from __future__ import annotations

from urllib.parse import parse_qs

from tests.verify.report import sample
from verify.report import Claim, Evidence
from verify.report.html.behind import MAX_NAMED, Behind
from verify.verdict import Verdict

EVENTS = sample.events(200)


def behind(claim: Claim) -> dict[str, list[str]]:
    """The query of the events behind a claim, read."""
    return parse_qs(Behind(EVENTS).query(claim))


def landing(verdict: Verdict, *evidence: str, identity: str = "landing.complete") -> Claim:
    """A claim about one store in one Region."""
    made = sample.claim(
        identity, "t", verdict, "s", region="us-east-1", store="mesh-audit-lake", remedy="r", reason="r"
    )
    return made.model_copy(
        update={"evidence": tuple(Evidence(label="Missing", value=value) for value in evidence)}
    )


def test_events_that_the_evidence_names_are_behind_a_claim() -> None:
    """Each once, in the order named; an id that is no event of the page is left out."""
    first, second = EVENTS[3].event_id, EVENTS[8].event_id
    gone = "00000000-0000-4000-8000-000000000000"
    claim = landing(Verdict.FAIL, f"CreateMesh {second} at noon", f"{gone} and {first}", f"{second} again")
    assert behind(claim) == {"ids": [f"{second},{first}"]}


def test_many_named_events_are_bounded() -> None:
    """A link stays a link."""
    claim = landing(Verdict.FAIL, " ".join(event.event_id for event in EVENTS))
    assert len(behind(claim)["ids"][0].split(",")) == MAX_NAMED


def test_a_failed_landing_claim_leads_to_what_is_wrong_in_its_store() -> None:
    """Missing, altered or late events there, whether or not it names them."""
    place = {"store": ["mesh-audit-lake"], "account": [sample.ACCOUNT], "region": ["us-east-1"]}
    assert behind(landing(Verdict.FAIL)) == place | {"outcome": ["missing"]}
    assert behind(landing(Verdict.FAIL, identity="landing.unaltered")) == place | {"outcome": ["altered"]}
    assert behind(landing(Verdict.FAIL, identity="landing.in-time")) == place | {"outcome": ["late"]}


def test_a_landing_claim_that_holds_leads_to_the_events_of_its_store() -> None:
    """All of them."""
    assert behind(landing(Verdict.PASS)) == {
        "store": ["mesh-audit-lake"],
        "account": [sample.ACCOUNT],
        "region": ["us-east-1"],
    }


def test_a_claim_about_no_event_leads_nowhere() -> None:
    """A bucket policy has no events behind it."""
    assert behind(sample.claim("bucket.policy", "t", Verdict.PASS, "s", store="mesh-audit-bucket")) == {}
