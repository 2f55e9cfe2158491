"""What normfix knows of a rule or of a normalization layer, as a page to read: `normfix rule NAME`."""

from __future__ import annotations

import difflib
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from normfix.config.errors import UserError
from normfix.config.terminal import columns
from normfix.report import GRADE_WORDS
from normfix.report.paint import NARROWEST, wants_colour
from normfix.table.entries import ArgumentMatch, Entry, Layer
from normfix.table.table import Kind, Rule, Table

_WIDTH = 96
_MOST_SYMBOLS = 16


class UnknownNameError(UserError):
    """A name that is neither a code, nor a slug, nor a layer."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of the page or, at a lower level, of a part of it."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, with a label before it where it answers a fixed question."""

    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; the items stay on their lines, so that they can be copied."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Python source, shown as it stands."""

    text: str


Block = Heading | Paragraph | Bullets | Code


def explain(table: Table, name: str) -> tuple[Block, ...]:
    """The page for a code (`NF101`), a slug or a layer (`BatchNormalization`), in any case.

    Raises UnknownNameError with the nearest name.
    """
    wanted = name.strip().lower()
    for rule in table.rules.values():
        if wanted in (rule.code.lower(), rule.slug.lower()):
            return tuple(_rule_page(table, rule))
    for layer in table.layers.values():
        if wanted == layer.name.lower():
            return tuple(_layer_page(table, layer))
    raise UnknownNameError(f"no rule or layer is called {name!r}{_nearest(table, wanted)}")


def show(table: Table, name: str, colour: str) -> None:
    """Print the page; `colour` is `auto`, `always` or `never`. Raises UnknownNameError."""
    blocks = explain(table, name)
    if wants_colour(colour, sys.stdout):
        print_page(blocks)
    else:
        sys.stdout.write(plain(blocks, columns(sys.stdout)))


def plain(blocks: Iterable[Block], width: int | None = None) -> str:
    """The page as text without any colour, for a terminal of that width if it is narrow."""
    room = max(min(width or _WIDTH, _WIDTH), NARROWEST)
    return "\n".join(_plain(block, room) for block in blocks)


def print_page(blocks: Iterable[Block]) -> None:
    """The page for a terminal."""
    from rich.console import Console  # noqa: PLC0415 - a page without colour needs no rich
    from rich.padding import Padding  # noqa: PLC0415
    from rich.syntax import Syntax  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False, force_terminal=True)
    width = min(console.width, _WIDTH)
    for block in blocks:
        if isinstance(block, Code):
            syntax = Syntax(block.text.rstrip(), "python", background_color="default", word_wrap=True)
            console.print(Padding(syntax, (0, 0, 1, 4)), width=width)
        elif isinstance(block, Heading):
            console.print(Text(block.text, style="bold red" if block.level == 1 else "bold"), width=width)
        elif isinstance(block, Paragraph):
            label = f"{block.label}: " if block.label else ""
            console.print(Text.assemble((label, "bold"), block.text, "\n"), width=width)
        else:
            for item in block.items:
                console.print(Text(f"  {item}"), soft_wrap=True)
            console.print()


def _nearest(table: Table, wanted: str) -> str:
    names = {rule.slug.lower(): rule.slug for rule in table.rules.values()}
    names |= {rule.code.lower(): rule.code for rule in table.rules.values()}
    names |= {layer.lower(): layer for layer in table.layers}
    near = difflib.get_close_matches(wanted, names, 1)
    return f"; did you mean {names[near[0]]}?" if near else "; `normfix rules` lists the rules"


def _layer_page(table: Table, layer: Layer) -> Iterator[Block]:
    yield Heading(f"{layer.name}: {layer.summary}", level=1)
    yield Paragraph(layer.normalizes, "Normalizes")
    yield Paragraph(layer.fits, "Fits")
    yield Paragraph(layer.since, "Since")
    yield Paragraph(layer.trap, "Mind")
    yield Heading("Import")
    yield Code("\n".join(layer.imports))
    yield Heading("Example")
    yield Code(layer.example)
    old = {entry.rule.code: entry.rule for entry in table.entries.values() if _spells(entry, layer.name)}
    if old:
        yield Heading("Old spellings that normfix knows")
        yield Bullets(tuple(f"{code} {old[code].slug}: {old[code].summary}" for code in sorted(old)))
    yield from _links(layer.links)


def _spells(entry: Entry, layer: str) -> bool:
    """Whether an old path becomes the layer, or has its name: `layer_norm` becomes another layer all the same."""
    if entry.new is not None and entry.new.rpartition(".")[2] == layer:
        return True
    name = entry.old.rpartition(".")[2].replace("_", "").lower()
    return name in (layer.lower(), layer.lower().removesuffix("alization"))


def _rule_page(table: Table, rule: Rule) -> Iterator[Block]:
    yield Heading(f"{rule.code} {rule.slug} ({rule.kind.value})", level=1)
    yield Paragraph(rule.summary)
    if rule.history:
        yield Paragraph(rule.history, "History")
    if rule.works:
        yield Paragraph("; ".join(rule.works), "The old form runs on")
    if rule.kind not in (Kind.FILE, Kind.USAGE):
        yield Paragraph(GRADE_WORDS[rule.grade], "Numbers")
    symbols = symbols_of(table, rule)
    if symbols:
        yield Heading("What becomes what")
        hidden = len(symbols) - _MOST_SYMBOLS
        yield Bullets((*symbols[:_MOST_SYMBOLS], *((f"... and {hidden} more",) if hidden > 0 else ())))
    if rule.errors:
        yield Heading("Errors that it causes")
        yield Bullets(rule.errors)
    if rule.advice:
        yield Paragraph(rule.advice, "What to do")
    if rule.note:
        yield Paragraph(rule.note, "Note")
    if rule.example:
        yield Heading("Before")
        yield Code(rule.example.before)
        if rule.example.after:
            yield Heading("After")
            yield Code(rule.example.after)
    yield from _links(rule.links)


def symbols_of(table: Table, rule: Rule) -> tuple[str, ...]:
    """What becomes what by a rule, one line a symbol, module or argument."""
    return tuple(_symbols(table, rule))


def _symbols(table: Table, rule: Rule) -> Iterator[str]:
    for entry in table.entries.values():
        if entry.rule.code == rule.code:
            yield f"{entry.old} -> {entry.new or 'nothing replaces it'}"
    for move in table.modules.values():
        if move.rule.code == rule.code:
            yield f"{move.old}.* -> {move.new}.*"
    for match in table.arguments:
        if match.rule.code == rule.code:
            yield _argument(match)


def _argument(match: ArgumentMatch) -> str:
    what = ", ".join(match.names) or f"argument {match.position}"
    value = f" ({match.value})" if match.value else ""
    target = f" -> {match.to}" if match.to else ""
    return f"{what}{value} of {', '.join(match.callees)}: {match.action.value}{target}"


def _links(links: tuple[str, ...]) -> Iterator[Block]:
    if links:
        yield Heading("Read more")
        yield Bullets(links)


def _plain(block: Block, width: int) -> str:
    if isinstance(block, Heading):
        title = _filled(block.text if block.level == 1 else f"{block.text}:", width)
        return f"{title}\n{'=' * max(map(len, title.splitlines()))}\n" if block.level == 1 else title
    if isinstance(block, Code):
        return textwrap.indent(block.text.strip("\n"), "    ") + "\n"
    if isinstance(block, Bullets):
        return "".join(f"  {item}\n" for item in block.items)
    text = f"{block.label}: {block.text}" if block.label else block.text
    return _filled(text, width) + "\n"


def _filled(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
