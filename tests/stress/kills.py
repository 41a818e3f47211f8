"""Killed training runs: each is resumed, and ends with the same files as one that was never killed.

A process is killed (SIGKILL) after a random time between its start and the end of a whole run, once
or several times in a row; `--resume` continues it. Weights, pictures and history must be the same
bytes; only measurements, such as seconds, may differ.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from stress.report import Break, Report

KINDS = (("scratch", "graph"), ("keras", "graph"), ("scratch", "epoch"), ("keras", "epoch"))
_WORDS = "--data sample --epochs 8 --batch-size 50 --save-every 9 --target 0 --quiet"
_TIMEOUT = 300
_AT_ONCE = 2


def run(seed: int, count: int) -> Report:
    """Kill and resume `count` training runs, equally many of each kind."""
    report = Report("kills")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda kind: _whole(kind, Path(folder)), KINDS)
        wholes = dict(zip(KINDS, found, strict=True))
        seeds = range(seed, seed + count)
        for number, (times, said) in zip(
            seeds, pool.map(lambda number: _case(number, wholes, Path(folder)), seeds), strict=True
        ):
            kind = " ".join(KINDS[number % len(KINDS)])
            if said:
                report.breaks.append(Break(f"{kind}, {times}", number, said))
            report.counts[kind, (said and "broken") or f"{times}: the same bytes"] += 1
    return report


def _whole(kind: tuple[str, str], folder: Path) -> tuple[dict[str, Any], float]:
    """Return the files of a run that is not killed, and the seconds that it takes."""
    out = folder / f"whole-{'-'.join(kind)}"
    begun = time.monotonic()
    done = _start(kind, out)
    _, said = done.communicate(timeout=_TIMEOUT)
    if done.returncode:
        raise RuntimeError(f"a run that nobody killed ended with {done.returncode}: {said}")
    return _files(out), time.monotonic() - begun


def _case(
    seed: int, wholes: dict[tuple[str, str], tuple[dict[str, Any], float]], folder: Path
) -> tuple[str, str]:
    """Kill and resume a run; return how often it was killed, and what is wrong, if anything."""
    kind = KINDS[seed % len(KINDS)]
    expected, seconds = wholes[kind]
    rng = np.random.default_rng(seed)
    out = folder / f"run-{seed}"
    killed, wanted, longest = 0, 1 + int(rng.integers(3)), 0.6 * seconds
    while True:
        process = _start(kind, out, resume=killed > 0)
        patience = rng.uniform(0, longest) if killed < wanted else _TIMEOUT
        try:
            _, said = process.communicate(timeout=patience)
            if killed or process.returncode:
                break
            shutil.rmtree(out)  # it ended before the kill: try again, sooner
            longest /= 2
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            if killed == wanted:
                return "killed and resumed", f"hung for {_TIMEOUT} s"
            killed += 1
    times = f"killed {killed} time{'s' * (killed != 1)}"
    if process.returncode:
        return times, f"ended with {process.returncode}: {said}"
    return times, _difference(expected, _files(out))


def _start(kind: tuple[str, str], out: Path, resume: bool = False) -> subprocess.Popen[str]:
    wing, execution = kind
    words = f"train {wing} {_WORDS} --execution {execution}"
    return subprocess.Popen(
        [sys.executable, "-m", "kerasfoundations", *words.split(), "--out", str(out)]
        + ["--resume"] * resume,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )


def _files(folder: Path) -> dict[str, Any]:
    """Return the files that a run has left, without its measurements."""
    files: dict[str, Any] = {path.name: path for path in folder.iterdir()}
    for name, path in files.items():
        if name == "metrics.json":
            values = json.loads(path.read_text())
            for measured in ("seconds", "examples_per_second", "digest"):
                values.pop(measured)
            files[name] = values
        elif name == "history.csv":
            files[name] = [line.split(",")[:5] for line in path.read_text().splitlines()]
        else:
            files[name] = path.read_bytes()
    return files


def _difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """Return which files differ; empty if none does."""
    names = sorted(expected.keys() | found.keys())
    return ", ".join(name for name in names if expected.get(name) != found.get(name))
