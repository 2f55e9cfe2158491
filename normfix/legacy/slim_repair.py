"""What tf_slim 1.1 needs for its batch_norm on TensorFlow 2.15 and newer: names that it looks for in emptied modules.

With them it computes what `tf.contrib.layers.batch_norm` did, under the same variable names; `arg_scope`,
`normalizer_fn` and collections work as they did.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from normfix.checks.finding import Severity
from normfix.checks.site_maker import maker_of
from normfix.checks.sites import Assessment, Preamble, Scan, Site, Symbol, span_of
from normfix.fixes.blocks import insert_below, stands_alone
from normfix.semantics.bindings import ImportSite
from normfix.semantics.scopes import ScopeKind
from normfix.source.text import Edit, Span
from normfix.table.graph_words import SLIM

REPAIRED = "normalization_layers.BatchNormalization ="
_CODE = "NF005"
_NEEDING = ("batch_norm", "nets", "optimize_loss", "learning", "train")
_COMMENT = "# tf_slim 1.1 looks for these where TensorFlow has them no longer."
_LINES = (
    "{0}.layers.normalization_layers.BatchNormalization = {0}.layers.tf.layers.BatchNormalization",
    "{0}.layers.ops.Tensor = {0}.layers.tf.Tensor",
    "{0}.layers.utils.control_flow_ops.cond = {0}.layers.tf.cond",
)


def repair_lines(name: str) -> tuple[str, ...]:
    """The lines that give tf_slim what it lacks, where it is imported under a name."""
    return tuple(line.format(name) for line in _LINES)


def is_repaired(text: str) -> bool:
    """Whether a file gives tf_slim what it lacks."""
    return REPAIRED in text


def repair_sites(scan: Scan) -> Iterator[Site]:
    """A site for a file that uses tf_slim's batch_norm and does not give tf_slim what that needs.

    A project that is tf_slim itself is mended where its files look for these names.
    """
    text, path = scan.source.text, scan.source.path
    if SLIM not in text or is_repaired(text) or scan.project.owns(path, f"{SLIM}.{_NEEDING[0]}"):
        return
    where = _first_need(scan)
    if where is None:
        return
    edits = _lines(scan)
    preamble = Preamble(edits, notes=("needs tf-slim beside TensorFlow: pip install tf-slim",))
    if not edits:
        preamble = Preamble(refused="there is no import of tf_slim at module level to put its repair below")
    symbol = Symbol(scan.table.rules[_CODE], f"{SLIM}.batch_norm", SLIM, SLIM)
    yield maker_of(scan).file(symbol, where, Assessment(Severity.ERROR, preamble.refused), preamble)


def _first_need(scan: Scan) -> Span | None:
    for reference in scan.bindings.references:
        for path in scan.resolver.reference(reference).paths:
            full = ".".join((path, *reference.attributes))
            if full.startswith(f"{SLIM}.") and set(_NEEDING) & set(full.split(".")):
                return span_of(scan.source, reference.node)
    return None


def _lines(scan: Scan) -> tuple[Edit, ...]:
    """The lines, below the first import of tf_slim at module level."""
    newline = scan.source.newline
    taken = any(SLIM in scope.bindings for scope in scan.bindings.scopes.values())
    below: ImportSite | None = None
    for site in scan.bindings.imports:
        if site.scope.kind is not ScopeKind.MODULE or site.branch or not stands_alone(scan.source, site.node):
            continue
        for alias in site.node.names:
            if isinstance(site.node, ast.Import) and alias.name == SLIM:
                lines = (_COMMENT, *repair_lines(alias.asname or SLIM))
                return (insert_below(scan.source, site.node, newline.join(lines)),)
        module = site.node.module if isinstance(site.node, ast.ImportFrom) else site.node.names[0].name
        if str(module).partition(".")[0] in (SLIM, "tensorflow"):
            below = site
    if below is None or taken:
        return ()
    lines = (f"import {SLIM}", "", _COMMENT, *repair_lines(SLIM))
    return (insert_below(scan.source, below.node, newline.join(lines)),)
