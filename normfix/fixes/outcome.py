"""What planning a fix for a site can end in."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from normfix.source.python import expression_of
from normfix.source.text import Applicability, Edit
from normfix.table.table import Grade, Rule


@dataclass(frozen=True, slots=True)
class Withheld:
    """normfix will not rewrite this site; `reason` is one short clause for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Edits for one site that make sense on their own; `notes` go to the person."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...] = ()
    applicability: Applicability = Applicability.SAFE


@dataclass(frozen=True, slots=True)
class CallText:
    """The rewritten call.

    `layer` is the part that builds the layer and `applied` the rest, where the call became a layer and its call;
    `outer` is the function that is applied to the result, if there is one.
    `notes` say what was left out and why that is harmless; `unsettled` names arguments whose old default is not known.
    """

    text: str
    layer: str = ""
    applied: str = ""
    outer: str = ""
    notes: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()


def call_in(text: str) -> ast.Call:
    """A call that is all of a text."""
    call = expression_of(text)
    assert isinstance(call, ast.Call)
    return call


def in_one_line(text: str) -> str:
    """An expression as words show it, without its line breaks and comments where this Python can read it."""
    try:
        return ast.unparse(ast.parse(f"({text})", mode="eval"))
    except SyntaxError:
        return " ".join(text.split())


def words_of(text: str, node: ast.AST) -> str:
    """A node of `expression_of(text)` as words show it: what is written, for this Python may have read another form."""
    if isinstance(node, ast.keyword):
        return f"{node.arg}={words_of(text, node.value)}"
    return in_one_line(ast.get_source_segment(f"({text})", node) or "")


def applicability_of(rule: Rule) -> Applicability:
    """How far a fix by this rule can be trusted: the table gives a replacement to no grade that is neither proved nor
    without numbers, but `different`.
    """
    return Applicability.UNSAFE if rule.grade is Grade.DIFFERENT else Applicability.SAFE


def weakest(one: Applicability, other: Applicability) -> Applicability:
    """The less trusted of two."""
    order = (Applicability.SAFE, Applicability.UNSAFE, Applicability.DISPLAY)
    return max(one, other, key=order.index)
