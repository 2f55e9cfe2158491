"""Arguments whose default changed between releases, in calls that do not give them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

EFFECT = "default"


def unsettled(calls: Iterable[ast.Call], asked: Sequence[str]) -> str | None:
    """The first call that leaves one of the asked arguments, the first of the signature, to its default."""
    for call in calls:
        for index, name in enumerate(asked):
            if len(call.args) <= index and name not in {keyword.arg for keyword in call.keywords}:
                return f"line {call.lineno} does not give `{name}`, whose default changed between releases: give it"
    return None
