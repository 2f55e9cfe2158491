"""Calls, argument by argument: libcst on the one call, so that its comments and line breaks survive."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from normfix.fix.outcome import Withheld
from normfix.table import Action, ArgumentMatch, CallMap

_NO_SPACE = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""),
    whitespace_after=cst.SimpleWhitespace(""),
)


@dataclass(frozen=True, slots=True)
class CallText:
    """The rewritten call; `notes` say what was left out and why that is harmless."""

    text: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Mapped:
    """The arguments of one call on their way to their new places."""

    constructor: list[cst.Arg] = field(default_factory=list)
    call: list[cst.Arg] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def rewrite_call(text: str, newline: str, callee: str, mapping: CallMap) -> CallText | Withheld:
    """`text` (one call) calling `callee`, its arguments mapped; a mapping with `call` makes it a layer and its call."""
    call = _parse(text, newline)
    mapped = _map_arguments(call.args, mapping)
    if isinstance(mapped, Withheld):
        return mapped
    function = cst.parse_expression(callee)
    if mapping.call:
        layer = call.with_changes(func=function, args=_listed(mapped.constructor, call))
        result = call.with_changes(func=layer, args=_listed(mapped.call, call))
    else:
        result = call.with_changes(func=function, args=_listed(mapped.constructor, call))
    return CallText(_code(result, newline), tuple(mapped.notes))


def change_argument(text: str, newline: str, index: int, match: ArgumentMatch) -> CallText | Withheld:
    """`text` (one call) with its argument number `index` dropped, renamed or replaced as a rule says."""
    call = _parse(text, newline)
    old = call.args[index]
    if match.action is Action.DROP:
        others = [argument for number, argument in enumerate(call.args) if number != index]
        return CallText(_code(call.with_changes(args=_listed(others, call)), newline))
    value: cst.BaseExpression | None = old.value
    if match.action is Action.REPLACE or match.replacements:
        value = _replacement(old.value, match.replacements, keep=match.action is Action.RENAME)
    if value is None:
        return Withheld("its value is not a literal that the rule knows")
    keyword = cst.Name(match.to) if match.action is Action.RENAME and match.to else old.keyword
    new = old.with_changes(value=value, keyword=keyword)
    if keyword is not None and old.keyword is None:
        new = new.with_changes(equal=_NO_SPACE)
    arguments = [new if number == index else argument for number, argument in enumerate(call.args)]
    return CallText(_code(call.with_changes(args=arguments), newline))


def _map_arguments(arguments: Sequence[cst.Arg], mapping: CallMap) -> _Mapped | Withheld:
    mapped = _Mapped()
    for index, argument in enumerate(arguments):
        if argument.star:
            return Withheld(f"`{argument.star}` may hold any argument")
        name = _name(argument, index, mapping)
        if isinstance(name, Withheld):
            return name
        refused = _place(argument, name, mapping, mapped)
        if refused is not None:
            return refused
    mapped.constructor += _missing(mapping.add, mapped.constructor)
    mapped.call += _missing(mapping.call_add, mapped.call)
    return mapped


def _missing(additions: Mapping[str, str], arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    have = {argument.keyword.value for argument in arguments if argument.keyword}
    return [_keyword(name, value) for name, value in additions.items() if name not in have]


def _name(argument: cst.Arg, index: int, mapping: CallMap) -> str | Withheld | None:
    """The old name of an argument; None for a positional one of a callable whose order did not change."""
    if argument.keyword is not None:
        name = argument.keyword.value
        known = {*mapping.positional, *mapping.rename, *mapping.call, *mapping.drop, *mapping.values}
        unknown = bool(mapping.positional) and name not in known
        return Withheld(f"`{name}` is not an argument that the old form had") if unknown else name
    if not mapping.positional:
        return None
    if index >= len(mapping.positional):
        return Withheld("it has more arguments than the old form took")
    return mapping.positional[index]


def _place(argument: cst.Arg, name: str | None, mapping: CallMap, mapped: _Mapped) -> Withheld | None:
    """Put one argument where it belongs now, or say why it has no place."""
    if name is None:
        mapped.constructor.append(argument)
    elif name in mapping.values:
        said = mapping.values[name].get(_literal(argument.value))
        if said is None:
            return Withheld(f"`{name}={_code(argument.value)}` has no equal that is certain")
        mapped.constructor += (_keyword(new, value) for new, value in said.items())
    elif name in mapping.drop:
        mapped.notes.append(f"`{name}` is dropped")
    elif name in mapping.call:
        new = mapping.call[name]
        first = name in mapping.positional[:1] and not mapped.call
        mapped.call.append(_positional(argument) if first else _named(argument, new))
    else:
        mapped.constructor.append(_named(argument, mapping.rename.get(name, name)))
    return None


def _literal(node: cst.BaseExpression) -> str:
    """A literal as `repr` spells it; other expressions as an impossible text."""
    try:
        return repr(ast.literal_eval(_code(node)))
    except (ValueError, SyntaxError):
        return ""


def _replacement(
    value: cst.BaseExpression, replacements: Mapping[str, str], *, keep: bool
) -> cst.BaseExpression | None:
    literal = _literal(value)
    if literal in replacements:
        return cst.parse_expression(replacements[literal])
    if isinstance(value, cst.List | cst.Tuple) and len(value.elements) == 1:
        return value.elements[0].value
    if "/" in literal and isinstance(value, cst.SimpleString):
        return value.with_changes(value=value.value.replace("/", "_"))
    return value if keep else None


def _keyword(name: str, value: str) -> cst.Arg:
    return cst.Arg(keyword=cst.Name(name), value=cst.parse_expression(value), equal=_NO_SPACE)


def _named(argument: cst.Arg, name: str) -> cst.Arg:
    if argument.keyword is None:
        return argument.with_changes(keyword=cst.Name(name), equal=_NO_SPACE)
    return argument.with_changes(keyword=cst.Name(name))


def _positional(argument: cst.Arg) -> cst.Arg:
    return argument.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)


def _listed(arguments: Sequence[cst.Arg], model: cst.Call) -> list[cst.Arg]:
    """Arguments with commas between them, laid out as those of `model` are."""
    if not arguments or not model.args:
        return list(arguments)
    separator = _separator(model)
    last = model.args[-1]
    result = []
    for argument in arguments:
        comma = argument.comma if isinstance(argument.comma, cst.Comma) and argument is not last else separator
        result.append(argument.with_changes(comma=comma, whitespace_after_arg=_no_break(argument)))
    result[-1] = result[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return result


def _no_break(argument: cst.Arg) -> cst.BaseParenthesizableWhitespace:
    after = argument.whitespace_after_arg
    return cst.SimpleWhitespace("") if isinstance(after, cst.ParenthesizedWhitespace) else after


def _separator(model: cst.Call) -> cst.Comma:
    """The comma that the call puts between its arguments, without any comment."""
    for argument in model.args[:-1]:
        if isinstance(argument.comma, cst.Comma):
            after = argument.comma.whitespace_after
            if isinstance(after, cst.ParenthesizedWhitespace):
                after = after.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
            return cst.Comma(whitespace_after=after)
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _parse(text: str, newline: str) -> cst.Call:
    config = cst.PartialParserConfig(default_newline=newline)
    call = cst.parse_expression(text, config)
    assert isinstance(call, cst.Call)
    return call


def _code(node: cst.CSTNode, newline: str = "\n") -> str:
    return cst.Module(body=[], default_newline=newline).code_for_node(node)
