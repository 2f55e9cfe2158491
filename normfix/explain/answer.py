"""From a pasted error message to the rules and causes that it speaks of: `normfix explain`."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from normfix.checks.arguments import has_shape, literal_text
from normfix.checks.findings import as_written
from normfix.explain.pasted import Pasted
from normfix.table.messages import Message
from normfix.table.misspellings import meant_keyword
from normfix.table.table import ArgumentMatch, Grade, Kind, Rule, Table

_UNKNOWN_ARGUMENT = "NF719"
_TOO_OLD = "NF217"
_PLAIN_NUMBER = re.compile(r"(?<![\w.'])\d+(?:\.\d+)?(?:e-?\d+)?(?!\w)")
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Answer:
    """What a text was recognized as.

    `messages` are causes in words, `rules` the rules that it speaks of, the likeliest first; `signs` say which releases
    raise such a text. `argument` is the keyword that was refused and `meant` the one that it may be a slip of.
    """

    messages: tuple[Message, ...] = ()
    rules: tuple[Rule, ...] = ()
    signs: tuple[str, ...] = ()
    argument: str = ""
    meant: str = ""

    def __bool__(self) -> bool:
        """Whether anything was recognized."""
        return bool(self.messages or self.rules)


def answer(table: Table, text: Pasted) -> Answer:
    """Recognize a message. The answer is empty where nothing fits."""
    messages = tuple(_messages(table, text))
    said = (one.says for one in table.messages.signs if re.search(one.pattern, text.words + text.text))
    signs = tuple(dict.fromkeys(said))
    if any(one.instead for one in messages):
        return Answer(messages[:1], (), signs)
    moved = [code for module, name in _modules(table, text.words) for code in _of_module(table, module, name)]
    worded = sorted(_by_words(table, text.words), key=lambda code: code not in moved)
    found = list(dict.fromkeys((*_by_shape(table, text.words), *worded, *moved)))
    argument, meant = _argument(table, text.words) if not found else ("", "")
    if argument and _UNKNOWN_ARGUMENT in table.rules:
        found.append(_UNKNOWN_ARGUMENT)
    told = [code for one in messages for code in one.rules if code in table.rules]
    rules = [table.rules[code] for code in _by_code(table, text.code, found or dict.fromkeys(told))]
    # That a whole module is gone is true, and says the least.
    rules.sort(key=lambda rule: rule.kind is Kind.SIBLING and rule.grade is Grade.NONE)
    return Answer(messages, tuple(rules), signs, argument, meant)


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


# -- by the shape of the message


def _by_shape(table: Table, words: str) -> Iterator[str]:
    """The rules for exactly the path or the argument that a message names."""
    for module, name in _modules(table, words):
        path = f"{module}.{name}" if name else module
        match = table.match(path)
        if match is not None:
            yield match.entry.rule.code
        elif any(spelling in table.releases.needs for spelling, _, _ in table.spellings(path)):
            yield _TOO_OLD
    for shaped in _shaped(table, words):
        parts = shaped.groupdict()
        if parts.get("arguments"):
            for name, value in _entries(parts["arguments"]).items():
                yield from _of_argument(table, parts["callee"], name, value)
        elif parts.get("argument"):
            yield from _of_argument(table, parts.get("callee"), parts["argument"], None)


def _modules(table: Table, words: str) -> Iterator[tuple[str, str | None]]:
    """Every module that a message says something of, as programs call it, with the name that it lacks."""
    for match in _shaped(table, words):
        parts = match.groupdict()
        if parts.get("module"):
            yield _public(table, parts["module"]), parts.get("name")


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
        if module.startswith(old + "."):
            return new + module[len(old) :]
    return module


def _entries(text: str) -> Mapping[str, str | None]:
    """The keywords of a dictionary as a message prints it, with the source of each value that is a literal."""
    try:
        found = ast.parse(text, mode="eval").body
    except SyntaxError:
        return dict.fromkeys(re.findall(r"'(\w+)':", text))
    if not isinstance(found, ast.Dict):
        return {}
    return {
        key.value: ast.unparse(value)
        for key, value in zip(found.keys, found.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _of_argument(table: Table, callee: str | None, name: str, value: str | None) -> Iterator[str]:
    for match in table.arguments:
        if name in match.names and _called(match, callee) and (value is None or _fits(match, value)):
            yield match.rule.code
            return
    for path in table.releases.needs:
        owner, _, last = path.rpartition(".")
        if last == name and callee in (None, owner.rpartition(".")[2]):
            yield _TOO_OLD
            return


def _called(match: ArgumentMatch, callee: str | None) -> bool:
    return callee is None or any(one.rpartition(".")[2] == callee for one in match.callees)


def _fits(match: ArgumentMatch, value: str) -> bool:
    try:
        node = ast.parse(value, mode="eval").body
    except SyntaxError:
        return True
    return (not match.literals or literal_text(node) in match.literals) and has_shape(node, match.value)


def _argument(table: Table, words: str) -> tuple[str, str]:
    """A refused keyword that no rule speaks of, with the keyword that it may be a slip of."""
    for match in _shaped(table, words):
        parts = match.groupdict()
        names = [*_entries(parts["arguments"])] if parts.get("arguments") else [parts.get("argument") or ""]
        callee = parts.get("callee") or ""
        every = table.accepted(callee) if callee else frozenset().union(*table.keywords.values())
        for name in filter(None, names):
            if every:
                return name, meant_keyword(name, every) or ""
    return "", ""


# -- by the recorded words


def _by_words(table: Table, words: str) -> Iterator[str]:
    for rule in table.rules.values():
        if any(re.search(_pattern(error), words) for error in rule.errors):
            yield rule.code


def _pattern(error: str) -> str:
    """A recorded text as a pattern in which every number may be another one."""
    parts = _PLAIN_NUMBER.split(re.sub(r"\s+", " ", error).strip().rstrip("."))
    inside = r"\d+(?:\.\d+)?(?:e-?\d+)?".join(re.escape(part) for part in parts)
    return rf"{inside}(?![\w.])" if error[-1:].isalnum() else inside


# -- by the code in the traceback


def _by_code(table: Table, code: str, found: Iterable[str]) -> list[str]:
    """The rules with those first whose legacy spellings stand in the code of the traceback."""
    codes = list(found)
    if not code or len(codes) < 2:
        return codes
    spellings = as_written(table).items()
    seen = [path for one, path in spellings if re.search(rf"(?<![\w.]){re.escape(one)}(?!\w)", code)]
    spelled = {entry.entry.rule.code for path in seen if (entry := table.match(path)) is not None}
    return sorted(codes, key=lambda one: one not in spelled)
