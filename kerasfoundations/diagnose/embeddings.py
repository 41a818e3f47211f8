"""The gradient of an embedding: rows that Keras's optimizers treat one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kerasfoundations.diagnose.reference import SparseGradient
from kerasfoundations.diagnose.session import Session


def treated_apart(session: Session, made: Sequence[np.ndarray]) -> np.ndarray:
    """Return where the reference's moves are not those of the embeddings' summed gradients.

    Args:
        session: The session.
        made: The moves that summed gradients make.

    Returns:
        Places in a row `(m,)` of sampled elements.
    """
    places = np.zeros(session.sample.size, bool)
    reference = session.reference
    reference.set(session.start)
    _, gradients, _ = reference.gradients(*session.first)
    for gradient, part in zip(gradients, session.sample.parts, strict=True):
        if isinstance(gradient, SparseGradient):
            rights = np.array([move.right[part] for move in session.moves])
            apart = np.abs(np.array([row[part] for row in made]) - rights)
            places[part] = (apart > 0.01 * np.abs(rights).max()).any(axis=0)
    return places
