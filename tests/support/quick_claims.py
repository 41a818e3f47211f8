"""The groups of claims that `make test` measures: those that need no MNIST and hardly any time."""

QUICK = (
    *("accuracy-slope", "closed-form", "first-loss", "first-women", "one-sample", "operations"),
    *("small-tensor", "squares", "tensors", "worked-losses"),
)
