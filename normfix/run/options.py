"""What to look for in the files of a run, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from normfix.config.settings import KERAS
from normfix.config.target import LazyTarget
from normfix.fixes.apply import Fixed, Pick
from normfix.fixes.diagnosis import Parse
from normfix.fixes.refusals import Withhold
from normfix.run.cache import ResultCache
from normfix.run.prefiltering import Prefiltered
from normfix.run.since import Since
from normfix.source.python import parse


def _nothing(_: str) -> tuple[str, ...]:
    return ()


def _never(_: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Options:
    """What to look for and what to do about it.

    `per_file_ignores` gives further code prefixes to ignore in a file; `withhold` says of a replacement why it must not
    be written; `fix` computes the fixed text as well; `picker` makes what picks the fixes of one file, in the place of
    `unsafe_fixes`; `watch` is shown how each fixed text came about; `named` are the files that the user named one by
    one; `target` finds the releases that the code is meant for, once a finding asks for them; `strategy` is how graph
    programs are brought to them; `workers` is the number of processes, None for as many as pay;
    `cache` keeps what was found for the next run; `prefiltered` is what the prefilter said of the files where
    it was already asked; a `full` run scans every file, whatever the prefilter says, and follows every name into the
    project; `docstrings` has the examples in docstrings looked at too; `since` limits a run to the lines that changed;
    `parse` makes the tree of a text; of the files of a run those in `share` are reported on, None for all.
    """

    select: tuple[str, ...] = ("NF",)
    ignore: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    fix: bool = False
    per_file_ignores: Callable[[str], tuple[str, ...]] = field(default=_nothing)
    withhold: Withhold | None = None
    picker: Callable[[], Pick] | None = None
    watch: Callable[[Fixed], None] | None = None
    named: frozenset[str] = frozenset()
    target: LazyTarget = field(default_factory=LazyTarget)
    strategy: str = KERAS
    workers: int | None = None
    cache: ResultCache | None = None
    prefiltered: Sequence[Prefiltered] | None = None
    left_out: Callable[[str], bool] = field(default=_never)
    full: bool = False
    docstrings: bool = False
    since: Since | None = None
    share: frozenset[str] | None = None
    parse: Parse = parse
