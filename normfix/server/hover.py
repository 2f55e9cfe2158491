"""What a hover says: the finding under the cursor, else the symbol, and the releases on which the symbol works."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from normfix.checks.finding import Finding
from normfix.report import GRADE_WORDS, url_of
from normfix.report.facts import facts
from normfix.report.matrix import rows
from normfix.server.checking import Checked
from normfix.server.client import Client
from normfix.server.symbols import symbol_at
from normfix.table.availability import shipped_availability
from normfix.table.table import Rule, Table

_AXES = {"tensorflow": "TensorFlow", "keras": "Keras", "legacy": "TensorFlow with TF_USE_LEGACY_KERAS"}


def hover(checked: Checked, uri: str, place: types.Position, client: Client) -> types.Hover | None:
    """What is known of what is at a place in one of the texts of a document."""
    found = list(checked.at(types.Range(place, place), uri, client.units))
    place_of_found = checked.place(found[0], client.units)[1] if found else None
    parts = [_finding(one, checked) for one in found]
    symbols = {one.symbol: None for one in found if one.symbol} or _symbol(checked, uri, place, client)
    table = checked.job.table
    for symbol in symbols:
        parts += [] if found else _about(table, symbol)
        parts += _releases(table, symbol)
    if not parts:
        return None
    kind = types.MarkupKind.Markdown if client.markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, "\n\n".join(parts)), place_of_found)


def _finding(finding: Finding, checked: Checked) -> str:
    rule = checked.job.table.rules.get(finding.code)
    lines = [f"- *{label}*: {text}" for label, text in facts(finding, rule, checked.job.options.unsafe_fixes)]
    return "\n".join([f"**{finding.code}** {finding.message}", "", *lines, *_link(rule)])


def _link(rule: Rule | None) -> Iterator[str]:
    url = url_of(rule)
    if url is not None:
        yield f"- *more*: <{url}>"


def _symbol(checked: Checked, uri: str, place: types.Position, client: Client) -> dict[str, None]:
    document = checked.document
    cell = document.cell_of(uri)
    if document.has_parts and uri not in document.code:
        return {}
    text = document.text_of(cell).source
    symbol = symbol_at(checked, cell, text.position(client.units.offset(text, place)))
    return {symbol: None} if symbol is not None else {}


def _about(table: Table, symbol: str) -> Iterator[str]:
    """What the rules, or the page of the layer, say of a symbol in which nothing was found."""
    match = table.match(symbol)
    if match is not None:
        rule = match.entry.rule
        lines = [f"- *history*: {rule.history}", f"- *numbers*: {GRADE_WORDS[rule.grade]}"]
        replaced = [f"- *replacement*: {match.new}"] if match.new else []
        yield "\n".join([f"**{symbol}** {rule.summary} ({rule.code})", "", lines[0], *replaced, lines[1]])
    layer = table.layers.get(table.layer_name(symbol) or "") if match is None else None
    if layer is not None:
        lines = [f"- *since*: {layer.since}", f"- *mind*: {layer.trap}", f"- *more*: <{layer.links[0]}>"]
        yield "\n".join([f"**{layer.name}** {layer.summary}", "", *lines])


def _releases(table: Table, symbol: str) -> Iterator[str]:
    """On which recorded releases a symbol works, as a table."""
    recorded = shipped_availability()
    path = next((one for one, _, _ in table.spellings(symbol) if one in recorded.paths), None)
    if path is not None:
        lines = [f"| `{path}` | releases | works |", "| --- | --- | --- |"]
        for row in rows(recorded, path):
            works = [one for one in row.verdicts if one is not None]
            said = "yes" if all(works) else "in part" if any(works) else "no"
            lines.append(f"| {_AXES.get(row.axis, row.axis)} | {row.releases} | {said} |")
        yield "\n".join(lines)
