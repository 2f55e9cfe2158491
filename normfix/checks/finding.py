"""What a scan yields: findings, each with its place, its rule and, once the fixer has looked, its fix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from normfix.source.text import Fix, Position
from normfix.table.rule import Grade


class Severity(Enum):
    """`error`: does not run on the target. `warning`: runs, but deprecated or misleading. `info`: nothing to do."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class SiteKind(Enum):
    """How the legacy spelling is used where it was found."""

    IMPORT = "import"
    ATTRIBUTE = "attribute"
    CALL = "call"
    BASE = "base class"
    DECORATOR = "decorator"
    VALUE = "value"
    ANNOTATION = "annotation"
    STRING = "string"
    COMMAND = "command"
    FILE = "file"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place.

    `symbol` is the full dotted path that was met (for an argument rule: the callee, `argument` names the argument);
    `replacement` is today's dotted path, None where nothing replaces it. `start` and `end` are 1-based positions,
    `end` exclusive. `fix` is None where normfix will not rewrite, and `withheld` then says why. `notes` say what saved
    models and weights need besides. `grade` is what the replacement does to the numbers, None where
    nothing but the rule says it. `scope` names the classes and functions around it (`Net.build`), empty at the top.
    """

    path: str
    code: str
    symbol: str
    message: str
    start: Position
    end: Position
    kind: SiteKind
    severity: Severity = Severity.ERROR
    replacement: str | None = None
    argument: str | None = None
    fix: Fix | None = None
    withheld: str | None = None
    cell: int | None = None
    notes: tuple[str, ...] = ()
    grade: Grade | None = None
    scope: str = ""
