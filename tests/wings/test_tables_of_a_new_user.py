"""Tables as a new user passes them: what does not fit is named, with the way to mend it."""

import numpy as np
import pandas as pd
import pytest


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (pd.Series(["setosa", "virginica"] * 3), r"np\.unique\(y, return_inverse=True\)"),
        (np.array(["setosa", "virginica"] * 3), r"np\.unique\(y, return_inverse=True\)"),
        (np.array([True, False] * 3), r"pass y\.astype\(int\)"),
    ],
)
def test_labels_that_are_no_integers_are_refused_with_the_fix(wing, labels, said):
    model = wing.mlp.build_mlp((2,), 2, 2)
    with pytest.raises(ValueError, match=said):
        wing.training.fit(model, np.zeros((6, 2)), labels, epochs=1, verbose=0)


def test_a_table_may_have_two_columns_of_one_name(wing):
    table = pd.DataFrame(np.arange(8.0).reshape(4, 2), columns=["a", "a"])
    found = wing.training.predict(wing.mlp.build_mlp((2,), 2, 2, seed=0), table)
    model = wing.mlp.build_mlp((2,), 2, 2, seed=0)
    np.testing.assert_array_equal(found, wing.training.predict(model, table.to_numpy()))
