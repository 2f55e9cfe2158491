"""What can be reached in a graph, for one node after the other: the work for all of them is one walk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

_N = TypeVar("_N")


@dataclass(frozen=True, eq=False)
class Closures(Generic[_N]):
    """The nodes that can be reached from others, as `following` leads from one to the next.

    The nodes of a circle reach the same ones, and share one set of them.
    """

    following: Callable[[_N], frozenset[_N]]
    _known: dict[_N, frozenset[_N]] = field(default_factory=dict)

    def of(self, node: _N) -> frozenset[_N]:
        """A node and all that can be reached from it."""
        if node not in self._known:
            self._walk(node)
        return self._known[node]

    def _walk(self, start: _N) -> None:
        """Tarjan's algorithm: a circle is complete where its first node has nothing more ahead of it."""
        order: dict[_N, int] = {}
        lowest: dict[_N, int] = {}
        open_nodes: list[_N] = []
        ahead: list[tuple[_N, Iterator[_N]]] = []

        def enter(node: _N) -> None:
            order[node] = lowest[node] = len(order)
            open_nodes.append(node)
            ahead.append((node, iter(self.following(node))))

        enter(start)
        while ahead:
            node, rest = ahead[-1]
            for other in rest:
                if other in self._known:
                    continue
                if other not in order:
                    enter(other)
                    break
                lowest[node] = min(lowest[node], order[other])
            else:
                ahead.pop()
                if ahead:
                    above = ahead[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == order[node]:
                    self._close(open_nodes, node)

    def _close(self, open_nodes: list[_N], first: _N) -> None:
        """Note what the nodes of a complete circle reach: those of `open_nodes` from its `first` one on."""
        circle = [open_nodes.pop()]
        while circle[-1] != first:
            circle.append(open_nodes.pop())
        beyond = {other for node in circle for other in self.following(node)}.difference(circle)
        reached = frozenset(circle).union(*(self._known[other] for other in beyond))
        self._known.update(dict.fromkeys(circle, reached))
