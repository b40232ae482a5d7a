"""Fuzz one target, guided by coverage: `python -m tests.fuzz record --seconds 300`.

The fuzzer is Atheris (docs/adr/0009-fuzzing.md), in an environment of its own: `make fuzz TARGET=record`.
What was found interesting is kept in build/fuzz/TARGET; `--merge` keeps of it in tests/fuzz/corpus what reaches
something new, and the tests replay that. An input on which the target failed is in build/fuzz/failures.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import shlex
import sys
from pathlib import Path
from random import Random
from typing import Any

from tests.fuzz.mutation import spoilt

CORPUS = Path(__file__).parent / "corpus"
FOUND = Path("build") / "fuzz"
_LONGEST = 8192
"""Bytes of an input."""
_STRUCTURED = 0.7
"""How much of the mutation keeps the syntax; the rest is the fuzzer's own."""
_MISSING = """\
Atheris is not installed here, so nothing was fuzzed.
  why: it has its own environment, and wheels for Linux only
  do: make fuzz TARGET=record
"""


def main(arguments: list[str]) -> int:
    """Fuzz a target for some seconds; 3 when that cannot be done here."""
    try:
        atheris: Any = importlib.import_module("atheris")
    except ImportError:
        sys.stderr.write(_MISSING)
        return 3
    with atheris.instrument_imports(include=["cloudtrail", "verify"], enable_loader_override=False):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 -- what is imported here is watched
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="how long to look (default: 60)")
    parser.add_argument("--merge", action="store_true", help="keep in the corpus what reaches something new")
    chosen, own = parser.parse_known_args(arguments)  # what else is given is for libFuzzer itself
    target = TARGETS[chosen.target]
    corpus, found = CORPUS / target.name, FOUND / target.name
    for folder in (corpus, found, FOUND / "failures"):
        folder.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds:
        (found / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    options = [
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={FOUND / 'failures'}/{target.name}-",
        "-timeout=10",
        "-rss_limit_mb=2048",
    ]
    if target.words:
        words = FOUND / f"{target.name}.words"
        words.write_text("".join(f"{_quoted(word)}\n" for word in target.words))
        options.append(f"-dict={words}")
    if chosen.merge:
        options += ["-merge=1", str(corpus), str(found)]
    elif not own:
        options += [f"-max_total_time={chosen.seconds}", "-print_final_stats=1", str(found), str(corpus)]

    def mutated(data: bytes, longest: int, seed: int) -> bytes:
        dice = Random(seed)  # noqa: S311 -- the fuzzer's own seed, so that a run can be repeated
        if dice.random() < _STRUCTURED and target.structured:
            document = spoilt(data, dice)
            if len(document) <= longest:
                return document
        return atheris.Mutate(data, longest)

    atheris.Setup([_itself(target.name), *(own or options)], target.run, custom_mutator=mutated)
    atheris.Fuzz()
    return 0


def _itself(name: str) -> str:
    """A command that libFuzzer can begin again with arguments of its own, as it does to merge."""
    command = (FOUND / f"{name}.sh").absolute()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m tests.fuzz {name} "$@"\n')
    command.chmod(0o700)
    return str(command)


def _quoted(word: str) -> str:
    r"""A word as libFuzzer's dictionaries write it: printable ASCII, the rest as `\xNN`."""
    text = json.dumps(word, ensure_ascii=False)[1:-1]
    return '"' + "".join(
        chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in text.encode()
    ) + '"'  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
