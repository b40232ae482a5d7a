from __future__ import annotations

import re
from pathlib import Path

import pytest


def _luminance(color: str) -> float:
    parts = [int(color[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_has_enough_contrast(scheme: int) -> None:
    """Text on its ground reaches 4.5:1 (WCAG 2.2, 1.4.3), in light and in dark."""
    style = Path("verify/report/html/style/base.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", style)
    colors = {name: (light, dark)[scheme] for name, light, dark in found}
    charts = (
        "trouble",
        "envoy",
        "read",
        "write",
        "delay",
        "kept",
        "fading",
        "locked",
        "urgent",
        "soon",
        "later",
    )
    pairs = [
        *(
            (text, ground)
            for text in ("ink", "mute", "accent", "pass", "fail", "warn")
            for ground in ("sheet", "inset")
        ),
        *(
            ("ink", ground)
            for ground in ("h1", "h2", "h3", "pass-tint", "fail-tint", "warn-tint", "quiet-tint")
        ),
        *(("mute", ground) for ground in ("fail-tint", "warn-tint", "quiet-tint", "paper")),
        *(("accent", "fail-tint"), ("accent", "warn-tint"), ("fail", "fail-tint"), ("warn", "warn-tint")),
        *(
            ("h4-ink", "h4"),
            ("h5-ink", "h5"),
            ("sheet", "fail"),
            ("pass", "pass-tint"),
            ("accent", "quiet-tint"),
        ),
    ]
    weak = {pair: round(ratio, 2) for pair in pairs if (ratio := _contrast(colors, *pair)) < 4.5}
    # What is not text needs 3:1 (1.4.11).
    weak |= {
        (name, "sheet"): round(ratio, 2)
        for name in charts
        if (ratio := _contrast(colors, f"c-{name}", "sheet")) < 3
    }
    assert weak == {}


def _contrast(colors: dict[str, str], one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(colors[one]), _luminance(colors[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
