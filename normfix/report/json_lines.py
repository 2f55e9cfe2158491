"""The objects of the JSON format, one on each line."""

from __future__ import annotations

import json
from collections.abc import Sequence

from normfix.report import Result
from normfix.report.json import rows
from normfix.report.view import View
from normfix.table.table import Table


def render(results: Sequence[Result], table: Table, _: View) -> str:
    """One line for each remaining finding."""
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows(results, table))
