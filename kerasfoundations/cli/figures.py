"""`kerasfoundations figures`: draw the pictures of the foundations."""

from __future__ import annotations

import argparse

from kerasfoundations import checks, figures
from kerasfoundations.cli.digits import load_digits
from kerasfoundations.cli.language import translated
from kerasfoundations.system import startup


def run(options: argparse.Namespace) -> int:
    """Draw the pictures and the page with all of them; return the exit code."""
    for name in options.only or ():  # an unknown name is reported before anything is loaded
        checks.known_name("picture", name, [picture.name for picture in figures.pictures()])
    data = load_digits(options.data)
    startup.start(None, "scratch")
    for picture in figures.write(options.out, data, options.only):
        print(f"{options.out}/{picture.name}.png", flush=True)
    print(translated("the page with all of them: {page}").format(page=f"{options.out}/index.html"))
    return 0
