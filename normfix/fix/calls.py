"""Calls, argument by argument: libcst on the one call, so that its comments and line breaks survive."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from normfix.callmap import CallMap, Instead
from normfix.fix.outcome import CallText, Withheld
from normfix.table import Action, ArgumentMatch

_NO_SPACE = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""),
    whitespace_after=cst.SimpleWhitespace(""),
)


@dataclass(slots=True)
class _Mapped:
    """The arguments of one call on their way to their new places."""

    constructor: list[cst.Arg] = field(default_factory=list)
    call: list[cst.Arg] = field(default_factory=list)
    outer: cst.BaseExpression | None = None
    missing: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)


def rewrite_call(text: str, newline: str, callee: str, mapping: CallMap) -> CallText | Withheld:
    """`text` (one call) calling `callee`, its arguments mapped; a mapping with `call` makes it a layer and its call."""
    call = _parse(text, newline)
    mapped = _map_arguments(call.args, mapping)
    if isinstance(mapped, Withheld):
        return mapped
    function = cst.parse_expression(callee)
    layer = call.with_changes(func=function, args=_listed(mapped.constructor, call))
    result = call.with_changes(func=layer, args=_listed(mapped.call, call)) if mapping.call else layer
    first = _code(layer, newline)
    applied = _code(result, newline).removeprefix(first)
    if mapped.outer is not None:
        result = cst.Call(func=mapped.outer, args=[cst.Arg(result)])
    return CallText(_code(result, newline), first, applied, tuple(mapped.notes), mapped.missing)


def special_case(text: str, newline: str, mapping: CallMap) -> Instead | None:
    """The replacement that a literal argument of this call asks for instead of the usual one."""
    call = _parse(text, newline)
    for index, argument in enumerate(call.args):
        name = argument.keyword.value if argument.keyword else "".join(mapping.positional[index : index + 1])
        for one in mapping.instead:
            if one.argument == name and _literal(argument.value) in one.literals:
                return one
    return None


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
    given = {argument.keyword.value for argument in mapped.constructor if argument.keyword}
    mapped.missing = tuple(name for name in mapping.ask if name not in given)
    mapped.notes += (note for name, note in mapping.unless.items() if name not in given)
    return mapped


def _missing(additions: Mapping[str, str], arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    have = {argument.keyword.value for argument in arguments if argument.keyword}
    return [_keyword(name, value) for name, value in additions.items() if name not in have]


def _name(argument: cst.Arg, index: int, mapping: CallMap) -> str | Withheld | None:
    """The old name of an argument; None for a positional one of a callable whose order did not change."""
    if argument.keyword is not None:
        name = argument.keyword.value
        unknown = bool(mapping.positional) and name not in mapping.known
        return Withheld(f"`{name}` is not an argument that the old form had") if unknown else name
    if not mapping.positional:
        return None
    if index >= len(mapping.positional):
        return Withheld("it has more arguments than the old form took")
    return mapping.positional[index]


def _place(argument: cst.Arg, name: str | None, mapping: CallMap, mapped: _Mapped) -> Withheld | None:
    """Put one argument where it belongs now, or say why it has no place."""
    said = mapping.values.get(name or "", {}).get(_literal(argument.value))
    if name is None:
        mapped.constructor.append(argument)
    elif said is not None:
        mapped.constructor += (_keyword(new, value) for new, value in said.items())
    elif name == mapping.outer:
        mapped.outer = argument.value
    elif name in mapping.spread:
        return _spread(argument, mapping.spread[name], mapped)
    elif name in mapping.values:
        unequal = f"`{name}={_code(argument.value)}` has no equal that is certain"
        return Withheld(mapping.reasons.get(name, unequal))
    elif name in mapping.drop:
        mapped.notes.append(f"`{name}` is dropped")
    elif name in mapping.call:
        new = mapping.call[name]
        first = name in mapping.positional[:1] and not mapped.call
        mapped.call.append(_positional(argument) if first else _named(argument, new))
    else:
        tidied = _renamed(argument, name, mapping)
        mapped.constructor.append(tidied)
        if name == "name" and not tidied.value.deep_equals(argument.value):
            mapped.notes.append("`name` loses its `/`, and the weights are named after it")
    return None


def _spread(argument: cst.Arg, names: Mapping[str, str], mapped: _Mapped) -> Withheld | None:
    """The entries of a literal dictionary as keyword arguments."""
    value = argument.value
    if not isinstance(value, cst.Dict):
        return Withheld(f"`{_code(value)}` is not a dictionary that is written out here")
    for element in value.elements:
        key = _literal(element.key) if isinstance(element, cst.DictElement) else ""
        name = names.get(key.strip("'\""))
        if name is None:
            return Withheld(f"`{_code(element)}` has no equal that is certain")
        mapped.constructor.append(cst.Arg(keyword=cst.Name(name), value=element.value, equal=_NO_SPACE))
    return None


def _renamed(argument: cst.Arg, name: str, mapping: CallMap) -> cst.Arg:
    """An argument under its new name; a callable that keeps the old order keeps what is given by position."""
    new = mapping.rename.get(name, name)
    if not mapping.verbatim:
        return _tidied(_named(argument, new))
    return argument if argument.keyword is None and name == mapping.positional[0] else _named(argument, new)


def _tidied(argument: cst.Arg) -> cst.Arg:
    """`axis=[3]` as `axis=3` and `name="a/b"` as `name="a_b"`, which today's layers ask for."""
    value = argument.value
    name = argument.keyword.value if argument.keyword else ""
    if name == "axis" and isinstance(value, cst.List | cst.Tuple) and len(value.elements) == 1:
        return argument.with_changes(value=value.elements[0].value)
    if name == "name" and isinstance(value, cst.SimpleString):
        return argument.with_changes(value=value.with_changes(value=value.value.replace("/", "_")))
    return argument


