"""Print what the package and its tests require besides TensorFlow and Keras, for pip.

`make test-versions VERSIONS=nightly` has these two as `tf-nightly` and `keras-nightly`.
"""

import configparser
import re
import sys
from pathlib import Path

SETUP = Path(__file__).resolve().parent.parent / "setup.cfg"


def main() -> int:
    """Print the requirements in one line; return the exit code."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(SETUP, encoding="utf-8")
    lines = config["options"]["install_requires"] + config["options.extras_require"]["dev"]
    required = [line.replace(" ", "") for line in lines.split("\n") if line]
    print(*(one for one in required if not re.match(r"(tensorflow|keras)\b", one)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
