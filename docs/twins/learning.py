"""Losses and metrics."""

from twins.idea import Idea

ERRORS = """
y_true = np.array([[0.5, 1.0], [2.0, 3.0]])
y_pred = np.array([[1.0, 1.0], [0.5, 5.0]])
"""

LOSSES = (
    Idea(
        "Mean squared error",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} (y_{ij} - \hat y_{ij})^2",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`; $\ell$: losses `(B,)`, of which "
        "training takes the mean. Without the ½ that some books put in front.",
        "losses.mean_squared_error",
        """
y_true = np.array([[0.0, 1.0], [2.0, 3.0]])
y_pred = np.array([[0.5, 1.0], [0.0, 2.0]])
keras.losses.mean_squared_error(y_true, y_pred)
""",
        equal="losses.mean_squared_error(y_true, y_pred)",
    ),
    Idea(
        "Mean absolute error",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} |y_{ij} - \hat y_{ij}|",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`; $\ell$: losses `(B,)`.",
        "losses.mean_absolute_error",
        """
y_true = np.array([[0.0, 1.0], [2.0, 3.0]])
y_pred = np.array([[0.5, 1.0], [0.0, 2.0]])
keras.losses.mean_absolute_error(y_true, y_pred)
""",
        equal="losses.mean_absolute_error(y_true, y_pred)",
    ),
    Idea(
        "Binary cross-entropy",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} -y_{ij} \log p_{ij} - (1 - y_{ij}) \log(1 - p_{ij})"
        r" \qquad = \frac{1}{k} \sum_{j=1}^{k} \log(1 + e^{z_{ij}}) - y_{ij} z_{ij}",
        r"$y$: labels 0 and 1 `(B, k)`; $p = \sigma(z)$: probabilities `(B, k)`, clipped to "
        r"$[\epsilon, 1 - \epsilon]$ with $\epsilon = 10^{-7}$; $z$: logits, with "
        "`from_logits=True`.",
        "losses.binary_crossentropy",
        """
y = np.array([[0.0], [1.0], [1.0]])
p = np.array([[0.2], [0.7], [1.0]])
keras.losses.binary_crossentropy(y, p)
""",
        equal="losses.binary_crossentropy(y, p)",
    ),
    Idea(
        "Categorical cross-entropy",
        r"\ell_i = -\sum_{j=1}^{k} y_{ij} \log p_{ij}, \qquad"
        r" \log p_{ij} = z_{ij} - \log \sum_{c=1}^{k} e^{z_{ic}}",
        r"$y$: one-hot labels `(B, k)`; $p$: probabilities `(B, k)`, divided by their sum, then "
        r"clipped to $[\epsilon, 1 - \epsilon]$ with $\epsilon = 10^{-7}$; $z$: logits, with "
        "`from_logits=True`.",
        "losses.categorical_crossentropy losses.crossentropies._log_softmax",
        """
y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
p = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
keras.losses.categorical_crossentropy(y, p)
""",
        equal="losses.categorical_crossentropy(y, p)",
    ),
    Idea(
        "Cross-entropy with integer labels",
        r"\ell_i = -\log p_{i, y_i}",
        r"$y$: labels `(B,)`, from 0 to $k - 1$; $p$: probabilities `(B, k)`, clipped to "
        r"$[\epsilon, 1 - \epsilon]$ and then divided by their sum, or logits. Only the "
        "probability of the right class counts.",
        "losses.sparse_categorical_crossentropy losses.crossentropies._log_softmax",
        """
y = np.array([0, 2])
p = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
keras.losses.sparse_categorical_crossentropy(y, p)
""",
        equal="losses.sparse_categorical_crossentropy(y, p)",
    ),
    Idea(
        "The loss of threes and sevens",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k}"
        r" \begin{cases} 1 - p_{ij} & y_{ij} = 1 \\ p_{ij} & y_{ij} = 0 \end{cases},"
        r" \qquad p = \sigma(z)",
        "$y$: labels 0 and 1 `(B, k)`; $z$: predictions before the sigmoid `(B, k)`. How far the "
        "probability is from the label.",
        "losses.mnist_loss",
        twin="losses.mnist_loss",
    ),
    Idea(
        "Huber's loss",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} \begin{cases} e_{ij}^2 / 2 & |e_{ij}| \le \delta \\"
        r" \delta |e_{ij}| - \delta^2 / 2 & \text{elsewhere} \end{cases},"
        r" \qquad e = \hat y - y",
        r"$e$: errors `(B, k)`; $\delta$: where the parabola ends, 1. The slope is $e / k$, but "
        r"not beyond $\pm\delta / k$: an outlier pulls no harder.",
        "losses.huber",
        ERRORS + "keras.losses.huber(y_true, y_pred, delta=1.0)\n",
        equal="losses.huber(y_true, y_pred)",
    ),
    Idea(
        "Log-cosh",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} \log \cosh e_{ij}"
        r" = \frac{1}{k} \sum_{j=1}^{k} e_{ij} + \log(1 + e^{-2 e_{ij}}) - \log 2",
        r"$e = \hat y - y$: errors `(B, k)`. The slope is $\tanh(e) / k$.",
        "losses.log_cosh",
        ERRORS + "keras.losses.log_cosh(y_true, y_pred)\n",
        equal="losses.log_cosh(y_true, y_pred)",
    ),
    Idea(
        "Relative errors",
        r"\ell_i = \frac{100}{k} \sum_{j=1}^{k} \frac{|y_{ij} - \hat y_{ij}|}{|y_{ij}|}, \qquad"
        r" \ell_i = \frac{1}{k} \sum_{j=1}^{k} \left( \log(1 + \hat y_{ij}) - \log(1 + y_{ij})"
        r" \right)^2",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`. In percent, and by logarithms; "
        r"what is below $10^{-7}$ counts as that.",
        "losses.mean_absolute_percentage_error losses.mean_squared_logarithmic_error",
        ERRORS
        + """[
    keras.losses.mean_absolute_percentage_error(y_true, y_pred),
    keras.losses.mean_squared_logarithmic_error(y_true, y_pred),
]
""",
        equal="""[
    losses.mean_absolute_percentage_error(y_true, y_pred),
    losses.mean_squared_logarithmic_error(y_true, y_pred),
]""",
    ),
    Idea(
        "Cosine of an angle",
        r"\ell_i = -\frac{y_i \cdot \hat y_i}{\|y_i\| \, \|\hat y_i\|}",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`. -1 for one direction, 1 for "
        "opposite ones; lengths do not count.",
        "losses.cosine_similarity losses.similarity._unit",
        ERRORS + "keras.losses.cosine_similarity(y_true, y_pred)\n",
        equal="losses.cosine_similarity(y_true, y_pred)",
    ),
    Idea(
        "Hinge",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} \max(1 - y_{ij} \hat y_{ij}, 0)",
        r"$y$: labels -1 and 1 `(B, k)`, or all 0 and 1, which become $2y - 1$; $\hat y$: any "
        "numbers `(B, k)`. Right by 1 is enough. The squared hinge takes the square of each "
        "maximum.",
        "losses.hinge losses.squared_hinge losses.margins._signs",
        """
y = np.array([[1.0], [1.0], [-1.0]])
p = np.array([[2.0], [0.5], [0.5]])
[keras.losses.hinge(y, p), keras.losses.squared_hinge(y, p)]
""",
        equal="[losses.hinge(y, p), losses.squared_hinge(y, p)]",
    ),
    Idea(
        "Hinge of classes",
        r"\ell_i = \max\left( 1 + \max_j \, (1 - y_{ij}) \hat y_{ij}"
        r" - \sum_{j=1}^{k} y_{ij} \hat y_{ij}, \; 0 \right)",
        r"$y$: one-hot labels `(B, k)`; $\hat y$: any numbers `(B, k)`. The true class has to be "
        "ahead by 1.",
        "losses.categorical_hinge",
        """
y = np.array([[0.0, 1.0], [0.0, 1.0]])
p = np.array([[0.5, 2.0], [2.0, 0.5]])
keras.losses.categorical_hinge(y, p)
""",
        equal="losses.categorical_hinge(y, p)",
    ),
    Idea(
        "Kullback-Leibler divergence",
        r"\ell_i = \sum_{j=1}^{k} y_{ij} \log \frac{y_{ij}}{p_{ij}}",
        "$y$, $p$: probabilities `(B, k)`, kept from $10^{-7}$ to 1. The cross-entropy less that "
        "of a perfect prediction.",
        "losses.kl_divergence",
        """
y = np.array([[0.5, 0.5], [0.1, 0.9]])
p = np.array([[0.5, 0.5], [0.6, 0.4]])
keras.losses.kl_divergence(y, p)
""",
        equal="losses.kl_divergence(y, p)",
    ),
    Idea(
        "Counts",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} p_{ij} - y_{ij} \log(p_{ij} + \epsilon)",
        "$y$: counts `(B, k)`; $p$: expected counts `(B, k)`. Poisson's distribution: smallest "
        "where both are equal.",
        "losses.poisson",
        """
y = np.array([[2.0], [2.0]])
p = np.array([[2.0], [1.0]])
keras.losses.poisson(y, p)
""",
        equal="losses.poisson(y, p)",
    ),
    Idea(
        "Focal losses",
        r"\ell_i = \frac{1}{k} \sum_{j=1}^{k} -(1 - q_{ij})^{\gamma} \log q_{ij}, \qquad"
        r" \ell_i = -\alpha \sum_{j=1}^{k} (1 - p_{ij})^{\gamma} \, y_{ij} \log p_{ij}",
        r"$q$: the probability of what came, $p$ where $y$ is 1 and $1 - p$ where it is 0; "
        r"$\gamma$: how much less what is right counts, 2; $\alpha$: 0.25. Of two classes, and of "
        "many.",
        "losses.binary_focal_crossentropy losses.categorical_focal_crossentropy",
        """
y = np.array([[1.0, 0.0], [0.0, 1.0]])
p = np.array([[0.7, 0.3], [0.6, 0.4]])
[
    keras.losses.binary_focal_crossentropy(y, p),
    keras.losses.categorical_focal_crossentropy(y, p),
]
""",
        equal="""[
    losses.binary_focal_crossentropy(y, p),
    losses.categorical_focal_crossentropy(y, p),
]""",
    ),
    Idea(
        "Label smoothing",
        r"\tilde y_{ij} = (1 - s) \, y_{ij} + \frac{s}{k}",
        "$y$: one-hot labels `(B, k)`; $s$: from 0 to 1. No output then has to be certain. Of two "
        "classes in one output, $k$ is 2.",
        "losses.crossentropies.smoothed",
        """
y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
p = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
keras.losses.categorical_crossentropy(
    y, p, label_smoothing=0.1
)
""",
        equal="losses.categorical_crossentropy(y, p, label_smoothing=0.1)",
    ),
    Idea(
        "From the samples to the batch",
        r"L = \frac{1}{B} \sum_{i=1}^{B} w_i \ell_i \qquad \text{or} \qquad"
        r" L = \frac{\sum_{i=1}^{B} w_i \ell_i}{\sum_{i=1}^{B} w_i}",
        r"$\ell$: losses `(B,)`; $w$: weights of the samples `(B,)`. By default the sum is divided "
        "by the number of samples, whatever the weights; the other is `mean_with_sample_weight`.",
        "losses.ReducedLoss.__call__ losses.reduction.reduced",
        """
y = np.zeros((3, 1))
p = np.array([[1.0], [2.0], [3.0]])
weights = np.array([1.0, 0.0, 3.0])
how = "mean_with_sample_weight"
[
    keras.losses.MeanSquaredError()(y, p, weights),
    keras.losses.MeanSquaredError(reduction=how)(y, p, weights),
]
""",
        equal="""[
    losses.MeanSquaredError()(y, p, weights),
    losses.MeanSquaredError(reduction=how)(y, p, weights),
]""",
    ),
)

