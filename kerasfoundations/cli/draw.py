"""`kerasfoundations draw`: serve a page to draw a digit on."""

from __future__ import annotations

import argparse
import sys

from kerasfoundations.demo import page
from kerasfoundations.runs import prediction


def run(options: argparse.Namespace) -> int:
    """Open the models and serve the page until interrupted; return the exit code."""
    for note in prediction.notes(options.model or prediction.digit_folders()):
        print(f"NOTE: {note}", file=sys.stderr, flush=True)
    page.draw(options.model, options.port)
    return 0
