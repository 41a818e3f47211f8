"""A training run on a file of hundreds of megabytes, in a process whose memory is limited."""

import json
import subprocess
import sys

import numpy as np
import pytest
from support.thorough import THOROUGH

NUM_IMAGES = 400_000  # 314 MB on disk, 1,254 MB as floats
TRAIN = """
import json, resource, sys
from pathlib import Path
from kerasfoundations import cli
from kerasfoundations.system.startup import quiet_import

quiet_import("tensorflow")


def memory(name):
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith(f"{name}:"))


used, more = memory("VmRSS"), int(sys.argv[1])
if more:
    limit = memory("VmData") + more
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
code = cli.main(sys.argv[2:])
print(json.dumps({"code": code, "took": memory("VmHWM") - used}))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file of images that are zeros but for a row each, and their labels."""
    folder = tmp_path_factory.mktemp("large")
    images = np.zeros((NUM_IMAGES, 28, 28), "uint8")
    labels = np.arange(NUM_IMAGES, dtype="uint8") % 10
    images[np.arange(NUM_IMAGES), labels] = 200
    test = {"x_test": images[:1000], "y_test": labels[:1000]}
    np.savez(folder / "digits.npz", x_train=images, y_train=labels, **test)
    return folder / "digits.npz"


def trained(path, out, more, wing, execution):
    """What a training run took beyond the libraries, and what it printed on standard error."""
    words = f"train {wing} --model softmax --epochs 1 --batch-size 1000 --quiet --target 0"
    words = [*words.split(), "--execution", execution, "--data", str(path), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, str(more), *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@THOROUGH
@pytest.mark.parametrize(
    ("wing", "execution"), [("scratch", "graph"), ("scratch", "epoch"), ("keras", "graph")]
)
def test_memory_stays_bounded_and_the_weights_are_the_same(large, tmp_path, wing, execution):
    limited, said = trained(large, tmp_path / "limited", 900 << 20, wing, execution)
    assert "each batch is read and scaled by itself" in said
    assert limited["code"] == 0
    assert limited["took"] < 500e6
    whole, said = trained(large, tmp_path / "whole", 0, wing, execution)
    assert "by itself" not in said
    assert whole["took"] > 1_254e6
    weights = []
    for place in ("limited", "whole"):
        metrics = json.loads((tmp_path / place / "metrics.json").read_text())
        weights.append([metrics["test_loss"], metrics["train_accuracy"]])
    assert weights[0] == weights[1]
    if wing == "scratch":
        with (
            np.load(tmp_path / "limited" / "model.npz") as one,
            np.load(tmp_path / "whole" / "model.npz") as other,
        ):
            for name in one.files:
                np.testing.assert_array_equal(one[name], other[name])
