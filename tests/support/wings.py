"""The two wings side by side."""

import importlib
from types import SimpleNamespace

MODULES = (
    *(
        "callbacks",
        "checkpoints",
        "cnn",
        "constraints",
        "distributed",
        "evaluation",
        "execution",
        "geometry",
        "gradients",
    ),
    *(
        "initializers",
        "layers",
        "learner",
        "lenet",
        "likelihoods",
        "linear_regression",
        "logistic_regression",
        "losses",
    ),
    *(
        "metrics",
        "minimizers",
        "mlp",
        "models",
        "ops",
        "optimizers",
        "pixel_similarity",
        "regularizers",
    ),
    *("resnet", "schedules", "softmax_regression", "tensors", "training", "transfer", "two_inputs"),
)

OPTIMIZER_NAMES = (
    *("SGD", "Adagrad", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adadelta", "Lion", "Ftrl"),
)

# With Keras, these are its own classes.
LOSS_CLASSES = (
    *("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError", "Huber", "LogCosh"),
    *("MeanSquaredLogarithmicError", "CosineSimilarity", "Hinge", "SquaredHinge"),
    *("CategoricalHinge", "KLDivergence", "Poisson", "BinaryCrossentropy"),
    *("CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryFocalCrossentropy"),
    "CategoricalFocalCrossentropy",
)
METRIC_CLASSES = (
    *("Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"),
    *("TopKCategoricalAccuracy", "SparseTopKCategoricalAccuracy", "Mean", "MeanMetricWrapper"),
    *("MeanSquaredError", "MeanAbsoluteError", "RootMeanSquaredError", "R2Score"),
    *("BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"),
    *("Precision", "Recall", "AUC", "F1Score"),
)


def load_wing(name, package):
    modules = {m: importlib.import_module(f"kerasfoundations.{package}.{m}") for m in MODULES}
    return SimpleNamespace(name=name, package=package, **modules)


KERAS = load_wing("keras", "with_keras")
SCRATCH = load_wing("scratch", "from_scratch")


def assert_stages_equal(build, x, y, **settings):
    """The steps of both wings, taken apart in float64: a failure shows the whole report.

    `build(wing)` makes a model; of the twins the one from scratch gets the weights of the other.
    """
    from kerasfoundations.diagnose.twins import compare_twins

    models = [build(wing) for wing in (KERAS, SCRATCH)]
    models[1].set_weights(models[0].get_weights())
    found = compare_twins(*models, x, y, **settings)
    assert found.equal, f"\n{found}"
