"""The answer to a pasted error message as a page: what it is, what cures it, where to look, which releases say so."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress

from normfix.config.errors import UserError
from normfix.config.terminal import columns
from normfix.explanations.answer import Answer, answer, nearest
from normfix.explanations.pages import Block, Bullets, Code, Heading, Paragraph, plain, print_page
from normfix.explanations.pasted import Pasted, pasted
from normfix.explanations.subject import Subject
from normfix.report import GRADE_WORDS
from normfix.report.paint import printable, wants_colour
from normfix.source.spared import spared
from normfix.table.load import shipped_table
from normfix.table.messages import Message
from normfix.table.table import Kind, Rule, Table

_IN_FULL = 1


class UnknownMessageError(UserError):
    """A text that no recorded message is like."""


def show(table: Table, text: str, colour: str) -> None:
    """Print the answer to a pasted text; `colour` is `auto`, `always` or `never`. Raises UnknownMessageError."""
    _, blocks = explained(table, text)
    if wants_colour(colour, sys.stdout):
        print_page(blocks)
    else:
        sys.stdout.write(plain(blocks, columns(sys.stdout)))


def explained(table: Table, text: str) -> tuple[Answer, tuple[Block, ...]]:
    """The answer to a pasted text, and its page.

    Raises UnknownMessageError, with the nearest recorded messages, where nothing fits, and UserError where a pattern of
    the project's own rules takes too long.
    """
    read = pasted(text)
    _must_come_to_an_end(table, read)
    found = answer(table, read)
    if not found and found.other is None:
        raise UnknownMessageError(_unknown(table, read))
    return found, tuple(page(found, read))


def _must_come_to_an_end(table: Table, read: Pasted) -> None:
    """Try a text on rules that do not ship with normfix: one of their patterns may search it for years."""
    if table.messages == shipped_table().messages or not hasattr(os, "fork"):
        return

    def tried() -> str:
        # What else may go wrong, does so again where it is said.
        with suppress(Exception):
            answer(table, read)
        return ""

    if spared(tried) is None:
        raise UserError("a pattern among the messages of this project's rules takes too long to search this text")


def page(found: Answer, read: Pasted) -> Iterator[Block]:
    """The answer as blocks."""
    if found.other is not None:
        yield from _other(found.other, found.known)
    for message in found.messages[:1]:
        yield from _message(message)
    rules = found.rules
    if not found.messages:
        for rule in rules[:_IN_FULL]:
            yield from _refused_elsewhere(found) if found.taken_by and not found.meant else _rule(rule, found)
        rules = rules[_IN_FULL:]
    if found.signs:
        yield Heading("Who says so")
        yield Bullets(found.signs)
    yield from _place(read)
    if rules:
        yield Heading("It may also be" if not found.messages else "Rules for it")
        yield Bullets(tuple(f"{rule.code} {rule.slug}: {rule.summary}" for rule in rules))
    if found.rules:
        yield Heading("Next")
        first = found.rules[0].code
        yield Bullets(
            (f"normfix rule {first}", f"normfix check {_target(read)}", f"normfix fix --diff {_target(read)}")
        )


def _other(subject: Subject, known: str) -> Iterator[Block]:
    """What to say of a text that is not about a normalization."""
    if subject.callee:
        yield Heading(f"Not about a normalization: {subject.callee}() refuses `{subject.argument}`", level=1)
    else:
        yield Heading(f"No normalization layer takes `{subject.argument}`", level=1)
        yield Paragraph("The text does not say which callee refused it; the line of your code in the traceback does.")
    if known:
        yield Paragraph(known)
    elif subject.callee:
        yield Paragraph(f"normfix has no rule for {subject.callee}; look at its own documentation for that release.")


def _message(message: Message) -> Iterator[Block]:
    yield Heading(message.title[0].upper() + message.title[1:], level=1)
    yield Paragraph(message.cause)
    yield Paragraph(message.cure, "What to do")
    if message.links:
        yield Heading("Read more")
        yield Bullets(message.links)


def _rule(rule: Rule, found: Answer) -> Iterator[Block]:
    yield Heading(f"{rule.code} {rule.slug}", level=1)
    yield Paragraph(rule.summary)
    if found.argument:
        yield Paragraph(_argument(found), "Argument")
    if found.replacement:
        yield Paragraph(f"Use `{found.replacement}` for `{found.symbol}`.", "What to do")
    elif rule.advice:
        yield Paragraph(rule.advice, "What to do")
    if rule.history:
        yield Paragraph(rule.history, "History")
    if rule.kind not in (Kind.FILE, Kind.USAGE):
        yield Paragraph(GRADE_WORDS[rule.grade], "Numbers")
    if rule.note:
        yield Paragraph(rule.note, "Note")
    if rule.example and rule.example.after:
        yield Heading("Before")
        yield Code(rule.example.before)
        yield Heading("After")
        yield Code(rule.example.after)


def _refused_elsewhere(found: Answer) -> Iterator[Block]:
    """What to say of an argument that layers of Keras take, and that something else refused."""
    yield Heading(f"`{found.argument}` is an argument of Keras, and what was called does not take it", level=1)
    yield Paragraph(f"`{found.argument}` is taken by {', '.join(found.taken_by)}.")
    cure = "Give it to one of these; a class of your own takes it in its `__init__` and hands it to its base."
    yield Paragraph(cure, "What to do")


def _argument(found: Answer) -> str:
    if found.meant:
        return f"`{found.argument}`; did you mean `{found.meant}`?"
    return f"`{found.argument}`"


def _place(read: Pasted) -> Iterator[Block]:
    """Where to look: the person's own last frame, and the package that raised it when that is somebody else's."""
    own, package = read.last_own, read.foreign
    if own is None and package is None:
        return
    yield Heading("Where")
    lines = []
    if own is not None:
        code = f": {printable(own.code)}" if own.code else ""
        lines.append(f"{printable(own.file)}:{own.line}{code}")
    if package is not None:
        lines.append(f"raised inside the installed package {package}: update it, or run `normfix check` on its folder")
    yield Bullets(tuple(lines))


def _target(read: Pasted) -> str:
    own = read.last_own
    return own.file if own is not None and own.file.endswith(".py") else "."


def _unknown(table: Table, read: Pasted) -> str:
    near = nearest(table, read)
    if near:
        return "no recorded message is in this text; did you mean one of these?\n  " + "\n  ".join(near)
    return "no recorded message is in this text; paste the last line of the traceback, or all of it"
