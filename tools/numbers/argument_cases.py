"""Recorded runs for each argument that a rule changes: in argument matches, and in the maps of functions and classes.

`path_cases.py` shows that a bare call of each path gives the old numbers. These calls give one argument more, in every
recorded release, whether it took the argument or not: what a release refuses is recorded as refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from normfix.table.argument_map import CallMap, Instead
from normfix.table.evidence import EQUAL, Runs
from normfix.table.rule import Action, Grade
from normfix.table.table import ArgumentMatch, Entry
from tools.numbers.cases import Case, Release, is_rewritten, load_releases, released, unproved_table
from tools.numbers.path_cases import CALLS, FLAT, IMAGE, case_of, ran_in, spelling

FOLDER = "arguments"
_SHAPES = {"list": "[-1]", "slash": "'block/norm'", "text": "'norm'"}
_LITERALS: dict[str, tuple[str, ...]] = {
    "activation_fn": ("tf.nn.relu",),
    "axis": ("-1",),
    "begin_params_axis": ("-1",),
    "beta_constraint": ("tf.keras.constraints.NonNeg()",),
    "beta_init": ("'uniform'",),
    "beta_initializer": ("tf.keras.initializers.Ones()",),
    "beta_regularizer": ("tf.keras.regularizers.l2(0.1)",),
    "center": ("False",),
    "decay": ("0.9",),
    "dim": ("1",),
    "eps": ("0.01",),
    "epsilon": ("0.01",),
    "fused": ("True", "False", "None"),
    "gamma_constraint": ("tf.keras.constraints.NonNeg()",),
    "gamma_init": ("'uniform'",),
    "gamma_initializer": ("tf.keras.initializers.Zeros()",),
    "gamma_regularizer": ("tf.keras.regularizers.l2(0.1)",),
    "groups": ("3",),
    "is_training": ("True", "False"),
    "keep_dims": ("True",),
    "momentum": ("0.9",),
    "moving_mean_initializer": ("tf.keras.initializers.Ones()",),
    "moving_variance_initializer": ("tf.keras.initializers.Zeros()",),
    "name": ("'norm'",),
    "outputs_collections": ("['outputs']",),
    "param_initializers": ("{'beta': tf.keras.initializers.Ones()}",),
    "renorm_clipping": ("None",),
    "renorm_decay": ("0.9",),
    "renorm_momentum": ("0.9",),
    "scale": ("True", "False"),
    "scope": ("'norm'",),
    "training": ("True", "False"),
    "updates_collections": ("None",),
    "variables_collections": ("['variables']",),
}
"""What each argument is given, where the table does not list its values."""

_GLOBAL = "(t=x, m=mean, v=variance, beta=offset, gamma=scale, variance_epsilon=0.01, scale_after_normalization=True)"
_FUNCTIONS = {
    "batch_norm_with_global_normalization": (_GLOBAL, ("mean", "variance", "offset", "scale")),
    "l2_normalize": ("(x, {})", ()),
    "moments": ("(x, [0], {})", ()),
    "sufficient_statistics": ("(x, [0], {})[1:3]", ()),
    "weighted_moments": ("(x, [0], weights, {})", ("weights",)),
}
"""How the functions of `tf.nn` are called with an argument, and what they need beside `x`."""


@cache
def load_argument_cases() -> tuple[Case, ...]:
    """Every argument, literal and release, release by release in the order of the table. What is refused is among them."""
    table = unproved_table()
    made = [
        case
        for release in load_releases().values()
        for case in (
            *(case for match in table.arguments for case in _of_match(match, release)),
            *(case for entry in _mapped() for case in _of_map(entry, release)),
        )
    ]
    return tuple(one for one in made if is_rewritten(one))


def argument_runs(cases: Iterable[Case]) -> Runs:
    """The recorded releases that took each argument, by `evidence.change_of`: none where every release refused it."""
    found: dict[str, tuple[str, ...]] = {}
    for case in cases:
        taken = found.get(change_name(case), ())
        found[change_name(case)] = taken if case.release in taken or refused(case) else (*taken, case.release)
    return found


def taken_cases() -> tuple[Case, ...]:
    """The cases whose release took the argument of a rule that claims the old numbers."""
    rules = unproved_table().rules
    return tuple(case for case in load_argument_cases() if rules[case.rule].grade in EQUAL and not refused(case))


def refused(case: Case) -> bool:
    """Whether the release of a case did not take its argument."""
    return "refused" in released(FOLDER, case.release)[case.id]


def change_name(case: Case) -> str:
    """The change that a case is of, as `evidence.change_of` spells it."""
    return case.id.partition("/")[2].partition("=")[0] + ")"


def _of_match(match: ArgumentMatch, release: Release) -> Iterator[Case]:
    if match.action is Action.REPORT or match.rule.grade in (Grade.DIFFERENT, Grade.NONE):
        return
    for path, name in match.changes:
        for literal in _literals(match, name):
            if path.rpartition(".")[2] in _FUNCTIONS:
                yield _function_case(path, release, name, literal, match.rule.code)
            elif path.rpartition(".")[2] in CALLS or path.endswith(".Normalization"):
                case = _layer_case(path, release)
                if match.action is Action.TO_CALL:
                    case = replace(case, old=case.old.replace("(x, training=True)", "(x)"))
                yield _with(case, path, name, literal, match.rule.code)


def _literals(match: ArgumentMatch, name: str) -> tuple[str, ...]:
    if match.literals:
        return match.literals
    if match.value is not None:
        return (_SHAPES[match.value],)
    return (*match.replacements, *_LITERALS.get(name, ("",)))


def _function_case(path: str, release: Release, name: str, literal: str, rule: str) -> Case:
    call, needed = _FUNCTIONS[path.rpartition(".")[2]]
    shape = (6,) if call is _GLOBAL else FLAT
    return Case(
        id=f"{release.name}/{path}({name}={literal})",
        rule=rule,
        release=release.name,
        old=f"tf{path[len('tensorflow') :]}{call.format(f'{name}={literal}')}",
        new=path,
        new_path=path,
        shape=IMAGE if call is _GLOBAL else FLAT,
        inputs=dict.fromkeys(needed, shape),
        seed=7,
        mode="inference",
        refusable=True,
    )


def _layer_case(path: str, release: Release) -> Case:
    home, _, name = path.rpartition(".")
    if path.startswith("tensorflow."):
        imports, spelled = ("import tensorflow as tf",), f"tf{path[len('tensorflow') :]}"
    else:
        imports, spelled = (f"from {home} import {name}",), name
    return case_of(path, path, "", release, imports, spelled)


def _mapped() -> list[Entry]:
    """One entry for each rule, map and root of the paths: under the other paths the same call is proved to be the same."""
    found: dict[tuple[str, str, str], Entry] = {}
    for entry in unproved_table().entries.values():
        if entry.new is None or entry.rule.grade not in EQUAL or not entry.arguments.known or not ran_in(entry.old):
            continue
        found.setdefault((entry.rule.code, entry.old.partition(".")[0], repr(entry.arguments)), entry)
    return list(found.values())


def _of_map(entry: Entry, release: Release) -> Iterator[Case]:
    if release.name not in ran_in(entry.old):
        return
    imports, spelled = spelling(entry.old, release)
    case = case_of(entry.old, str(entry.new), entry.rule.code, release, imports, spelled)
    for name in sorted(entry.arguments.known):
        for literal in _values(entry.arguments, name):
            yield _with(case, entry.old, name, literal, entry.rule.code)


def _values(arguments: CallMap, name: str) -> tuple[str, ...]:
    if name == "inputs":
        return ("x",)
    special = tuple(text for one in _claimed(arguments) if one.argument == name for text in one.literals)
    listed = tuple(arguments.values.get(name, ()))
    return tuple(dict.fromkeys((*special, *listed, *_LITERALS.get(name, ()))))


def _claimed(arguments: CallMap) -> Iterator[Instead]:
    """The special cases that claim the old numbers: what only some releases take is never safe, and claims nothing."""
    needs = unproved_table().releases.needs
    yield from (one for one in arguments.instead if not any(f"{one.to}.{name}" in needs for name in one.arguments.add))


def _with(case: Case, path: str, name: str, literal: str, rule: str) -> Case:
    """A case of a bare call with one argument more."""
    call = _given(case.old, name, literal)
    imports = case.imports
    if "tf." in literal and "import tensorflow as tf" not in imports:
        imports = ("import tensorflow as tf", *imports)
    case = replace(case, id=f"{case.release}/{path}({name}={literal})", rule=rule, old=call, imports=imports)
    case = replace(case, refusable=True, unbiased=case.unbiased and (name, literal) != ("fused", "False"))
    if (name == "fused" and literal == "True") or name == "data_format":
        case = replace(case, shape=IMAGE)
        if name == "fused":
            case = replace(case, unbiased=True, state=("moving_mean",))
    if name in ("training", "is_training") and literal == "False":
        case = replace(case, mode="inference", state=(), unbiased=False)
    return case


def _given(call: str, name: str, literal: str) -> str:
    """A call with an argument more in its first parentheses."""
    for old in (f"{name}=True", f"{name}=3"):
        if old in call:
            return call.replace(old, f"{name}={literal}")
    if name == "inputs":
        return call.replace("(x, 1)", "(x, dim=1)").replace("(x", "(inputs=x", 1)
    if "(axis=-1)" in call:
        return call.replace("(axis=-1)", f"(axis=-1, {name}={literal})")
    if name == "dim":
        return call.replace("(x, 1)", f"(x, dim={literal})")
    head, _, tail = call.partition("(")
    inside, closing = _first_group(tail)
    return f"{head}({inside}{', ' if inside else ''}{name}={literal}){closing}"


def _first_group(text: str) -> tuple[str, str]:
    depth = 1
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[:index], text[index + 1 :]
    raise ValueError(f"{text!r} does not close")
