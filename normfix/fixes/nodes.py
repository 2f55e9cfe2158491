"""Pieces of source text as libcst nodes, and back."""

from __future__ import annotations

import ast

import libcst as cst

from normfix.source.python import expression_of
from normfix.source.text import SourceText

_DEEPEST = 250
"""Levels of nodes in a call; libcst is written in Python where it writes, and takes some frames for each."""

NO_SPACE = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""),
    whitespace_after=cst.SimpleWhitespace(""),
)


def newline_in(text: str, otherwise: str) -> str:
    """The line break that a piece of text uses, which in a file with several may not be the file's first."""
    return SourceText("", text).newline if "\n" in text or "\r" in text else otherwise


def parse_call(text: str, newline: str) -> cst.Call:
    """The call that `text` is. Raises RecursionError for one that is nested too deep for libcst."""
    if _deep(text):
        raise RecursionError("a call is nested too deep")
    config = cst.PartialParserConfig(default_newline=newline)
    # In parentheses, because a call may stand in some that let it run over several lines.
    call = cst.parse_expression(f"({text})", config)
    assert isinstance(call, cst.Call)
    return call.with_changes(lpar=call.lpar[1:], rpar=call.rpar[:-1])


def _deep(text: str) -> bool:
    """Whether libcst, whose parser ends the process then, could come to its limit."""
    if len(text) < _DEEPEST:
        return False
    level: list[ast.AST] = [expression_of(text)]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def code(node: cst.CSTNode, newline: str = "\n") -> str:
    """The source text of a node."""
    return cst.Module(body=[], default_newline=newline).code_for_node(node)


def literal(node: cst.BaseExpression) -> str:
    """A literal as `repr` spells it, an attribute as its last name with a dot; others as an impossible text."""
    try:
        return repr(ast.literal_eval(code(node)))
    except (ValueError, SyntaxError):
        return f".{node.attr.value}" if isinstance(node, cst.Attribute) else ""
