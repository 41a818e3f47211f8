"""The line in other libraries: the same points, and what is said of a library that is not there.

`make test-backends` sets REQUIRE_PEERS: there each library must be installed.
"""

import os

import numpy as np
import pytest

from kerasfoundations import runs
from kerasfoundations.data import load_blood_pressure
from kerasfoundations.runs import line_engines, line_peers

AGE, SBP = load_blood_pressure()
START = {"slope": 0.0, "intercept": 139.0, "learning_rate": 0.0004}
REQUIRED = bool(os.environ.get("REQUIRE_PEERS"))
SCRATCH = runs.wing_module("scratch", "linear_regression")


def descent(steps, dtype="float64"):
    return line_peers.Descent(AGE.astype(dtype), SBP.astype(dtype), (0.0, 139.0), 0.0004, steps)


def path_of(peer, steps, dtype="float64"):
    """The points of a library; of one that is not installed, what it says."""
    if peer.missing and REQUIRED:
        pytest.fail(f"{peer.name}: {peer.missing}")
    return peer.missing or peer.walk(descent(steps, dtype))


@pytest.mark.parametrize("peer", [p for p in line_peers.PEERS if p.enough], ids=lambda p: p.name)
def test_a_library_passes_through_the_same_points(peer):
    """Or its row says how to install it."""
    expected = SCRATCH.fit_line(AGE, SBP, **START, steps=40, execution="numpy").path[:, :2]
    found = path_of(peer, 40)
    if isinstance(found, str):
        assert found == "not installed: pip install 'kerasfoundations[bench]'"
    else:
        assert found.shape == (41, 2)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)
        assert path_of(peer, 3, "float32").dtype == np.float32


@pytest.mark.parametrize("name", ["scikit-learn, solved", "SciPy, L-BFGS"])
def test_what_solves_finds_the_closed_form(name):
    [peer] = [peer for peer in line_peers.PEERS if peer.name == name]
    [found] = path_of(peer, 1)
    assert found == pytest.approx(SCRATCH.solve_line(AGE, SBP), abs=1e-4)


def test_the_path_continues_after_a_call_of_a_thousand_steps():
    [peer] = [peer for peer in line_peers.PEERS if peer.walk is line_peers.by_scan]
    found = path_of(peer, 1003)
    expected = SCRATCH.fit_line(AGE, SBP, **START, steps=1003, execution="numpy").path[:, :2]
    if not isinstance(found, str):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)


def test_the_table_has_a_row_or_a_line_for_each(monkeypatch, capsys):
    """What is not installed is not imported: its line says which extra to install."""

    def solved(plan):
        return np.array([[1.0, 2.0]])

    def walked(plan):
        points = SCRATCH.fit_line(plan.x, plan.y, **START, steps=plan.steps, execution="numpy")
        return points.path[:, :2] + 1e-3

    peers = (
        line_peers.Peer("solver", "numpy", solved),
        line_peers.Peer("walker", "numpy", walked, 10),
        line_peers.Peer("absent", "no_such_library", walked, 10, "bench"),
        line_peers.Peer("absent solver", "no_such_library", solved),
    )
    monkeypatch.setattr(line_engines, "PEERS", peers)
    monkeypatch.setattr(line_engines, "ENGINES", line_engines.ENGINES[:1])
    modules = {"scratch": SCRATCH}
    engines = line_engines.measure(modules, AGE, SBP, steps=20)
    line_engines.show(engines, 20)
    said = capsys.readouterr().out
    made = {engine.name: engine for engine in engines}
    assert list(made)[:4] == ["closed form", "NumPy, gradient by hand", "solver", "walker"]
    assert (made["solver"].slope, made["solver"].seconds, made["solver"].apart) == (1, None, None)
    assert f"{made['solver'].whole:.4f} in all" in said
    assert made["walker"].whole is None
    assert made["walker"].apart == pytest.approx(1e-3, rel=1e-6)
    assert made["absent"].slope is None
    assert "absent: not installed: pip install 'kerasfoundations[bench]'\n" in said
    assert "absent solver: not installed: pip install 'no_such_library'\n" in said
    for name, year in (("Theano", 2017), ("Torch in Lua", 2017), ("CNTK", 2019), ("Chainer", 2019)):
        assert f"{name}: " in said
        assert str(year) in made[name].note
    assert line_engines.rows(engines)[-1]["note"] == made["Chainer"].note
