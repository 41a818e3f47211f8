"""Losses and metrics."""

from twins.idea import Idea

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
        "losses.categorical_crossentropy losses._log_softmax",
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
        "losses.sparse_categorical_crossentropy losses._log_softmax",
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
