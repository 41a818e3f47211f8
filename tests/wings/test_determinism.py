"""The same seed gives the same bits in another process, in each mode and wing."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from support.thorough import THOROUGH
from support.wings import KERAS, SCRATCH

import kerasfoundations
from kerasfoundations.from_scratch.execution import EXECUTIONS

ROOT = Path(kerasfoundations.__file__).parent.parent


def trained(wing, execution):
    """The weights and the history after two epochs, as one number."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(150, 40)).astype("float32"), rng.integers(0, 10, 150)
    model = wing.mlp.build_mlp((64,), num_features=40, seed=5)
    settings = {"epochs": 2, "batch_size": 40, "seed": 5, "verbose": 0}
    history = wing.training.fit(model, x, y, execution=execution, **settings)
    parts = [*model.get_weights(), np.array([history.loss, history.accuracy])]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def all_trained(executions=EXECUTIONS):
    return {
        f"{wing.name} {execution}": trained(wing, execution)
        for execution in executions
        for wing in (KERAS, SCRATCH)
    }


@THOROUGH
def test_two_processes_find_the_same_bits():
    other = subprocess.run(
        [sys.executable, __file__],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
        timeout=120,
        check=True,
    )
    found = dict(line.rsplit(" ", 1) for line in other.stdout.splitlines())
    assert found == all_trained()
    assert len(found) == 2 * len(EXECUTIONS)


if __name__ == "__main__":
    # In another order: no mode leaves anything behind for the next.
    for name, digest in all_trained(reversed(EXECUTIONS)).items():
        print(name, digest)
