"""What `--strategy legacy` did with which file, and what the result needs to be installed."""

from __future__ import annotations

from collections.abc import Sequence

from normfix.report import Result, shown

_MOST = 5
_SLIM = "tf_slim"


def split(results: Sequence[Result], legacy: Sequence[Result]) -> str:
    """Which files are graph programs and which are not, what the programs need, and what keeps it so."""
    if not legacy:
        return "No graph program among them, so `--strategy legacy` made no difference.\n" if results else ""
    others = [result for result in results if result not in legacy]
    brought, left = [one for one in others if one.fixed], [one for one in others if not one.fixed]
    lines = [f"Graph programs, kept on the legacy Keras: {_names(legacy)}."]
    if brought:
        lines.append(f"No graph programs, brought to Keras layers: {_names(brought)}.")
    if left:
        lines.append(f"Left as they are: {_names(left)}.")
    needs = "tf_keras and tf-slim" if any(map(_uses_slim, legacy)) else "tf_keras"
    lines.append(f"The graph programs need {needs} beside TensorFlow: add that to the requirements.")
    lines.append('Put `strategy = "legacy"` below `[tool.normfix]` in pyproject.toml, so that later runs do the same.')
    return "".join(line + "\n" for line in lines)


def waiting(results: Sequence[Result]) -> str:
    """What to say, once, of the files that belong to graph programs while the strategy is another."""
    if not results:
        return ""
    return (
        f"Part of graph programs, where nothing was made a Keras layer: {_names(results)}. "
        "`normfix fix --strategy legacy` brings them over.\n"
    )


def _names(results: Sequence[Result]) -> str:
    names = [shown(result.path) for result in results]
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + rest


def _uses_slim(result: Result) -> bool:
    source = result.source
    written = source is not None and _SLIM in (result.fixed_text or source.text)
    return written or any((one.replacement or "").startswith(_SLIM) for one in (*result.fixed, *result.findings))
