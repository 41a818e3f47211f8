"""Mistakes in calls of the minimizers."""

import numpy as np

from support.mistakes import (
    BAD_X,
    COLUMN,
    INF,
    NAN,
    X,
    Y,
    above_0,
    both,
    model,
    names,
    other_wing,
    scratch,
    whole,
)

both(
    "minimizers.minimize",
    *(
        (f"inputs: {title}", lambda f, w, x=x: f(model(w), x, Y), words)
        for title, x, words in BAD_X
    ),
    ("a label too high", lambda f, w: f(model(w), X, Y + 1), "lie in 0 to 2, received 1 to 3"),
    ("fewer labels", lambda f, w: f(model(w), X, Y[:2]), "received 4 inputs but 2 labels"),
    *names("method", "lbfgs", lambda f, w, v: f(model(w), X, Y, method=v)),
    *names("loss", "mean_squared_error", lambda f, w, v: f(model(w), X, Y, loss=v)),
    *whole("max_steps", lambda f, w, v: f(model(w), X, Y, max_steps=v)),
    *above_0("tolerance", lambda f, w, v: f(model(w), X, Y, tolerance=v)),
    ("another wing's model", lambda f, w: f(other_wing(w), X, Y), "expected a (Naive|Model)"),
    ("no model", lambda f, w: f(None, X, Y), "expected a (Naive|Model).*received a NoneType"),
    (
        "a loss of probabilities, a model of logits",
        lambda f, w: f(model(w, "logits"), X, Y),
        "takes probabilities, received the outputs of a last layer without activation",
    ),
    (
        "an infinite loss",
        lambda f, w: f(model(w, "line"), np.full((4, 2), 1e30), COLUMN, loss="mse"),
        "the loss at the start is inf, expected a finite number",
    ),
)
_V = np.array([1.0, 2.0])
_BAD_VECTORS = [
    ("two axes", np.eye(2), r"vectors of one shape \(d,\)"),
    ("a number", 1.0, r"vectors of one shape \(d,\)"),
    ("a NaN", [1.0, NAN], "must be finite numbers, received 1 of 2"),
    ("strings", ["a", "b"], "must hold numbers, received"),
    ("nothing", None, "must hold numbers, received None"),
]
scratch(
    "minimizers.lbfgs_direction",
    *((title, lambda f, w, v=v: f(v, [], []), words) for title, v, words in _BAD_VECTORS),
    *((f"step: {t}", lambda f, w, v=v: f(_V, [v], [_V]), words) for t, v, words in _BAD_VECTORS),
    ("a change too few", lambda f, w: f(_V, [_V], []), "steps and as many changes, received"),
    ("no list", lambda f, w: f(_V, 3, [_V]), "steps and as many changes, received 3"),
    ("another length", lambda f, w: f(_V, [np.ones(3)], [_V]), r"step \(3,\), change \(2,\)"),
    ("a step uphill", lambda f, w: f(_V, [_V], [-_V]), "received step 0 with step·change = -5"),
    ("no change", lambda f, w: f(_V, [_V], [0 * _V]), "received step 0 with step·change = 0"),
)
scratch(
    "minimizers.conjugate_direction",
    *((title, lambda f, w, v=v: f(v, _V, _V), words) for title, v, words in _BAD_VECTORS),
    *((f"before: {t}", lambda f, w, v=v: f(_V, v, _V), words) for t, v, words in _BAD_VECTORS),
    ("another length", lambda f, w: f(_V, _V, np.ones(3)), r"previous_direction \(3,\)"),
)


def _square(w):
    return float(w @ w), 2 * w


scratch(
    "minimizers.line_search",
    *((title, lambda f, w, v=v: f(_square, v, _V), words) for title, v, words in _BAD_VECTORS),
    ("no function", lambda f, w: f(3, _V, -_V), "function must be a function, received 3"),
    ("uphill", lambda f, w: f(_square, _V, _V), "must lead down, received a slope of 10 along it"),
    ("nowhere", lambda f, w: f(_square, _V, 0 * _V), "must lead down, received a slope of 0"),
    *above_0("length", lambda f, w, v: f(_square, _V, -_V, v)),
    *above_0("curvature", lambda f, w, v: f(_square, _V, -_V, curvature=v)),
    *(
        (f"curvature {v}", lambda f, w, v=v: f(_square, _V, -_V, curvature=v), "and below 1, rec")
        for v in (1, 1e-4)
    ),
    ("an infinite point", lambda f, w: f(_square, [INF, 0.0], _V), "must be finite numbers"),
)
