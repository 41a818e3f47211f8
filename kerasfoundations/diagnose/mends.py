"""The mended line in the framework that a loop is written in."""

from __future__ import annotations

# By the `framework` of a loop; the numbers are Keras's defaults.
MENDS: dict[str, dict[str, str]] = {
    "PyTorch": {
        "softmax_twice": "return the logits from forward, without softmax; CrossEntropyLoss has it",
        "logits_as_probabilities": "loss = torch.nn.functional.cross_entropy(logits, y)",
        "loss_summed": 'loss_function = torch.nn.CrossEntropyLoss(reduction="mean")',
        "loss_not_reduced": 'loss_function = torch.nn.CrossEntropyLoss(reduction="mean")',
        "broadcast": "loss = loss_function(outputs, y.reshape(outputs.shape))",
        "gradients_accumulated": "optimizer.zero_grad() before loss.backward()",
        "batch_norm_mode": "module.train() before training, module.eval() before predictions",
        "dropout_mode": "module.train() before training, module.eval() before predictions",
        "normalization_epsilon": "torch.nn.BatchNorm2d(channels, eps=1e-3)",
        "leaky_slope": "torch.nn.LeakyReLU(0.3)",
        "weight_decay": "torch.optim.Adam(module.parameters(), lr, weight_decay=0)",
        "momentum_missing": "torch.optim.SGD(module.parameters(), lr, momentum=0.9)",
        "pytorch_adam": "torch.optim.Adam(module.parameters(), lr, eps=1e-7)",
        "pytorch_rmsprop": "torch.optim.RMSprop(module.parameters(), lr, alpha=0.9, eps=1e-7)",
        "pytorch_adagrad": "torch.optim.Adagrad(module.parameters(), lr, "
        "initial_accumulator_value=0.1, eps=1e-7)",
        "pytorch_nadam": "torch.optim.NAdam(module.parameters(), lr, eps=1e-7, momentum_decay=1)",
        "pytorch_adadelta": "torch.optim.Adadelta(module.parameters(), lr, rho=0.95, eps=1e-7)",
        "pytorch_adamax": "torch.optim.Adamax(module.parameters(), lr, eps=1e-7)",
        "two_biases": "lstm.bias_hh_l0.requires_grad_(False), after torch.nn.init.zeros_ of it",
        "moving_statistics_momentum": "torch.nn.BatchNorm2d(channels, momentum=0.01)",
        "pytorch_batch_normalization": "torch.nn.BatchNorm2d(channels, momentum=0.01)",
    },
    "JAX": {
        "softmax_twice": "loss = -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(n), y])",
        "logits_as_probabilities": "loss = -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(n), y])",
        "loss_summed": "loss = jnp.mean(losses)",
        "broadcast": "losses = (outputs - y.reshape(outputs.shape)) ** 2",
        "gradient_negated": "params = jax.tree.map(lambda w, g: w - rate * g, params, gradients)",
        "optimizer_rebuilt": "return the optimizer's state from the step, and pass it to the next",
        "slots_reset": "return the optimizer's state from the step, and pass it to the next",
        "pytorch_adam": "optax.adam(rate, eps=1e-7); optimizers.adam(rate, eps=1e-7)",
        "optax_rmsprop": "optax.rmsprop(rate, eps=1e-7); optimizers.rmsprop(rate, eps=1e-7)",
        "jax_adagrad": "optax.adagrad(rate), or optimizers.adagrad(rate, momentum=0.0)",
        "weight_decay": "optax.adam(rate) in place of optax.adamw(rate)",
    },
}


def mend_in(framework: str, cause: str) -> str:
    """Return how a cause is mended in a framework, as a sentence; empty if there is no such line.

    Example:
        >>> mend_in("PyTorch", "leaky_slope")
        ' In PyTorch: torch.nn.LeakyReLU(0.3)'
        >>> mend_in("", "leaky_slope")
        ''
    """
    line = MENDS.get(framework, {}).get(cause)
    return f" In {framework}: {line}" if line else ""
