"""Where does my loop leave `fit`? A diagnosis that names the cause."""

from kerasfoundations.diagnose.compare import compare_training
from kerasfoundations.diagnose.loops import KerasLoop, NaiveLoop, VariablesLoop
from kerasfoundations.diagnose.report import Cause, Diagnosis

__all__ = ["Cause", "Diagnosis", "KerasLoop", "NaiveLoop", "VariablesLoop", "compare_training"]
