"""`kerasfoundations draw`: serve a page on which one draws a digit."""

from __future__ import annotations

import argparse
import sys

from kerasfoundations.demo import page
from kerasfoundations.runs import prediction


def run(options: argparse.Namespace) -> int:
    """Opens the models and serves the page until it is interrupted; returns the exit code."""
    for note in prediction.notes(options.model):
        print(f"NOTE: {note}", file=sys.stderr, flush=True)
    page.draw(options.model, options.port)
    return 0
