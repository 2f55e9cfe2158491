"""`normfix.explain`: the answer to a pasted error message, for Python programs."""

from __future__ import annotations

from dataclasses import dataclass

from normfix.explanations.answer_page import explained
from normfix.explanations.pages import plain
from normfix.run.request import project_table


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a message was recognized as.

    `rules` are the codes of the rules that it speaks of, the likeliest first, and `causes` what else it may come from,
    in words. `symbol` is the path that the text names and `replacement` what it is called today, both empty where the
    first rule moves none; `argument` is the keyword that was refused and `meant` the one that it may be a misspelling
    of. `signs` say which releases raise such a text, and `text` is the page that the command prints.
    """

    rules: tuple[str, ...]
    causes: tuple[str, ...]
    symbol: str
    replacement: str
    argument: str
    meant: str
    signs: tuple[str, ...]
    text: str


def explain(text: str) -> Explanation:
    """Say what an error message or traceback means and what cures it, as `normfix explain` does.

    Raises UserError where no recorded message is in the text; its words name the nearest ones.
    """
    found, blocks = explained(project_table(), text)
    return Explanation(
        rules=tuple(rule.code for rule in found.rules),
        causes=tuple(message.title for message in found.messages),
        symbol=found.symbol,
        replacement=found.replacement,
        argument=found.argument,
        meant=found.meant,
        signs=found.signs,
        text=plain(blocks),
    )
