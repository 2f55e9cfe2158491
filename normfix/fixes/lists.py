"""Taking items out of a comma-separated list and putting one in, with comments and line breaks left alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence

from normfix.fixes.blocks import line_bounds
from normfix.source.text import Edit, Span

_COMMA = re.compile(r"[ \t]*,[ \t]*")


def remove_items(text: str, items: Sequence[Span], drop: Collection[int]) -> list[Edit]:
    """Edits that remove the items with the given indexes; at least one item must stay.

    An item goes together with its comma. A comment beside it stays where it is.
    """
    kept = [index for index in range(len(items)) if index not in drop]
    last_kept = kept[-1]
    edits = [
        Edit(items[index].start, items[index + 1].start, "")
        if "#" not in text[items[index].end : items[index + 1].start]
        else _with_comma(text, items[index])
        for index in sorted(drop)
        if index < last_kept
    ]
    tail = [index for index in sorted(drop) if index > last_kept]
    if tail and "#" not in text[items[last_kept].end : items[tail[-1]].end]:
        edits.append(Edit(items[last_kept].end, items[tail[-1]].end, ""))
    else:
        edits += (_with_comma(text, items[index]) for index in tail)
    return edits


def _with_comma(text: str, item: Span) -> Edit:
    """An edit that removes an item and its comma, with the line when nothing else is on it."""
    match = _COMMA.match(text, item.end)
    end = match.end() if match else item.end
    start, after = line_bounds(text, item.start, end)
    alone = not text[start : item.start].strip() and not text[end:after].strip()
    return Edit(start, after, "") if alone else Edit(item.start, end, "")


def add_item(text: str, items: Sequence[Span], addition: str) -> Edit:
    """An edit that puts `addition` into its place where the items are sorted, else after the last one.

    It gets a line of its own where the items stand so.
    """
    names = [text[item.start : item.end] for item in items]
    for key in (str, str.lower):
        keys = [key(name) for name in names]
        if len(keys) > 1 and keys == sorted(keys):
            place = bisect_right(keys, key(addition))
            if place < len(items):
                return _put_before(text, items[place], addition)
            break
    return append_item(text, items, addition)


def _put_before(text: str, item: Span, addition: str) -> Edit:
    """An edit that puts `addition` before an item, in the layout of that item."""
    line_start, _ = line_bounds(text, item.start, item.start)
    indent = text[line_start : item.start]
    between = f"{_newline_before(text, line_start)}{indent}" if line_start and not indent.strip() else " "
    return Edit(item.start, item.start, f"{addition},{between}")


def _newline_before(text: str, line_start: int) -> str:
    """The line break that ends before a line."""
    return "\r\n" if text[line_start - 2 : line_start] == "\r\n" else text[line_start - 1]


def append_item(text: str, items: Sequence[Span], addition: str) -> Edit:
    """An edit that puts `addition` behind the last item, in the layout of that item."""
    last = items[-1]
    line_start = max(text.rfind("\n", 0, last.start), text.rfind("\r", 0, last.start)) + 1
    indent = text[line_start : last.start]
    if len(items) > 1 and not indent.strip() and "\\" not in text[items[-2].end : last.start]:
        return Edit(last.end, last.end, f",{_newline_before(text, line_start)}{indent}{addition}")
    return Edit(last.end, last.end, f", {addition}")
