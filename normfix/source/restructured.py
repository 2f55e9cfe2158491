"""The Python in reStructuredText: code directives, dialogues and literal blocks, as docutils finds them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives
from docutils.utils import new_document

from normfix.source.found import CODE, DIRECTIVES, LANGUAGES, FoundBlock, numbered

_QUIET = 5
_ENDS = {ord(one): " " for one in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"}
"""What ends a line for docutils, and for nobody else."""


class _AnyOption(dict[str, Any]):
    """Options of any name."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class _Holder(Directive):
    """A directive that nothing is known of: what it holds is read as text."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption(name=directives.unchanged)

    def run(self) -> list[nodes.Node]:
        """Read what is in it."""
        holder = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, holder, match_titles=True)
        return [holder]


class _Code(_Holder):
    """A directive that holds code."""

    def run(self) -> list[nodes.Node]:
        """Keep the lines of the code, if it is Python."""
        language = self.arguments[0].split()[0].lower() if self.arguments else ""
        named = self.name.lower()
        if language in LANGUAGES or (named in DIRECTIVES and (not language or named != "ipython")):
            lines = tuple((item[1] + 1, line) for item, line in zip(self.content.items, self.content, strict=True))
            found = FoundBlock(lines[0][0] if lines else self.lineno, lines)
            self.state.document.settings.normfix_found.append(found)
        return []


def restructured_blocks(text: str) -> Iterator[FoundBlock]:
    """The Python blocks of a reStructuredText document. Of a literal block nothing says that it is Python."""
    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = _QUIET
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.line_length_limit = len(text) + 1
    settings.normfix_found = []
    document = new_document("", settings)
    with _own_directives():
        Parser().parse(text.translate(_ENDS), document)
    blocks = list(settings.normfix_found)
    for node in document.findall(lambda one: isinstance(one, nodes.doctest_block | nodes.literal_block)):
        if node.line is not None and not isinstance(node.parent, nodes.system_message):
            lines = numbered(node.line, node.astext().split("\n"))
            blocks.append(FoundBlock(node.line, lines, sure=isinstance(node, nodes.doctest_block)))
    yield from sorted(blocks, key=lambda one: one.start)


@contextmanager
def _own_directives() -> Iterator[None]:
    """The directives of Sphinx for docutils, which looks them up in one place for everybody."""
    usual = directives.directive

    def known(name: str, language: Any, document: Any) -> Any:
        if name.lower() in CODE | DIRECTIVES:
            return _Code, []
        found, messages = usual(name, language, document)
        return (found, messages) if found is not None else (_Holder, [])

    # Typed for what docutils itself has in that place.
    directives.directive = known  # type: ignore[assignment]
    try:
        yield
    finally:
        directives.directive = usual
