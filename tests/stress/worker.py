"""Runs the cases of a part in a separate process, which may crash, hang or eat up memory.

The process writes one JSON line for each case; when it falls silent, the case it was at is what
broke, and another process goes on behind it.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from stress.report import Break, Report

KEPT = Path("runs", "stress").absolute()  # where inputs that broke something are kept
START_SECONDS = 120


@dataclass
class Outcome:
    """What came of one case.

    Attributes:
        what: What was tried, a row of the table.
        outcome: What came of it, in few words.
        broken: Whether it must not have happened.
        said: Details of what broke.
        kept: Where the offending input lies.
        note: A figure and what it measures; the largest of each is reported.
        key: Of the cases that broke with the same one, only the first is reported at length.
    """

    what: str
    outcome: str
    broken: bool = False
    said: str = ""
    kept: str | None = None
    note: tuple[str, float] | None = None
    key: str = ""


def run(part: str, seed: int, count: int, seconds_per_case: float = 60) -> Report:
    """Runs `count` cases of `stress.<part>`, from this seed on."""
    report, largest, known = Report(part), dict[str, float](), set[str]()
    first, last = seed, seed + count
    while first < last:
        for line in _lines(part, first, last, seconds_per_case):
            outcome = Outcome(**line)
            report.counts[outcome.what, outcome.outcome] += 1
            if outcome.broken and (not outcome.key or outcome.key not in known):
                known.add(outcome.key)
                report.breaks.append(Break(outcome.what, first, outcome.said, outcome.kept))
            if outcome.note:
                name, value = outcome.note
                largest[name] = max(value, largest.get(name, value))
            first += 1
        if first < last:  # it died or hung
            report.counts["a process", "died or hung"] += 1
            report.breaks.append(Break("a process", first, "died, or hung, at this case"))
            first += 1
    report.notes += [f"largest {name} {value:.2g}" for name, value in sorted(largest.items())]
    return report


def _lines(part: str, first: int, last: int, seconds_per_case: float):
    """The JSON lines of a worker, until it ends or is silent for too long and is killed."""
    words = [sys.executable, "-m", "stress.worker", part, str(first), str(last)]
    process = subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    said: queue.Queue[str] = queue.Queue()

    def read(stream: IO[str]) -> None:
        for line in stream:
            said.put(line)
        said.put("")

    threading.Thread(target=read, args=(process.stdout,), daemon=True).start()
    seconds = START_SECONDS + seconds_per_case
    try:
        while True:
            try:
                line = said.get(timeout=seconds)
            except queue.Empty:
                return
            if not line:
                return
            if line.startswith('{"what"'):
                yield json.loads(line)
            seconds = seconds_per_case
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def attempt(part, seed: int, folder: Path) -> Outcome:
    """Run one case; an exception of the part itself is also recorded, and does not end the run."""
    try:
        return part.case(seed, folder)
    except Exception:
        return Outcome(part.__name__, "the case itself failed", True, traceback.format_exc())


def main(name: str, first: str, last: str) -> None:
    """What the process does."""
    part = importlib.import_module(f"stress.{name}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # nothing is lost if a file with a random name is written here
        for seed in range(int(first), int(last)):
            line = json.dumps(asdict(attempt(part, seed, Path(folder))))
            os.write(1, f"\n{line}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
