"""The folder where XLA keeps compiled programs: off by default, one per version and processor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.thorough import THOROUGH

from kerasfoundations.system import compiled_programs

FLAG = "--tf_xla_persistent_cache_directory="
TRAIN = """\
import tensorflow  # first: the folder must not depend on the order of imports
import numpy as np
from kerasfoundations.from_scratch import mlp, training
x, y = np.eye(4, dtype="float32"), np.arange(4)
history = training.fit(mlp.build_mlp((3,), 4, 4), x, y, epochs=2, execution="epoch", verbose=0)
print(history.loss)
"""


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    """No folder and no flags, whatever the machine has."""
    monkeypatch.delenv(compiled_programs.VARIABLE, raising=False)
    monkeypatch.setenv("TF_XLA_FLAGS", "")


def test_nothing_is_kept_unless_a_folder_is_named():
    compiled_programs.keep_compiled_programs()
    assert os.environ["TF_XLA_FLAGS"] == ""


def test_the_folder_is_added_once_to_the_flags_that_are_set(monkeypatch, tmp_path):
    monkeypatch.setenv(compiled_programs.VARIABLE, str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_clustering_debug")
    for _ in range(2):
        compiled_programs.keep_compiled_programs()
    first, second = os.environ["TF_XLA_FLAGS"].split()
    assert first == "--tf_xla_clustering_debug"
    assert Path(second.removeprefix(FLAG)).parent == tmp_path


def test_a_folder_chosen_by_tensorflows_own_flag_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv(compiled_programs.VARIABLE, str(tmp_path))
    monkeypatch.setenv("TF_XLA_FLAGS", FLAG + "mine")
    compiled_programs.keep_compiled_programs()
    assert os.environ["TF_XLA_FLAGS"] == FLAG + "mine"


def test_programs_of_another_version_or_processor_lie_elsewhere(monkeypatch, tmp_path):
    monkeypatch.setenv(compiled_programs.VARIABLE, str(tmp_path))
    found = set()
    for version, machine in (("2.20.0", "x86_64"), ("2.21.0", "x86_64"), ("2.21.0", "arm64")):
        monkeypatch.setattr(compiled_programs, "versions", lambda v=version: {"tensorflow": v})
        monkeypatch.setattr(compiled_programs.platform, "machine", lambda m=machine: m)
        monkeypatch.setenv("TF_XLA_FLAGS", "")
        compiled_programs.keep_compiled_programs()
        found.add(os.environ["TF_XLA_FLAGS"])
    assert len(found) == 3


@pytest.mark.parametrize("name", ["two words", "o'clock", 'a"b'])
def test_a_folder_that_the_flags_cannot_hold_is_refused(monkeypatch, tmp_path, name):
    monkeypatch.setenv(compiled_programs.VARIABLE, str(tmp_path / name))
    with pytest.raises(ValueError, match="without spaces and quotes"):
        compiled_programs.keep_compiled_programs()


@THOROUGH
def test_the_next_process_reads_the_program_that_the_first_one_left(tmp_path):
    folder = tmp_path / "kept"
    own = os.environ | {compiled_programs.VARIABLE: str(folder)}
    train = [sys.executable, "-c", TRAIN]
    how = {"env": own, "capture_output": True, "text": True}
    first, second = (subprocess.run(train, check=True, **how) for _ in range(2))
    assert first.stdout == second.stdout != ""
    kept = list(folder.glob("tensorflow-*/*"))
    assert kept
    for program in kept:
        program.write_bytes(b"")
    third = subprocess.run(train, check=False, **how)  # it would succeed if nothing were read
    assert "Serialized cache key does not match" in third.stderr
