"""How seconds and memory of the first network grow with samples, width, depth and batch size.

One setting is varied at a time. From 250,000 samples on, which are MNIST's digits shifted, they are
streamed: they stay on disk as uint8, and each batch is read and scaled by itself, so that memory
stays as it is. Only the loops from scratch train on such a stream here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kerasfoundations.benchmark.contestants import Contestant
from kerasfoundations.benchmark.referee import Result, Size, measure
from kerasfoundations.benchmark.report import rows
from kerasfoundations.data import MnistData, random_shifts

GROWING = (
    *("scratch-eager", "scratch-graph", "scratch-xla", "scratch-epoch"),
    *("keras-fit", "pytorch-eager", "jax-scan"),
)
ROUNDS = 3
PARTS, STREAMED = (4, 2, 1), (250_000, 1_000_000)
WIDTHS, DEPTHS, BATCH_SIZES = (128, 512, 1024), (1, 2, 4), (32, 128, 512)
SETTINGS = ("num_samples", "width", "depth", "batch_size")


def measured(
    chosen: Sequence[Contestant],
    arrays: Path,
    data: MnistData,
    tell: Callable[[str], None] = lambda words: None,
    streamed: Sequence[int] = STREAMED,
) -> dict[Size, list[Result]]:
    """Measure other sizes than the usual one, in fresh processes.

    Args:
        chosen: The contestants, of which those named in `GROWING` take part.
        arrays: The folder of the digits.
        data: The digits, which are shifted where more are needed.
        tell: Called with a line about the progress.
        streamed: Numbers of samples to stream, in rising order.
    """
    growing = [contestant for contestant in chosen if contestant.name in GROWING]
    n = len(data.x_train)
    sizes = [Size(n)] + [Size(n // part) for part in PARTS]
    sizes += [Size(n, width=width) for width in WIDTHS]
    sizes += [Size(n, depth=depth) for depth in DEPTHS]
    sizes += [Size(n, batch_size=batch_size) for batch_size in BATCH_SIZES]
    found = {}
    for size in dict.fromkeys(sizes):
        found[size] = _measured(growing, arrays, ROUNDS, size, tell)
    scratch = [contestant for contestant in growing if contestant.family == "scratch"]
    if scratch and streamed:
        folder = write_shifted(arrays.parent / "shifted", arrays, data, max(streamed))
        for number in streamed:
            found[Size(number)] = _measured(scratch, folder, 1, Size(number), tell)
    return found


def _measured(
    growing: Sequence[Contestant],
    arrays: Path,
    rounds: int,
    size: Size,
    tell: Callable[[str], None],
) -> list[Result]:
    tell(
        f"growth: {size.num_samples:,} samples, {size.depth} × {size.width} units, batches of "
        f"{size.batch_size}"
    )
    results = measure(growing, arrays, rounds, size)
    for result in results:
        if result.failed and not result.contestant.missing:
            print(f"{result.contestant.label}: not measured there: {result.failed}")
    return results


def write_shifted(folder: Path, arrays: Path, data: MnistData, num_samples: int) -> Path:
    """Write that many digits, each set of them shifted anew, as uint8; return the folder.

    No more than one set is in memory at a time.
    """
    folder.mkdir()
    for name in ("x_test.npy", "y_test.npy"):
        (folder / name).symlink_to(arrays / name)
    shape = (num_samples, *data.x_train.shape[1:])
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    with open(folder / "x.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for copy, start in enumerate(range(0, num_samples, len(data.x_train))):
            file.write(random_shifts(data.x_train, epoch=copy)[: num_samples - start].data)
    np.save(folder / "y.npy", np.resize(data.y_train, num_samples))
    return folder


def points(growth: Mapping[Size, Sequence[Result]]) -> list[dict[str, Any]]:
    """Return a mapping per size and contestant, as the JSON file has it."""
    kept = ("name", "label", "family", "seconds", "lowest", "highest", "memory", "failed")
    return [
        {**vars(size), **{key: row[key] for key in kept}}
        for size, results in growth.items()
        for row in rows(results, 1, 1.0)
    ]


def exponents(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return `b` of `seconds = a·size^b` and of memory, fitted to the logarithms.

    Args:
        found: What `points` returned; what failed is left out.

    Returns:
        A mapping per contestant and setting that was varied: `label`, `setting`, `seconds`,
        `memory`.

    Example:
        >>> base = {"label": "fit", "width": 8, "depth": 1, "batch_size": 4, "failed": ""}
        >>> sizes = [(10, 1.0, 50.0), (20, 2.0, 50.0), (40, 4.0, 50.0)]
        >>> made = [base | {"num_samples": n, "lowest": s, "memory": m} for n, s, m in sizes]
        >>> [(row["setting"], round(row["seconds"], 2), row["memory"]) for row in exponents(made)]
        [('num_samples', 1.0, 0.0)]
    """
    done = [point for point in found if not point["failed"]]
    base = {name: _most_common([point[name] for point in done]) for name in SETTINGS if done}
    rows_found = []
    for label in dict.fromkeys(point["label"] for point in done):
        for name in SETTINGS:
            others = {other: value for other, value in base.items() if other != name}
            line = [
                point
                for point in done
                if point["label"] == label and all(point[o] == v for o, v in others.items())
            ]
            if len({point[name] for point in line}) > 1:
                fitted = {q: _slope(line, name, q) for q in ("lowest", "memory")}
                row = {"label": label, "setting": name, "seconds": fitted["lowest"]}
                rows_found.append(row | {"memory": fitted["memory"]})
    return rows_found


def _most_common(values: Sequence[Any]) -> Any:
    return max(values, key=values.count)


def _slope(line: Sequence[Mapping[str, Any]], setting: str, quantity: str) -> float:
    x, y = (np.log([point[name] for point in line]) for name in (setting, quantity))
    slope = float(np.polyfit(x, y, 1)[0])
    return 0.0 if math.isclose(slope, 0.0, abs_tol=1e-9) else slope
