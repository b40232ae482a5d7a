from __future__ import annotations

import subprocess
import sys

from cloudtrail import selectors


def test_every_public_name_exists_and_is_documented() -> None:
    """What the package lists is there, and says what it is."""
    assert sorted(selectors.__all__) == list(selectors.__all__)
    undocumented = [
        name
        for name in selectors.__all__
        if name not in ("Choice", "Selectors") and not getattr(selectors, name).__doc__
    ]
    assert undocumented == []


def test_selectors_need_nothing_but_the_standard_library() -> None:
    """`pulumi up` imports this package, so it must not pull in what only verification needs."""
    code = (
        "import sys, cloudtrail.selectors;"
        "print([n for n in ('msgspec', 'cryptography', 'boto3', 'botocore', 'pydantic', 'pulumi') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
