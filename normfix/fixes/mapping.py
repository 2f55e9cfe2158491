"""Places before and after edits: where a replacement stands, where a span went, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from normfix.source.text import Edit, Span


def regions(edits: Sequence[Edit]) -> list[Span]:
    """Where the replacements of sorted edits stand in the new text."""
    found: list[Span] = []
    shift = 0
    for edit in edits:
        found.append(Span(edit.start + shift, edit.start + shift + len(edit.replacement)))
        shift += len(edit.replacement) - (edit.end - edit.start)
    return found


def touches(span: Span, others: Iterable[Span]) -> bool:
    """Whether a span has a character in common with one of the others."""
    return any(span.start < one.end and one.start < span.end for one in others)


def moved(span: Span, edits: Sequence[Edit]) -> Span:
    """Where a span of the old text is in the new one, with whatever was put beside it."""
    start, end = span.start, span.end
    for edit in edits:
        grown = len(edit.replacement) - (edit.end - edit.start)
        if edit.start < span.start < edit.end:
            start -= span.start - edit.start
        elif edit.start < span.start:
            start += grown
        if edit.end <= span.end:
            end += grown
        elif edit.start < span.end:
            end += edit.end - span.end + grown
    return Span(start, end)


def undone(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """The edits that lead from the new text back to `text`."""
    places = regions(edits)
    return [
        Edit(place.start, place.end, text[edit.start : edit.end]) for place, edit in zip(places, edits, strict=True)
    ]
