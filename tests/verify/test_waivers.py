"""Waivers: what they excuse, what they must not hide, and what becomes of them when they run out."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from verify.catalogue import STATEMENTS
from verify.report.document import overall_of
from verify.report.parts import Claim, Severity
from verify.verdict import Verdict
from verify.waivers import BadWaivers, Waivers

NOW = datetime(2026, 11, 22, tzinfo=UTC)
KNOWN = [statement.id for statement in STATEMENTS]
WAIVER = """
[[waiver]]
control = "trail.logging"
account = "123456789012"
region = "eu-*"
reason = "the account is being closed"
owner = "platform@example.com"
expires = 2026-12-31
"""


def claim(
    verdict: Verdict = Verdict.FAIL,
    *,
    name: str = "trail.logging",
    account: str | None = "123456789012",
    region: str | None = "eu-west-1",
) -> Claim:
    """A claim that may be excused."""
    return Claim(
        id=name,
        title="The trail is logging",
        verdict=verdict,
        severity=Severity.CRITICAL,
        account=account,
        region=region,
        summary="What was found.",
        remedy="Start it.",
        reason="Nobody knows.",
    )


def waivers(tmp_path: Path, text: str = WAIVER) -> Waivers:
    """The waivers of a file with this text."""
    file = tmp_path / "waivers.toml"
    file.write_text(text, encoding="utf-8")
    return Waivers.read(file, statements=KNOWN)


def test_an_accepted_risk_stays_visible_and_does_not_count(tmp_path: Path) -> None:
    """The claim keeps its verdict, says who accepted it, and the overall verdict is that of the others."""
    first, about = waivers(tmp_path).applied([claim()], now=NOW)
    assert first.verdict is Verdict.FAIL
    assert first.waiver is not None
    assert first.waiver.owner == "platform@example.com"
    assert about.verdict is Verdict.PASS
    assert overall_of([first, about]) is Verdict.PASS
    assert overall_of([first]) is Verdict.UNVERIFIABLE, "nothing is proved where everything is accepted"


@pytest.mark.parametrize(
    "other",
    [
        claim(name="trail.delivering"),
        claim(account="210987654321"),
        claim(account=None),
        claim(region="us-east-1"),
        claim(region=None),
        claim(Verdict.PASS),
        claim(Verdict.NOT_APPLICABLE),
    ],
    ids=["statement", "account", "no-account", "region", "no-region", "passes", "does-not-apply"],
)
def test_nothing_else_is_excused(tmp_path: Path, other: Claim) -> None:
    """A waiver is about one statement and its scope; what holds needs none."""
    first, about = waivers(tmp_path).applied([other], now=NOW)
    assert first == other
    assert [fact.label for fact in about.evidence] == ["excuses nothing today"]


def test_what_could_not_be_verified_may_be_accepted_too(tmp_path: Path) -> None:
    """UNVERIFIABLE is a risk like any other."""
    first, _ = waivers(tmp_path).applied([claim(Verdict.UNVERIFIABLE)], now=NOW)
    assert first.waiver is not None


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    """`expires` names the last day, in UTC."""
    found = waivers(tmp_path)
    late, early = datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    assert found.applied([claim()], now=late)[0].waiver is not None
    assert found.applied([claim()], now=early)[0].waiver is None


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.PASS])
def test_a_waiver_that_ran_out_fails(tmp_path: Path, verdict: Verdict) -> None:
    """Whether or not the claim it excused still fails."""
    _, about = waivers(tmp_path).applied([claim(verdict)], now=datetime(2027, 2, 1, tzinfo=UTC))
    assert about.verdict is Verdict.FAIL
    assert "platform@example.com" in about.summary


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[[waiver", ["cannot be read"]),
        ('[[waiver]]\ncontrol = "trail.logging"\n', ["reason", "owner", "expires"]),
        (WAIVER.replace("2026-12-31", '"soon"'), ["expires"]),
        (WAIVER.replace('"platform@example.com"', '" "'), ["owner"]),
        (WAIVER.replace("trail.logging", "trail.*"), ["trail.*", "meshtrail controls"]),
        (WAIVER.replace("trail.logging", "trail.loging"), ["trail.loging"]),
        (WAIVER + 'note = "x"\n', ["note"]),
        ("[waivers]\n", ["waivers"]),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str, names: list[str]) -> None:
    """Every problem is named, and the file too."""
    with pytest.raises(BadWaivers) as caught:
        waivers(tmp_path, text)
    told = str(caught.value)
    assert all(name in told for name in [*names, "waivers.toml"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """It is an error, not an empty list of waivers."""
    with pytest.raises(BadWaivers, match="No such file"):
        Waivers.read(tmp_path / "none.toml", statements=KNOWN)
