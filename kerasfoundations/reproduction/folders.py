"""Claims about the folders of threes and sevens, and the first numbers calculated from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kerasfoundations import runs
from kerasfoundations.data import (
    DataLoader,
    flatten_and_scale,
    load_threes_and_sevens,
    sorted_by_path,
)
from kerasfoundations.reproduction.claims import (
    DESIGN,
    HOWARD,
    Band,
    Claim,
    Exactly,
    Group,
    Values,
    counted,
    operation,
)

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData

_THREES = "Threes and sevens"
_FIRST_TEN = (10, 10000, 10011, 10031, 10034, 10042, 10052, 1007, 10074, 10091)  # .png
_PRINTED = np.array([[-11.1002], [5.9263], [9.9627], [-8.1484]])  # predictions for four threes
# Rows 4 to 14 and columns 4 to 21 of the second three; the book's last row lacks one of the 253.
_PIXELS = """
0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
0 0 0 0 0 29 150 195 254 255 254 176 193 150 96 0 0 0
0 0 0 48 166 224 253 253 234 196 253 253 253 253 233 0 0 0
0 93 244 249 253 187 46 10 8 4 10 194 253 253 233 0 0 0
0 107 253 253 230 48 0 0 0 0 0 192 253 253 156 0 0 0
0 3 20 20 15 0 0 0 0 0 43 224 253 245 74 0 0 0
0 0 0 0 0 0 0 0 0 0 249 253 245 126 0 0 0 0
0 0 0 0 0 0 0 14 101 223 253 248 124 0 0 0 0 0
0 0 0 0 0 11 166 239 253 253 253 187 30 0 0 0 0 0
0 0 0 0 0 16 248 250 253 253 253 253 232 213 111 2 0 0
0 0 0 0 0 0 0 43 98 98 208 253 253 253 253 187 22 0
"""
_DISTANCES = (0.1050, 0.1526, 0.1186, 0.1122, 0.1170, 0.1086)
_RANDOM = 0.4912  # the printed accuracy of weights that know nothing
_DRAWS = 1_000


def _folders(wing: str, data: MnistData) -> Values:
    """Return what the threes and sevens are, read from folders in the order of their names."""
    shape, part = (operation(wing, "tensors", name) for name in ("shape", "slice"))
    pair = load_threes_and_sevens(sorted_by_path(data))
    x, y = flatten_and_scale(pair.x_train), pair.y_train[:, None]
    first = zip(pair.x_train, data.x_train[list(_FIRST_TEN)], strict=False)
    pixels = part(pair.x_train[1], slice(4, 15), slice(4, 22))
    similarity = runs.wing_module(wing, "pixel_similarity")
    model = similarity.PixelSimilarity("l1").fit(pair.x_train, pair.y_train)
    threes = np.asarray(model.distances(pair.x_test[pair.y_test == 1]))[:, 1]
    near = [np.abs(threes - printed).min() <= 5e-5 for printed in _DISTANCES]
    sizes = [len(batch) for batch in DataLoader(range(26), batch_size=6, shuffle=True, seed=0)]
    return {
        "names": sum(np.array_equal(*images) for images in first),
        "pixels": int(np.sum(np.asarray(pixels).ravel() == np.fromstring(_PIXELS, int, sep=" "))),
        "distances": sum(near),
        "inputs": shape(x),
        "targets": shape(y),
        "sample": (*shape(x[0]), int(y[0, 0])),
        "batch": (*shape(x[:256]), *shape(y[:256])),
        "numbers": len(list(DataLoader(range(15), batch_size=5, shuffle=True, seed=0))),
        "letters": tuple(sizes),
    }


def _four(wing: str, data: MnistData) -> Values:
    """Return loss, accuracy and slopes of the printed predictions; the slopes add up."""
    import tensorflow as tf

    losses, gradients, metrics = (
        runs.wing_module(wing, name) for name in ("losses", "gradients", "metrics")
    )
    y = np.ones((4, 1))

    def loss(logits: Any) -> Any:
        return tf.reduce_mean(losses.mnist_loss(y, logits))

    slopes = np.asarray(gradients.tape_gradient(loss, _PRINTED))  # (4, 1)
    x = flatten_and_scale(load_threes_and_sevens(sorted_by_path(data)).x_train[:4])  # (4, 784)
    both = np.array([float(np.mean(x.T @ slopes)), float(slopes.sum())])
    right = np.asarray(metrics.binary_accuracy(y, _PRINTED, threshold=0))
    found = {"loss": float(loss(_PRINTED)), "accuracy": float(right.mean())}
    for times, (weight, bias) in enumerate(_added(wing, both, 3), start=1):
        found |= {f"weights {times}": weight, f"bias {times}": bias}
    return found


def _added(wing: str, gradient: np.ndarray, times: int) -> list[np.ndarray]:
    """Return what a gradient adds up to, added once, twice, …: the step at a rate of 1, negated."""
    if wing == "keras":
        from keras import Variable
    else:
        from tensorflow import Variable
    found = []
    for count in range(1, times + 1):
        variable = Variable(np.zeros(2), dtype="float64")
        optimizer = runs.wing_module(wing, "learner").BasicOptimizer([variable], 1.0)
        for _ in range(count):
            optimizer.add([gradient])
        optimizer.step()
        found.append(-variable.numpy())
    return found


def _nudged(wing: str, data: MnistData) -> Values:
    """Multiply a weight by 1.0001: the first, whose pixel is white, and one in the middle."""
    pair = load_threes_and_sevens(sorted_by_path(data))
    x, y = flatten_and_scale(pair.x_train), pair.y_train[:, None]
    training, metrics = (runs.wing_module(wing, name) for name in ("training", "metrics"))
    model = runs.build_model(
        wing, "linear37", hidden_units=(), num_classes=1, output_activation=None
    )
    generator = np.random.default_rng(0)
    start = [generator.normal(size=array.shape) for array in model.get_weights()]

    def predicted(place: int | None = None) -> np.ndarray:
        W = start[0].copy()  # (784, 1)
        if place is not None:
            W[place] *= 1.0001
        model.set_weights([W, start[1]])
        return np.asarray(training.predict(model, x))

    before, first, middle = predicted(), predicted(0), predicted(14 * 28 + 14)
    right = [
        float(np.mean(np.asarray(metrics.binary_accuracy(y, logits, threshold=0))))
        for logits in (before, first, middle)
    ]
    return {
        "below": float(np.mean(_random_accuracies(wing, x, y) < _RANDOM)),
        "first": right[1] - right[0],
        "first moved": int(np.count_nonzero(first != before)),
        "middle": abs(right[2] - right[0]),
    }


def _random_accuracies(wing: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the accuracies of linear models with weights from N(0, 1), `(1000,)`.

    Each is an output of one model. They spread evenly around 0.5: the same weights, negated, are as
    likely, and right where these are wrong.
    """
    training, metrics = (runs.wing_module(wing, name) for name in ("training", "metrics"))
    model = runs.build_model(
        wing, "linear37", hidden_units=(), num_classes=_DRAWS, output_activation=None
    )
    generator = np.random.default_rng(0)
    model.set_weights([generator.normal(size=array.shape) for array in model.get_weights()])
    logits = np.asarray(training.predict(model, x)).T  # (1000, n)
    labels = np.broadcast_to(y.T, logits.shape)
    right = np.asarray(metrics.binary_accuracy(labels, logits, threshold=0))  # (1000, n)
    return right.mean(axis=1)


