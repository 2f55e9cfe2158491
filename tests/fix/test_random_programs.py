"""Whatever a program looks like, its fixes hold: what comes out compiles, binds its names, and is not changed again.

`NORMFIX_SEEDS=1000-3000` takes other programs, and more of them.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from normfix.config.settings import KERAS
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.fix.random_programs import program

FIRST, _, LAST = os.environ.get("NORMFIX_SEEDS", "0-40").partition("-")
SEEDS = range(int(FIRST), int(LAST))
WAYS = {
    "safe": Options(fix=True),
    "unsafe": Options(fix=True, unsafe_fixes=True),
    "legacy": Options(fix=True, unsafe_fixes=True, strategy="legacy"),
}
FAULTS = ("NF001", "NF002", "NF008", "NF009")


def fixed(text: str, options: Options, folder: Path) -> tuple[FileResult, str]:
    file = folder / "m.py"
    file.write_text(text)
    result = scan_text(text.encode(), str(file), shipped_table(), options)
    return result, text if result.fixed_text is None else result.fixed_text


def undefined(text: str) -> Counter[str]:
    """The names that ruff sees nothing bind."""
    command = [shutil.which("ruff") or f"{Path(sys.executable).parent}/ruff", "check", "--isolated", "--no-cache", "-q"]
    command += ["--select", "F821,F822,F823", "--output-format", "concise", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return Counter(line.partition("`")[2].partition("`")[0] for line in done.stdout.splitlines())


@pytest.mark.parametrize("way", WAYS)
def test_the_fixes_of_any_program_hold(tmp_path: Path, way: str) -> None:
    changed = 0
    for seed in SEEDS:
        text = program(seed)
        before, after = fixed(text, WAYS[way], tmp_path)
        assert not [one for one in before.findings if one.code in FAULTS], (seed, before.findings)
        if before.fixed_text is None:
            continue
        changed += 1
        compile(after, "after", "exec", dont_inherit=True) if compiles(text) else ast.parse(after)
        again, last = fixed(after, WAYS[way], tmp_path)
        assert not again.fixed, (seed, again.fixed)
        assert last == after, seed
        if WAYS[way].strategy == KERAS:
            assert not undefined(after) - undefined(text), seed
    assert changed > len(SEEDS) // 4


def compiles(text: str) -> bool:
    try:
        compile(text, "before", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True
