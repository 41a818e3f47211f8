"""Train the first network with Keras: `kerasfoundations train keras`, with the same options."""

import sys

from kerasfoundations.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", "keras", *sys.argv[1:]]))
