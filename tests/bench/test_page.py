"""docs/performance.md is written from a measurement, and says all of it."""

import msgspec

from bench import page
from bench.results import Bench
from tests.bench.sample import SAMPLE


def test_a_measurement_survives_its_file() -> None:
    """What is read from bench.json is what was measured."""
    assert msgspec.json.decode(msgspec.json.encode(SAMPLE), type=Bench) == SAMPLE


def test_the_page_says_what_is_required_and_what_was_measured() -> None:
    """Every requirement with its figure, and whether it is met; machine and versions."""
    text = page.rendered(SAMPLE)
    assert "| Times faster than theirs | at least 5 | **10.00** | met |" in text
    assert "| Share of the floor | at least 0.8 | **0.50** | **missed** |" in text
    assert "A Processor, 2 cores" in text
    assert "awscli aws-cli/1.46.3" in text
    assert "| theirs: `theirs` | 15.00 s | 67% | 10.0 |" in text


def test_plots_show_every_size_and_everybody() -> None:
    """As SVG, by the names that the page has."""
    drawn = page.drawn(SAMPLE)
    text = page.rendered(SAMPLE)
    assert all(svg.startswith("<svg") and f"({name})" in text for name, svg in drawn.items())
    assert "theirs" in drawn["performance-search.svg"]


def test_the_page_is_the_one_of_its_measurement() -> None:
    """`python -m bench.page` would change nothing."""
    kept = msgspec.json.decode(page.KEPT.read_bytes(), type=Bench)
    assert (page.DOCS / "performance.md").read_text(encoding="utf-8") == page.rendered(kept)
    for name, svg in page.drawn(kept).items():
        assert (page.DOCS / name).read_text(encoding="utf-8") == svg
