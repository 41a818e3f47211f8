"""Pictures of arrays: the only user of matplotlib. Functions take arrays and return figures.

The figures are created without pyplot: no window, no global state, no display. Their words are
English; `plots.language("zh_CN")` draws them in Chinese.
"""

from kerasfoundations.plots.benchmark import epoch_seconds, growth
from kerasfoundations.plots.blocks import blocks, matrix_product
from kerasfoundations.plots.deep import accuracy_and_loss, approximations
from kerasfoundations.plots.diagnosis import diagnosis
from kerasfoundations.plots.diagrams import network, training_circle, unit
from kerasfoundations.plots.failures import Panel, Walks, descents, panels
from kerasfoundations.plots.geometry import arrows, before_and_after, grids, layer_views
from kerasfoundations.plots.gradients import (
    computation_graph,
    curves,
    difference_errors,
    local_slope,
    recorded_operations,
)
from kerasfoundations.plots.learner import learning_rate_search, training_record
from kerasfoundations.plots.lines import (
    Landscape,
    fitted_line,
    loss_along_slope,
    loss_contours,
    loss_surfaces,
    losses_above_smallest,
    optimizer_walks,
    stages,
    walks_on_curve,
    weight_images,
)
from kerasfoundations.plots.operations import broadcasting, convolution, speeds
from kerasfoundations.plots.prediction import pixels, predictions, unit_images
from kerasfoundations.plots.reproduction import (
    claimed_accuracies,
    claimed_differences,
    first_network_curves,
)
from kerasfoundations.plots.schedules import learning_rates
from kerasfoundations.plots.similarity import accuracies_per_class, hardest, mean_images
from kerasfoundations.plots.steps import forces, line_step
from kerasfoundations.plots.tensors import (
    digit,
    memory,
    row_major,
    samples_per_class,
    shaded_table,
    slices,
)
from kerasfoundations.plots.training import (
    compared_curves,
    confusion_matrix,
    learning_curves,
    metric_curves,
    mistakes,
)
from kerasfoundations.plots.words import language

__all__ = [
    "Landscape",
    "Panel",
    "Walks",
    "accuracies_per_class",
    "accuracy_and_loss",
    "approximations",
    "arrows",
    "before_and_after",
    "blocks",
    "broadcasting",
    "claimed_accuracies",
    "claimed_differences",
    "compared_curves",
    "computation_graph",
    "confusion_matrix",
    "convolution",
    "curves",
    "descents",
    "diagnosis",
    "difference_errors",
    "digit",
    "epoch_seconds",
    "first_network_curves",
    "fitted_line",
    "forces",
    "grids",
    "growth",
    "hardest",
    "language",
    "layer_views",
    "learning_curves",
    "learning_rate_search",
    "learning_rates",
    "line_step",
    "local_slope",
    "loss_along_slope",
    "loss_contours",
    "loss_surfaces",
    "losses_above_smallest",
    "matrix_product",
    "mean_images",
    "memory",
    "metric_curves",
    "mistakes",
    "network",
    "optimizer_walks",
    "panels",
    "pixels",
    "predictions",
    "recorded_operations",
    "row_major",
    "samples_per_class",
    "shaded_table",
    "slices",
    "speeds",
    "stages",
    "training_circle",
    "training_record",
    "unit",
    "unit_images",
    "walks_on_curve",
    "weight_images",
]
