"""The first network in scikit-learn."""

from __future__ import annotations

import numpy as np

from kerasfoundations.benchmark.worker import Turns, Work


def train(work: Work, turns: Turns) -> None:
    """Train scikit-learn's `MLPClassifier`, epoch by epoch; its optimizer is Adam."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((work.width,), batch_size=work.batch_size, random_state=0, alpha=0.0)
    turns.predict = model.predict_proba
    while True:
        turns.begin()
        model.partial_fit(work.x, work.y, classes=np.arange(10))
        turns.stop()
        turns.report(work.score(model.predict_proba))
