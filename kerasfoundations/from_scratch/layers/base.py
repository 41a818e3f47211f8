"""The base class of layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from kerasfoundations import checks
from kerasfoundations.from_scratch import constraints
from kerasfoundations.from_scratch.layers.activations import Activation, activation_name
from kerasfoundations.from_scratch.regularizers import L1, L1L2, L2, regularizer

Regularizer = Callable[[tf.Tensor], tf.Tensor]
Constraint = Callable[[Any], tf.Tensor]
CONSTRAINED = {"kernel_constraint", "bias_constraint"}
PENALIZED = {"kernel_regularizer", "activity_regularizer"}
Shape = tuple[int | None, ...]
Pair = tuple[int, int]


class NaiveLayer:
    """Base class of layers; a layer of your own overrides what it needs.

    Attributes:
        activation: The function applied last, or `None`.
        takes: The shape of one sample's inputs, with `None` for any length; just `None` if any
            shape will do.
        arguments: The attributes that recreate the layer, in the order of its constructor.
        if_false: Those of them that are stored only if they are `False`, which once there were not.
        name: What the summary calls the layer; `None` for the name of its class and a number.
        dtype: What the weights are kept and the outputs computed in. In mixed precision these are
            two: `"mixed_float16"` keeps float32 and computes in float16.

    Example:
        >>> class Scale(NaiveLayer):
        ...     def __init__(self):
        ...         self.factor = tf.Variable(2.0)
        ...     def __call__(self, inputs, training=False):
        ...         return self.factor * inputs
        >>> layer = Scale()
        >>> layer(tf.constant([1.0, 2.0])).numpy(), len(layer.trainable_weights)
        (array([2., 4.], dtype=float32), 1)
    """

    activation: Activation | None = None
    takes: Shape | None = None
    arguments: tuple[str, ...] = ()
    if_false: tuple[str, ...] = ()
    name: str | None = None
    dtype: Any = None
    _frozen = False

    def __call__(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Compute the layer's outputs: `activation(affine(x))`, unless overridden."""
        outputs = self.affine(inputs)  # (B, ...)
        return outputs if self.activation is None else self.activation(outputs)

    def affine(self, inputs: tf.Tensor) -> tf.Tensor:
        """Compute what the activation is applied to."""
        raise TypeError(f"{type(self).__name__} computes nothing: write its __call__ method.")

    @property
    def compute_dtype(self) -> str | None:
        """What the layer computes in; `None`: in the dtype of its inputs."""
        return self.dtype and self.dtype.removeprefix("mixed_")

    def cast(self, *tensors: Any) -> list[tf.Tensor]:
        """Return inputs and weights in the dtype that the layer computes in.

        The tape goes back through a cast as well: gradients arrive in the dtype of the weights.
        """
        return [tf.cast(tensor, self.compute_dtype) for tensor in tensors]

    @property
    def trainable(self) -> bool:
        """Whether the layer learns. Set it to False to freeze it, the layers inside included.

        In training, a frozen batch normalization also uses its moving statistics, and keeps them.
        """
        return not self._frozen

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._frozen = not checks.flag("trainable", value)
        for layer in self.attributes(NaiveLayer):
            layer.trainable = value

    @property
    def trainable_weights(self) -> list[tf.Variable]:
        """The variables that learn: unless overridden, those among its attributes.

        Layers among them count with theirs, as do lists of variables and layers. A frozen layer has
        none.
        """
        if self._frozen:
            return []
        own = [v for v in self.attributes(tf.Variable) if v.trainable]
        return own + [w for layer in self.attributes(NaiveLayer) for w in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[tf.Variable]:
        """The variables that do not learn: unless overridden, those among its attributes."""
        own = [v for v in self.attributes(tf.Variable) if self._frozen or not v.trainable]
        inner = self.attributes(NaiveLayer)
        return own + [w for layer in inner for w in layer.non_trainable_weights]

    def attributes(self, kind: type) -> list[Any]:
        """Return the attributes of that kind, including those in lists."""
        found = []
        for value in vars(self).values():
            members = value if isinstance(value, list | tuple) else [value]
            found += [member for member in members if isinstance(member, kind)]
        return found

    @property
    def weights(self) -> list[tf.Variable]:
        """All variables: those made to learn, frozen or not, then those that never do."""
        both = self.trainable_weights + self.non_trainable_weights
        return sorted(both, key=lambda weight: not weight.trainable)

    @property
    def losses(self) -> list[tf.Tensor]:
        """The penalties that are added to the loss: unless overridden, those of inner layers."""
        return [penalty for layer in self.attributes(NaiveLayer) for penalty in layer.losses]

    def check_inputs(self, shape: Sequence[int | None]) -> None:
        """Raise a `ValueError` unless inputs of that shape, batch first, fit the layer."""
        if self.takes is not None:
            checks.layer_inputs(type(self).__name__, tuple(shape), self.takes)

    def output_shape(self, input_shape: Shape) -> Shape:
        """Return the shape of one sample's outputs; unless overridden, that of its inputs."""
        self.check_inputs((None, *input_shape))
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that recreate the layer, as JSON can hold them."""
        config = {name: getattr(self, name) for name in self.arguments}
        config = {n: v for n, v in config.items() if not (v is True and n in self.if_false)}
        if "activation" in config:
            config["activation"] = activation_name(self.activation)
        if "kernel_regularizer" in config:
            factors = factors_of(config["kernel_regularizer"], config["dtype"])
            config["kernel_regularizer"] = factors
        if config.get("activity_regularizer"):
            factors = factors_of(config["activity_regularizer"], config["dtype"])
            config["activity_regularizer"] = factors
        else:  # the default, which is not stored
            config.pop("activity_regularizer", None)
        for name in CONSTRAINED & config.keys():
            constraint = constraints.as_config(config.pop(name))
            config |= {name: constraint} if constraint else {}
        if config.get("data_format") == "channels_last":  # the default, and all there once was
            del config["data_format"]
        config |= {} if self.name is None else {"name": self.name}
        return config | ({} if self.trainable else {"trainable": False})

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> NaiveLayer:
        """Recreate a layer from its configuration."""
        config = dict(config)
        trainable, own_name = config.pop("trainable", True), config.pop("name", None)
        made = {name: constraints.from_config(config[name]) for name in CONSTRAINED & config.keys()}
        for name in PENALIZED & config.keys():
            made[name] = regularizer(**config[name] or {})
        layer = cls(**config | made)
        layer.trainable, layer.name = trainable, own_name
        return layer


def factors_of(given: Regularizer | None, dtype: str) -> dict[str, float]:
    """Return the factors of a regularizer, rounded to the dtype of the weights."""
    if type(given) not in (type(None), L1, L2, L1L2):
        raise ValueError(f"cannot store the regularizer {given!r}: use L1, L2, L1L2 or None.")
    factors = {name: getattr(given, name, 0.0) for name in ("l1", "l2")}
    dtype = checks.variable_dtype(dtype)
    return {name: float(tf.cast(factor, dtype)) for name, factor in factors.items()}
