"""PyTorch's layers, losses and optimizers against Keras's: weights translated, defaults named."""

import doctest

import keras
import numpy as np
import pytest
import torch
from small_models import batches_of, reference_of

from kerasfoundations.diagnose import TorchLoop, compare_training, torch_loops

nn = torch.nn


def network(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))


def loop_of(make, loss=None, module=None, **more):
    module = module or network()
    optimizer = make(module.parameters()) if make else None
    return TorchLoop(module, optimizer, loss or nn.CrossEntropyLoss(), **more)


class Last(nn.Module):
    """Return the outputs of a recurrent layer at the last step."""

    def forward(self, found):
        return found[0][:, -1]


class Sequence(nn.Module):
    """Return the outputs of a recurrent layer at every step."""

    def forward(self, found):
        return found[0]


def recurrent(name, *arguments, **options):
    return getattr(nn, name)(*arguments, batch_first=True, **options)


L = keras.layers

# The reference's layers, the module, and the shape of its inputs.
LAYERS = {
    "Linear": (lambda: [L.Dense(4)], lambda: nn.Linear(3, 4), (3,)),
    "Conv1d": (lambda: [L.Conv1D(4, 3)], lambda: nn.Conv1d(2, 4, 3), (7, 2)),
    "Conv2d, flattened": (
        lambda: [L.Conv2D(4, (3, 2)), L.Flatten(), L.Dense(5)],
        lambda: nn.Sequential(nn.Conv2d(2, 4, (3, 2)), nn.Flatten(), nn.Linear(4 * 4 * 6, 5)),
        (6, 7, 2),
    ),
    "Conv2d": (lambda: [L.Conv2D(4, (3, 2))], lambda: nn.Conv2d(2, 4, (3, 2)), (6, 7, 2)),
    "Conv3d": (lambda: [L.Conv3D(3, 2)], lambda: nn.Conv3d(2, 3, 2), (4, 5, 6, 2)),
    "depthwise": (
        lambda: [L.DepthwiseConv2D(3, depth_multiplier=2)],
        lambda: nn.Conv2d(2, 4, 3, groups=2),
        (6, 7, 2),
    ),
    "ConvTranspose2d": (
        lambda: [L.Conv2D(4, 3), L.Conv2DTranspose(3, 2, strides=2)],
        lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.ConvTranspose2d(4, 3, 2, stride=2)),
        (6, 7, 2),
    ),
    "BatchNorm1d": (
        lambda: [L.BatchNormalization(epsilon=1e-5)],
        lambda: nn.BatchNorm1d(5),
        (5,),
    ),
    "BatchNorm2d": (
        lambda: [L.Conv2D(4, 3), L.BatchNormalization(epsilon=1e-5)],
        lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4)),
        (6, 7, 2),
    ),
    "LayerNorm": (lambda: [L.LayerNormalization(epsilon=1e-5)], lambda: nn.LayerNorm(5), (5,)),
    "GroupNorm": (
        lambda: [L.Conv2D(4, 3), L.GroupNormalization(2, epsilon=1e-5)],
        lambda: nn.Sequential(nn.Conv2d(2, 4, 3), nn.GroupNorm(2, 4)),
        (6, 7, 2),
    ),
    "LSTM": (lambda: [L.LSTM(4)], lambda: nn.Sequential(recurrent("LSTM", 3, 4), Last()), (5, 3)),
    "LSTM without biases": (
        lambda: [L.LSTM(4, use_bias=False)],
        lambda: nn.Sequential(recurrent("LSTM", 3, 4, bias=False), Last()),
        (5, 3),
    ),
    "GRU": (lambda: [L.GRU(4)], lambda: nn.Sequential(recurrent("GRU", 3, 4), Last()), (5, 3)),
    "RNN": (
        lambda: [L.SimpleRNN(4)],
        lambda: nn.Sequential(recurrent("RNN", 3, 4), Last()),
        (5, 3),
    ),
    "GRU, two levels, both ways": (
        lambda: [L.Bidirectional(L.GRU(4, return_sequences=True)) for _ in range(2)],
        lambda: nn.Sequential(recurrent("GRU", 3, 4, 2, bidirectional=True), Sequence()),
        (5, 3),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_with_the_weights_of_keras_computes_what_keras_computes(name):
    layers, module, shape = LAYERS[name]
    model = keras.Sequential([keras.Input(shape), *layers()])
    random = np.random.default_rng(0)
    weights = [random.uniform(0.2, 1.0, w.shape).astype("float32") for w in model.get_weights()]
    model.set_weights(weights)
    loop = TorchLoop(module().double(), train_step=lambda x, y: 0.0)
    loop.set_weights(weights)
    for seen, right in zip(loop.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(seen, right)
    x = random.normal(size=(8, *shape))
    right = np.asarray(model(x.astype("float32"), training=False))
    np.testing.assert_allclose(loop.predict(x), right, rtol=2e-5, atol=2e-5)


def test_an_embedding_gets_integers():
    model = keras.Sequential([keras.Input((4,), dtype="int64"), L.Embedding(9, 3), L.Flatten()])
    module = nn.Sequential(nn.Embedding(9, 3), nn.Flatten())
    loop = TorchLoop(module, train_step=lambda x, y: 0.0)
    loop.set_weights(model.get_weights())
    x = np.random.default_rng(0).integers(0, 9, size=(5, 4))
    np.testing.assert_array_equal(loop.predict(x), np.asarray(model(x)))


def test_layers_in_another_order_are_named():
    class Backward(nn.Module):
        def __init__(self):
            super().__init__()
            self.last, self.first = nn.Linear(5, 3), nn.Linear(6, 5)

        def forward(self, x):
            return self.last(torch.tanh(self.first(x)))

    module = Backward()
    loop = loop_of(None, module=module, train_step=lambda x, y: 0.0, order=["first", "last"])
    assert [w.shape for w in loop.get_weights()] == [(6, 5), (5,), (5, 3), (3,)]
    with pytest.raises(ValueError, match=r"order=\['first'\], expected the name of each layer"):
        loop_of(None, module=module, train_step=lambda x, y: 0.0, order=["first"])


O, T = keras.optimizers, torch.optim  # noqa: E741

# Keras's optimizer, and PyTorch's set up to equal it.
EQUAL = {
    "sgd": (lambda: O.SGD(0.1), lambda p: T.SGD(p, 0.1)),
    "momentum": (lambda: O.SGD(0.05, momentum=0.9), lambda p: T.SGD(p, 0.05, momentum=0.9)),
    "nesterov": (
        lambda: O.SGD(0.05, momentum=0.8, nesterov=True),
        lambda p: T.SGD(p, 0.05, momentum=0.8, nesterov=True),
    ),
    "adagrad": (
        lambda: O.Adagrad(0.05, epsilon=1e-10),
        lambda p: T.Adagrad(p, 0.05, initial_accumulator_value=0.1),
    ),
    "adam": (lambda: O.Adam(1e-3, epsilon=1e-12), lambda p: T.Adam(p, 1e-3, eps=1e-12)),
    "adamw": (
        lambda: O.AdamW(1e-3, weight_decay=0.01, epsilon=1e-12),
        lambda p: T.AdamW(p, 1e-3, eps=1e-12),
    ),
    "rmsprop": (
        lambda: O.RMSprop(1e-3, rho=0.99, epsilon=1e-14),
        lambda p: T.RMSprop(p, 1e-3, eps=1e-12),
    ),
    "adadelta": (
        lambda: O.Adadelta(1.0, rho=0.9, epsilon=1e-6),
        lambda p: T.Adadelta(p, 1.0),
    ),
    "adamax": (lambda: O.Adamax(2e-3, epsilon=1e-12), lambda p: T.Adamax(p, eps=1e-12)),
    "nadam": (lambda: O.Nadam(2e-3), lambda p: T.NAdam(p, eps=1e-7, momentum_decay=1.0)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_loop_that_is_set_up_like_the_reference_is_equal(name):
    keras_optimizer, torch_optimizer = EQUAL[name]
    seed = list(EQUAL).index(name)
    reference = reference_of(keras_optimizer(), seed=seed)
    found = compare_training(loop_of(torch_optimizer), reference, batches_of(seed))
    assert found.equal, found
    assert {"outputs", "gradients"} <= {check.stage for check in found.checks}


def numbers(seed=0):
    return [(x, x[:, :1] ** 2) for x, _ in batches_of(seed)]


REGRESSIONS = {
    "mean_squared_error": nn.MSELoss(),
    "mean_absolute_error": nn.L1Loss(),
    "huber": nn.HuberLoss(),
    "binary_crossentropy": lambda outputs, y: nn.functional.binary_cross_entropy_with_logits(
        outputs, y
    ),
}


@pytest.mark.parametrize("name", REGRESSIONS)
def test_losses_of_numbers_are_equal(name):
    binary = name == "binary_crossentropy"
    activation = "sigmoid" if binary else None
    reference = keras.Sequential([keras.Input((6,)), L.Dense(1, activation)])
    reference.compile(O.SGD(0.05), name)
    batches = numbers()
    if binary:
        batches = [(x, (y > 0.5).astype("float32")) for x, y in batches]
    loop = loop_of(lambda p: T.SGD(p, 0.05), REGRESSIONS[name], nn.Linear(6, 1))
    found = compare_training(loop, reference, batches)
    assert found.equal, found


def test_images_and_their_labels_reach_a_convolution():
    random = np.random.default_rng(0)
    x = random.normal(size=(31, 6, 6, 2)).astype("float32")
    y = random.integers(0, 3, size=(31, 1))
    layers = [L.Conv2D(4, 3, activation="relu"), L.MaxPooling2D(), L.Flatten()]
    reference = keras.Sequential([keras.Input((6, 6, 2)), *layers, L.Dense(3, "softmax")])
    reference.compile(O.SGD(0.05), "sparse_categorical_crossentropy")
    layers = [nn.Conv2d(2, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    loop = loop_of(lambda p: T.SGD(p, 0.05), module=nn.Sequential(*layers, nn.Linear(16, 3)))
    found = compare_training(loop, reference, [(x[:12], y[:12]), (x[12:24], y[12:24])])
    assert found.equal, found


def test_a_recurrent_layer_is_equal():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(24, 4, 3)).astype("float32"), random.integers(0, 3, 24)
    reference = keras.Sequential([keras.Input((4, 3)), L.GRU(4), L.Dense(3, "softmax")])
    reference.compile(O.SGD(0.1, momentum=0.9), "sparse_categorical_crossentropy")
    module = nn.Sequential(recurrent("GRU", 3, 4), Last(), nn.Linear(4, 3))
    loop = loop_of(lambda p: T.SGD(p, 0.1, momentum=0.9), module=module)
    found = compare_training(loop, reference, [(x[:12], y[:12]), (x[12:], y[12:])])
    assert found.equal, found


# Keras's optimizer, PyTorch's as it comes, and what the report says.
DEFAULTS = {
    "rmsprop": (
        lambda: O.RMSprop(1e-3),
        lambda p: T.RMSprop(p, 1e-3),
        *("pytorch_rmsprop", "rho 0.99 instead of 0.9 and epsilon 1e-8"),
    ),
    "adam": (lambda: O.Adam(1e-3), lambda p: T.Adam(p), "pytorch_adam", "epsilon 1e-8"),
    "adamw": (
        lambda: O.Adam(1e-3),
        lambda p: T.AdamW(p, weight_decay=0.1),
        *("weight_decay", "0.1 times the learning rate"),
    ),
    "adagrad": (
        lambda: O.Adagrad(0.01),
        lambda p: T.Adagrad(p),
        *("pytorch_adagrad", "a first sum of squares of 0 instead of 0.1"),
    ),
    "nadam": (
        lambda: O.Nadam(2e-3),
        lambda p: T.NAdam(p),
        *("pytorch_nadam", "momentum_decay 0.004 instead of 1"),
    ),
    "adadelta": (
        lambda: O.Adadelta(1.0),
        lambda p: T.Adadelta(p),
        *("pytorch_adadelta", "rho 0.9 instead of 0.95"),
    ),
    "adamax": (
        lambda: O.Adamax(2e-3, epsilon=1e-3),
        lambda p: T.Adamax(p),
        *("pytorch_adamax", "epsilon 1e-8 instead of 0.001"),
    ),
    "l2 in sgd": (
        lambda: O.SGD(0.1),
        lambda p: T.SGD(p, 0.1, weight_decay=0.05),
        *("weight_decay", "0.05 times"),
    ),
    "l2 in adam": (
        lambda: O.Adam(1e-3),
        lambda p: T.Adam(p, weight_decay=0.01),
        *("weight_decay", "0.01 times every weight is added to the gradient"),
    ),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_a_default_of_pytorch_is_named(name):
    make_reference, make, cause, words = DEFAULTS[name]
    batches = batches_of(scale=1e-3 if name in ("adam", "rmsprop") else 1.0)
    found = compare_training(loop_of(make), reference_of(make_reference()), batches)
    assert (found.stage, found.cause) == ("update", cause), found
    assert words in found.message


def normalized(momentum=0.99, epsilon=1e-5):
    layers = [L.Dense(5), L.BatchNormalization(momentum=momentum, epsilon=epsilon)]
    model = keras.Sequential([keras.Input((6,)), *layers, L.Dense(3, "softmax")])
    model.compile(O.SGD(0.05), "sparse_categorical_crossentropy")
    return model


# The reference, PyTorch's momentum, and what the report says.
NORMALIZED = {
    "as it comes": (
        lambda: normalized(epsilon=1e-3),
        *(0.1, "outputs", "normalization_epsilon", "it acts as 1e-05, the reference's is 0.001"),
    ),
    "same epsilon": (
        normalized,
        *(0.1, "state", "pytorch_batch_normalization", "0.1 in PyTorch's sense, which is 0.9"),
    ),
    "same momentum": (
        lambda: normalized(momentum=0.9),
        *(0.1, "state", "moving_variance_unbiased", "divided by n - 1"),
    ),
}


@pytest.mark.parametrize("name", NORMALIZED)
def test_the_batch_normalization_of_pytorch_is_named(name):
    make, momentum, *expected, words = NORMALIZED[name]
    layers = [nn.Linear(6, 5), nn.BatchNorm1d(5, momentum=momentum), nn.Linear(5, 3)]
    loop = loop_of(lambda p: T.SGD(p, 0.05), module=nn.Sequential(*layers))
    found = compare_training(loop, make(), batches_of())
    assert [found.stage, found.cause] == expected, found
    assert words in found.message


def frozen_below():
    reference = reference_of("adam", activation=None)
    reference.layers[0].trainable = False
    reference.compile(
        keras.optimizers.Adam(0.01, epsilon=1e-12),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return reference


@pytest.mark.parametrize("how", ["left out", "switched off"])
def test_a_layer_that_pytorch_freezes_in_its_own_way_is_equal(how):
    """Its gradient is computed where it is only left out of the optimizer."""
    module = network()
    module[0].requires_grad_(how == "left out")
    optimizer = torch.optim.Adam(module[2].parameters(), lr=0.01, eps=1e-12)
    loop = TorchLoop(module, optimizer, nn.CrossEntropyLoss())
    found = compare_training(loop, frozen_below(), batches_of())
    assert found.equal, found


def test_a_layer_that_the_reference_froze_and_pytorch_trains_is_named():
    loop = loop_of(lambda weights: torch.optim.Adam(weights, lr=0.01, eps=1e-12))
    found = compare_training(loop, frozen_below(), batches_of())
    assert (found.stage, found.cause) == ("update", "frozen_layer_trained"), found


def test_the_two_biases_of_a_recurrent_layer_are_named():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(24, 4, 3)).astype("float32"), random.integers(0, 3, 24)
    batches = [(x[:12], y[:12]), (x[12:], y[12:])]
    for name, optimizer in (("LSTM", "adam"), ("RNN", "sgd")):
        layer = {"LSTM": L.LSTM, "RNN": L.SimpleRNN}[name](4)
        reference = keras.Sequential([keras.Input((4, 3)), layer, L.Dense(3, "softmax")])
        reference.compile(optimizer, "sparse_categorical_crossentropy")
        module = nn.Sequential(recurrent(name, 3, 4), Last(), nn.Linear(4, 3))
        make = {"adam": lambda p: T.Adam(p, eps=1e-12), "sgd": lambda p: T.SGD(p, 0.01)}[optimizer]
        found = compare_training(loop_of(make, module=module), reference, batches)
        assert (found.stage, found.cause) == ("update", "two_biases"), found
        module[0].bias_hh_l0.requires_grad_(False)
        if optimizer == "sgd":
            assert compare_training(loop_of(make, module=module), reference, batches).equal


def test_another_slope_of_a_leaky_relu_is_named():
    layers = [L.Dense(5), L.LeakyReLU(), L.Dense(3, "softmax")]
    reference = keras.Sequential([keras.Input((6,)), *layers])
    reference.compile(O.SGD(0.1), "sparse_categorical_crossentropy")
    module = nn.Sequential(nn.Linear(6, 5), nn.LeakyReLU(), nn.Linear(5, 3))
    loop = loop_of(lambda p: T.SGD(p, 0.1), module=module)
    found = compare_training(loop, reference, batches_of())
    assert (found.stage, found.cause) == ("outputs", "leaky_slope"), found
    assert "it acts as 0.01, the reference's is 0.3" in found.message


def test_a_softmax_before_the_cross_entropy_of_logits_is_named():
    module = network().append(nn.Softmax(dim=-1))
    loop = loop_of(lambda p: T.SGD(p, 0.1), module=module)
    found = compare_training(loop, reference_of(O.SGD(0.1)), batches_of())
    assert (found.stage, found.cause) == ("loss", "softmax_twice"), found


def test_a_loss_that_sums_or_does_not_reduce_is_named():
    for reduction, cause in (("sum", "loss_summed"), ("none", "loss_not_reduced")):
        loop = loop_of(lambda p: T.SGD(p, 0.1), nn.CrossEntropyLoss(reduction=reduction))
        found = compare_training(loop, reference_of(O.SGD(0.1)), batches_of())
        assert (found.stage, found.cause) == ("reduction", cause), found


def test_a_step_of_ones_own_is_judged_as_it_is():
    module = network()
    optimizer = T.SGD(module.parameters(), 0.1)

    def train_step(x, y):
        loss = nn.functional.cross_entropy(module(x), y)
        loss.backward()  # without zero_grad before it
        optimizer.step()
        return loss

    loop = TorchLoop(module, train_step=train_step)
    found = compare_training(loop, reference_of(O.SGD(0.1)), batches_of())
    assert found.cause == "gradients_accumulated", found


REFUSED = {
    "no module": ((object(),), "received a object as module, expected a torch.nn.Module"),
    "no optimizer": ((nn.Linear(2, 1), "adam", nn.MSELoss()), "a str as optimizer, expected"),
    "no loss": (
        (nn.Linear(2, 1), T.SGD(nn.Linear(2, 1).parameters(), 0.1), None),
        r"received None as loss, expected a function \(outputs, y\) -> loss",
    ),
    "another optimizer": (
        (nn.Linear(2, 1), T.SGD(nn.Linear(2, 1).parameters(), 0.1), nn.MSELoss()),
        "none of the module's parameters, expected one made for this module",
    ),
}
OWN = {
    "lazy": (lambda: nn.LazyLinear(3), "whose weights have no shape yet: call the module"),
    "attention": (
        lambda: nn.MultiheadAttention(4, 2),
        "MultiheadAttention, whose weights have no counterpart in one layer of Keras",
    ),
    "norm": (lambda: nn.LayerNorm((4, 3)), r"over the axes \(4, 3\), expected one axis"),
    "no statistics": (
        lambda: nn.BatchNorm1d(3, track_running_stats=False),
        "track_running_stats=False, expected moving statistics",
    ),
    "projection": (lambda: nn.LSTM(3, 4, proj_size=2), "proj_size=2, which Keras's LSTM does not"),
    "padding": (
        lambda: nn.Conv2d(3, 4, 2, padding_mode="reflect"),
        "padding_mode='reflect', which Keras's",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_invalid_arguments_are_refused(name):
    arguments, words = REFUSED[name]
    with pytest.raises(ValueError, match=words):
        TorchLoop(*arguments)


@pytest.mark.parametrize("name", OWN)
def test_a_layer_without_a_counterpart_is_refused_by_name(name):
    module, words = OWN[name]
    with pytest.raises(ValueError, match=f"layer '1', a .*{words}"):
        TorchLoop(nn.Sequential(nn.Linear(2, 2), module()), train_step=lambda x, y: 0.0)


def test_the_examples_run():
    assert doctest.testmod(torch_loops, optionflags=doctest.ELLIPSIS) == (0, 7)
