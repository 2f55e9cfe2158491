"""The first look at many files: which of them may have a finding at all. Needs neither the rule table nor a parser."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from normfix.prefilter.doorkeeper import ADMITTED, CLEAN, RENAMING, YOUNG, Doorkeeper
from normfix.prefilter.skims import Skims
from normfix.run.cache import Memory, Seen, seen
from normfix.run.workers import spread
from normfix.source.contents import contents

UNREADABLE = -1
UNASKED = 5
"""Nothing to find as the bytes tell, and scanned in full all the same."""


class Glance(NamedTuple):
    """What the first look at a file came to: a verdict of the doorkeeper, or `UNREADABLE`.

    `seen` is for a memory, and so is `read`, the files of its project that were read on the way.
    """

    path: str
    verdict: int
    seen: Seen | None
    read: tuple[str, ...]


def sweep(
    files: Sequence[str],
    keeper: Doorkeeper,
    memory: Memory | None = None,
    named: Collection[str] = (),
    workers: int | None = None,
    then: Callable[[int], object] | None = None,
    *,
    full: bool = False,
) -> tuple[Glance, ...]:
    """Look at files: a glance for each that may have a finding and, with a memory, for each that it cannot call clean.

    Files that were `named` are parsed as well, so that none is broken. `then` is told, each time a file turns up that
    may have a finding, how many there are by now; others may still be looked at then. A `full` one lets all pass.
    """
    if memory is not None:
        files = [file for file in files if file not in memory.clean]
    skims = Skims(keeper.gate.roots)

    def glance(path: str) -> Glance | None:
        skims.asked = False
        try:
            data = contents(path)
            verdict = keeper.verdict(data, path, skims.around(path))
        except Exception:
            return Glance(path, UNREADABLE, None, ())
        if path in named and verdict != ADMITTED and not (path.endswith(".py") and _parses(data)):
            verdict = UNREADABLE
        if full and verdict in (CLEAN, YOUNG, RENAMING):
            verdict = UNASKED
        if memory is None:
            return Glance(path, verdict, None, ()) if verdict != CLEAN else None
        alone = verdict == CLEAN and not skims.asked
        return Glance(path, verdict, seen(path, data, alone=alone), () if alone else tuple(skims.read))

    glances: list[Glance] = []
    suspected = 0

    def lost(path: str, _: int) -> Glance:
        return Glance(path, UNREADABLE, None, ())

    for one in spread(glance, files, workers, lost=lost):
        glances.append(one)
        if then is not None and one.verdict != CLEAN:
            suspected += 1
            then(suspected)
    return tuple(glances)


def _parses(data: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
