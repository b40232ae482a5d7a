"""The tables of docs/drift.md, from the data that test_drift.py is held to.

`python -m tests.pulumi.drift_tables` writes them into the page again; a test holds the page current.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.pulumi.drifts import NOTHING, PUTS_BACK, STAGES, Drift, Seen, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE: Final = Path(__file__).parents[2] / "docs" / "drift.md"
_HEAD: Final = (
    *("of the", "by hand", "`pulumi refresh`", "`pulumi preview`"),
    *("`meshtrail verify`", "`pulumi up --refresh`"),
)
_ORDER: Final = ("trail", "log group", "topic", "bucket", "key", "event data store")
_END: Final = "<!-- end -->"
_NOBODY: Final = "**nothing**"


def table(stage: Stage) -> str:
    """What is said of each drift of a stage, in Markdown."""
    drifts = sorted((one for batch in stage.batches for one in batch), key=lambda one: _ORDER.index(one.what))
    rows = [_HEAD, ["---"] * len(_HEAD), *map(_row, drifts)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def with_tables(page: str) -> str:
    """A page with the tables as they have to be.

    Raises:
        ValueError: when it has no place for one.
    """
    for stage in STAGES:
        begin = f"<!-- drifts: {stage.name} -->\n"
        before, found, rest = page.partition(begin)
        _, ended, after = rest.partition(_END)
        if not (found and ended):
            raise ValueError(f"{PAGE} has no `{begin.strip()}` with a `{_END}` after it")
        page = f"{before}{begin}{table(stage)}\n{_END}{after}"
    return page


def _row(drift: Drift) -> Iterable[str]:
    if drift.refused is not None:
        refused = f"AWS refuses it: `{drift.refused}`"
        return (drift.what, drift.done, refused, "", "", "")
    return (
        drift.what,
        drift.done,
        ", ".join(map(_seen, drift.refresh)) or _NOBODY,
        "nothing",
        ", ".join(f"`{claim}`" for claim in drift.claims) or _NOBODY,
        _after(drift),
    )


def _seen(seen: Seen) -> str:
    name = seen.type.rpartition(":")[2]
    return f"`{name}` is gone" if seen.property is None else f"`{name}`: `{seen.property}`"


def _after(drift: Drift) -> str:
    if drift.after == NOTHING:
        return _NOBODY
    if drift.after == PUTS_BACK and all(seen.property is None for seen in drift.refresh):
        return "makes it again"
    return drift.after


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
