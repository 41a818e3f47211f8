"""Time an operation twice: how much faster is the vectorized call than the loop?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kerasfoundations import checks


@dataclass(frozen=True)
class Speed:
    """What `time_both` measured.

    Attributes:
        naive_seconds: Seconds of one call of the naive version, the shortest of the repeats.
        vectorised_seconds: The same for the vectorized version.
    """

    naive_seconds: float
    vectorised_seconds: float

    @property
    def ratio(self) -> float:
        """How many times faster the vectorized version is."""
        return self.naive_seconds / self.vectorised_seconds


def time_both(
    naive: Callable[..., Any], vectorised: Callable[..., Any], *arguments: Any, repeats: int = 5
) -> Speed:
    """Time two versions of an operation on the same arguments, alternating.

    The shortest time counts: other work on the machine only ever adds to it. The first call of each
    is not timed.

    Args:
        naive: The loop.
        vectorised: The library's call.
        *arguments: The arguments of both.
        repeats: How often each is called.

    Returns:
        A `Speed`: both times, in seconds, and their ratio.

    Example:
        >>> speed = time_both(lambda x: [v * 2 for v in x], lambda x: x, list(range(10_000)))
        >>> speed.ratio > 1
        True
    """
    times: tuple[list[float], list[float]] = ([], [])
    for count in range(checks.positive_integer("repeats", repeats) + 1):
        for function, seconds in zip((naive, vectorised), times, strict=True):
            start = time.perf_counter()
            function(*arguments)
            if count:
                seconds.append(time.perf_counter() - start)
    return Speed(min(times[0]), min(times[1]))
