"""`kerasfoundations folders`: write the digits as pictures, in folders named by their labels."""

from __future__ import annotations

import argparse

from kerasfoundations.cli.digits import load_digits
from kerasfoundations.cli.language import translated
from kerasfoundations.data import write_label_folders


def run(options: argparse.Namespace) -> int:
    """Write them and print how many; return the exit code."""
    data = load_digits(options.data)
    labels = (3, 7) if options.digits == "37" else range(10)
    count = write_label_folders(data, options.folder, labels)
    said = translated("wrote {count:,} pictures to {folder}: train on them with --data")
    print(said.format(count=count, folder=options.folder))
    return 0
