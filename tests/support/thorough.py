"""What takes long: `make test` leaves it out, `make test-all` runs it."""

import pytest

THOROUGH = pytest.mark.thorough
LONG_TRAINING = pytest.mark.long_training  # minutes each; continuous integration leaves them out


def sampled(cases, every=2):
    """The cases as parameters: each `every`-th runs always, the others in `make test-all`."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=THOROUGH)
        if place % every
        else case
        for place, case in enumerate(cases)
    ]
