"""Axes that a function of TensorFlow 1 was told one by one, and that today's layers take as all of them."""

from __future__ import annotations

import ast


def rank_of(axes: str, channels: str) -> int | None:
    """The dimensions of the input on which `axes` and `channels`, as literals, are all axes but that of the batch.

    None where they are on no input, or are no literals.
    """
    try:
        given, own = ast.literal_eval(axes), ast.literal_eval(channels)
    except (ValueError, SyntaxError):
        return None
    if not isinstance(given, list | tuple) or not all(type(one) is int for one in (*given, own)):
        return None
    rank = len(given) + 2
    every = {one + rank if one < 0 else one for one in (*given, own)}
    return rank if every == set(range(1, rank)) else None
