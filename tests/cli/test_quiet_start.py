"""TensorFlow's start-up lines: hidden when a wing is imported, unless requested."""

import gc
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.thorough import THOROUGH, sampled

import kerasfoundations
from kerasfoundations.system import startup

ROOT = Path(kerasfoundations.__file__).parent.parent
BUILD = "from kerasfoundations.{wing} import mlp; print(mlp.build_mlp((2,)).get_weights()[0].shape)"
NOISE = b"""\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795922310.037337   23972 port.cc:153] oneDNN custom operations are on.
I0000 00:00:1795922310.041678   23972 cudart_stub.cc:31] Could not find cuda drivers
I0000 00:00:1795922310.140519   23972 cpu_feature_guard.cc:227] This TensorFlow binary is optimized
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
E0000 00:00:1795922361.255989   24616 cuda_platform.cc:52] failed call to cuInit: INTERNAL: (303)
E0000 00:00:1795922361.255989   24616 cuda.cc:52] failed call to cuInit: CUDA_ERROR_NO_DEVICE: none
E0000 00:00:1796009141.509526    2211 cuda_platform.cc:57] failed call to cuInit: UNKNOWN (303)
=== Source Location Trace: ===
external/xla/xla/stream_executor/cuda/cuda_status.cc:50

2024-11-02 10:00:00.123456: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.
2024-11-02 10:00:00.123456: E external/local_xla/cuda_fft.cc:477] Unable to register cuFFT factory
W0000 00:00:1795922310.037337 computation_placer.cc:177] computation placer already registered.
"""
TOLD = (
    b"E0000 00:00:1795922361.255989   24616 gpu.cc:52] libdevice not found\n",
    b"E0000 00:00:1795922361.255989   24616 cuda.cc:52] failed call to cuInit: SYSTEM_NOT_READY\n",
    b"2024-11-02 10:00:00.123456: W tensorflow/gpu_device.cc:2432] Cannot dlopen some libraries\n",
    b"=== Source Location Trace: ===\nexternal/xla/stream_executor/cuda.cc:50\n\n",
    b"UserWarning: NumPy is too old\n",
    b"a thread of one's own: failed call to cuInit\n",
)


def by_hand(code, **environment):
    """Run that line in a new Python, in an environment where nothing is set."""
    own = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [sys.executable, "-c", code],
        **{"capture_output": True, "text": True, "check": True},
        env=own | {"PYTHONPATH": str(ROOT)} | environment,
    )


@pytest.mark.parametrize("wing", sampled(["from_scratch", "with_keras"]))
def test_an_imported_wing_says_nothing(wing):
    done = by_hand(BUILD.format(wing=wing))
    assert (done.stdout, done.stderr) == ("(784, 2)\n", "")


@THOROUGH
def test_all_start_up_lines_are_shown_on_request():
    done = by_hand("from kerasfoundations.from_scratch import mlp", TF_CPP_MIN_LOG_LEVEL="0")
    assert "This TensorFlow binary is optimized" in done.stderr


def noisy_module(folder, lines, then=""):
    code = f"import os\nos.write(2, {lines!r})\n{then}\n"
    (folder / "noisy.py").write_text(code)


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """Let a test write a module `noisy` there, and import it once."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "noisy", raising=False)
    yield tmp_path
    sys.modules.pop("noisy", None)


def test_known_noise_is_dropped_and_the_rest_is_passed_on(fresh, capfd):
    noisy_module(fresh, NOISE + b"".join(TOLD))
    assert startup.quiet_import("noisy").__name__ == "noisy"
    assert capfd.readouterr().err.encode() == b"".join(TOLD)


def test_a_module_is_quiet_wherever_it_is_imported_first(fresh, capfd, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    before = [*sys.meta_path]
    noisy_module(fresh, NOISE + TOLD[0])
    startup.quiet_when_imported("noisy")
    assert "noisy" not in sys.modules
    importlib.import_module("noisy")
    assert capfd.readouterr().err.encode() == TOLD[0]
    assert sys.meta_path == before  # it finds one module, once
    startup.quiet_when_imported("noisy")
    assert sys.meta_path == before  # which is loaded already


def test_a_failed_import_shows_all_messages(fresh, capfd):
    noisy_module(fresh, NOISE, "raise ImportError('no libfoo')")
    with pytest.raises(ImportError, match="no libfoo"):
        startup.quiet_import("noisy")
    assert capfd.readouterr().err.encode() == NOISE
    os.write(2, b"it works again")
    assert capfd.readouterr().err == "it works again"


def test_a_level_that_was_set_stays(fresh, monkeypatch):
    noisy_module(fresh, b"")
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    startup.quiet_import("noisy")
    assert os.environ["TF_CPP_MIN_LOG_LEVEL"] == "3"


def test_at_level_0_nothing_is_held_back(fresh, capfd, monkeypatch):
    noisy_module(fresh, NOISE)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    startup.quiet_import("noisy")
    assert capfd.readouterr().err.encode() == NOISE


@THOROUGH
def test_a_closed_standard_error_does_not_prevent_an_import():
    code = "import os; os.close(2); from kerasfoundations.from_scratch import mlp; print('there')"
    assert by_hand(code).stdout == "there\n"


def test_a_command_imports_tensorflow_without_collecting_garbage():
    code = (
        "import gc, sys; from kerasfoundations.cli import {}; from kerasfoundations.system import "
        "startup; assert 'tensorflow' not in sys.modules; gc.callbacks.append(lambda phase, info: "
        "print('collected')); startup.start(None, 'scratch', 'keras'); gc.callbacks.clear(); "
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    modules = [path.stem for path in (ROOT / "kerasfoundations/cli").glob("[a-z]*.py")]
    assert by_hand(code.format(", ".join(modules))).stdout == "True True\n"


def test_garbage_is_collected_as_before_where_tensorflow_is_loaded():
    frozen = gc.get_freeze_count()
    startup.start(None, "scratch")
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, frozen)


def test_garbage_is_not_collected_again_where_it_was_not(monkeypatch):
    frozen = gc.get_freeze_count()
    monkeypatch.delitem(sys.modules, "tensorflow")
    monkeypatch.setattr(startup, "choose_device", lambda device: None)
    gc.disable()
    try:
        startup.start(None, "scratch")
        assert not gc.isenabled()
        assert gc.get_freeze_count() == frozen
    finally:
        gc.enable()
