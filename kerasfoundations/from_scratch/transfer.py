"""Transfer: what was learned for one task, kept for another."""

from __future__ import annotations

from kerasfoundations import checks
from kerasfoundations.data.seeds import layer_seeds
from kerasfoundations.from_scratch.layers import NaiveDense
from kerasfoundations.from_scratch.models import NaiveSequential

__all__ = ["with_new_head"]


def with_new_head(model: NaiveSequential, num_classes: int, *, seed: int = 0) -> NaiveSequential:
    """`softmax(h(x)·W + b)`, where `h` is a trained model without its last layer, frozen.

    Only the new `W` and `b` learn, so few samples of the new classes suffice. To train all layers
    afterwards, with a small learning rate, set their `trainable` to True again.

    Args:
        model: A trained model whose last layer is dense. Its other layers are shared, not copied:
            they are frozen in `model` as well.
        num_classes: Outputs per sample of the new model.
        seed: Integer, 0 or more, that fixes `W`; `b` starts at zero. The same one gives the same
            `W` as in the Keras twin on TensorFlow.

    Returns:
        A model that maps what `model` takes to probabilities `(B, num_classes)`.

    Raises:
        ValueError: for a model of one layer, or one that does not end with a dense layer.

    Example:
        >>> from kerasfoundations.from_scratch.mlp import build_mlp
        >>> model = with_new_head(build_mlp(hidden_units=(32, 16)), num_classes=3)
        >>> [tuple(weight.shape) for weight in model.trainable_weights]
        [(16, 3), (3,)]
        >>> len(model.weights)
        6

    Source: Yosinski, Clune, Bengio and Lipson, How transferable are features in deep neural
    networks?, NIPS 2014.
    """
    checks.own_model(model, NaiveSequential)
    num_classes = checks.positive_integer("num_classes", num_classes)
    body, last = checks.body_and_head(model, NaiveSequential, NaiveDense)
    for layer in body:
        layer.trainable = False
    [seed] = layer_seeds(seed, 1)
    head = NaiveDense(last.input_size, num_classes, "softmax", seed=seed, dtype=last.dtype)
    return NaiveSequential([*body, head], model.input_shape[1:])
