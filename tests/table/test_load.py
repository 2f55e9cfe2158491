"""A rule file that does not hold together is refused with the file and the rule in the message."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.fixes.outcome import applicability_of
from normfix.source.text import Applicability
from normfix.table.availability import shipped_availability
from normfix.table.entries import Entry
from normfix.table.evidence import EQUAL, change_of, pair_of
from normfix.table.files import rule_files
from normfix.table.load import TableError, load_table, shipped_table
from normfix.table.table import Action, CallMap, Grade, Kind

RULE = """
[[rule]]
code = "NF901"
slug = "a-rule"
summary = "what is wrong"
kind = "moved"
grade = "different"
{more}

[rule.symbols]
"old.layers.X" = "new.layers.X"
{symbols}

[rule.example]
before = "import old"
after = "import new"
{after}
"""


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def rule(more: str = "", symbols: str = "", after: str = "") -> str:
    return RULE.format(more=more, symbols=symbols, after=after)


def refusal(folder: Path, *texts: str) -> str:
    """The message with which the files are refused."""
    files = [write(folder, text, f"own{number}.toml") for number, text in enumerate(texts)]
    with pytest.raises(TableError) as caught:
        load_table(files)
    return str(caught.value)


def test_no_files_make_an_empty_table() -> None:
    table = load_table([])

    assert not table.rules
    assert not table.entries
    assert table.match("keras.layers.normalization.BatchNormalization") is None


def test_a_rule_is_read_in_full(tmp_path: Path) -> None:
    text = rule('works = ["keras<2.6"]\nhistory = "h"\nadvice = "a"\nnote = "n"\nerrors = ["e"]\nlinks = ["l"]')
    table = load_table([write(tmp_path, 'family = "mine"\n' + text)])

    found = table.rules["NF901"]
    assert (found.slug, found.summary, found.kind, found.grade) == (
        "a-rule",
        "what is wrong",
        Kind.MOVED,
        Grade.DIFFERENT,
    )
    assert (found.family, found.works, found.history, found.advice) == ("mine", ("keras<2.6",), "h", "a")
    assert (found.note, found.errors, found.links) == ("n", ("e",), ("l",))
    assert found.example is not None
    assert (found.example.before, found.example.after) == ("import old", "import new")
    assert table.entries["old.layers.X"].new == "new.layers.X"


def test_star_keys_expand_once_for_each_root(tmp_path: Path) -> None:
    text = rule('roots = ["keras", "a.b"]\nremoved = ["*.Gone"]', '"*.x.Y" = "*.layers.Y"\n"*.x.Z" = "fixed.Z"')
    table = load_table([write(tmp_path, text)])

    assert {old: entry.new for old, entry in table.entries.items()} == {
        "old.layers.X": "new.layers.X",
        "keras.x.Y": "keras.layers.Y",
        "a.b.x.Y": "a.b.layers.Y",
        "keras.x.Z": "fixed.Z",
        "a.b.x.Z": "fixed.Z",
        "keras.Gone": None,
        "a.b.Gone": None,
    }


def test_an_argument_map_is_the_rules_the_symbols_own_or_a_named_one(tmp_path: Path) -> None:
    text = rule(
        'arguments = "shared"',
        '"old.A" = { to = "new.A", arguments = { add = { b = "2" } } }\n'
        '"old.B" = { to = "new.B", arguments = "named" }',
    )
    maps = '[maps.shared]\ndrop = ["fused"]\n[maps.named]\nrename = { decay = "momentum" }\n'
    table = load_table([write(tmp_path, maps + text)])

    assert table.entries["old.layers.X"].arguments == CallMap(drop=("fused",))
    assert table.entries["old.A"].arguments == CallMap(add={"b": "2"})
    assert table.entries["old.B"].arguments == CallMap(rename={"decay": "momentum"})


def test_modules_and_matches_are_read(tmp_path: Path) -> None:
    text = rule() + (
        '[[rule.match]]\ncallees = ["BatchNormalization"]\nnames = ["mode"]\nliterals = ["0"]\naction = "drop"\n'
        '[rule.modules]\n"old.core" = "new.layers"\n'
    )
    table = load_table([write(tmp_path, text)])

    (match,) = table.arguments
    assert (match.names, match.literals, match.action, match.position) == (("mode",), ("0",), Action.DROP, None)
    move = table.module_move("old.core")
    assert move is not None
    assert (move.new, move.whole) == ("new.layers", False)


def test_user_files_extend_the_shipped_table(tmp_path: Path) -> None:
    own = write(tmp_path, rule().replace("NF901", "NF999"))
    table = load_table([*rule_files(), own])

    assert table.entries["old.layers.X"].rule.code == "NF999"
    assert set(shipped_table().entries) < set(table.entries)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('colour = "red"\n', "own0.toml: unknown key 'colour'"),
        (rule('colour = "red"'), "own0.toml: NF901: unknown key 'colour'"),
        (rule(after='colour = "red"'), "own0.toml: NF901: example: unknown key 'colour'"),
        (rule("arguments = { colour = [] }"), "own0.toml: NF901: arguments: unknown key 'colour'"),
        (rule(symbols='"a.B" = { too = "c.B" }'), "own0.toml: NF901: a.B: unknown key 'too'"),
        ('[[layer]]\nname = "X"\ncolour = "red"\n', "own0.toml: layer X: unknown key 'colour'"),
        ("[[rule]]\ncode = 7\n", "own0.toml: 7: code must be text"),
        ("[[rule]]\n", "own0.toml: a rule without a code: code is missing"),
        (rule().replace('slug = "a-rule"', ""), "own0.toml: NF901: slug is missing"),
        (rule().replace("NF901", "NF9"), "own0.toml: NF9: a code is NF and three digits"),
        (rule().replace('"moved"', '"mooved"'), "own0.toml: NF901: kind must be one of moved, "),
        (rule().replace('"different"', '"same"'), "own0.toml: NF901: grade must be one of identical, "),
        (rule('works = "keras<2.6"'), "own0.toml: NF901: works must be texts"),
        (rule('whole = "yes"'), "own0.toml: NF901: whole must be flag"),
        (rule().split("[rule.example]")[0], "own0.toml: NF901: example is missing"),
        (rule().replace('before = "import old"', ""), "own0.toml: NF901: example.before is missing"),
        (rule(symbols='"a.B" = {}'), "own0.toml: NF901: a.B has no target"),
        (rule(symbols='"a.B" = 3'), "own0.toml: NF901: a.B has no target"),
        (rule(symbols='"a b" = "c.B"'), "own0.toml: NF901: 'a b' is not a dotted path"),
        (rule(symbols='"a.B" = "c B"'), "own0.toml: NF901: 'c B' is not a dotted path"),
        (rule(symbols='"*.B" = "*.C"'), "own0.toml: NF901: *.B needs the rule's roots"),
        (rule('removed = ["old.layers.X"]'), "own0.toml: NF901: old.layers.X is already in NF901"),
        (rule('arguments = "nowhere"'), "own0.toml: NF901: arguments names 'nowhere'"),
        (rule('arguments = { values = { mode = "0" } }'), "own0.toml: NF901: arguments: values.mode must say"),
        ("[maps]\nm = 3\n", "own0.toml: maps.m: must be table"),
        ("[surface]\nkeras = 3\n", "own0.toml: surface.keras must be texts"),
        ("[aliases]\na = 3\n", "own0.toml: aliases must be map"),
        ('[[layer]]\nname = "X"\n', "own0.toml: layer X: example, fits, imports"),
        ("[[rule]\n", "own0.toml: "),
    ],
)
def test_refused(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(message)


@pytest.mark.parametrize(
    ("match", "message"),
    [
        ('names = ["mode"]', "a match needs callees and names or position"),
        ('callees = ["X"]', "a match needs callees and names or position"),
        ('callees = ["X"]\nposition = -1', "match: position must be number"),
        ('callees = ["X"]\nposition = true', "match: position must be number"),
        ('callees = ["X"]\nposition = 0\nvalue = "round"', "value must be one of float, int, "),
        (
            'callees = ["X"]\nposition = 0\naction = "burn"',
            "action must be one of drop, rename, replace, to-call, report",
        ),
        ('callees = ["X"]\nnames = ["a"]\naction = "rename"', "a renamed argument needs its new name in to"),
    ],
)
def test_refused_match(tmp_path: Path, match: str, message: str) -> None:
    assert refusal(tmp_path, f"{rule()}\n[[rule.match]]\n{match}\n").startswith(f"own0.toml: NF901: {message}")


def test_a_code_is_given_once(tmp_path: Path) -> None:
    second = rule().replace("old.layers.X", "old.layers.Y")

    assert refusal(tmp_path, rule(), second) == "own1.toml: NF901: the code is taken in own0.toml"


def test_a_symbol_is_in_one_rule(tmp_path: Path) -> None:
    second = rule().replace("NF901", "NF902")

    assert refusal(tmp_path, rule(), second) == "own1.toml: NF902: old.layers.X is already in NF901"


def test_a_module_is_in_one_rule(tmp_path: Path) -> None:
    modules = '[rule.modules]\n"old.core" = "new.layers"\n'
    second = rule().replace("NF901", "NF902").replace("old.layers.X", "old.layers.Y")

    assert refusal(tmp_path, rule() + modules, second + modules).endswith("module old.core is already in NF901")


def test_a_target_is_not_legacy_itself(tmp_path: Path) -> None:
    second = (
        rule().replace("NF901", "NF902").replace("new.layers.X", "old.layers.X").replace('"old.layers.X" =', '"a.B" =')
    )

    assert refusal(tmp_path, rule(), second) == "own1.toml: NF902: a.B points at old.layers.X, itself legacy by NF901"


def test_a_target_is_not_legacy_under_an_alias(tmp_path: Path) -> None:
    text = '[aliases]\n"other" = "old"\n' + rule(symbols='"a.B" = "other.layers.X"')

    assert "a.B points at other.layers.X, itself legacy by NF901" in refusal(tmp_path, text)


def test_a_module_target_is_not_legacy_itself(tmp_path: Path) -> None:
    text = rule() + '[rule.modules]\n"old.core" = "old.mid"\n"old.mid" = "new.layers"\n'

    assert "old.core points at old.mid, itself legacy by NF901" in refusal(tmp_path, text)


def test_a_name_keeps_its_kind(tmp_path: Path) -> None:
    text = rule(symbols='"a.merge" = "new.layers.Merge"')

    assert refusal(tmp_path, text).endswith("a.merge is a function and new.layers.Merge a class")


def test_a_layer_is_described_once(tmp_path: Path) -> None:
    keys = ("summary", "normalizes", "fits", "since", "trap", "example")
    layer = '[[layer]]\nname = "X"\nimports = ["i"]\nlinks = ["l"]\n' + "".join(f'{key} = "k"\n' for key in keys)

    assert refusal(tmp_path, layer, layer) == "own1.toml: layer X: the layer is described twice"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"^absent\.toml: "):
        load_table([tmp_path / "absent.toml"])


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes(b'family = "\xe9"\n')

    with pytest.raises(TableError, match=r"^latin\.toml: "):
        load_table([file])


# -- graph programs


def test_a_path_may_have_a_second_replacement_for_graph_programs(tmp_path: Path) -> None:
    arguments = 'arguments = { rename = { a = "b" }, verbatim = true }'
    text = rule(after=f'[rule.legacy]\nX = {{ to = "new.v1.x", grade = "different", {arguments} }}')
    entry = load_table([write(tmp_path, text)]).entries["old.layers.X"]
    assert entry.legacy is not None
    assert (entry.new, entry.legacy.new) == ("new.layers.X", "new.v1.x")
    assert entry.legacy.arguments.rename == {"a": "b"}
    assert (entry.legacy.rule.kind, entry.legacy.rule.code) == (Kind.RENAMED, "NF901")


def test_a_replacement_for_graph_programs_is_a_dotted_path(tmp_path: Path) -> None:
    assert refusal(tmp_path, rule(after='[rule.legacy]\nX = "no path"')) == (
        "own0.toml: NF901: legacy: 'no path' is not a dotted path"
    )


def test_the_words_of_graph_programs_are_read(tmp_path: Path) -> None:
    graph = load_table([write(tmp_path, '[graph]\nbuilders = ["Session"]\nimporters = ["mine"]\n')]).graph
    assert graph.builders == {"Session"}
    assert [graph.imports_tensorflow(name) for name in ("mine.part", "tensorflow", "numpy")] == [True, True, False]


def test_an_unknown_word_list_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, '[graph]\nbuilder = ["Session"]\n') == "own0.toml: graph: unknown key 'builder'"


def graded(grade: str, *parts: str) -> str:
    return rule(*parts[:1]).replace("different", grade) + "\n".join(parts[1:])


RUN = '[proofs.NF901]\ncases = 1\n[proofs.NF901.runs]\n"old.layers.X -> new.layers.X" = ["2.3.4"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (graded("identical"), "old.layers.X -> new.layers.X: no recorded run backs the grade identical"),
        (graded("identical", "", "[proofs.NF901]\ncases = 9\n"), "old.layers.X -> new.layers.X: no recorded run backs"),
        (graded("identical", "", RUN.replace("new.layers.X", "new.layers.Y")), "old.layers.X -> new.layers.X: no r"),
        (graded("identical", "", RUN.replace("cases = 1", "cases = 0")), "old.layers.X -> new.layers.X: no rec"),
        (
            graded("identical", "", RUN, '[ran]\n"old.layers.X" = ["2.3.4", "2.6.5"]'),
            "old.layers.X -> new.layers.X: no recorded run of 2.6.5 backs",
        ),
        (graded("no-numbers"), "old.layers.X -> new.layers.X: nothing recorded says that old.layers.X never ran"),
        (graded("none"), "old.layers.X has the target new.layers.X, and the grade none says that nothing replaces it"),
    ],
)
def test_a_grade_that_nobody_measured_does_not_load(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(f"own0.toml: NF901: {message}")


def test_a_path_with_a_run_of_each_release_loads_with_its_grade(tmp_path: Path) -> None:
    text = graded("identical", "", RUN, '[ran]\n"old.layers.X" = ["2.3.4"]')
    assert load_table([write(tmp_path, text)]).entries["old.layers.X"].rule.grade is Grade.IDENTICAL


def test_a_path_that_never_ran_has_no_numbers(tmp_path: Path) -> None:
    text = graded("identical", "", '[ran]\n"old.layers.X" = []')
    assert load_table([write(tmp_path, text)]).entries["old.layers.X"].rule.grade is Grade.NO_NUMBERS


def test_a_row_may_have_a_lower_grade_than_its_rule(tmp_path: Path) -> None:
    text = rule("", '"old.layers.Z" = { to = "new.layers.Z", grade = "different" }').replace(
        'grade = "different"', 'grade = "identical"', 1
    )
    table = load_table([write(tmp_path, text + RUN)])
    assert {old: entry.rule.grade for old, entry in table.entries.items()} == {
        "old.layers.X": Grade.IDENTICAL,
        "old.layers.Z": Grade.DIFFERENT,
    }


def test_a_difference_is_no_proof(tmp_path: Path) -> None:
    text = graded("identical", "", RUN.replace("cases = 1", "cases = 1\nlargest = 0.01"))
    assert refusal(tmp_path, text) == "own0.toml: proofs.NF901: a difference of 0.01 is no proof; equal is up to 1e-05"


@pytest.mark.parametrize(
    ("more", "pair"),
    [
        ('[rule.modules]\n"old.sub" = "new.sub"\n', "old.sub -> new.sub"),
        ('[[rule.match]]\ncallees = ["X"]\nnames = ["a"]\naction = "drop"\n', "keras.layers.X(a)"),
        ('[[rule.match]]\ncallees = ["m.f"]\nnames = ["a"]\naction = "drop"\n', "m.f(a)"),
        ('[rule.arguments]\nrename = { a = "b" }\n', "old.layers.X(a)"),
    ],
)
def test_modules_and_arguments_of_own_rules_need_runs(tmp_path: Path, more: str, pair: str) -> None:
    text = rule("", "", more).replace('grade = "different"', 'grade = "identical"').replace("\nafter =", "\nafter =")
    own = write(tmp_path, text + RUN)
    with pytest.raises(TableError, match="no recorded run backs a fix") as caught:
        load_table([], [own])
    assert pair in str(caught.value)
    own.write_text(text + RUN + f'"{pair}" = ["2.3.4"]\n', encoding="utf-8")
    assert load_table([], [own]).rules["NF901"].grade is Grade.IDENTICAL


@pytest.mark.parametrize(
    ("found", "grade"),
    [
        (
            '{ ran = ["2.5.3"], same = ["Dense"], other = ["LSTM"] }',
            {"Dense": "identical", "LSTM": "different", "GRU": "different"},
        ),
        ("{ ran = [], same = [], other = [] }", {"Dense": "no-numbers", "LSTM": "no-numbers"}),
    ],
)
def test_a_name_of_a_module_has_the_grade_that_is_recorded(tmp_path: Path, found: str, grade: dict[str, str]) -> None:
    text = rule("", "", '[rule.modules]\n"old.sub" = "new.sub"\n').replace('grade = "different"', 'grade = "identical"')
    move = load_table([write(tmp_path, f'{text}{RUN}[moved]\n"old.sub -> new.sub" = {found}\n')]).module_move("old.sub")
    assert move is not None
    assert {name: move.rule_for(name).grade.value for name in grade} == grade


def test_a_module_of_a_proved_rule_that_was_another_one_does_not_load(tmp_path: Path) -> None:
    text = rule("", "", '[rule.modules]\n"old.sub" = "new.sub"\n').replace('grade = "different"', 'grade = "identical"')
    found = '{ ran = ["2.5.3"], same = [], other = ["LSTM"] }'
    said = refusal(tmp_path, f'{text}{RUN}[moved]\n"old.sub -> new.sub" = {found}\n')
    assert said.startswith("own0.toml: NF901: old.sub -> new.sub: no recorded run backs a fix with the grade identical")


@pytest.mark.parametrize("code", ["NF901", "NF902", "NF904", "NF110", "NF111", "NF220"])
def test_a_module_that_nobody_recorded_does_not_load_in_a_shipped_rule(tmp_path: Path, code: str) -> None:
    files = []
    for file in rule_files():
        head, mark, tail = file.read_text(encoding="utf-8").partition(f'code = "{code}"')
        tail = tail.replace("[rule.modules]\n", '[rule.modules]\n"keras.invented" = "keras.layers"\n', 1)
        files.append(tmp_path / file.name)
        files[-1].write_text(head + mark + tail, encoding="utf-8")
    with pytest.raises(TableError, match=f"{code}: keras.invented -> keras.layers: no recorded run"):
        load_table(files)


def matched(grade: str, ran: str, runs: str = "") -> str:
    """A rule that drops an argument `a` of a function, with what was recorded of it."""
    more = '[[rule.match]]\ncallees = ["m.f"]\nnames = ["a"]\naction = "drop"\n'
    text = rule("", "", more).replace('grade = "different"', f'grade = "{grade}"')
    text = text.replace('"old.layers.X" = "new.layers.X"\n', "")
    return f"{text}\n[proofs.NF901]\ncases = 1\n[proofs.NF901.runs]\n{runs}\n[ran]\n{ran}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            matched("identical", '"m.f(a)" = ["2.3.4", "2.6.5"]', '"m.f(a)" = ["2.3.4"]'),
            "no recorded run of 2.6.5 backs",
        ),
        (matched("identical", ""), "no recorded run backs a fix with the grade identical"),
        (matched("no-numbers", '"m.f(a)" = ["2.3.4"]'), "nothing recorded says that no release took it"),
        (matched("no-numbers", ""), "nothing recorded says that no release took it"),
        (matched("none", '"m.f(a)" = []'), "a fix with the grade none says that nothing replaces it"),
    ],
)
def test_an_argument_that_nobody_measured_does_not_load(tmp_path: Path, text: str, message: str) -> None:
    assert refusal(tmp_path, text).startswith(f"own0.toml: NF901: m.f(a): {message}")


@pytest.mark.parametrize(
    "text",
    [
        matched("identical", '"m.f(a)" = ["2.3.4"]', '"m.f(a)" = ["2.3.4"]'),
        matched("no-numbers", '"m.f(a)" = []'),
        matched("different", ""),
    ],
)
def test_an_argument_with_its_runs_or_without_numbers_loads(tmp_path: Path, text: str) -> None:
    assert load_table([write(tmp_path, text)]).arguments


def test_the_road_of_a_graph_program_needs_a_run_of_its_own(tmp_path: Path) -> None:
    text = rule("", "", '[rule.legacy]\nX = "old.graph.X"\n')
    assert "old.layers.X -> old.graph.X: no recorded run backs the grade" in refusal(tmp_path, text)
    proof = '[proofs.NF901]\ncases = 1\n[proofs.NF901.runs]\n"old.layers.X -> old.graph.X" = ["2.3.4"]\n'
    ran = '[ran]\n"old.layers.X" = ["2.3.4", "2.6.5"]\n'
    assert "no recorded run of 2.6.5" in refusal(tmp_path, text + proof + ran)
    entry = load_table([write(tmp_path, text + proof)]).entries["old.layers.X"]
    assert entry.legacy is not None
    assert entry.legacy.rule.grade is Grade.IDENTICAL_WITH_ARGUMENTS


def test_no_safe_fix_of_the_table_is_without_a_proof_or_without_numbers() -> None:
    table = shipped_table()
    roads = [*table.entries.values(), *(entry.legacy for entry in table.entries.values() if entry.legacy is not None)]
    unproved = []
    for entry in roads:
        runs = table.proofs[entry.rule.code].runs if entry.rule.code in table.proofs else {}
        if entry.new is None or applicability_of(entry.rule) is not Applicability.SAFE:
            continue
        if entry.rule.grade is not Grade.NO_NUMBERS and not runs.get(pair_of(entry.old, entry.new)):
            unproved.append(entry.old)
    for match in table.arguments:
        runs = table.proofs[match.rule.code].runs if match.rule.code in table.proofs else {}
        safe = match.action is not Action.REPORT and applicability_of(match.rule) is Applicability.SAFE
        if safe and match.rule.grade is not Grade.NO_NUMBERS:
            unproved += [name for name in match.names if not any(runs.get(change_of(*one)) for one in match.changes)]
    assert unproved == []
    assert all(move.rule.grade is not Grade.NONE for move in table.modules.values())


def test_own_rules_cannot_say_where_a_path_ran(tmp_path: Path) -> None:
    own = write(tmp_path, graded("no-numbers", "", '[ran]\n"old.layers.X" = []'))
    with pytest.raises(TableError, match="ran: a project's own rules cannot say"):
        load_table([], [own])


@pytest.mark.parametrize("entry", [entry for entry in shipped_table().entries.values() if entry.new is not None])
def test_no_shipped_path_claims_numbers_without_a_run_or_recorded_silence(entry: Entry) -> None:
    ran = shipped_availability().paths.get(entry.old, {})
    ever = any(works for reach in ran.values() for works in reach.works.values())
    runs = shipped_table().proofs[entry.rule.code].runs if entry.rule.code in shipped_table().proofs else {}
    assert entry.rule.grade is not Grade.NONE
    assert (entry.rule.grade in EQUAL) <= bool(runs.get(pair_of(entry.old, entry.new or "")))
    assert (entry.rule.grade is Grade.NO_NUMBERS) <= (bool(ran) and not ever)
