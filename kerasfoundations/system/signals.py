"""Ctrl-C, deferred until a training run can save its state."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Any


class TrainingInterrupted(KeyboardInterrupt):
    """A training run was asked to stop and saved its state; the message says how to resume.

    Args:
        message: Where it stopped, and how to resume.
        signal_number: Which signal asked.

    Attributes:
        signal_number: Which signal asked: `signal.SIGINT` (Ctrl-C) or `signal.SIGTERM`.

    Example:
        >>> stopped = TrainingInterrupted("stopped after epoch 2", signal.SIGTERM)
        >>> stopped.signal_number == signal.SIGTERM, isinstance(stopped, KeyboardInterrupt)
        (True, True)
    """

    def __init__(self, message: str, signal_number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.signal_number = signal_number


class Interruption:
    """A context in which the first Ctrl-C only sets `asked`; the second one stops at once.

    So does SIGTERM, by which a job queue takes the machine back. Python lets only the main thread
    handle signals: elsewhere nothing changes.

    Attributes:
        asked: The signal that asked to stop, or `None`.
        place: Where the training will stop, as the first Ctrl-C says.

    Example:
        >>> with Interruption() as interruption:
        ...     signal.raise_signal(signal.SIGINT)
        ...     interruption.asked == signal.SIGINT
        True
    """

    def __init__(self) -> None:
        self.asked: int | None = None
        self.place = "after the current step"
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Interruption:
        self.asked = None
        if threading.current_thread() is threading.main_thread():
            self._before = {
                number: signal.signal(number, self._ask)
                for number in (signal.SIGINT, signal.SIGTERM)
            }
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked is not None:
            raise KeyboardInterrupt
        self.asked = number
        # A print could interrupt another one.
        os.write(2, f"\nstopping {self.place} (once more: at once)\n".encode())
