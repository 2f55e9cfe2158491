"""A table, a source and results made by hand, so that the formats are tested without an engine."""

from __future__ import annotations

from dataclasses import dataclass, replace

from normfix.checks.finding import Finding, Severity, SiteKind
from normfix.source.text import Applicability, Edit, Fix, Position, SourceText
from normfix.table.entries import Layer
from normfix.table.table import Example, Grade, Kind, Rule, Table

MOVED = Rule(
    code="NF101",
    slug="moved-layer",
    summary="the module is gone",
    kind=Kind.MOVED,
    grade=Grade.IDENTICAL,
    family="demo",
    works=("keras<2.6",),
    history="removed in Keras 2.13",
    advice="import it from keras.layers",
    note="the weights keep their names",
    errors=("No module named 'keras.layers.normalization'",),
    links=("https://keras.io/api/layers/",),
    example=Example("from old import X\n", "from new import X\n"),
)
GONE = replace(MOVED, code="NF601", slug="gone-layer", kind=Kind.REMOVED, grade=Grade.NONE, links=(), note="")
LAYER = Layer(
    name="BatchNormalization",
    summary="one line",
    normalizes="over the batch",
    fits="large batches",
    imports=("from keras.layers import BatchNormalization",),
    since="Keras 1.0",
    trap="the training flag",
    example="layer = BatchNormalization()\n",
    links=("https://keras.io/",),
)
TABLE = Table(
    rules={"NF601": GONE, "NF101": MOVED},
    entries={},
    modules={},
    arguments=(),
    layers={"BatchNormalization": LAYER},
    aliases={},
    surface={},
)
SOURCE = SourceText("src/a.py", "# head\nfrom keras.layers.normalization import BatchNormalization\n\ny = tfa.X(1)\n")
SAFE = Fix(Applicability.SAFE, "Import from `keras.layers`", (Edit(12, 38, "keras.layers"),))
UNSAFE = Fix(Applicability.UNSAFE, "Use `Y`", (Edit(69, 74, "Y"),), ("weights are renamed",))
FIRST = Finding(
    path="src/a.py",
    code="NF101",
    symbol="keras.layers.normalization.BatchNormalization",
    message="`keras.layers.normalization` is gone",
    start=Position(2, 40),
    end=Position(2, 58),
    kind=SiteKind.IMPORT,
    replacement="keras.layers.BatchNormalization",
    fix=SAFE,
)
SECOND = Finding(
    path="src/a.py",
    code="NF601",
    symbol="tfa.X",
    message="`tfa.X` is gone",
    start=Position(4, 5),
    end=Position(4, 10),
    kind=SiteKind.CALL,
    severity=Severity.WARNING,
    fix=UNSAFE,
)
THIRD = replace(SECOND, fix=None, severity=Severity.INFO, withheld="two candidates", message="100% odd:\nthing")


@dataclass(frozen=True)
class Result:
    """Has the shape that the reports ask for."""

    path: str = "src/a.py"
    source: SourceText | None = SOURCE
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    fixed_text: str | None = None


CLEAN = Result()
FOUND = Result(findings=(SECOND, FIRST))
NOTED = Result(findings=(THIRD,))
UNREADABLE = Result("b.py", None, (replace(FIRST, path="b.py", code="NF002", message="not valid utf-8", fix=None),))
