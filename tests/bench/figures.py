"""What a benchmark gives: figures, each with its target; and how pairs are measured fairly."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """
    One measured figure.

    Attributes:
        name: What was measured.
        value: The figure, in `unit` ("×" for a ratio).
        target: What it must not exceed; None where nothing was promised.
        detail: What it was made of, with the number of measurements.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    detail: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None without one."""
        return None if self.target is None else self.value <= self.target

    def row(self) -> str:
        """Return the figure as one line of the table."""
        mark = {True: "✓", False: "✗", None: " "}[self.is_met]
        target = "" if self.target is None else f"≤ {self.target:g} {self.unit}"
        return f"{mark} {self.name:<44}{self.value:>9.2f} {self.unit:<3} {target:<10}  {self.detail}"


def seconds(action: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def interleaved(one: Callable[[], float], other: Callable[[], float], count: int) -> tuple[float, float]:
    """
    Measure two things in turn, so that a busy moment of the machine hits both, and return their medians.

    Each is done once before, unmeasured.
    """
    one()
    other()
    pairs = [(one(), other()) for _ in range(count)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


async def interleaved_async(
    actions: Sequence[Callable[[], Awaitable[float]]], at_once: int, rounds: int
) -> list[float]:
    """
    Do the same with any number of actions that measure themselves.

    Args:
        at_once: So often each is done before the next has its turn.
    """
    measured: list[list[float]] = [[] for _ in actions]
    for number in range(rounds + 1):
        for action, so_far in zip(actions, measured, strict=True):
            taken = [await action() for _ in range(at_once)]
            if number:  # the first round warms up
                so_far.extend(taken)
    return [median(values) for values in measured]
