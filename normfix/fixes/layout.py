"""The layout of a rewritten call: line breaks stay behind the arguments that they stood behind, and no comment goes."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

_Space = cst.BaseParenthesizableWhitespace
_BLANK = cst.SimpleWhitespace("")


def listed(arguments: Sequence[cst.Arg], model: cst.Call) -> list[cst.Arg]:
    """Arguments with commas between them, laid out as those of `model` are; each keeps the comments behind it."""
    if not arguments or not model.args:
        return list(arguments)
    last = model.args[-1]
    result = []
    for argument in arguments[:-1]:
        keeps = isinstance(argument.comma, cst.Comma) and argument.comma is not last.comma
        space = _space_behind(argument) if keeps else _commented(argument, _separator(model))
        comma = cst.Comma(whitespace_after=space)
        result.append(argument.with_changes(comma=comma, whitespace_after_arg=_BLANK))
    end = _commented(arguments[-1], _space_behind(last))
    trailing = isinstance(last.comma, cst.Comma)
    ending = arguments[-1].with_changes(
        comma=cst.Comma(whitespace_after=end) if trailing else cst.MaybeSentinel.DEFAULT,
        whitespace_after_arg=_BLANK if trailing else end,
    )
    return [*result, ending]


def reopened(call: cst.Call) -> cst.Call:
    """A call without the comments that stand behind its opening parenthesis, which have been written before."""
    opening = call.whitespace_before_args
    return call.with_changes(whitespace_before_args=_plain(opening) if call.args else _BLANK)


def without_space(call: cst.Call) -> cst.Call:
    """A call without arguments as `f()`, unless there are comments in it."""
    opening = call.whitespace_before_args
    return call if call.args or _comments(opening) else call.with_changes(whitespace_before_args=_BLANK)


def with_comments_of(kept: cst.Arg | _Space, gone: cst.Arg) -> cst.Arg | _Space:
    """An argument (or the space before the first one) that takes over the comments behind an argument that goes."""
    lines = _comments(_space_behind(gone))
    if not lines:
        return kept
    if not isinstance(kept, cst.Arg):
        return _with_lines(kept, _space_behind(gone), lines)
    space = _with_lines(_space_behind(kept), _space_behind(gone), lines)
    if isinstance(kept.comma, cst.Comma):
        return kept.with_changes(comma=kept.comma.with_changes(whitespace_after=space))
    return kept.with_changes(whitespace_after_arg=space)


def closed_like(space: _Space, gone: cst.Arg) -> _Space:
    """The space in a call that lost its only argument: its closing parenthesis stays where it stood."""
    behind = _space_behind(gone)
    if isinstance(space, cst.ParenthesizedWhitespace) and isinstance(behind, cst.ParenthesizedWhitespace):
        return space.with_changes(last_line=behind.last_line, indent=behind.indent)
    return space


def _with_lines(space: _Space, model: _Space, lines: Sequence[cst.Comment]) -> _Space:
    broken = isinstance(space, cst.ParenthesizedWhitespace)
    indent = _indent(space if broken else model)
    more = [cst.EmptyLine(indent=True, whitespace=indent, comment=line) for line in lines]
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(empty_lines=[*space.empty_lines, *more])
    assert isinstance(model, cst.ParenthesizedWhitespace)
    return model.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=more)


def _indent(space: _Space) -> cst.SimpleWhitespace:
    return space.last_line if isinstance(space, cst.ParenthesizedWhitespace) else _BLANK


def _comments(space: _Space) -> list[cst.Comment]:
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return []
    found = (space.first_line.comment, *(line.comment for line in space.empty_lines))
    return [comment for comment in found if comment is not None]


def _space_behind(argument: cst.Arg) -> _Space:
    return argument.comma.whitespace_after if isinstance(argument.comma, cst.Comma) else argument.whitespace_after_arg


def _plain(space: _Space) -> _Space:
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return space


def _commented(argument: cst.Arg, following: _Space) -> _Space:
    """The space behind an argument: the comments that are there, then the layout that belongs there now."""
    own = _space_behind(argument)
    if not isinstance(own, cst.ParenthesizedWhitespace) or not _comments(own):
        return _plain(following)
    if isinstance(following, cst.ParenthesizedWhitespace):
        return following.with_changes(first_line=own.first_line, empty_lines=own.empty_lines)
    return own


def _separator(model: cst.Call) -> _Space:
    """What the call puts behind the commas between its arguments, when it is always the same; else a space."""
    commas = [one.comma for one in model.args[:-1] if isinstance(one.comma, cst.Comma)]
    spaces = [_plain(comma.whitespace_after) for comma in commas] or [_plain(model.whitespace_before_args)]
    broken = all(isinstance(space, cst.ParenthesizedWhitespace) for space in spaces)
    return spaces[0] if broken else cst.SimpleWhitespace(" ")
