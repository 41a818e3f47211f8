"""Train both wings side by side: `kerasfoundations compare`, with the same options."""

import sys

from kerasfoundations.cli import main

if __name__ == "__main__":
    sys.exit(main(["compare", *sys.argv[1:]]))
