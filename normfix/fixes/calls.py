"""Calls, argument by argument: libcst on the one call, so that its comments and line breaks survive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from normfix.fixes.axes import rank_of
from normfix.fixes.layout import listed, reopened, with_comments_of, without_space
from normfix.fixes.nodes import NO_SPACE, code, literal, newline_in, parse_call
from normfix.fixes.outcome import CallText, Withheld, in_one_line
from normfix.fixes.slashes import Unlike, unslashed
from normfix.table.argument_map import CallMap

_NEVER_CALLED = (cst.SimpleString, cst.Integer, cst.IfExp)


@dataclass(slots=True)
class _Mapped:
    """The arguments of one call on their way to their new places."""

    constructor: list[cst.Arg] = field(default_factory=list)
    call: list[cst.Arg] = field(default_factory=list)
    opening: cst.BaseParenthesizableWhitespace = field(default_factory=lambda: cst.SimpleWhitespace(""))
    filled: list[cst.Arg] | None = None
    outer: cst.BaseExpression | None = None
    missing: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    unlike: Unlike | None = None
    given: dict[str, str] = field(default_factory=dict)
    reduced: list[str] = field(default_factory=list)


def rewrite_call(
    text: str,
    newline: str,
    callee: str,
    mapping: CallMap,
    is_function: Callable[[str], bool] | None = None,
    unlike: Unlike | None = None,
    *,
    kept: int = 0,
    handed_on: str | None = None,
) -> CallText | Withheld:
    """`text` (one call) calling `callee`, its arguments mapped; a mapping with `call` makes it a layer and its call.

    `is_function` says of an expression's text whether it is certain to be something that can be called, `unlike` makes
    a name that loses its slash different from those of other layers. The first `kept` arguments are not the layer's,
    and `**handed_on` is known to fit.
    """
    newline = newline_in(text, newline)
    call = parse_call(text, newline)
    mapped = _map_arguments(call, mapping, unlike, kept, handed_on)
    if isinstance(mapped, Withheld):
        return mapped
    if callee.endswith("BatchNormalization") and not mapping.verbatim and _several_axes(mapped.constructor):
        return Withheld("several axes have no equal in Keras 3")
    opened = call.with_changes(whitespace_before_args=mapped.opening)
    layer = opened.with_changes(func=cst.parse_expression(callee), args=listed(mapped.constructor, call))
    if mapping.call:
        layer = without_space(layer)
        result = reopened(opened.with_changes(func=layer, args=listed(mapped.call, call)))
    else:
        result = layer
    first = code(layer, newline)
    applied = code(result, newline).removeprefix(first)
    outer = _outer(mapped.outer) if mapped.outer is not None else None
    if isinstance(mapped.outer, _NEVER_CALLED) or (outer and is_function and not is_function(code(outer))):
        given = f"`{mapping.outer}={code(mapped.outer or result)}`"
        return Withheld(f"{given} may be no function: write `{in_one_line(first + applied)}`, then the activation")
    if outer is not None:
        result = cst.Call(func=outer, args=[cst.Arg(result)])
    function = code(outer, newline) if outer is not None else ""
    return CallText(code(result, newline), first, applied, function, tuple(mapped.notes), mapped.missing)


def with_keywords(text: str, newline: str, given: Mapping[str, str]) -> str:
    """`text` (one call) with more keyword arguments."""
    if not given:
        return text
    newline = newline_in(text, newline)
    call = parse_call(text, newline)
    more = [_keyword(name, value) for name, value in given.items()]
    return code(call.with_changes(args=listed([*call.args, *more], call)), newline)


def _outer(value: cst.BaseExpression) -> cst.BaseExpression:
    """What stands in front of the parentheses of a call."""
    plain = isinstance(value, cst.Name | cst.Attribute | cst.Call | cst.Subscript) or value.lpar
    return value if plain else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def _several_axes(arguments: Sequence[cst.Arg]) -> bool:
    return any(
        argument.keyword is not None
        and argument.keyword.value == "axis"
        and isinstance(argument.value, cst.List | cst.Tuple)
        for argument in arguments
    )


def _map_arguments(
    call: cst.Call, mapping: CallMap, unlike: Unlike | None, kept: int = 0, handed_on: str | None = None
) -> _Mapped | Withheld:
    mapped = _Mapped(opening=call.whitespace_before_args, unlike=unlike)
    for index, argument in enumerate(call.args, -kept):
        fits = argument.star == "**" and code(argument.value) == handed_on
        if index < 0 or fits:
            mapped.constructor.append(argument)
            mapped.filled = mapped.constructor
            continue
        if argument.star:
            return Withheld(f"`{argument.star}` may hold any argument")
        name = _name(argument, index, mapping)
        if isinstance(name, Withheld):
            return name
        counts = len(mapped.constructor), len(mapped.call)
        mapped.given[str(name)] = literal(argument.value)
        refused = _place(argument, name, mapping, mapped)
        if refused is not None:
            return refused
        _note_filled(mapped, counts, argument)
    for name in mapped.reduced:
        rank = rank_of(mapped.given[name], mapped.given.get(mapping.reduced[name], "-1"))
        if rank is None:
            return Withheld(f"`{name}` is not seen to be all axes but the first and that of the channels")
        mapped.notes.append(f"`{name}` is all of the other axes on input of {rank} dimensions, and on no other")
    for one in (mapped.constructor, mapped.call):
        names = [argument.keyword.value for argument in one if argument.keyword]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            return Withheld(f"it gives `{twice}` in two ways: take one of them out")
    mapped.constructor += _missing(mapping.add, mapped.constructor)
    mapped.call += _missing(mapping.call_add, mapped.call)
    given = {argument.keyword.value for argument in mapped.constructor if argument.keyword}
    mapped.missing = tuple(name for name in mapping.ask if name not in given)
    mapped.notes += (note for name, note in mapping.unless.items() if name not in given)
    return mapped


def _note_filled(mapped: _Mapped, counts: tuple[int, int], argument: cst.Arg) -> None:
    """Remember where the last argument went; one that went nowhere leaves its comments to the one before it."""
    if len(mapped.constructor) > counts[0]:
        mapped.filled = mapped.constructor
    elif len(mapped.call) > counts[1]:
        mapped.filled = mapped.call
    elif mapped.filled:
        heir = with_comments_of(mapped.filled[-1], argument)
        assert isinstance(heir, cst.Arg)
        mapped.filled[-1] = heir
    else:
        opening = with_comments_of(mapped.opening, argument)
        assert not isinstance(opening, cst.Arg)
        mapped.opening = opening


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
        # What replaces an argument would be given twice: by its place, and by its name.
        replaced = mapping.add.keys() & set(mapping.drop)
        return Withheld("the old form took no arguments by place: name them") if replaced else None
    if index >= len(mapping.positional):
        return Withheld("it has more arguments than the old form took")
    return mapping.positional[index]


def _place(argument: cst.Arg, name: str | None, mapping: CallMap, mapped: _Mapped) -> Withheld | None:
    """Put one argument where it belongs now, or say why it has no place."""
    said = mapping.values.get(name or "", {}).get(literal(argument.value))
    if name is None:
        mapped.constructor.append(argument)
    elif said is not None:
        mapped.constructor += (_context_for(argument, new, value) for new, value in said.items())
    elif name == mapping.outer:
        mapped.outer = argument.value
    elif name in mapping.reduced:
        mapped.reduced.append(name)
    elif name in mapping.spread:
        return _spread(argument, mapping.spread[name], mapped)
    elif name in mapping.values:
        unequal = f"`{name}={code(argument.value)}` has no equal that is certain"
        return Withheld(mapping.reasons.get(name, unequal))
    elif name in mapping.drop:
        mapped.notes.append(f"`{name}` is dropped")
    elif name in mapping.call:
        new = mapping.call[name]
        first = name in mapping.positional[:1] and not mapped.call
        mapped.call.append(_positional(argument) if first else _named(argument, new))
    else:
        tidied = _renamed(argument, name, mapping, mapped.unlike)
        if tidied is None:
            return Withheld(f"`{code(argument.value)}` has a `/` in it, which a layer's name may not have")
        mapped.constructor.append(tidied)
        if name == "name" and not tidied.value.deep_equals(argument.value):
            mapped.notes.append("`name` loses its `/`, and the weights are named after it")
    return None


def _spread(argument: cst.Arg, names: Mapping[str, str], mapped: _Mapped) -> Withheld | None:
    """The entries of a literal dictionary as keyword arguments."""
    value = argument.value
    if not isinstance(value, cst.Dict):
        return Withheld(f"`{code(value)}` is not a dictionary that is written out here")
    for element in value.elements:
        key = literal(element.key) if isinstance(element, cst.DictElement) else ""
        name = names.get(key.strip("'\""))
        if name is None:
            return Withheld(f"`{code(element)}` has no equal that is certain")
        mapped.constructor.append(cst.Arg(keyword=cst.Name(name), value=element.value, equal=NO_SPACE))
    return None


def _renamed(argument: cst.Arg, name: str, mapping: CallMap, unlike: Unlike | None) -> cst.Arg | None:
    """An argument under its new name; a callable that keeps the old order keeps what is given by position."""
    new = mapping.rename.get(name, name)
    if not mapping.verbatim:
        return _tidied(_named(argument, new), unlike)
    return argument if argument.keyword is None and name == mapping.positional[0] else _named(argument, new)


def _tidied(argument: cst.Arg, unlike: Unlike | None) -> cst.Arg | None:
    """`axis=[3]` as `axis=3` and `name="a/b"` as `name="a_b"`, as today's layers ask; None where it cannot be."""
    value = argument.value
    name = argument.keyword.value if argument.keyword else ""
    if name == "axis" and isinstance(value, cst.List | cst.Tuple) and len(value.elements) == 1:
        return argument.with_changes(value=value.elements[0].value)
    if name == "name":
        plain = unslashed(value, unlike)
        return argument.with_changes(value=plain) if plain is not None else None
    return argument


def _context_for(argument: cst.Arg, name: str, value: str) -> cst.Arg:
    """A keyword argument in the place of another one, with what stands behind that."""
    return _keyword(name, value).with_changes(comma=argument.comma, whitespace_after_arg=argument.whitespace_after_arg)


def _keyword(name: str, value: str) -> cst.Arg:
    return cst.Arg(keyword=cst.Name(name), value=cst.parse_expression(value), equal=NO_SPACE)


def _named(argument: cst.Arg, name: str) -> cst.Arg:
    if argument.keyword is None:
        return argument.with_changes(keyword=cst.Name(name), equal=NO_SPACE)
    return argument.with_changes(keyword=cst.Name(name))


def _positional(argument: cst.Arg) -> cst.Arg:
    return argument.with_changes(keyword=None, equal=cst.MaybeSentinel.DEFAULT)