METRICS = (
    Idea(
        "Accuracy with integer labels",
        r"a_i = \left[ \operatorname{argmax}_j p_{ij} = y_i \right]",
        "$p$: probabilities or logits `(B, k)`; $y$: labels `(B,)`; brackets: 1 if true, else 0. "
        "Of equal outputs, the first counts. The accuracy is the mean of $a$.",
        "metrics.sparse_categorical_accuracy",
        """
y = np.array([0, 2, 1])
p = np.array([[0.7, 0.2, 0.1], [0.5, 0.1, 0.4], [0.4, 0.4, 0.2]])
keras.metrics.sparse_categorical_accuracy(y, p)
""",
        equal="metrics.sparse_categorical_accuracy(y, p)",
    ),
    Idea(
        "Accuracy with one-hot labels",
        r"a_i = \left[ \operatorname{argmax}_j p_{ij} = \operatorname{argmax}_j y_{ij} \right]",
        "$p$: probabilities or logits `(B, k)`; $y$: one-hot labels `(B, k)`.",
        "metrics.categorical_accuracy",
        """
y = np.eye(3)[[0, 2, 1]]
p = np.array([[0.7, 0.2, 0.1], [0.5, 0.1, 0.4], [0.1, 0.7, 0.2]])
keras.metrics.categorical_accuracy(y, p)
""",
        equal="metrics.categorical_accuracy(y, p)",
    ),
    Idea(
        "Accuracy of yes or no",
        r"a_{ij} = \bigl[ [p_{ij} > t] = y_{ij} \bigr]",
        "$p$: probabilities `(B, k)`; $y$: labels 0 and 1 `(B, k)`; $t$: the threshold, 0.5. One "
        "value for each output; the accuracy is their mean.",
        "metrics.binary_accuracy",
        """
y = np.array([[0.0], [1.0], [1.0]])
p = np.array([[0.2], [0.7], [0.5]])
keras.metrics.binary_accuracy(y, p, threshold=0.5)
""",
        equal="metrics.binary_accuracy(y, p)",
    ),
    Idea(
        "Among the best",
        r"a_i = \left[ \, \#\{ j : p_{ij} > p_{i, y_i} \} < k \, \right]",
        "$p$: probabilities or logits `(B, classes)`; $y$: labels `(B,)`; $k$: how many guesses "
        "there are. Fewer than $k$ classes are more probable than the true one.",
        "metrics.sparse_top_k_categorical_accuracy metrics.top_k_categorical_accuracy",
        """
y = np.array([1, 2])
p = np.array([[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]], "float32")
keras.metrics.sparse_top_k_categorical_accuracy(y, p, k=2)
""",
        equal="metrics.sparse_top_k_categorical_accuracy(y, p, k=2)",
    ),
    Idea(
        "A mean over many batches",
        r"m = \frac{\sum_b \sum_i w_{bi} \, v_{bi}}{\sum_b \sum_i w_{bi}}",
        "$v$: values of the samples `(B,)` of each batch, of a loss or an accuracy; $w$: their "
        "weights, 1 without any. Two sums are kept, and divided when they are asked for: a small "
        "last batch counts for no more than it holds.",
        "metrics.base.WeightedMean.add metrics.base.WeightedMean.result",
        """
metric = keras.metrics.MeanSquaredError()
metric.update_state(np.zeros((2, 1)), np.array([[1.0], [3.0]]))
metric.update_state(np.zeros((1, 1)), np.array([[4.0]]))
metric.result()
""",
        equal="""
ours = metrics.MeanSquaredError()
ours.update_state(np.zeros((2, 1)), np.array([[1.0], [3.0]]))
ours.update_state(np.zeros((1, 1)), np.array([[4.0]]))
ours.result()
""",
    ),
    Idea(
        "A root mean square",
        r"m = \sqrt{ \frac{\sum_i w_i (\hat y_i - y_i)^2}{\sum_i w_i} }",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`. An error in the units of the "
        "targets.",
        "metrics.RootMeanSquaredError.update_state metrics.RootMeanSquaredError.result",
        """
metric = keras.metrics.RootMeanSquaredError()
metric.update_state(np.zeros((2, 1)), np.array([[1.0], [7.0]]))
metric.result()
""",
        equal="""
ours = metrics.RootMeanSquaredError()
ours.update_state(np.zeros((2, 1)), np.array([[1.0], [7.0]]))
ours.result()
""",
    ),
    Idea(
        "Explained scatter",
        r"R^2 = 1 - \frac{\sum_i w_i (y_i - \hat y_i)^2}"
        r"{\sum_i w_i y_i^2 - (\sum_i w_i y_i)^2 / \sum_i w_i}",
        r"$y$: targets `(B, k)`; $\hat y$: predictions `(B, k)`; of each output, then their mean. "
        "0 for the mean of the targets as a prediction.",
        "metrics.R2Score.update_state metrics.R2Score.result",
        """
y = np.array([[1.0], [4.0], [3.0]])
p = np.array([[2.0], [4.0], [4.0]])
metric = keras.metrics.R2Score()
metric.update_state(y, p)
metric.result()
""",
        equal="""
ours = metrics.R2Score()
ours.update_state(y, p)
ours.result()
""",
    ),
    Idea(
        "Precision and recall",
        r"\text{precision} = \frac{tp}{tp + fp}, \qquad \text{recall} = \frac{tp}{tp + fn}",
        "$tp$: found and right; $fp$: found and wrong; $fn$: not found. Of what was found, how "
        "much is right; of what is there, how much was found.",
        "metrics.confusion.positives metrics.confusion.AtThresholds.result",
        """
y = np.array([0, 1, 1, 1])
p = np.array([0.9, 0.2, 0.8, 0.7])
precision = keras.metrics.Precision()
precision.update_state(y, p)
recall = keras.metrics.Recall(thresholds=[0.5, 0.75])
recall.update_state(y, p)
[precision.result(), recall.result()]
""",
        equal="""
ours = [metrics.Precision(), metrics.Recall(thresholds=[0.5, 0.75])]
[measure(y, p) for measure in ours]
""",
    ),
    Idea(
        "F1",
        r"F_1 = \frac{2 \cdot \text{precision} \cdot \text{recall}}"
        r"{\text{precision} + \text{recall}}",
        "One score for each class, or their mean. High only where both are.",
        "metrics.F1Score.update_state metrics.F1Score.result",
        """
y = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]])
p = np.array([[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]])
metric = keras.metrics.F1Score(threshold=0.5)
metric.update_state(y, p)
metric.result()
""",
        equal="""
ours = metrics.F1Score(threshold=0.5)
ours.update_state(y, p)
ours.result()
""",
    ),
    Idea(
        "The area under a curve",
        r"\text{AUC} = \sum_{t} (x_t - x_{t+1}) \, \frac{y_t + y_{t+1}}{2}, \qquad"
        r" x = \frac{fp}{fp + tn}, \quad y = \frac{tp}{tp + fn}",
        r"$t$: the thresholds, 200 of them. $p$ is above the first $\lceil p (T - 1) \rceil$: "
        "counts come from sums of buckets, without comparing.",
        "metrics.AUC.update_state metrics.AUC.above metrics.AUC.result",
        """
y = np.array([0, 0, 1, 1])
p = np.array([0.0, 0.5, 0.3, 0.9])
metric = keras.metrics.AUC()
metric.update_state(y, p)
metric.result()
""",
        equal="metrics.AUC()(y, p)",
    ),
    Idea(
        "The area under precision and recall",
        r"\sum_t \frac{s_t \left( \Delta tp_t + i_t \log(P_t / P_{t+1}) \right)}{tp + fn},"
        r" \qquad P = tp + fp, \quad s = \frac{\Delta tp}{\Delta P},"
        r" \quad i = tp - s P",
        "Between two thresholds the counts are taken to run straight; precision then does not.",
        "metrics.AUC.area_between_counts",
        """
y = np.array([0, 0, 1, 1])
p = np.array([0.0, 0.5, 0.3, 0.9])
metric = keras.metrics.AUC(curve="PR")
metric.update_state(y, p)
metric.result()
""",
        equal='metrics.AUC(curve="PR")(y, p)',
    ),
)

Y_AND_P = """
y, p = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[0.2, 0.7], [0.9, 0.4]])
"""

LIKELIHOODS = (
    Idea(
        "Gaussian scatter",
        r"-\log \prod_{j=1}^{k} \frac{1}{\sigma \sqrt{2\pi}}"
        r" \exp\left( -\frac{(y_j - p_j)^2}{2 \sigma^2} \right)"
        r" \qquad = \frac{k}{2 \sigma^2} \operatorname{MSE} + k \log(\sigma \sqrt{2\pi})",
        r"$y$: what was measured `(B, k)`; $p$: what is expected `(B, k)`; $\sigma$: the standard "
        "deviation. The weights that make the targets most likely have the smallest mean squared "
        "error.",
        "likelihoods.gaussian",
        Y_AND_P
        + """
mse = keras.losses.mean_squared_error(y, p)
2 * mse / (2 * 0.5**2) + 2 * np.log(0.5 * np.sqrt(2 * np.pi))
""",
        equal="likelihoods.gaussian(y, p, deviation=0.5)",
    ),
    Idea(
        "Laplace scatter",
        r"-\log \prod_{j=1}^{k} \frac{1}{2b} \exp\left( -\frac{|y_j - p_j|}{b} \right)"
        r" = \frac{k}{b} \operatorname{MAE} + k \log(2b)",
        "$b$: the scale, the mean distance from what is expected. An outlier is less of a "
        "surprise, and pulls less.",
        "likelihoods.laplace",
        Y_AND_P
        + """
mae = keras.losses.mean_absolute_error(y, p)
2 * mae / 0.5 + 2 * np.log(2 * 0.5)
""",
        equal="likelihoods.laplace(y, p, scale=0.5)",
    ),
    Idea(
        "Yes or no",
        r"-\log \prod_{j=1}^{k} p_j^{\,y_j} (1 - p_j)^{1 - y_j} = k \operatorname{BCE}",
        "$y$: labels 0 and 1 `(B, k)`; $p$: the probability of a 1 `(B, k)`; BCE: the binary "
        "cross-entropy, a mean over the $k$ outputs.",
        "likelihoods.bernoulli",
        Y_AND_P
        + """
2 * keras.losses.binary_crossentropy(y, p)
""",
        equal="likelihoods.bernoulli(y, p)",
    ),
    Idea(
        "One of many",
        r"-\log \prod_{j=1}^{k} p_j^{\,y_j} = \operatorname{CCE}",
        "$y$: one-hot labels `(B, k)`; $p$: probabilities `(B, k)`; CCE: the categorical "
        "cross-entropy. Only the factor of the true class is not 1.",
        "likelihoods.categorical",
        """
y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
p = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])
keras.losses.categorical_crossentropy(y, p)
""",
        equal="likelihoods.categorical(y, p)",
    ),
)

IDEAS = {"losses": LOSSES, "metrics": METRICS, "likelihoods": LIKELIHOODS}
