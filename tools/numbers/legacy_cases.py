"""Recorded runs for each path that `--strategy legacy` moves: the old release against the legacy Keras of today.

Both sides run in a graph, each in its own process, from the same seed and so with the same inputs and weights.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from normfix.legacy.slim_repair import repair_lines
from normfix.semantics.legacy_switch import SWITCH
from normfix.table.graph_words import SLIM
from normfix.table.table import Entry
from tools.numbers.cases import HERE, Case, Release, load_record, load_releases, record_of, unproved_table
from tools.numbers.path_cases import CALLS, FLAT, ran_in, spelling

FOLDER = "legacy"
_SHAPES = (FLAT, (2, 2, 2, 6))
_FOR_IMAGES = (".instance_norm", ".group_norm")
"""These reduce over height and width."""


@cache
def load_legacy_cases() -> tuple[Case, ...]:
    """Every path with a replacement in graph programs, and each recorded release in which it ran."""
    return tuple(
        case
        for release in load_releases().values()
        for entry in unproved_table().entries.values()
        if entry.legacy is not None and release.name in ran_in(entry.old)
        for case in _cases(entry, release)
    )


def measure_legacy(cases: Iterable[Case]) -> Mapping[str, float]:
    """The largest difference of outputs and weights of each case; infinite where one side has what the other lacks."""
    listed = list(cases)
    with tempfile.TemporaryDirectory() as scratch:
        given, result = Path(scratch, "cases.json"), Path(scratch, "records.json")
        today = [
            dataclasses.asdict(replace(case, old=case.new, imports=case.new_imports, refusable=True)) for case in listed
        ]
        given.write_text(json.dumps(today), encoding="utf-8")
        command = [sys.executable, HERE / "run_old.py", given, result]
        subprocess.run(command, check=True, cwd=scratch, env=os.environ | {SWITCH: "1"}, stdout=subprocess.DEVNULL)
        records = json.loads(result.read_text(encoding="utf-8"))
    return {case.id: _apart(case, records[case.id]) for case in listed}


def _apart(case: Case, content: Mapping[str, object]) -> float:
    if "refused" in content:
        print(f"{case.id}: {content['refused']}", file=sys.stderr)
        return float("inf")
    old, new = load_record(case.id), record_of(content)
    parts = ((old.inputs, new.inputs), (old.weights, new.weights), (old.after, new.after))
    if any(set(one) != set(other) for one, other in parts) or len(old.outputs) != len(new.outputs):
        return float("inf")
    pairs = [(one[name], other[name]) for one, other in parts for name in one]
    pairs += zip(old.outputs, new.outputs, strict=True)
    if any(one.shape != other.shape for one, other in pairs):
        return float("inf")
    return max(float(np.max(np.abs(one.astype("float64") - other.astype("float64")))) for one, other in pairs)


def _cases(entry: Entry, release: Release) -> Iterator[Case]:
    assert entry.legacy is not None
    imports, spelled = spelling(entry.old, release)
    call, state = CALLS[entry.old.rpartition(".")[2]]
    new = str(entry.legacy.new)
    slim = new.startswith(f"{SLIM}.")
    for shape in _SHAPES:
        if shape is FLAT and new.endswith(_FOR_IMAGES):
            continue
        yield Case(
            id=f"{release.name}/{entry.old}#{len(shape)}",
            rule=entry.rule.code,
            release=release.name,
            old=spelled + call,
            imports=imports,
            new=(new if slim else f"tf{new[len('tensorflow') :]}") + call,
            new_imports=(f"import {SLIM}", *repair_lines(SLIM)) if slim else ("import tensorflow as tf",),
            new_path=new,
            shape=shape,
            seed=7,
            mode="training" if state else "inference",
            state=state,
            graph=True,
            by_hand=True,
        )
