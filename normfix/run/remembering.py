"""What a run leaves in the cache for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.run.cache import ResultCache
from normfix.run.prefiltering import Prefiltered
from normfix.run.project_results import Gathered
from normfix.run.results import FileOutcome, FileResult
from normfix.semantics.observed import Observed, together


def remember(
    cache: ResultCache,
    paths: Sequence[str],
    prefiltered: Sequence[Prefiltered],
    outcomes: Sequence[FileOutcome],
    *,
    says_the_same: bool = False,
) -> None:
    """Keep what was found in these files, unless one of them could not be read.

    The words of the last run stay where this one `says_the_same`.
    """
    known = cache.seen(paths)
    fresh = {one.path: one.seen for one in prefiltered}
    every = {path: fresh[path] if path in fresh else known.get(path) for path in paths}
    whole = {path: one for path, one in every.items() if one is not None}
    if len(whole) != len(paths):
        return
    hands_on = frozenset(one.path for one in prefiltered if one.hands_on)
    loads = frozenset(one.path for one in prefiltered if one.data_files)
    # Others hang on all of a file that hands on names or loads data.
    seen = {path: [Observed(read=frozenset([path]))] for path in hands_on | loads}
    results: dict[str, list[FileResult]] = {}
    for outcome in outcomes:
        seen.setdefault(outcome.path, []).append(outcome.observed)
        results.setdefault(outcome.path, []).extend([] if outcome.result is None else [outcome.result])
    observed = {path: together(every) for path, every in seen.items()}
    read = {one.path: one.read for one in prefiltered}
    cache.keep(whole, Gathered(observed, results, read, hands_on, loads), says_the_same=says_the_same)
