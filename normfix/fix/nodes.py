"""Pieces of source text as libcst nodes, and back."""

from __future__ import annotations

import ast

import libcst as cst

from normfix.source.text import SourceText

NO_SPACE = cst.AssignEqual(
    whitespace_before=cst.SimpleWhitespace(""),
    whitespace_after=cst.SimpleWhitespace(""),
)


def newline_in(text: str, otherwise: str) -> str:
    """The line break that a piece of text uses, which in a file with several may not be the file's first."""
    return SourceText("", text).newline if "\n" in text or "\r" in text else otherwise


def parse_call(text: str, newline: str) -> cst.Call:
    """The call that `text` is."""
    config = cst.PartialParserConfig(default_newline=newline)
    # In parentheses, because a call may stand in some that let it run over several lines.
    call = cst.parse_expression(f"({text})", config)
    assert isinstance(call, cst.Call)
    return call.with_changes(lpar=call.lpar[1:], rpar=call.rpar[:-1])


def code(node: cst.CSTNode, newline: str = "\n") -> str:
    """The source text of a node."""
    return cst.Module(body=[], default_newline=newline).code_for_node(node)


def literal(node: cst.BaseExpression) -> str:
    """A literal as `repr` spells it, an attribute as its last name with a dot; others as an impossible text."""
    try:
        return repr(ast.literal_eval(code(node)))
    except (ValueError, SyntaxError):
        return f".{node.attr.value}" if isinstance(node, cst.Attribute) else ""
