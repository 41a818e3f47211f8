"""The models without a hidden layer, and the one without training."""

from twins.idea import Idea
from twins.networks import COPIED

LINEAR_REGRESSION = (
    Idea(
        "The line as a network",
        r"\hat y = X W + b",
        "$X$ `(B, d)`; $W$ `(d, 1)`; $b$ `(1,)`: a dense layer with one output and no activation.",
        "linear_regression.build_linear_regression",
        twin="linear_regression.build_linear_regression",
    ),
    Idea(
        "The closed form",
        r"a = \frac{\sum_i (x_i - \bar x)(y_i - \bar y)}{\sum_i (x_i - \bar x)^2},"
        r" \qquad b = \bar y - a \bar x",
        "$a$: the slope; $b$: the intercept; $x$, $y$: samples `(n,)`; a bar is their mean. No "
        "line has a smaller mean squared error.",
        "linear_regression.solve_line",
        """
x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 4.0, 9.0])
z = x - x.mean()
slope = keras.ops.lstsq(z[:, None], y - y.mean())[0]
slope, y.mean() - slope * x.mean()
""",
        equal="linear_regression.solve_line(x, y)",
    ),
    Idea(
        "The closed form for many features",
        r"\left( \tfrac{1}{n} X^{\mathsf T} X + \lambda I \right) W = \tfrac{1}{n} X^{\mathsf T} Y,"
        r" \qquad b = \bar y - \bar x W",
        r"$X$ `(n, d)` and $Y$ `(n, 1)`: centred, with their means $\bar x$ and $\bar y$ "
        r"subtracted; $\lambda$: `l2`. Both wings solve it as a least squares problem: one more "
        r"row for each weight says that it be 0.",
        "linear_regression.solve_linear_regression",
        twin="linear_regression.solve_linear_regression",
    ),
    Idea(
        "The gradient",
        r"e = a x + b - y, \qquad \frac{\partial L}{\partial a} = \frac{2}{B} \sum_i e_i x_i,"
        r" \qquad \frac{\partial L}{\partial b} = \frac{2}{B} \sum_i e_i",
        "$L$: the mean squared error of a batch; $x$, $y$, $e$ `(B,)`.",
        "linear_regression.mse_gradient",
        """
x, y = tf.constant([1.0, 2.0, 4.0]), tf.constant([3.0, 4.0, 9.0])
a, b = tf.Variable(1.0), tf.Variable(0.5)
with tf.GradientTape() as tape:
    loss = keras.losses.mean_squared_error(y, a * x + b)
tape.gradient(loss, [a, b])
""",
        equal="linear_regression.mse_gradient(x.numpy(), y.numpy(), 1.0, 0.5)",
    ),
    Idea(
        "Descent to a line",
        r"a \leftarrow a - \eta \, \frac{\partial L}{\partial a}, \qquad"
        r" b \leftarrow b - \eta \, \frac{\partial L}{\partial b}",
        r"$\eta$: the learning rate; above a limit, which the error names, the loss grows.",
        "linear_regression.fit_line",
        """
x, y = np.array([[-1.0], [1.0]]), np.array([[-1.0], [3.0]])
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.set_weights([np.zeros((1, 1)), np.zeros(1)])
model.compile(keras.optimizers.SGD(0.1), "mse")
model.fit(x, y, batch_size=2, epochs=20, verbose=0)
[float(weight.squeeze()) for weight in model.get_weights()]
""",
        equal="""
fit = linear_regression.fit_line(
    [-1, 1], [-1, 3], slope=0, intercept=0, learning_rate=0.1, steps=20
)
[fit.slope, fit.intercept]
""",
    ),
    Idea(
        "Descent to a parabola",
        r"\hat y = a x^2 + b x + c",
        "$a$, $b$, $c$: found by the same steps. The curve bends, but it is a weighted sum of "
        "$x^2$, $x$ and 1: still a linear regression.",
        "linear_regression.fit_quadratic",
        twin="linear_regression.fit_quadratic",
    ),
)

LOGISTIC_REGRESSION = (
    Idea(
        "A probability",
        r"p = \sigma(X W + b), \qquad \sigma(z) = \frac{1}{1 + e^{-z}}",
        "$X$ `(B, d)`; $W$ `(d, 1)`; $b$ `(1,)`; $p$ `(B, 1)`: the probability of class 1.",
        "logistic_regression.build_logistic_regression layers.sigmoid",
        """
x = np.eye(4, dtype="float32")
dense = keras.layers.Dense(1, "sigmoid")
model = keras.Sequential([keras.Input((4,)), dense])
model(x)
""",
        equal="twin = logistic_regression.build_logistic_regression(4)" + COPIED,
    ),
    Idea(
        "Its loss, and the slope of it",
        r"L = \frac{1}{B} \sum_i -y_i \log p_i - (1 - y_i) \log(1 - p_i), \qquad"
        r" \frac{\partial L}{\partial z_i} = \frac{p_i - y_i}{B}",
        "$y$: labels 0 and 1 `(B, 1)`; $z$: what the sigmoid is applied to. The slope is how far "
        "the probability is off.",
        "losses.binary_crossentropy",
        """
y, z = tf.constant([[0.0], [1.0]]), tf.Variable([[0.5], [0.2]])
with tf.GradientTape() as tape:
    loss = keras.losses.binary_crossentropy(y, z, from_logits=True)
    loss = keras.ops.mean(loss)
tape.gradient(loss, z)
""",
        equal="(layers.sigmoid(z) - y) / 2",
    ),
)

