"""Compile the translations of the command line: an .mo, which gettext reads, beside each .po."""

import sys
from pathlib import Path

from babel.messages import mofile, pofile

LOCALE = Path(__file__).resolve().parent.parent / "kerasfoundations" / "cli" / "locale"


def main() -> int:
    """Compile every catalogue; return the exit code."""
    for path in sorted(LOCALE.rglob("*.po")):
        with open(path, "rb") as source, open(path.with_suffix(".mo"), "wb") as target:
            mofile.write_mo(target, pofile.read_po(source))
        print(path.with_suffix(".mo").relative_to(LOCALE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
