"""What must hold of any program: its findings against a run of it, and its fixes against a run of the result."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from normfix.checks.finding import Finding
from normfix.run.options import Options
from normfix.run.results import FileResult
from normfix.run.session import scan_text
from normfix.table.load import shipped_table
from tests.properties.programs import ROOTS, STARS
from tests.properties.stand_ins import Run, run

_UNSURE = "(one of several things this name may mean)"
_CHOOSES = "NF004"


def _ran(program: str, before: str = "") -> Run:
    try:
        return run(program, ROOTS, STARS)
    except Exception as error:
        raise AssertionError(f"does not run: {error!r}\n{before}\n{program}") from error


def _result(program: str, *, fix: bool = False, unsafe: bool = False) -> FileResult:
    """What a run makes of a program that is alone in its folder."""
    with TemporaryDirectory() as folder:
        options = Options(fix=fix, unsafe_fixes=unsafe)
        return scan_text(program.encode(), str(Path(folder) / "m.py"), shipped_table(), options)


def _is_below(place: tuple[int, str], outer: tuple[int, str]) -> bool:
    """Whether the path of a place goes through that of another one on its line, which then is a module."""
    return place[0] == outer[0] and place[1].startswith(f"{outer[1]}.")


def _last(path: str) -> str:
    return path.rpartition(".")[2]


@cache
def _is_legacy(path: str) -> bool:
    """Whether a path is found where nothing is between it and its import: it does not work on the newest release."""
    table = shipped_table()
    match = table.match(path)
    if match is None or table.is_sibling(match.entry.old):
        return False
    plain = f"import {path.partition('.')[0]}\nprint({path})\n"
    return any(one.symbol == path and one.argument is None for one in _result(plain).findings)


def _spoken(outcome: FileResult) -> list[Finding]:
    """The findings that say of a place that a legacy path is reached there."""
    return [one for one in outcome.findings if one.argument is None and _is_legacy(one.symbol)]


def _is_unsure(finding: Finding) -> bool:
    """Whether the name may mean something else as well, of which some may be fine on every release."""
    return _UNSURE in finding.message or finding.code == _CHOOSES


def finds_what_is_reached(program: str) -> None:
    """Findings are complete, and none is invented."""
    ran = _ran(program)
    spoken = _spoken(_result(program))
    found = {(one.start.line, one.symbol) for one in spoken} | {(one.end.line, one.symbol) for one in spoken}
    spelled = {(one.line, one.path) for one in ran.reached if one.spelled and _is_legacy(one.path)}
    wanted = {one for one in spelled if not any(_is_below(other, one) for other in spelled)}
    # Of several things that a name may mean, one is told.
    unsure = {one.start.line for one in spoken if _is_unsure(one)}
    missed = {one for one in wanted - found if one[0] not in unsure}
    assert not missed, f"not found: {missed}\n{program}"
    reached = {(one.line, one.path) for one in ran.reached}
    anywhere = {path for _, path in reached}
    for one in spoken:
        if _is_unsure(one):
            assert one.symbol in anywhere or _last(one.symbol) in map(_last, anywhere), (
                f"invented: {one.symbol}\n{program}"
            )
            continue
        places = {(line, one.symbol) for line in range(one.start.line, one.end.line + 1)}
        assert places & reached, f"invented on line {one.start.line}: {one.symbol}\n{program}"


def fixes_hold(program: str) -> None:
    """A fix parses, is fixed once and for all, and what it calls is what was called, under the path of today."""
    before = _ran(program)
    for unsafe in (False, True):
        outcome = _result(program, fix=True, unsafe=unsafe)
        if outcome.fixed_text is None:
            continue
        after = outcome.fixed_text
        ast.parse(after)
        assert _result(after, fix=True, unsafe=unsafe).fixed_text is None, f"fixed again:\n{program}\n{after}"
        assert _today(_ran(after, program).calls) == _today(before.calls), f"other calls:\n{program}\n{after}"
        finds_what_is_reached(after)


def _today(calls: Counter[str]) -> Counter[str]:
    """The calls, each under the path that it has today."""
    total: Counter[str] = Counter()
    for path, count in calls.items():
        spelled = min((spelled for spelled, _, _ in shipped_table().spellings(_moved(path))), key=len)
        # Both are one today.
        total[spelled.replace("keras._tf_keras.", "").replace("tensorflow.keras.", "keras.")] += count
    return total


def _moved(path: str) -> str:
    """The path of today; of what has none, below the module that its own has become."""
    match = shipped_table().match(path)
    if match is not None and match.new is not None:
        return match.new
    module, _, name = path.rpartition(".")
    move = shipped_table().module_move(module)
    return path if move is None or move.new is None else f"{move.new}.{name}"
