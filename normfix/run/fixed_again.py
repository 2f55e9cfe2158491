"""Files that are fixed again because others of their project have changed."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from normfix.checks.findings import failed
from normfix.config.errors import UserError
from normfix.run.engine import Engine, engine_for
from normfix.run.one_file import lone_result, scan_bytes, whole_result
from normfix.run.options import Options
from normfix.run.results import FileOutcome, FileResult
from normfix.semantics.observed import NOTHING, together
from normfix.table.table import Table

_ROUNDS = 10
"""So often a file is fixed again because others have changed."""


def settled(
    outcomes: list[FileOutcome], table: Table, options: Options, files: Collection[str]
) -> Sequence[FileOutcome]:
    """The outcomes once every name that nobody needs any more has changed too.

    A file that keeps a name for the sake of another one is fixed again when that one has changed.
    """
    for _ in range(_ROUNDS):
        texts = {os.path.realpath(one.path): _new_bytes(one) for one in _changed(outcomes)}
        waiting = [index for index, one in enumerate(outcomes) if not texts.keys().isdisjoint(one.holders)]
        if not waiting:
            break
        engine = engine_for(table, options, files, texts)
        again = {index: _again(outcomes[index], engine, options) for index in waiting}
        if all(again[index].result == outcomes[index].result for index in waiting):
            break
        outcomes = [again.get(index, one) for index, one in enumerate(outcomes)]
    return outcomes


def _changed(outcomes: Iterable[FileOutcome]) -> Iterator[FileResult]:
    return (one.result for one in outcomes if one.result is not None and one.result.fixed_text is not None)


def _new_bytes(result: FileResult) -> bytes:
    assert result.source is not None
    return result.content or result.source.encode(result.source.text)


def _again(outcome: FileOutcome, engine: Engine, options: Options) -> FileOutcome:
    """What becomes of a file, as it is by now, among the files that have changed."""
    first = outcome.result
    if first is None or first.source is None:
        return outcome
    try:
        return _fixed_again(outcome, first, engine, options)
    except UserError:
        raise
    except Exception as error:
        return FileOutcome(first.path, lone_result(failed(first.path, error), options), outcome.observed)


def _fixed_again(outcome: FileOutcome, first: FileResult, engine: Engine, options: Options) -> FileOutcome:
    second = whole_result(scan_bytes(_new_bytes(first), first.path, engine, options), engine.table, options)
    text = second.fixed_text if second.fixed_text is not None else first.fixed_text
    result = replace(second, source=first.source, fixed=(*first.fixed, *second.fixed), fixed_text=text)
    observed = together([outcome.observed, engine.project.observed()]) if options.cache is not None else NOTHING
    return FileOutcome(first.path, result, observed, engine.project.holders(first.path))
