"""Questions that hang on each other: the answers are right whichever is asked first, and the work is bounded."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from normfix.prefilter.circles import ANYTHING, Circles
from normfix.prefilter.names import Names

GRAPH = {"a": ("b",), "b": ("a", "c"), "c": ("d", "tf"), "d": ("b", "keras"), "e": ("e", "a"), "f": ()}
ROOTS = frozenset({b"tensorflow"})


def circles(graph: Mapping[str, tuple[str, ...]], most: int = 100) -> Circles[str]:
    def find(question: str) -> frozenset[bytes]:
        parts = (answers.ask(one) if one in graph else frozenset({one.encode()}) for one in graph[question])
        return frozenset().union(*parts)

    answers = Circles(find, most)
    return answers


@pytest.mark.parametrize("first", sorted(GRAPH))
def test_every_order_gives_the_same_answers(first: str) -> None:
    answers = circles(GRAPH)
    answers.ask(first)
    whole = frozenset({b"tf", b"keras"})
    assert {one: answers.ask(one) for one in GRAPH} == {**dict.fromkeys("abcde", whole), "f": frozenset()}


def test_what_grows_without_end_may_be_anything() -> None:
    def find(_: str) -> frozenset[bytes]:
        return frozenset(one + b".x" for one in answers.ask("a") | {b"tf"})

    answers = Circles(find, 100)
    assert ANYTHING + b".x" in answers.ask("a")


def test_what_hangs_on_too_much_may_be_anything() -> None:
    chain = {str(number): (str(number + 1),) for number in range(1000)} | {"1000": ("tf",)}
    assert circles(chain, 50).ask("0") == {ANYTHING}
    assert circles(chain, 50).ask("990") == {b"tf"}


def test_a_fault_leaves_nothing_behind() -> None:
    asked: list[str] = []

    def find(question: str) -> frozenset[bytes]:
        asked.append(question)
        if question == "bad" and asked.count("bad") == 1:
            raise RecursionError
        return answers.ask("bad") if question == "a" else frozenset({b"tf"})

    answers = Circles(find, 100)
    with pytest.raises(RecursionError):
        answers.ask("a")
    assert answers.ask("a") == {b"tf"}


@pytest.mark.parametrize("order", [(b"x", b"y"), (b"y", b"x")])
def test_names_that_are_given_each_other(order: tuple[bytes, ...]) -> None:
    names = Names(b"import tensorflow as tf\nx = tf.layers\ny = x\nx = y\n", ROOTS, None)
    assert [names.paths(one) for one in order] == [{b"tensorflow.layers"}] * 2


def test_a_name_that_grows_by_itself_does_so_once() -> None:
    names = Names(b"import tensorflow as tf\ntf = tf.compat.v1\n", ROOTS, None)
    assert names.paths(b"tf") == {b"tensorflow", b"tensorflow.compat.v1"}


def test_paths_that_grow_in_circles_are_bounded() -> None:
    names = range(8)
    most = 0

    def find(asked: int) -> frozenset[bytes]:
        nonlocal most
        others = [(other, path) for other in names if other != asked for path in answers.ask(other)]
        longer = {path + b".%d%d" % (asked, other) for other, path in others if path != ANYTHING}
        most = max(most, len(longer))
        return frozenset({b"tf", *longer}) | {path for _, path in others if path == ANYTHING}

    answers: Circles[int] = Circles(find, 100)
    assert ANYTHING in answers.ask(3)
    assert most < 10_000
