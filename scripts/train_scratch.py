"""Train the first network from scratch: `kerasfoundations train scratch`, with the same options."""

import sys

from kerasfoundations.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", "scratch", *sys.argv[1:]]))
