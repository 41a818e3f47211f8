"""Where XLA keeps the programs that it has compiled, so that the next process need not."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

from kerasfoundations.system.versions import versions

VARIABLE = "KERASFOUNDATIONS_XLA_CACHE"
_FLAG = "--tf_xla_persistent_cache_directory"


def keep_compiled_programs() -> None:
    """Have XLA keep its programs in the folder that `KERASFOUNDATIONS_XLA_CACHE` names, if any.

    Call it before XLA compiles anything in this process. Programs of another version of TensorFlow
    or for another processor would not run here, so each pair has a folder of its own inside. XLA
    looks a program up by its instructions, shapes included. All of it can be deleted at any time.

    Raises:
        ValueError: for a folder whose name TensorFlow's flags cannot hold.
    """
    place, flags = os.environ.get(VARIABLE), os.environ.get("TF_XLA_FLAGS", "")
    if not place or _FLAG in flags:
        return
    folder = Path(place).expanduser().absolute()
    if any(character.isspace() or character in "'\"" for character in str(folder)):
        raise ValueError(
            f"received {VARIABLE}={place!r}, expected a folder without spaces and quotes in its "
            "path: TensorFlow's flags cannot hold them. Use another folder."
        )
    folder = folder / f"tensorflow-{versions()['tensorflow']}-{_processor()}"
    os.environ["TF_XLA_FLAGS"] = f"{flags} {_FLAG}={folder}".strip()


def _processor() -> str:
    """Return a digest of the processor's model and features."""
    told = [platform.machine(), platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        told += sorted({line for line in lines if line.startswith(("model name", "flags"))})
    except OSError:  # not Linux
        pass
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]
