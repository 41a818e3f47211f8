"""`kerasfoundations diagnose FILE.py` on files that define a loop of PyTorch or JAX."""

import keras
import numpy as np
import pytest
import torch

from kerasfoundations.cli import loop_files
from kerasfoundations.diagnose import JaxLoop, TorchLoop, exports

nn = torch.nn


def test_the_file_that_the_help_shows_works(run_here, tmp_path):
    (tmp_path / "mine.py").write_text(loop_files.PYTORCH)
    done = run_here("diagnose mine.py")
    assert (done.returncode, done.stderr) == (1, "")
    assert "most likely cause: pytorch_rmsprop" in done.stdout.splitlines()[0]


def exported(**names):
    return exports.exported({"reference": keras.Sequential(), "batches": [], **names}, "mine.py")


def test_a_module_with_its_optimizer_and_its_loss_is_the_loop():
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    names = {"net": net, "last": net[1], "opt": optimizer, "loss": torch.ones(())}
    for name in ("criterion", "loss_fn"):
        loop, *_ = exported(**names, **{name: nn.MSELoss()})
        assert isinstance(loop, TorchLoop)
        assert (loop.module, loop.optimizer) == (net, optimizer)
    loop, *_ = exported(net=net, train_step=lambda x, y: 0.5)
    assert loop.train_step(np.ones((1, 2)), np.ones((1, 1))) == 0.5


def test_parameters_and_a_step_of_jax_are_the_loop():
    params = [np.zeros((2, 1)), np.zeros(1)]
    loop, *_ = exported(params=params, step=lambda params, x, y: (params, 1.0))
    assert isinstance(loop, JaxLoop)
    assert loop.state is None
    step = lambda params, state, x, y: (params, state, 1.0)  # noqa: E731
    loop, *_ = exported(params=params, train_step=step, opt_state={}, predict=lambda p, x: x)
    assert loop.state == {}
    assert loop.predict(np.ones(3)).shape == (3,)


def module():
    return nn.Linear(2, 1)


INCOMPLETE = {
    "defines the module net of PyTorch, but no optimizer and no loss: assign": {"net": module},
    "but no loss: assign at its top level optimizer": {
        "net": module,
        "opt": lambda: torch.optim.SGD(module().parameters(), 0.1),
    },
    "defines several modules of PyTorch, one, two, and no loop": {"one": module, "two": module},
}


@pytest.mark.parametrize("words", INCOMPLETE)
def test_an_error_says_what_a_file_lacks(words):
    with pytest.raises(ValueError, match=words):
        exported(**{name: make() for name, make in INCOMPLETE[words].items()})
