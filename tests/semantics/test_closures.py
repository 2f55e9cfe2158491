"""What can be reached in a graph, for all of its nodes at the price of one walk."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normfix.semantics.closures import Closures

nodes = st.integers(0, 11)
graphs = st.dictionaries(nodes, st.frozensets(nodes, max_size=4), max_size=12)


def reached(graph: dict[int, frozenset[int]], start: int) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        ahead = graph.get(waiting.pop(), frozenset()) - found
        found |= ahead
        waiting += ahead
    return found


@given(graphs, st.lists(nodes, min_size=1))
def test_each_node_has_what_a_walk_of_its_own_finds(graph: dict[int, frozenset[int]], asked: list[int]) -> None:
    closures = Closures[int](lambda node: graph.get(node, frozenset()))
    for node in asked:
        assert closures.of(node) == reached(graph, node)


def test_each_node_is_followed_twice_at_most_however_many_are_asked_about() -> None:
    followed: list[int] = []

    def following(node: int) -> frozenset[int]:
        followed.append(node)
        return frozenset({node + 1, node // 2} if node < 2000 else ())

    closures = Closures[int](following)
    assert [len(closures.of(node)) for node in (0, 1000, 1999, 2000)] == [2001, 2001, 2001, 1]
    assert len(followed) <= 2 * 2001


def test_what_fails_on_the_way_is_asked_again() -> None:
    broken = {3}

    def following(node: int) -> frozenset[int]:
        if node in broken:
            raise ValueError(node)
        return frozenset({node + 1}) if node < 5 else frozenset()

    closures = Closures[int](following)
    for _ in range(2):
        with pytest.raises(ValueError, match="3"):
            closures.of(0)
    broken.clear()
    assert closures.of(0) == {0, 1, 2, 3, 4, 5}
