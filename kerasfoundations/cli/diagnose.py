"""`kerasfoundations diagnose`: find where a loop departs from Keras's fit, and why."""

from __future__ import annotations

import argparse
from pathlib import Path

from kerasfoundations.cli.language import translated
from kerasfoundations.system import atomic_files, startup

OK, DIFFERENT = 0, 1


def run(options: argparse.Namespace) -> int:
    """Compare the loop of a file, print and write the report; return the exit code."""
    if not Path(options.file).is_file():  # reported before anything is loaded
        raise FileNotFoundError(
            f"received {options.file}, which is not a file: pass a Python file that exports loop, "
            "reference and batches."
        )
    folder = options.out or f"runs/diagnose-{Path(options.file).stem}"
    if options.out:
        atomic_files.writable_folder(folder, "the report")
    startup.start(None, "scratch", "keras")
    from kerasfoundations.diagnose import files

    diagnosis = files.diagnose_file(options.file, options.tolerance)
    diagnosis.show()
    files.save(folder, diagnosis)
    print(translated("report and picture in {folder}").format(folder=folder))
    if diagnosis.equal:
        return OK
    # make adds its own "Error 1" to this, as for every command that does not end with 0.
    print(translated("exit status {code}: the loop differs").format(code=DIFFERENT))
    return DIFFERENT
