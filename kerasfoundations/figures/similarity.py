"""Pictures of the baseline that does not learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kerasfoundations.figures.picture import SCRATCH, Figure, Picture

if TYPE_CHECKING:
    from kerasfoundations.data import MnistData


def _fitted(data: MnistData, norm: str = "l1") -> Any:
    from kerasfoundations.from_scratch.pixel_similarity import PixelSimilarity

    return PixelSimilarity(norm).fit(data.x_train, data.y_train)


def _similarity_means(data: MnistData) -> Figure:
    from kerasfoundations import plots

    model = _fitted(data)
    title = f"the mean image of each digit, from {len(data.x_train):,} digits"
    return plots.mean_images(model.mean_images, [str(c) for c in model.classes], title)


def _similarity_hardest(data: MnistData) -> Figure:
    from kerasfoundations import plots
    from kerasfoundations.from_scratch.pixel_similarity import PixelSimilarity

    chosen = (data.y_train == 3) | (data.y_train == 7)
    tested = (data.y_test == 3) | (data.y_test == 7)
    model = PixelSimilarity().fit(data.x_train[chosen], data.y_train[chosen])
    images, labels = data.x_test[tested], data.y_test[tested]
    accuracy = model.evaluate(images, labels)["mean_class_accuracy"]
    title = f"threes and sevens, nearest mean image in L1: {accuracy:.1%} right; the hardest"
    return plots.hardest(images, labels, model.classes, model.distances(images), title=title)


def _similarity_accuracy(data: MnistData) -> Figure:
    from kerasfoundations import plots

    accuracies, totals = {}, []
    for norm in ("l1", "l2"):
        found = _fitted(data, norm).evaluate(data.x_test, data.y_test)
        accuracies[norm.upper()] = found["accuracy_per_class"]
        totals.append(f"{found['accuracy']:.1%} with {norm.upper()}")
    title = f"nearest mean image among ten digits: {', '.join(totals)}"
    return plots.accuracies_per_class(accuracies, title)


PICTURES = (
    Picture(
        "similarity-means",
        "Pixel similarity",
        "The mean of all images of a digit: blurred where people write it differently.",
        f"{SCRATCH}.pixel_similarity import PixelSimilarity",
        _similarity_means,
    ),
    Picture(
        "similarity-hardest",
        "Pixel similarity",
        "The threes and sevens that are furthest on the wrong side, with their distances to the "
        "mean of their own digit and to the nearer one.",
        f"{SCRATCH}.pixel_similarity import PixelSimilarity",
        _similarity_hardest,
    ),
    Picture(
        "similarity-accuracy",
        "Pixel similarity",
        "A baseline without learning, digit by digit: in L1, where every pixel counts equally, "
        "many digits are closest to the mean 1, which has the least ink.",
        f"{SCRATCH}.pixel_similarity import PixelSimilarity",
        _similarity_accuracy,
    ),
)