SOFTMAX_REGRESSION = (
    Idea(
        "A probability for each class",
        r"P = \operatorname{softmax}(X W + b)",
        "$X$ `(B, d)`; $W$ `(d, k)`; $b$ `(k,)`; $P$ `(B, k)`: each row sums to 1.",
        "softmax_regression.build_softmax_regression layers.softmax",
        """
x = np.eye(4, dtype="float32")
dense = keras.layers.Dense(3, "softmax")
model = keras.Sequential([keras.Input((4,)), dense])
model(x)
""",
        equal="twin = softmax_regression.build_softmax_regression(4, 3)" + COPIED,
    ),
    Idea(
        "Its loss, and the slope of it",
        r"L = -\frac{1}{B} \sum_i \log P_{i, y_i}, \qquad"
        r" \frac{\partial L}{\partial z_{ij}} = \frac{P_{ij} - [y_i = j]}{B}",
        "$y$: labels `(B,)`; $z$: what softmax is applied to `(B, k)`; brackets: 1 if true, else "
        "0.",
        "losses.sparse_categorical_crossentropy",
        """
y, z = np.array([0, 2]), tf.Variable([[0.5, 0.1, 0.0], [0.0, 1.0, 2.0]])
entropy = keras.losses.sparse_categorical_crossentropy
with tf.GradientTape() as tape:
    loss = keras.ops.mean(entropy(y, z, from_logits=True))
tape.gradient(loss, z)
""",
        equal="(layers.softmax(z) - tf.one_hot(y, 3)) / 2",
    ),
    Idea(
        "Weights as images",
        r"I^{(j)}_{rc} = W_{\,r w + c,\; j}",
        "$W$ `(784, 10)`: column $j$ holds a weight for each pixel; $r$, $c$: the pixel's row and "
        "column; $w$: the width of an image.",
        "softmax_regression.weight_images",
        """
dense = keras.layers.Dense(3, "softmax")
model = keras.Sequential([keras.Input((6,)), dense])
kernel, bias = model.get_weights()
kernel.T.reshape(3, 2, 3)  # three images of 2 × 3 pixels
""",
        equal="""
twin = softmax_regression.build_softmax_regression(6, 3)
twin.set_weights(model.get_weights())
softmax_regression.weight_images(twin, (2, 3))
""",
    ),
)

PIXEL_SIMILARITY = (
    Idea(
        "Mean images",
        r"\bar x_c = \frac{1}{n_c} \sum_{i :\, y_i = c} x_i",
        "$x$: images `(n, h, w)`; $y$: labels `(n,)`; $n_c$: how many have the label $c$.",
        "pixel_similarity.PixelSimilarity.fit",
        twin="pixel_similarity.MeanImages.adapt",
    ),
    Idea(
        "Distances",
        r"d_1(a, b) = \frac{1}{hw} \sum_{r,c} |a_{rc} - b_{rc}|, \qquad"
        r" d_2(a, b) = \sqrt{\frac{1}{hw} \sum_{r,c} (a_{rc} - b_{rc})^2}",
        "$a$, $b$: images `(h, w)`; `(B, 1, h, w)` and `(k, h, w)` are broadcast to distances `(B, "
        "k)`.",
        "pixel_similarity.pixel_distance",
        """
a = np.arange(8.0).reshape(2, 1, 2, 2)
b = np.ones((3, 2, 2))
keras.ops.mean(keras.ops.abs(a - b), axis=(-2, -1))
""",
        equal="pixel_similarity.pixel_distance(a, b)",
    ),
    Idea(
        "The nearest one",
        r"\hat y_i = \operatorname{argmin}_c \, d(x_i, \bar x_c)",
        "$d$: one of the two distances.",
        "pixel_similarity.PixelSimilarity.distances pixel_similarity.PixelSimilarity.predict",
        twin="pixel_similarity.MeanImages.call pixel_similarity.PixelSimilarity.predict",
    ),
)

IDEAS = {
    "linear_regression": LINEAR_REGRESSION,
    "logistic_regression": LOGISTIC_REGRESSION,
    "softmax_regression": SOFTMAX_REGRESSION,
    "pixel_similarity": PIXEL_SIMILARITY,
}
