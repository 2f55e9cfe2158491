"""Whatever a program does: each legacy path that it reaches is found where it is spelled, and nothing else is.

The oracle is the program itself, run with stand-ins for the libraries. `python -m tools.properties` runs more of them.
"""

from __future__ import annotations

from hypothesis import Phase, given, settings

from tests.properties.held import finds_what_is_reached, fixes_hold
from tests.properties.programs import programs

short = settings(derandomize=True, deadline=None, max_examples=100, phases=[Phase.generate])
"""What fails is not made smaller: that takes minutes."""


@short
@given(programs())
def test_findings_are_what_a_run_reaches(program: str) -> None:
    finds_what_is_reached(program)


@short
@given(programs())
def test_fixes_reach_the_new_path(program: str) -> None:
    fixes_hold(program)
