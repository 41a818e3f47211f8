"""What the `fit` of both wings shares: history, progress, checkpoints, callbacks, divergence."""
