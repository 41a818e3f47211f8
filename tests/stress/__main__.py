"""python -m stress [digit_files|files|arrays|settings|kills|loops] --seed 0 --count N."""

from __future__ import annotations

import argparse
import importlib

from stress import report

# That many cases take about half an hour in all, on two cores, and the loops as long again. Of the
# files of digits 8 in 11 are IDX and CSV, which makes 10,000; the others are npz.
COUNTS = {
    **{"digit_files": 13_750, "files": 6_500, "arrays": 20_000, "settings": 300, "kills": 50},
    **{"loops": 1_000},
}


def main() -> int:
    """Run the named parts, or all; return 1 if something broke."""
    parser = argparse.ArgumentParser(prog="python -m stress", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(COUNTS)}")
    parser.add_argument("--seed", type=int, default=0, help="of the first case; default: 0")
    parser.add_argument(
        "--count",
        type=int,
        help=f"cases of each part; default: {', '.join(f'{n:,} {p}' for p, n in COUNTS.items())}",
    )
    options = parser.parse_args()
    reports = []
    if unknown := sorted(set(options.parts) - set(COUNTS)):
        parser.error(f"received {unknown[0]!r}, expected {', '.join(COUNTS)}")
    for part in options.parts or COUNTS:
        module = importlib.import_module(f"stress.{part}")
        print(f"{part} ...", flush=True)
        reports.append(module.run(options.seed, options.count or COUNTS[part]))
    report.show(reports)
    return 1 if any(found.breaks for found in reports) else 0


if __name__ == "__main__":
    raise SystemExit(main())
