"""How well predicted moves fit those of a loop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasfoundations.diagnose.findings import Candidate, distance, misfit
from kerasfoundations.diagnose.session import Session

Row = np.ndarray


class Judge:
    """How well predicted moves fit the loop's: first those on one batch, then all."""

    def __init__(self, session: Session, places: np.ndarray | slice = slice(None)) -> None:
        moves = session.moves
        self.chosen = np.array([move.run != "all" for move in moves])
        self.every = np.ones(len(moves), bool)
        # Each move counts by its own size.
        self.size = np.array([[np.linalg.norm(m.right) or 1.0] for m in moves])
        self.session = session
        self.whole = isinstance(places, slice)  # constraints need whole arrays
        self.held = True  # whether predicted moves end with the reference's constraints
        self.steady = session.steady[places]
        self.seen = np.array([m.delta[places] for m in moves]) / self.size
        self.right = np.array([m.right[places] for m in moves]) / self.size
        rounding = [np.linalg.norm(m.slack) for m in moves] / self.size[:, 0]
        self.slack = rounding + 0.3 * session.tolerance.updates

    def fit(self, predicted: Sequence[Row], chosen: np.ndarray | None = None) -> float:
        """Return the misfit over some of the moves."""
        chosen = self.chosen if chosen is None else chosen
        slack = float(np.linalg.norm(self.slack[chosen]))
        return misfit(self.seen[chosen], self._scaled(predicted)[chosen], self.right[chosen], slack)

    def _scaled(self, predicted: Sequence[Row]) -> np.ndarray:
        rows = self.session.held(predicted) if self.whole and self.held else predicted
        return np.where(self.steady, np.array(rows), 0.0) / self.size

    def candidate(
        self, cause: str, predicted: Sequence[Row], detail: str, weight: float, stage: str = ""
    ) -> Candidate:
        """Return a candidate; one that also fits the moves on all batches weighs more.

        Without a stage, it is `update` if the first move is wrong, and `state` if it is right.
        """
        stage = stage or self.stage_of(predicted)
        share = self.fit(predicted)
        if share < 0.5:
            weight *= 1.0 if self.fit(predicted, self.every) < 2 * share + 0.02 else 0.4
        return Candidate(cause, share, detail, weight, stage)

    def stage_of(self, predicted: Sequence[Row]) -> str:
        """Return whether the first move is wrong already, or what is carried from step to step."""
        apart = distance(self._scaled(predicted)[0], self.right[0])
        return "state" if apart <= self.slack[0] + 1e-4 else "update"

    def rates_by_variable(self, predicted: Sequence[Row]) -> tuple[list[float], list[Row]]:
        """Return the factors that bring each variable's moves closest, and the moves with them."""
        made, seen = self._scaled(predicted)[self.chosen], self.seen[self.chosen]
        row = np.ones(made.shape[1])
        factors = []
        for part in self.session.sample.parts:
            square = float((made[:, part] ** 2).sum())
            one = float((made[:, part] * seen[:, part]).sum()) / square if square else 1.0
            factors.append(one)
            row[part] = one
        return factors, [row * move for move in predicted]

    def best_rate(self, predicted: Sequence[Row]) -> float:
        """Return the factor that brings predicted moves closest to the loop's."""
        made, seen = self._scaled(predicted)[self.chosen], self.seen[self.chosen]
        square = float((made * made).sum())
        return float((made * seen).sum()) / square if square and np.isfinite(square) else 0.0
