"""Classes that extend a layer of old: what they hand to its `__init__`, and what keeps them where they are."""

from __future__ import annotations

import pytest

from tests.support import fixed, result

HEAD = "import tensorflow as tf\nimport tensorflow_addons as tfa\n\n\n"
OLD, NEW = "tf.layers.BatchNormalization", "tf.keras.layers.BatchNormalization"


def extending(body: str, base: str = OLD, after: str = "") -> str:
    """A class with some lines in its body, and what stands below it."""
    lines = "".join(f"    {line}\n" if line else "\n" for line in body.splitlines())
    return f"import tensorflow as tf\n\n\nclass Norm({base}):\n{lines}\n\n{after}"


def init(call: str, given: str = "self, **options") -> str:
    return f"def __init__({given}):\n    {call}"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (extending("def _moments(self, x, axes, keep_dims):\n    return 0, 1"), "line 5 defines `_moments`"),
        (extending("def build(self, shape):\n    self.kind = self._param_dtype"), "line 6 uses `_param_dtype`"),
        (extending("def call(self, x):\n    self.add_update(x)\n    return x"), "line 6 uses `add_update`"),
        (extending(init("super().__init__(trainable=False, **options)")), "line 6: `trainable=False` has no equal"),
        (extending(init("super().__init__(renorm=True)")), "line 6: `renorm=True` has no equal"),
        (extending(init("super().__init__(**dict(options))")), "line 6: `**` may hold any"),
        (extending(init("pass")), "line 5: `__init__` of `Norm` does not call"),
        (extending(init("super().__init__(**options)"), after="x = Norm(fused=True)\n"), "line 9 gives `fused`"),
        (extending(init("super().__init__(**options)"), after="x = Norm(**y)\n"), "line 9 gives arguments through"),
        (extending("pass", after="x = Norm(-1, 0.9, renorm=True)\n"), "line 8: `renorm=True` has no equal"),
        (
            extending(
                "pass", after="class Other(Norm):\n    def __init__(self):\n        super().__init__(fused=True)\n"
            ),
            "line 8 extends `Norm` in turn",
        ),
    ],
)
def test_it_stays_and_says_which_line_holds_it(code: str, words: str) -> None:
    outcome = result(code, fix=True, unsafe=True)
    assert outcome.fixed_text is None
    assert words in str(outcome.findings[0].withheld)


def test_it_is_no_safe_fix_and_says_who_else_gives_arguments() -> None:
    outcome = result(extending(init("super().__init__(**options)")), fix=True)
    assert outcome.fixed_text is None
    assert [one.fix is not None and "those who make one" in one.fix.notes[0] for one in outcome.findings] == [True]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("super().__init__(fused=False)", "super().__init__()"),
        ("super().__init__(axis, 0.9, name=name)", "super().__init__(axis=axis, momentum=0.9, name=name)"),
        ("super(Norm, self).__init__(-1, **options)", "super(Norm, self).__init__(axis=-1, **options)"),
        ("super().__init__(fused=True, **options)", "super().__init__(**options)"),
        (f"{OLD}.__init__(self, -1, 0.9)", f"{NEW}.__init__(self, axis=-1, momentum=0.9)"),
    ],
)
def test_what_is_handed_to_the_base_is_mapped(before: str, after: str) -> None:
    given = "self, axis=-1, name=None, **options"
    assert fixed(extending(init(before, given)), unsafe=True) == extending(init(after, given), NEW)


def test_what_the_class_sets_itself_is_its_own() -> None:
    body = (
        "def build(self, shape):\n    self._seen = 1\n\ndef call(self, x, training=None):\n    return self._half(x)\n"
    )
    body += "\ndef _half(self, x):\n    return x * self._seen / 2"
    assert fixed(extending(body), unsafe=True) == extending(body, NEW)


def test_the_calls_of_a_class_without_an_init_are_those_of_the_base() -> None:
    after = fixed(extending("pass", after="x = Norm(-1, 0.9, fused=True)\n"), unsafe=True)
    assert after == extending("pass", NEW, "x = Norm(axis=-1, momentum=0.9)\n")


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("pass", "{}"),
        ('"""Words."""', '"""Words."""\n\n{}'),
        ('"""Words."""\nused = True', '"""Words."""\n\n{}\n\nused = True'),
        ("used = True", "{}\n\nused = True"),
    ],
)
def test_a_base_whose_defaults_were_others_gets_an_init_that_gives_them(body: str, after: str) -> None:
    made = 'def __init__(self, **kwargs):\n    super().__init__(**{"groups": -1, **kwargs})'
    code = extending(body, "tfa.layers.InstanceNormalization").replace(
        "\n\n\n", "\nimport tensorflow_addons as tfa\n\n\n", 1
    )
    wanted = extending(after.format(made), "tf.keras.layers.GroupNormalization")
    assert fixed(code, unsafe=True) == wanted


@pytest.mark.parametrize(
    ("body", "applied"), [("pass", "layer(x)"), ("def apply(self, x):\n    return x", "layer.apply(x)")]
)
def test_what_is_made_of_it_is_called_without_apply(body: str, applied: str) -> None:
    before = extending(body, after="layer = Norm()\ny = layer.apply(x)\n")
    after = extending(body, NEW, f"layer = Norm()\ny = {applied}\n")
    assert fixed(before, unsafe=True) == after
