"""What `--strategy legacy` did with which file, and what the result needs to be installed."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.report import Result, shown

_MOST = 5
_SLIM = "tf_slim"


def split(results: Sequence[Result], legacy: Sequence[Result]) -> str:
    """Which files are graph programs and which are not, and the packages that the programs need."""
    if not legacy:
        return "No graph program among them, so `--strategy legacy` made no difference.\n" if results else ""
    others = [result for result in results if result not in legacy]
    lines = [f"Graph programs, kept on the legacy Keras: {_names(legacy)}."]
    if others:
        lines.append(f"No graph programs, brought to Keras layers: {_names(others)}.")
    needs = "tf_keras and tf-slim" if any(map(_uses_slim, legacy)) else "tf_keras"
    lines.append(f"The graph programs need {needs} beside TensorFlow: add that to the requirements.")
    return "".join(line + "\n" for line in lines)


def _names(results: Sequence[Result]) -> str:
    names = [shown(result.path) for result in results]
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + rest


def _uses_slim(result: Result) -> bool:
    return any((one.replacement or "").partition(".")[0] == _SLIM for one in (*result.fixed, *result.findings))
