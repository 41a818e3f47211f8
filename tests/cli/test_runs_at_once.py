"""Two processes and one run folder: the second is refused, and a dead one does not block it."""

import errno
import fcntl
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.shortcuts import save_pictures_undrawn

import kerasfoundations
from kerasfoundations import runs
from kerasfoundations.cli import train
from kerasfoundations.system import folder_lock

ROOT = Path(kerasfoundations.__file__).parent.parent
LINE = "train scratch --model linear --epochs 1 --learning-rate 0.0001 --quiet --out here"
HOLDS = """
import sys
from kerasfoundations.system import folder_lock
with folder_lock.hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""
# As on Windows: no fcntl, but msvcrt's locks, emulated by those of this system.
WINDOWS = """
import datetime, fcntl, json, pathlib, socket, sys, tempfile, types
def locking(handle, mode, count):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied") from None
sys.modules |= {"fcntl": None, "msvcrt": types.SimpleNamespace(locking=locking, LK_NBLCK=2)}
sys.platform = "win32"
from kerasfoundations.system import folder_lock
with folder_lock.hold("."):
    try:
        with folder_lock.hold("."):
            print("let in")
    except folder_lock.FolderInUseError as error:
        print(error)
with folder_lock.hold("."):
    print("let in")
print(sorted(pathlib.Path(".").iterdir()))
"""


@pytest.fixture
def other(tmp_path):
    """Another process, which holds the folder `here` until it is ended."""
    (tmp_path / "here").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "here")],
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True},
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    "words",
    [
        "train scratch --model linear --out here",
        "train keras --model linear --out here",
        "train scratch --model linear --resume --out here",
        "compare --model linear --out here",
        "benchmark --data sample --only floor-numpy --out here",
        "reproduce --data sample --only slope --out here",
    ],
)
def test_the_second_process_learns_which_one_has_the_folder(other, run_here, tmp_path, words):
    done = run_here(words)
    assert done.returncode == 2
    assert re.fullmatch(
        rf"error: here: in use by process {other.pid} since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d, "
        r"expected a folder of its own: wait until it ends, or name another folder with --out\.\n",
        done.stderr,
    )
    assert [path.name for path in (tmp_path / "here").iterdir()] == [folder_lock.NAME]


def test_a_killed_process_leaves_the_folder_free(other, run_here, tmp_path, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (tmp_path / "here" / folder_lock.NAME).exists()  # it could not remove it any more
    done = run_here(LINE)
    assert done.returncode == 0, done.stderr
    assert runs.is_run(tmp_path / "here")
    assert not (tmp_path / "here" / folder_lock.NAME).exists()


def test_a_worker_that_writes_no_results_needs_no_folder(other, run_here, tmp_path, monkeypatch):
    """Of several workers, the first one holds the folder."""
    monkeypatch.setattr(train, "is_chief", lambda *options: False)
    done = run_here(LINE)
    assert done.returncode == 0, done.stderr
    assert not runs.is_run(tmp_path / "here")


def test_a_process_that_ends_leaves_nothing(other, tmp_path):
    other.communicate("\n")
    assert list((tmp_path / "here").iterdir()) == []


def test_a_failed_training_releases_the_folder(run_here, tmp_path, monkeypatch):
    save_pictures_undrawn(monkeypatch)
    seen = []

    def fail(*arguments, **settings):
        seen.extend(path.name for path in (tmp_path / "here").iterdir())
        raise ValueError("no such thing")

    with monkeypatch.context() as patch:
        patch.setattr(runs, "save_run", fail)
        assert run_here(LINE).returncode == 2
    assert sorted(seen) == [folder_lock.NAME, "checkpoint"]
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["checkpoint"]
    assert run_here(LINE).returncode == 0


def test_a_process_on_another_machine_is_named_with_it(tmp_path, monkeypatch):
    with folder_lock.hold(tmp_path):
        monkeypatch.setattr(folder_lock.socket, "gethostname", lambda: "elsewhere")
        with pytest.raises(folder_lock.FolderInUseError, match=rf"process {os.getpid()} on "):
            folder_lock.hold(tmp_path).__enter__()


@pytest.mark.parametrize("content", [b"", b"{half", b"[1]", b'{"pid": 3}', b"\xff"])
def test_the_holder_may_be_unknown(tmp_path, content):
    with folder_lock.hold(tmp_path):
        (tmp_path / folder_lock.NAME).write_bytes(content)
        with pytest.raises(folder_lock.FolderInUseError, match="in use by another process, exp"):
            folder_lock.hold(tmp_path).__enter__()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EBADF])
def test_without_locks_a_folder_is_used_as_it_is(tmp_path, monkeypatch, number):
    def refuse(handle, how):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with folder_lock.hold(tmp_path), folder_lock.hold(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_not_locked(tmp_path, monkeypatch):
    def read_only(*arguments):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(folder_lock.os, "open", read_only)
        with folder_lock.hold(tmp_path):
            pass
    with folder_lock.hold(tmp_path / "absent"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_does_not_prevent_locking(tmp_path, monkeypatch):
    def full(handle, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folder_lock.os, "write", full)
    with (
        folder_lock.hold(tmp_path),
        pytest.raises(folder_lock.FolderInUseError, match="another process"),
    ):
        folder_lock.hold(tmp_path).__enter__()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear reader")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / folder_lock.NAME).symlink_to(tmp_path / "letter.txt")
    with folder_lock.hold(tmp_path / "here"):
        pass
    assert (tmp_path / "letter.txt").read_text() == "Dear reader"


def test_a_lock_file_removed_between_opening_and_locking_is_created_again(tmp_path, monkeypatch):
    """The last holder removes the file: a lock on a file without a name would block nobody."""
    flock, path = fcntl.flock, tmp_path / folder_lock.NAME

    def removed_first(handle, how):
        monkeypatch.setattr(fcntl, "flock", flock)
        path.unlink()
        flock(handle, how)

    monkeypatch.setattr(fcntl, "flock", removed_first)
    with folder_lock.hold(tmp_path):
        assert path.exists()
        with pytest.raises(folder_lock.FolderInUseError):
            folder_lock.hold(tmp_path).__enter__()
    assert not path.exists()


def test_the_file_of_another_holder_stays(tmp_path):
    """Somebody removed the file by hand, and another process created it again."""
    path = tmp_path / folder_lock.NAME
    with folder_lock.hold(tmp_path):
        path.unlink()
        path.touch()
    assert path.exists()


def test_windows_has_locks_of_its_own(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS],
        **{"capture_output": True, "text": True, "cwd": tmp_path, "check": True},
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    refused, then, left = done.stdout.splitlines()
    assert "in use by process" in refused
    assert (then, left) == ("let in", "[]")
