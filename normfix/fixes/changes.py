"""One argument of a call that a rule drops, renames or replaces."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from normfix.fixes.layout import closed_like, listed, with_comments_of, without_space
from normfix.fixes.nodes import NO_SPACE, code, literal, newline_in, parse_call
from normfix.fixes.outcome import CallText, Withheld
from normfix.fixes.slashes import Unlike, unslashed
from normfix.table.entries import ArgumentMatch
from normfix.table.table import Action

_AXES = frozenset("0123456")


def change_argument(
    text: str, newline: str, index: int, match: ArgumentMatch, unlike: Unlike | None = None
) -> CallText | Withheld:
    """`text` (one call) with its argument number `index` dropped, renamed or replaced as a rule says.

    `unlike` makes a layer's name that loses its slash different from those of other layers.
    """
    newline = newline_in(text, newline)
    call = parse_call(text, newline)
    old = call.args[index]
    if match.action is Action.DROP:
        changed = _without(call, index)
        return CallText(code(without_space(changed), newline))
    value: cst.BaseExpression | None = old.value
    if old.keyword is None and isinstance(old.value, cst.List | cst.Tuple) and not _is_axis(old.value):
        return Withheld("the first argument was an input_shape once, and this is no axis")
    if match.action is Action.RENAME and old.keyword is None and _by_place_behind(call, index):
        return Withheld("more arguments stand behind it by place, in another order today")
    if match.action is Action.REPLACE or match.replacements:
        value = _replacement(old.value, match.replacements, unlike, keep=match.action is Action.RENAME)
    if value is None:
        return Withheld("its value is not a literal that the rule knows")
    keyword = cst.Name(match.to) if match.action is Action.RENAME and match.to else old.keyword
    new = old.with_changes(value=value, keyword=keyword)
    if keyword is not None and old.keyword is None:
        new = new.with_changes(equal=NO_SPACE)
    arguments = [new if number == index else argument for number, argument in enumerate(call.args)]
    return CallText(code(call.with_changes(args=arguments), newline))


def _by_place_behind(call: cst.Call, index: int) -> bool:
    return any(argument.keyword is None for argument in call.args[index + 1 :])


def _is_axis(value: cst.List | cst.Tuple) -> bool:
    """Whether a list holds one number that some axis of a tensor may have."""
    return literal(value).strip("[](),").lstrip("-") in _AXES


def _without(call: cst.Call, index: int) -> cst.Call:
    """A call without its argument number `index`; the comments behind that one stay where they are."""
    gone, opening = call.args[index], call.whitespace_before_args
    others = [argument for number, argument in enumerate(call.args) if number != index]
    if index:
        before = with_comments_of(others[index - 1], gone)
        assert isinstance(before, cst.Arg)
        others[index - 1] = before
    else:
        space = with_comments_of(opening, gone)
        assert not isinstance(space, cst.Arg)
        opening = space if others else closed_like(space, gone)
    return call.with_changes(args=listed(others, call), whitespace_before_args=opening)


def _replacement(
    value: cst.BaseExpression, replacements: Mapping[str, str], unlike: Unlike | None, *, keep: bool
) -> cst.BaseExpression | None:
    known = replacements.get(literal(value))
    if known is not None:
        return _quoted_like(value, cst.parse_expression(known))
    if isinstance(value, cst.List | cst.Tuple) and len(value.elements) == 1:
        return value.elements[0].value
    if isinstance(value, cst.SimpleString | cst.ConcatenatedString):
        plain = unslashed(value, unlike)
        if plain is not None and not plain.deep_equals(value):
            return plain
    return value if keep else None


def _quoted_like(old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
    """A new string in the author's quotes."""
    if isinstance(old, cst.SimpleString) and isinstance(new, cst.SimpleString) and not old.prefix:
        return new.with_changes(value=f"{old.quote}{new.raw_value}{old.quote}")
    return new
