"""`kerasfoundations ... | head -1`: if nobody reads on, the command ends quietly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.shortcuts import save_pictures_undrawn
from support.thorough import THOROUGH

import kerasfoundations
from kerasfoundations import cli, runs
from kerasfoundations.system import folder_lock

ROOT = Path(kerasfoundations.__file__).parent.parent
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}
CLOSED = 141  # 128 + SIGPIPE, as a shell reports it of other programs


def run_unread(words, stderr=subprocess.PIPE):
    """Run the command in its own process, whose output nobody reads."""
    unread, written = os.pipe()
    os.close(unread)
    try:
        return subprocess.run(
            [sys.executable, "-m", "kerasfoundations", *words.split()],
            **{"stdout": written, "stderr": written if stderr is None else stderr, "check": False},
            env=ENVIRONMENT,
        )
    finally:
        os.close(written)


@pytest.fixture
def run_here_unread(run_here, monkeypatch, capfd):
    """Do the same in this process, which has already loaded TensorFlow."""

    def run_command(words, **how):
        unread, written = os.pipe()
        os.close(unread)
        with open(written, "w", encoding="utf-8", **how) as stream, monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            code = cli.main(words.split())
        return code, capfd.readouterr().err

    return run_command


@pytest.mark.parametrize("words", ["--help", "train --help", "--version"])
def test_unread_help_ends_quietly(words):
    done = run_unread(words)
    assert (done.returncode, done.stderr) == (CLOSED, b"")


def test_unread_errors_end_quietly():
    assert run_unread("train scratch --data absent.npz", stderr=None).returncode == CLOSED


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is full")
def test_a_full_disk_under_the_output_is_one_line():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kerasfoundations", "--help"],
            **{"stdout": full, "stderr": subprocess.PIPE, "text": True, "check": False},
            env=ENVIRONMENT,
        )
    assert done.returncode == 2
    assert done.stderr == "error: [Errno 28] No space left on device\n"


@pytest.mark.parametrize(
    "words",
    [
        "info",
        "reproduce --data sample --only slope --out there",
        pytest.param(
            "compare --data sample --model softmax --epochs 1 --target 0 --quiet --out there",
            marks=THOROUGH,
        ),
    ],
)
def test_other_commands_end_quietly(run_here_unread, words):
    assert run_here_unread(words) == (CLOSED, "")


@pytest.mark.parametrize("wing", ["keras", "scratch"])
def test_a_training_with_unread_output_can_be_resumed(
    wing, run_here_unread, run_here, tmp_path, monkeypatch
):
    save_pictures_undrawn(monkeypatch)
    words = f"train {wing} --model linear --epochs 4 --learning-rate 0.0001 --out here"
    assert run_here_unread(words) == (CLOSED, "")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["checkpoint"]
    done = run_here(f"train {wing} --model linear --resume --out here")
    assert done.returncode == 0, done.stderr
    assert "epoch 4/4" in done.stdout
    assert runs.load_metrics(tmp_path / "here")["epochs"] == 4


@pytest.mark.parametrize("buffering", [-1, 1], ids=["at the end", "by lines"])
def test_unread_results_are_complete(run_here_unread, tmp_path, monkeypatch, buffering):
    save_pictures_undrawn(monkeypatch)
    words = "train scratch --model linear --epochs 4 --learning-rate 0.0001 --quiet --out here"
    assert run_here_unread(words, buffering=buffering) == (CLOSED, "")
    assert runs.load_metrics(tmp_path / "here")["epochs"] == 4
    assert not (tmp_path / "here" / folder_lock.NAME).exists()
