"""Functions that are handed on instead of called: what a person would write in their place.

`normalizer_fn=slim.batch_norm`, `arg_scope([slim.batch_norm], ...)`, `partial(tf.layers.batch_normalization, ...)` and
functions in a dict or list get their arguments somewhere else, so normfix says the new form and leaves the code alone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from normfix.checks.arguments import literal_entries
from normfix.checks.finding import SiteKind
from normfix.checks.sites import Scan, Site, UsedName, span_of
from normfix.checks.special_cases import special_case
from normfix.fixes.names import Names, Spelled
from normfix.fixes.outcome import CallText, Withheld, call_in, in_one_line, words_of
from normfix.semantics.bindings import CallSite
from normfix.semantics.chains import last_name, written
from normfix.semantics.relevance import PARTIAL
from normfix.source.python import expression_of
from normfix.table.table import Kind

_FUNCTION, _PARAMETERS = "_fn", "_params"
_INPUT = "x"


@dataclass(frozen=True, slots=True)
class _Handed:
    """How a function is handed on: the `way` and the call that does it, with the arguments that go along.

    `hidden` says that there are more of these, which cannot be read.
    """

    way: str
    keywords: Mapping[str, str]
    name: str = ""
    hidden: bool = False


def value_reason(scan: Scan, site: Site, used: UsedName, names: Names) -> str:
    """Why a function that is not called here stays, with what to write in its place."""
    handed = _handed(scan, used.node)
    if handed is None and is_class(site) and site.kind is SiteKind.VALUE:
        handed = _Handed("value", {})
    if handed is None:
        return "its arguments change, and this is not a call of it"
    new = _new_form(site, used, names, handed)
    if isinstance(new, Withheld):
        return new.reason
    if handed.hidden:
        return f"some of its arguments come through `**` of `{handed.way}`: write them all at each call inside"
    return _class_to_write(new) if is_class(site) and handed.way != "partial" else _to_write(handed, new)


def plain_class(site: Site) -> bool:
    """Whether a site names a class whose arguments keep their names, so that a list of classes may hold the new one."""
    if site.symbol.entry is None or site.rule.kind is Kind.TO_LAYER:
        return False
    mapping = site.symbol.entry.arguments
    return not (mapping.rename or mapping.call or mapping.spread or mapping.outer or mapping.add or mapping.call_add)


def is_class(site: Site) -> bool:
    """Whether a site names a class, which is made without an input."""
    return not site.path.rpartition(".")[2].islower()


def in_container(scan: Scan, node: ast.expr) -> bool:
    """Whether an expression is an element of a list, tuple or set, or a value of a dict."""
    parent = scan.bindings.parents.get(node)
    return isinstance(parent, ast.List | ast.Tuple | ast.Set) or (
        isinstance(parent, ast.Dict) and node in parent.values
    )


def _handed(scan: Scan, node: ast.expr) -> _Handed | None:
    parent = scan.bindings.parents.get(node)
    outer = scan.bindings.parents.get(parent) if parent is not None else None
    if isinstance(parent, ast.keyword) and isinstance(outer, ast.Call) and str(parent.arg).endswith(_FUNCTION):
        return _with_parameters(scan, str(parent.arg), outer)
    if isinstance(parent, ast.Call) and parent.args[:1] == [node] and _is_partial(scan, parent):
        return _Handed("partial", _keywords(scan, parent))
    if (
        isinstance(parent, ast.List | ast.Tuple)
        and isinstance(outer, ast.Call)
        and last_name(outer.func) == "arg_scope"
    ):
        return _Handed("arg_scope", _keywords(scan, outer), hidden=any(one.arg is None for one in outer.keywords))
    return _Handed("container", {}) if in_container(scan, node) else None


def _with_parameters(scan: Scan, name: str, call: ast.Call) -> _Handed:
    wanted = name.removesuffix(_FUNCTION) + _PARAMETERS
    given = next((one.value for one in call.keywords if one.arg == wanted), None)
    entries = tuple(literal_entries(given, _site_of(scan, call), scan.resolver)) if given is not None else ()
    unread = given is not None and not entries and not isinstance(given, ast.Dict)
    return _Handed("function", {key: _written(scan, value) for key, value in entries}, name, hidden=unread)


def _site_of(scan: Scan, call: ast.Call) -> CallSite:
    site = scan.bindings.call_at(call)
    assert site is not None
    return site


def _is_partial(scan: Scan, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Name | ast.Attribute):
        return False
    place = _site_of(scan, call)
    return PARTIAL in scan.resolver.expression(call.func, place.scope, place.branch).paths


def _keywords(scan: Scan, call: ast.Call) -> dict[str, str]:
    return {one.arg: _written(scan, one.value) for one in call.keywords if one.arg}


def _written(scan: Scan, node: ast.expr) -> str:
    if node not in scan.bindings.parents:
        # It stands in another file.
        return written(node)
    span = span_of(scan.source, node)
    return in_one_line(scan.source.text[span.start : span.end])


def _new_form(site: Site, used: UsedName, names: Names, handed: _Handed) -> CallText | Withheld:
    """The call of the replacement with the arguments that go along with the function."""
    # libcst takes longer to import than most checks take, so only a value that is explained pays for it.
    from normfix.fixes.calls import rewrite_call  # noqa: PLC0415

    assert site.symbol.entry is not None
    known = site.symbol.entry.arguments.known or handed.keywords.keys()
    # An arg_scope is for several functions, each of which takes the arguments that it knows.
    mine = {key: text for key, text in handed.keywords.items() if handed.way != "arg_scope" or key in known}
    first = () if is_class(site) else (_INPUT,)
    text = f"f({', '.join((*first, *(f'{key}={value}' for key, value in mine.items())))})"
    target, mapping = site.symbol.new, site.symbol.entry.arguments
    special = special_case(call_in(text), mapping)
    if special is not None:
        target, mapping = special.to, special.arguments
    spelled = names.spell(str(target), used.reference, used.depth)
    return rewrite_call(text, "\n", spelled.text, mapping) if isinstance(spelled, Spelled) else spelled


def _to_write(handed: _Handed, new: CallText) -> str:
    if handed.way == "arg_scope":
        return f"its arguments come from `arg_scope`: write `{new.text}` at each call inside"
    if new.applied and handed.name == "normalizer_fn":
        plain = "give `biases_initializer=None, activation_fn=None` in its place"
        return f"{plain}, then write `{new.text}` on the result `{_INPUT}`, then the activation"
    if new.applied:
        made = f"make `norm = {new.layer}` once for each use"
        return f"{made} and hand on `lambda {_INPUT}: norm{new.applied}`"
    return f"its arguments change: write {_same_way(handed, new) or f'`lambda {_INPUT}: {new.text}`'}"


def _class_to_write(new: CallText) -> str:
    """What stands for a class that others make: the new one with the arguments that keep its numbers."""
    call = expression_of(new.text)
    given = [words_of(new.text, one) for one in call.keywords] if isinstance(call, ast.Call) else []
    callee = ast.unparse(call.func) if isinstance(call, ast.Call) else new.text
    made = f"functools.partial({', '.join((callee, *given))})" if given else callee
    return f"its arguments change: hand on `{made}`"


def _same_way(handed: _Handed, new: CallText) -> str:
    """The new function handed on as the old one was; empty where more than its name and arguments changes."""
    call = expression_of(new.text)
    if not isinstance(call, ast.Call) or new.layer != new.text:
        return ""
    callee = ast.unparse(call.func)
    given = [(one.arg, words_of(new.text, one.value)) for one in call.keywords]
    if handed.way == "partial":
        return f"`partial({', '.join((callee, *(f'{key}={value}' for key, value in given)))})`"
    if handed.name:
        entries = ", ".join(f'"{key}": {value}' for key, value in given)
        return f"`{handed.name}={callee}, {handed.name.removesuffix(_FUNCTION)}{_PARAMETERS}={{{entries}}}`"
    return ""
