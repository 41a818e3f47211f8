"""What compiling costs in the first epoch, separate from what training costs."""

from __future__ import annotations

import statistics
import time


class CompileTime:
    """The seconds of compiling: what the first and the last call take beyond the usual.

    A step is traced and compiled when it is first called, by XLA once more for a smaller last
    batch. `seconds = Σ max(0, t - k·u)` over these two, where a call of `k` batches took `t`, and
    `u` is the median time per batch of the other calls, or of all but the first.

    Attributes:
        seconds: What compiling took, `None` while unknown: before the first epoch has ended, and
            after one of a single call.
        pending: Whether the first call is still to come.

    Example:
        >>> found = CompileTime()
        >>> found.add(5.0, 1); found.add(0.5, 1); found.add(0.5, 1); found.add(0.25, 1)
        >>> found.finish()
        >>> found.seconds
        4.5
    """

    def __init__(self) -> None:
        self.seconds: float | None = None
        self.pending = True
        self._calls: list[tuple[float, int]] = []
        self._finished = False

    def begin(self, step: int) -> None:
        """Start the clock before the first call of the first epoch, at batch number `step`."""
        self._step, self._started = step, time.perf_counter()

    def end_call(self, step: int) -> None:
        """Note a call that has just ended before batch number `step`."""
        self.pending = False
        if not self._finished:
            now = time.perf_counter()
            self.add(now - self._started, step - self._step)
            self._step, self._started = step, now

    def add(self, seconds: float, num_batches: int) -> None:
        """Add a call: the time that it took, and its number of batches."""
        self._calls.append((seconds, num_batches))

    def finish(self) -> None:
        """End the first epoch; later ones change nothing."""
        if self._finished:
            return
        self._finished = True
        first, *others = self._calls or [(0.0, 0)]
        if not others:
            return
        usual = statistics.median(t / max(k, 1) for t, k in others[:-1] or others)
        self.seconds = sum(max(0.0, t - k * usual) for t, k in (first, others[-1]))
