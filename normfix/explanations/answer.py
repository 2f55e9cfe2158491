"""From a pasted error message to the rules and causes that it speaks of: `normfix explain`."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from normfix.checks.findings import as_written
from normfix.explanations.arguments import TOO_OLD, _known, by_argument, name_of_today, unknown_argument, what_is_taken
from normfix.explanations.pasted import Pasted
from normfix.explanations.subject import Owner, Subject, subject_of
from normfix.source.python import expression_of
from normfix.table.messages import Message
from normfix.table.table import Grade, Kind, Rule, Table

_UNKNOWN_ARGUMENT = "NF719"


_PLAIN_NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)")


_NEAR = 0.6


_FEW = 6


_MOVING = (Kind.MOVED, Kind.RENAMED, Kind.MISSPELLED, Kind.SIBLING)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text was recognized as.

    `messages` are causes in words, `rules` the rules that it speaks of, the likeliest first; `signs` say which releases
    raise such a text. `symbol` is the path that the text names and `replacement` what it is called today, where the
    first rule moves it. `argument` is the keyword that was refused, `meant` the one that it may be a misspelling of,
    and `taken_by` the layers that do take it. `other` is set for a text about a callee that no rule is about, with what
    is `known` of it.
    """

    messages: tuple[Message, ...] = ()
    rules: tuple[Rule, ...] = ()
    signs: tuple[str, ...] = ()
    symbol: str = ""
    replacement: str = ""
    argument: str = ""
    meant: str = ""
    taken_by: tuple[str, ...] = ()
    other: Subject | None = None
    known: str = ""

    def __bool__(self) -> bool:
        """Whether anything was recognized."""
        return bool(self.messages or self.rules)


def answer(table: Table, text: Pasted) -> Answer:
    """Recognize a message. The answer is empty where nothing fits."""
    signs = tuple(
        dict.fromkeys(one.says for one in table.messages.signs if re.search(one.pattern, text.words + text.text))
    )
    subjects = tuple(_subjects(table, text))
    moved = [code for module, name in _modules(table, text.words) for code in _of_module(table, module, name)]
    worded = sorted(_by_words(table, text.words), key=lambda code: code not in moved)
    if any(one.owner is Owner.OTHER or name_of_today(table, one) for one in subjects):
        # Words alone prove nothing of another callee, but for a text that was recorded with that very callee.
        worded = [code for code in worded if any(one in text.words for one in table.rules[code].errors)]
    exact = (*_by_path(table, text.words), *by_argument(table, subjects))
    found = list(dict.fromkeys((*exact, *worded, *moved, *_by_parent(table, text.words))))
    messages = tuple(one for one in _messages(table, text) if not (found and one.pathless))
    if any(one.instead for one in messages):
        return Answer(messages[:1], (), signs)
    unknown = None if found or messages else unknown_argument(table, subjects)
    if unknown is not None and _UNKNOWN_ARGUMENT in table.rules:
        found.append(_UNKNOWN_ARGUMENT)
    told = [code for one in messages for code in one.rules if code in table.rules]
    rules = [table.rules[code] for code in _by_code(table, text.code, found or dict.fromkeys(told))]
    # That a whole module is gone is true, and says the least.
    rules.sort(key=lambda rule: rule.kind is Kind.SIBLING and rule.grade is Grade.NONE)
    if subjects and not (found or messages):
        return Answer(signs=signs, other=subjects[0], known=_known(table, subjects[0]))
    if unknown is None:
        return Answer(messages, tuple(rules), signs, *_replaced(table, text.words, rules))
    meant, taken_by = what_is_taken(table, unknown)
    return Answer(messages, tuple(rules), signs, argument=unknown.argument, meant=meant, taken_by=taken_by)


def nearest(table: Table, text: Pasted) -> tuple[str, ...]:
    """Recorded messages that look like the last line of the text, the nearest first."""
    lines = [line.strip() for line in text.words.split("Traceback") if line.strip()]
    last = [line.strip() for line in text.text.splitlines() if line.strip()][-1:] or lines[-1:]
    wanted = re.sub(r"^[\w.]*(?:Error|Exception|Warning): ", "", last[0]) if last else ""
    known = dict.fromkeys(error for rule in table.rules.values() for error in rule.errors)
    return tuple(difflib.get_close_matches(wanted, known, 3, _NEAR))


def _messages(table: Table, text: Pasted) -> Iterator[Message]:
    for one in table.messages.messages:
        if one.needs and one.needs not in text.text:
            continue
        if one.frame and not any(re.search(one.frame, frame.file.replace("\\", "/")) for frame in text.frames):
            continue
        if any(re.search(pattern, text.words) for pattern in one.patterns):
            yield one


