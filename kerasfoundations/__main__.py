"""`python -m kerasfoundations` is the command `kerasfoundations`."""

import sys

from kerasfoundations.cli import main

if __name__ == "__main__":
    sys.exit(main())