def _literal(node: cst.BaseExpression) -> str:
    """A literal as `repr` spells it, an attribute as its last name with a dot; others as an impossible text."""
    try:
        return repr(ast.literal_eval(_code(node)))
    except (ValueError, SyntaxError):
        return f".{node.attr.value}" if isinstance(node, cst.Attribute) else ""


def _replacement(
    value: cst.BaseExpression, replacements: Mapping[str, str], *, keep: bool
) -> cst.BaseExpression | None:
    literal = _literal(value)
    if literal in replacements:
        return _quoted_like(value, cst.parse_expression(replacements[literal]))
    if isinstance(value, cst.List | cst.Tuple) and len(value.elements) == 1:
        return value.elements[0].value
    if "/" in literal and isinstance(value, cst.SimpleString):
        return value.with_changes(value=value.value.replace("/", "_"))
    return value if keep else None


def _quoted_like(old: cst.BaseExpression, new: cst.BaseExpression) -> cst.BaseExpression:
    """A new string in the author's quotes."""
    if isinstance(old, cst.SimpleString) and isinstance(new, cst.SimpleString) and not old.prefix:
        return new.with_changes(value=f"{old.quote}{new.raw_value}{old.quote}")
    return new


def _keyword(name: str, value: str) -> cst.Arg:
    return cst.Arg(keyword=cst.Name(name), value=cst.parse_expression(value), equal=_NO_SPACE)


def _named(argument: cst.Arg, name: str) -> cst.Arg:
    if argument.keyword is None:
        return argument.with_changes(keyword=cst.Name(name), equal=_NO_SPACE)
    return argument.with_changes(keyword=cst.Name(name))


def _positional(argument: cst.Arg) -> cst.Arg:
    return argument.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)


def _listed(arguments: Sequence[cst.Arg], model: cst.Call) -> list[cst.Arg]:
    """Arguments with commas between them, laid out as those of `model` are; each keeps the comment behind it."""
    if not arguments or not model.args:
        return list(arguments)
    last = model.args[-1]
    closing = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    result = []
    for argument in arguments[:-1]:
        comma = cst.Comma(whitespace_after=_joined(argument, _separator(model)))
        result.append(argument.with_changes(comma=comma, whitespace_after_arg=cst.SimpleWhitespace("")))
    end = _joined(arguments[-1], closing)
    trailing = isinstance(last.comma, cst.Comma)
    ending = arguments[-1].with_changes(
        comma=cst.Comma(whitespace_after=end) if trailing else cst.MaybeSentinel.DEFAULT,
        whitespace_after_arg=cst.SimpleWhitespace("") if trailing else end,
    )
    return [*result, ending]


def _joined(argument: cst.Arg, following: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """The space behind an argument: the comment that is there, then the layout that belongs there now."""
    own = argument.comma.whitespace_after if isinstance(argument.comma, cst.Comma) else argument.whitespace_after_arg
    comment = own.first_line if isinstance(own, cst.ParenthesizedWhitespace) else None
    if comment is not None and comment.comment is None:
        comment = None
    if isinstance(following, cst.ParenthesizedWhitespace):
        return following.with_changes(first_line=comment or cst.TrailingWhitespace(), empty_lines=[])
    return own if comment is not None else following


def _separator(model: cst.Call) -> cst.BaseParenthesizableWhitespace:
    """What the call puts behind the commas between its arguments."""
    for argument in model.args[:-1]:
        if isinstance(argument.comma, cst.Comma):
            return argument.comma.whitespace_after
    opening = model.whitespace_before_args
    return opening if isinstance(opening, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")


def _parse(text: str, newline: str) -> cst.Call:
    config = cst.PartialParserConfig(default_newline=newline)
    # In parentheses, because a call may stand in some that let it run over several lines.
    call = cst.parse_expression(f"({text})", config)
    assert isinstance(call, cst.Call)
    return call.with_changes(lpar=call.lpar[1:], rpar=call.rpar[:-1])


def _code(node: cst.CSTNode, newline: str = "\n") -> str:
    return cst.Module(body=[], default_newline=newline).code_for_node(node)