def _by_path(table: Table, words: str) -> Iterator[str]:
    """The rules for exactly the path that a message names."""
    for module, name in _modules(table, words):
        path = f"{module}.{name}" if name else module
        match = table.match(path)
        if match is not None:
            yield match.entry.rule.code
        elif any(spelling in table.releases.needs for spelling, _, _ in table.spellings(path)):
            yield TOO_OLD


def _replaced(table: Table, words: str, rules: Sequence[Rule]) -> tuple[str, str]:
    """The path that a message names and today's name of it, where the first of the rules moves a path; else nothing."""
    if not rules or rules[0].kind not in _MOVING:
        return "", ""
    for module, name in _modules(table, words):
        path = f"{module}.{name}" if name else module
        match = table.match(path)
        if match is not None and match.entry.rule.code == rules[0].code and match.entry.new is not None:
            return path, match.entry.new
    return "", ""


def _by_parent(table: Table, words: str) -> Iterator[str]:
    """The rules for what lies below a module that a message misses, where they are few."""
    rules = {old: one.rule.code for old, one in table.entries.items()}
    rules |= {old: one.rule.code for old, one in table.modules.items()}
    for module, name in _modules(table, words):
        path = f"{module}.{name}." if name else f"{module}."
        below = sorted({code for old, code in rules.items() if old.startswith(path)})
        yield from below if len(below) <= _FEW else ()


def _subjects(table: Table, text: Pasted) -> Iterator[Subject]:
    """Every argument that a message says was refused, once, with the callee that refused it."""
    said: set[str] = set()
    for match in _shaped(table, text.words):
        parts = match.groupdict()
        entries = _entries(parts["arguments"]) if parts.get("arguments") else {parts.get("argument") or "": None}
        # The shapes that name a callee come first; the plain one fits the same words.
        fresh = {name: value for name, value in entries.items() if name and name not in said}
        said |= fresh.keys()
        yield from (subject_of(table, text, parts, name, value) for name, value in fresh.items())


def _modules(table: Table, words: str) -> Iterator[tuple[str, str | None]]:
    """Every module that a message says something of, as programs call it, with the name that it lacks."""
    for match in _shaped(table, words):
        parts = match.groupdict()
        if parts.get("module"):
            written = dict.fromkeys((_public(table, parts["module"]), parts["module"]))
            yield from ((module, parts.get("name")) for module in written)


def _of_module(table: Table, module: str, name: str | None) -> Iterator[str]:
    """The rules for a module that is gone as a whole."""
    path = f"{module}.{name}" if name else module
    move = table.module_move(path) or (table.module_move(module) if name else None)
    if move is not None:
        yield move.rule.code
    elif path in table.norm_modules:
        yield table.norm_modules[path].rule.code


def _shaped(table: Table, words: str) -> Iterator[re.Match[str]]:
    for pattern in table.messages.shapes:
        yield from re.finditer(pattern, words)


def _public(table: Table, module: str) -> str:
    """The name that programs use for a module that a message may call by its place in the release."""
    for old, new in sorted(table.messages.generated.items(), key=lambda one: -len(one[0])):
        if module == old or module.startswith(old + "."):
            return new + module[len(old) :]
    return module


def _entries(text: str) -> Mapping[str, str | None]:
    """The keywords of a dictionary as a message prints it, with the source of each value that is a literal."""
    try:
        found = expression_of(text, newer=False)
    except SyntaxError:
        return dict.fromkeys(re.findall(r"'(\w+)':", text))
    if not isinstance(found, ast.Dict):
        return {}
    return {
        key.value: ast.get_source_segment(f"({text})", value)
        for key, value in zip(found.keys, found.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _by_words(table: Table, words: str) -> Iterator[str]:
    for rule in table.rules.values():
        if any(re.search(_pattern(error), words) for error in rule.errors):
            yield rule.code


def _pattern(error: str) -> str:
    """A recorded text as a pattern in which every number may be another one."""
    parts = _PLAIN_NUMBER.split(re.sub(r"\s+", " ", error.replace("`", "")).strip().rstrip("."))
    inside = r"\d+(?:\.\d+)?(?:e-?\d+)?".join(re.escape(part) for part in parts)
    return rf"{inside}(?![\w.])" if error[-1:].isalnum() else inside


def _by_code(table: Table, code: str, found: Iterable[str]) -> list[str]:
    """The rules with those first whose legacy spellings stand in the code of the traceback."""
    codes = list(found)
    if not code or len(codes) < 2:
        return codes
    spellings = as_written(table).items()
    seen = [path for one, path in spellings if re.search(rf"(?<![\w.]){re.escape(one)}(?!\w)", code)]
    spelled = {entry.entry.rule.code for path in seen if (entry := table.match(path)) is not None}
    return sorted(codes, key=lambda one: one not in spelled)
