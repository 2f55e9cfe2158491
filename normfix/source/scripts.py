"""Scripts with lines of IPython among their Python, as Colab exports them: `!pip install x`, `%matplotlib inline`."""

from __future__ import annotations

from normfix.source.blocks import Block, BlocksText, Row
from normfix.source.parts import joined
from normfix.source.python import ParseFailure, parse
from normfix.source.text import SourceText


def with_magics(source: SourceText) -> SourceText:
    """A script with its magics put away; the script itself where it is Python, or would be none without them."""
    if not isinstance(parse(source), ParseFailure):
        return source
    ends = [*source.line_starts[1:], len(source.text)]
    places = zip(source.line_starts, ends, strict=True)
    rows = tuple(Row(number, start, end, 0) for number, (start, end) in enumerate(places, 1) if start < end)
    last = next((one for one in ("\r\n", "\n", "\r") if source.text.endswith(one)), "")
    block = Block(rows, len(source.text), source.text.removesuffix(last), last, "", prompted=False)
    text, boundary, magics, broken = joined([block.text], source.newline)
    if broken:
        return source
    given = (source.path, text, source.encoding, source.bom, source.text, boundary)
    return BlocksText(*given, magics=magics, blocks=(block,))
