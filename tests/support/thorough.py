"""Marks for slow tests: `make test` skips them, `make test-all` runs them."""

import pytest

THOROUGH = pytest.mark.thorough
LONG_TRAINING = pytest.mark.long_training  # minutes each; continuous integration skips them
EXHAUSTIVE = pytest.mark.exhaustive  # more cases of one proof; continuous integration skips them


def sampled(cases, every=2):
    """Return cases as parameters: every `every`-th always runs, the others in `make test-all`."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=THOROUGH)
        if place % every
        else case
        for place, case in enumerate(cases)
    ]