def _four_claim(name: str, said: str, value: str, figure: float) -> Claim:
    return Claim(
        *(f"batch-of-four-{name}", said, HOWARD, Band(figure - 5e-5, figure + 5e-5)),
        why="the printed digits, from the printed predictions",
        value=value,
        form="{:.4f}",
    )


GROUPS = (
    Group(
        "folders",
        _THREES,
        _folders,
        (
            *(
                counted(name, said, value, figure, HOWARD)
                for name, said, value, figure in (
                    (
                        "first-names",
                        "the first ten threes, sorted by path: 10.png to 10091.png",
                        "names",
                        10,
                    ),
                    (
                        "digit-pixels",
                        "198 grey levels of the second one, with a 253 that the last row lacks",
                        "pixels",
                        198,
                    ),
                    (
                        "pair-inputs",
                        "threes and sevens as rows: (12396, 784)",
                        "inputs",
                        (12396, 784),
                    ),
                    ("pair-targets", "and their labels: (12396, 1)", "targets", (12396, 1)),
                    (
                        "pair-sample",
                        "the first sample has 784 numbers and is a three: 1",
                        "sample",
                        (784, 1),
                    ),
                    (
                        "pair-batch",
                        "a batch of 256: (256, 784) and (256, 1)",
                        "batch",
                        (256, 784, 256, 1),
                    ),
                    ("loader-numbers", "15 numbers in batches of 5 are three", "numbers", 3),
                    (
                        "loader-letters",
                        "26 letters in batches of 6: the last one has two",
                        "letters",
                        (6, 6, 6, 6, 2),
                    ),
                )
            ),
            Claim(
                name="validation-distances",
                said="six printed distances of validation threes from the mean three: 0.1050 "
                "0.1526 0.1186 … 0.1122 0.1170 0.1086",
                source=HOWARD,
                target=Exactly(6),
                why="how many of them a validation three has; which one it is depends on the order "
                "of the author's disk",
                value="distances",
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "batch-of-four",
        _THREES,
        _four,
        (
            _four_claim(
                "loss",
                "predictions -11.1002, 5.9263, 9.9627, -8.1484 for four threes: 0.5006",
                "loss",
                0.5006,
            ),
            _four_claim("accuracy", "two of them are right: 0.5000", "accuracy", 0.5),
            *(
                _four_claim(f"{name}-{times}", f"{words}: {figure}", f"{name} {times}", figure)
                for times, words, weights, bias in (
                    (1, "the slope", -0.0001, -0.0008),
                    (2, "calculated twice without zeroing it", -0.0002, -0.0015),
                    (3, "three times", -0.0003, -0.0023),
                )
                for name, figure in (("weights", weights), ("bias", bias))
            ),
        ),
        needs_mnist=True,
    ),
    Group(
        "nudge",
        _THREES,
        _nudged,
        (
            Claim(
                name="random-accuracy",
                said="weights from N(0, 1): 0.4912 of the training digits are right (here the "
                "share of 1,000 draws that are right less often)",
                source=HOWARD,
                target=Band(0.4, 0.5),
                why="half of them are below 0.5, since negated weights are right where these are "
                "wrong; 30 seeds here: 0.415 to 0.497",
                value="below",
                form="{:.3f}",
            ),
            Claim(
                name="nudge-first",
                said="the first weight times 1.0001 leaves it at 0.4912",
                source=HOWARD,
                target=Exactly(0.0),
                why="the change of the accuracy",
                value="first",
            ),
            Claim(
                name="nudge-first-moves-nothing",
                said="it cannot change anything: the first pixel is white in all images",
                source=DESIGN,
                target=Exactly(0),
                why="how many of 12,396 predictions change",
                value="first moved",
            ),
            Claim(
                name="nudge-middle",
                said="a weight in the middle, times 1.0001, does not change the accuracy either",
                source=DESIGN,
                target=Band(highest=0.0002),
                why="30 seeds here: none changes; at most two of 12,396 digits",
                value="middle",
                form="{:.5f}",
            ),
        ),
        needs_mnist=True,
    ),
)
