"""Made-up tables: both wings recover the formula that they were made by."""

import numpy as np
import pytest
from support.thorough import THOROUGH

from kerasfoundations.data import (
    BLOOD_FEATURES,
    HOUSE_FEATURES,
    make_blood_tests,
    make_house_prices,
    standardize,
)

SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_prices_give_back_the_price_of_a_square_metre(wing, seed):
    x, price = make_house_prices(seed=seed)
    W, b = wing.linear_regression.solve_linear_regression(x, price[:, None])
    # Ten seeds: within 60 of 3000, 90 of 2000, 900 of -20000 (three standard errors).
    for found, expected, margin in zip(
        W[:, 0], (3000, 2000, -20_000), (60, 130, 1000), strict=True
    ):
        assert abs(found - expected) < margin
    assert abs(b[0] + 1950 * 2000 - 100_000) < 250_000
    assert x.shape[1] == len(HOUSE_FEATURES)


@THOROUGH
@pytest.mark.parametrize("seed", SEEDS)
def test_blood_tests_give_back_their_weights(wing, seed):
    x, ill = make_blood_tests(2000, seed)
    z = standardize(x)[0]
    model = wing.logistic_regression.build_logistic_regression(num_features=3, dtype="float64")
    wing.training.fit(
        *(model, z, ill[:, None].astype("float64")),
        **{"epochs": 60, "batch_size": 2000, "optimizer": "sgd", "learning_rate": 1.0},
        **{"loss": "binary_crossentropy", "verbose": 0},
    )
    # Ten seeds: within 0.2, three standard errors of 0.07.
    np.testing.assert_allclose(model.get_weights()[0][:, 0], (1.2, -0.8, 1.0), atol=0.25)
    assert x.shape[1] == len(BLOOD_FEATURES)


def test_the_same_seed_gives_the_same_table():
    for make in (make_house_prices, make_blood_tests):
        for one, other, third in zip(make(9, 1), make(9, 1), make(9, 2), strict=True):
            np.testing.assert_array_equal(one, other)
            assert not np.array_equal(one, third)
