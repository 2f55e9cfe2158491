"""Two texts beside each other: the lines of both, paired where one became the other, with what differs in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from normfix.report.page.markup import Markup, element, line_of_code
from normfix.source.text import Edit, Fix, SourceText, apply_edits

_CONTEXT = 2
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """A line before and after with its number in each text; None where one of them has no such line."""

    before: tuple[int, str] | None
    after: tuple[int, str] | None

    @property
    def same(self) -> bool:
        """Whether the line did not change."""
        return self.before is not None and self.after is not None and self.before[1] == self.after[1]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Neighbouring rows of one file, or of one cell of a notebook."""

    cell: int | None
    rows: tuple[Row, ...]


def of_fix(fix: Fix, source: SourceText) -> list[Hunk]:
    """What one fix changes; line numbers are those of the cell in a notebook."""
    cells: dict[int | None, list[Edit]] = {}
    for edit in sorted(set(fix.edits)):
        cell, own = source.in_part(edit)
        cells.setdefault(cell, []).append(own)
    return [hunk for cell, edits in cells.items() for hunk in _of_edits(cell, source.part(cell), edits)]


def of_texts(cell: int | None, before: str, after: str) -> list[Hunk]:
    """What changed between two whole texts."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = matcher.get_grouped_opcodes(_CONTEXT)
    return [Hunk(cell, tuple(_rows(group, old, new, 0, 0))) for group in groups]


def _of_edits(cell: int | None, part: SourceText, edits: Sequence[Edit]) -> Iterator[Hunk]:
    """Only the lines around the edits are compared, so that the length of the file does not matter."""
    grown = 0
    for group in _near(part, edits):
        first = max(part.position(group[0].start).line - _CONTEXT, 1)
        last = min(part.position(group[-1].end).line + _CONTEXT, len(part.line_starts))
        start = part.line_starts[first - 1]
        end = part.line_starts[last] if last < len(part.line_starts) else len(part.text)
        before = part.text[start:end]
        moved = [Edit(one.start - start, one.end - start, one.replacement) for one in group]
        old, new = _lines(before), _lines(apply_edits(before, moved))
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        yield Hunk(cell, tuple(_rows(codes, old, new, first - 1, first - 1 + grown)))
        grown += len(new) - len(old)


def _lines(text: str) -> list[str]:
    """Lines as the files have them: what else ends a line for Python's texts does not end one here."""
    lines = _LINE_BREAK.split(text)
    return lines if lines[-1] else lines[:-1]


def _near(part: SourceText, edits: Sequence[Edit]) -> list[list[Edit]]:
    """Edits whose surroundings touch together."""
    groups: list[list[Edit]] = []
    for edit in edits:
        line = part.position(edit.start).line
        if groups and line - part.position(groups[-1][-1].end).line <= 2 * _CONTEXT + 1:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return groups


def _rows(
    codes: Sequence[tuple[str, int, int, int, int]], old: Sequence[str], new: Sequence[str], above: int, moved: int
) -> Iterator[Row]:
    for _, i, j, k, m in codes:
        for left, right in zip_longest(range(i, j), range(k, m)):
            before = None if left is None else (above + left + 1, old[left])
            after = None if right is None else (moved + right + 1, new[right])
            yield Row(before, after)


def table(hunks: Sequence[Hunk], caption: str) -> Markup:
    """The hunks as one table. Roles are said, because a narrow page shows its rows as blocks."""
    numbered = any(hunk.cell is not None for hunk in hunks)
    head = element(
        "tr",
        *(
            element("th", title, scope="colgroup", colspan=2, role="columnheader", class_=side)
            for title, side in (("Before", "old"), ("After", "new"))
        ),
        role="row",
    )
    bodies = [
        element("tbody", *_heading(hunk, numbered), *map(_row, hunk.rows), role="rowgroup", class_="hunk")
        for hunk in hunks
    ]
    return element(
        "table",
        element("caption", caption, class_="unseen"),
        element("colgroup", *(element("col", class_=name) for name in ("number", "line", "number", "line"))),
        element("thead", head, role="rowgroup"),
        *bodies,
        class_="diff",
        role="table",
    )


def _heading(hunk: Hunk, numbered: bool) -> Iterator[Markup]:
    if numbered:
        cell = element("td", f"Cell {hunk.cell}", colspan=4, role="cell", class_="cell")
        yield element("tr", cell, role="row")


def _row(row: Row) -> Markup:
    if row.same:
        return element("tr", *_side(row.before, "", row), *_side(row.after, "", row), role="row", class_="same")
    return element("tr", *_side(row.before, "old", row), *_side(row.after, "new", row), role="row")


def _side(line: tuple[int, str] | None, kind: str, row: Row) -> Iterator[Markup]:
    if line is None:
        yield element("td", colspan=2, role="cell", class_="none")
        return
    number, text = line
    shown = line_of_code(text)
    yield element("td", str(number), role="cell", class_=f"number {kind}".rstrip())
    code = _marked(shown, row, kind) if kind and row.before and row.after else [shown]
    sign = {"old": "removed: ", "new": "added: "}.get(kind)
    spoken = [element("span", sign, class_="unseen")] if sign else []
    yield element("td", *spoken, element("code", *code), role="cell", class_=f"line {kind}".rstrip())


def _marked(text: str, row: Row, kind: str) -> list[str]:
    """The line with the part that is not in the other one marked."""
    assert row.before is not None
    assert row.after is not None
    old, new = line_of_code(row.before[1]), line_of_code(row.after[1])
    ahead = _shared(old, new)
    behind = _shared(old[ahead:][::-1], new[ahead:][::-1])
    end = len(text) - behind
    mark = {"old": "del", "new": "ins"}[kind]
    return [text[:ahead], *([element(mark, text[ahead:end])] if ahead < end else []), text[end:]]


def _shared(one: str, other: str) -> int:
    """How many characters two texts have in common at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (mine, its) in pairs if mine != its), min(len(one), len(other)))
