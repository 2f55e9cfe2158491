"""What a pasted text says of an argument: the rule for it, and what the callee takes today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from normfix.checks.arguments import has_shape, literal_text
from normfix.explanations.subject import Owner, Subject, plain_name
from normfix.source.python import expression_of
from normfix.table.entries import ArgumentMatch
from normfix.table.misspellings import meant_keyword
from normfix.table.table import Table

TOO_OLD = "NF217"


def by_argument(table: Table, subjects: Iterable[Subject]) -> Iterator[str]:
    """The rules for the arguments that known callees refused."""
    for one in subjects:
        if one.owner is not Owner.OTHER:
            yield from _of_argument(table, one)


def _of_argument(table: Table, subject: Subject) -> Iterator[str]:
    """The rule for an argument that a callee refused; a subclass refuses what its base does."""
    callee = plain_name(subject.callee) if subject.owner is Owner.TABLE else ""
    if name_of_today(table, subject):
        return
    for match in table.arguments:
        if subject.argument in match.names and _called(match, callee) and _fits(match, subject.value):
            yield match.rule.code
            return
    for path in table.releases.needs:
        owner, _, last = path.rpartition(".")
        if last == subject.argument and callee in ("", owner.rpartition(".")[2]):
            yield TOO_OLD
            return
    if callee and callee not in table.layers:
        yield from dict.fromkeys(
            one.rule.code for old, one in table.entries.items() if old.rpartition(".")[2] == callee
        )


def name_of_today(table: Table, subject: Subject) -> str:
    """The older name of an argument whose name of today a function of an older release refuses; empty for others."""
    if subject.owner is not Owner.TABLE:
        return ""
    callee = plain_name(subject.callee)
    matches = (one for one in table.arguments if one.to == subject.argument and _called(one, callee))
    return next((one.names[0] for one in matches if one.names and callee not in table.layers), "")


def _known(table: Table, subject: Subject) -> str:
    """What is known of an argument that is no matter of a rule; empty where nothing is."""
    older = name_of_today(table, subject)
    if older:
        return (
            f"`{subject.argument}` is today's name of `{older}`: the TensorFlow that raises this is older than the "
            f"code. Update it, or write `{older}` for it."
        )
    for one in table.messages.callees:
        if subject.argument in one.arguments and plain_name(subject.callee) in one.names:
            return one.says
    return ""


def _called(match: ArgumentMatch, callee: str) -> bool:
    return not callee or any(one.rpartition(".")[2] == callee for one in match.callees)


def _fits(match: ArgumentMatch, value: str | None) -> bool:
    if value is None:
        return True
    try:
        node = expression_of(value, newer=False)
    except SyntaxError:
        return True
    return (not match.literals or literal_text(node) in match.literals) and has_shape(node, match.value)


def unknown_argument(table: Table, subjects: Iterable[Subject]) -> Subject | None:
    """A refused keyword that no rule speaks of, where a normalization layer may have refused it."""
    for one in subjects:
        layer = one.owner is Owner.TABLE and plain_name(one.callee) in table.keywords_of
        taken, meant = what_is_taken(table, one)
        if (
            layer
            or (one.owner is Owner.SUBCLASS and one.normalizes)
            or (one.owner is Owner.UNSAID and (taken or meant))
        ):
            return one
    return None


def what_is_taken(table: Table, subject: Subject) -> tuple[str, tuple[str, ...]]:
    """The keyword that a refused one may be a misspelling of, and the layers that take the very word."""
    layers = {path.rpartition(".")[2]: names for path, names in table.keywords.items()}
    taken_by = tuple(sorted(layer for layer, names in layers.items() if subject.argument in names))
    own = table.accepted(plain_name(subject.callee))
    meant = meant_keyword(subject.argument, own or frozenset().union(*layers.values()))
    return ("" if meant is None or meant == subject.argument else meant), taken_by
