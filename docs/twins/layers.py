"""Layers, and what their weights start from and cost."""

from twins.idea import Idea

LAYERS = (
    Idea(
        "Dense layer",
        r"Y = \varphi(X W + b)",
        r"$X$ `(B, d)`; $W$ `(d, units)`; $b$ `(units,)`; $\varphi$: the activation, or none.",
        "layers.NaiveDense.__call__ layers.NaiveDense.affine",
        """
x = np.eye(4, dtype="float32")
layer = keras.layers.Dense(3, "relu")
layer(x)
""",
        equal="""
twin = layers.NaiveDense(4, 3, "relu")
for own, keras_weight in zip(twin.weights, layer.get_weights()):
    own.assign(keras_weight)
twin(x)
""",
    ),
    Idea(
        "Activations",
        r"\operatorname{relu}(x) = \max(x, 0), \qquad \sigma(x) = \frac{1}{1 + e^{-x}},"
        r" \qquad \operatorname{softmax}(x)_i = \frac{e^{x_i - m}}{\sum_j e^{x_j - m}}",
        r"$m = \max_j x_j$, which cancels out and keeps the exponentials finite. Softmax goes over "
        "the last axis: its outputs `(B, k)` are positive and sum to 1 in each row.",
        "layers.relu layers.sigmoid layers.softmax",
        """
x = np.array([[-1.0, 0.0, 2.0]], "float32")
softmax = keras.activations.softmax(x)
keras.activations.relu(x), keras.activations.sigmoid(x), softmax
""",
        equal="layers.relu(x), layers.sigmoid(x), layers.softmax(x)",
    ),
    Idea(
        "Convolution",
        r"y_{b,i,j} = \sum_{p,q} x_{b,\,si+p,\,sj+q} \, W_{p,q} + b",
        "$x_{b,i,j}$: the channels of a pixel, a row; $W_{p,q}$ `(channels, filters)`; $s$: the "
        "stride. Shifted copies of the images are multiplied by a matrix each and summed. The "
        "layer calls TensorFlow's kernel, which a test holds equal to `convolve`.",
        "layers.convolve layers.convolution.windows_of layers.NaiveConv2D.affine",
        """
images = keras.random.normal((2, 6, 6, 3), seed=0)
layer = keras.layers.Conv2D(4, 3, strides=2, padding="same")
layer(images)
""",
        equal='layers.convolve(images, tf.constant(layer.get_weights()[0]), 2, "same")',
    ),
    Idea(
        "Max pooling",
        r"y_{b,i,j,c} = \max_{p,q} \; x_{b,\,si+p,\,sj+q,\,c}",
        "$x$: images `(B, height, width, channels)`; $p, q$: less than the size of the window; "
        "$s$: the stride, by default the same size.",
        "layers.max_pool",
        """
images = keras.random.normal((2, 6, 6, 3), seed=0)
keras.layers.MaxPooling2D(2)(images)
""",
        equal="layers.max_pool(images, 2)",
    ),
    Idea(
        "Global average pooling, and flatten",
        r"y_{b,c} = \frac{1}{hw} \sum_{i,j} x_{b,i,j,c}, \qquad"
        r" y_{b,\,(i w + j) k + c} = x_{b,i,j,c}",
        "$x$: images `(B, h, w, k)`. The mean gives `(B, k)`, the rows of flatten are `(B, h · w · "
        "k)`.",
        "layers.NaiveGlobalAveragePooling2D.__call__ layers.NaiveFlatten.__call__",
        """
images = keras.random.normal((2, 6, 6, 3), seed=0)
mean = keras.layers.GlobalAveragePooling2D()(images)
mean, keras.layers.Flatten()(images)
""",
        equal="layers.NaiveGlobalAveragePooling2D()(images), layers.NaiveFlatten()(images)",
    ),
    Idea(
        "Batch normalization",
        r"""\begin{aligned}
y &= \gamma \, \frac{x - \mu}{\sqrt{v + \epsilon}} + \beta \\
\text{training:} \quad \mu &= \frac{1}{n} \sum x, \quad v = \frac{1}{n} \sum (x - \mu)^2 \\
m_\mu &\leftarrow \rho \, m_\mu + (1 - \rho) \, \mu \\
m_v &\leftarrow \rho \, m_v + (1 - \rho) \, v \\
\text{otherwise:} \quad \mu &= m_\mu, \quad v = m_v
\end{aligned}""",
        r"All of it channel by channel, $n$ values each; $\gamma$, $\beta$: `(channels,)`, they "
        r"learn; $\rho$: the momentum, 0.99; $\epsilon$: 0.001, inside of the root. The variance "
        r"is divided by $n$, the moving one too.",
        "layers.NaiveBatchNormalization.__call__ layers.NaiveBatchNormalization._moments"
        " layers.NaiveBatchNormalization._remember",
        """
x = keras.random.normal((8, 3), seed=0)
layer = keras.layers.BatchNormalization(momentum=0.99, epsilon=1e-3)
outputs = layer(x, training=True)
outputs, layer.moving_mean, layer.moving_variance
""",
        equal="""
twin = layers.NaiveBatchNormalization(3)
twin(x, training=True), twin.moving_mean, twin.moving_variance
""",
    ),
    Idea(
        "Dropout",
        r"y = \frac{m \odot x}{1 - r}, \qquad m_i = \begin{cases} 0 & \text{with probability } r"
        r" \\ 1 & \text{otherwise} \end{cases}",
        "$r$: the rate. In training only; otherwise $y = x$. The division keeps the mean.",
        "layers.NaiveDropout.__call__",
        """
x = keras.ops.ones((4, 6))
keras.layers.Dropout(0.5, seed=0)(x, training=True)
""",
        equal="layers.NaiveDropout(0.5, seed=0)(x, training=True)",
    ),
    Idea(
        "Residual block",
        r"y = \operatorname{relu}\bigl(F(x) + S(x)\bigr), \qquad"
        r" F = N_2 \circ C_2 \circ \operatorname{relu} \circ N_1 \circ C_1",
        "$C_1$, $C_2$: convolutions 3×3 without bias; $N_1$, $N_2$: batch normalizations; $S$: the "
        "shortcut, $x$ itself, or where the shape changes a convolution 1×1 and a normalization.",
        "layers.NaiveResidualBlock.__call__",
        twin="layers.ResidualBlock.call",
    ),
)

INITIALIZERS = (
    Idea(
        "Glorot's uniform weights",
        r"w \sim U[-\ell, \ell), \qquad \ell = \sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}",
        r"$n_{\text{in}}$, $n_{\text{out}}$: inputs and outputs of a unit; of a convolution, the "
        "channels and the filters, each times the pixels of the kernel. The variance of the "
        "outputs is then about that of the inputs, forward and backward.",
        "initializers.GlorotUniform.__call__",
        """
initializer = keras.initializers.GlorotUniform(seed=0)
initializer((3, 3, 2, 4))
""",
        equal="initializers.GlorotUniform(seed=0)((3, 3, 2, 4))",
    ),
    Idea(
        "He's uniform weights, for relu",
        r"w \sim U[-\ell, \ell), \qquad \ell = \sqrt{\frac{6}{n_{\text{in}}}}",
        r"$n_{\text{in}}$: as above. relu zeroes half of the outputs; twice the variance makes up "
        "for it.",
        "initializers.HeUniform.__call__",
        """
initializer = keras.initializers.HeUniform(seed=0)
initializer((3, 3, 2, 4))
""",
        equal="initializers.HeUniform(seed=0)((3, 3, 2, 4))",
    ),
    Idea(
        "Uniform and normal weights",
        r"w \sim U[a, b), \qquad w \sim \mathcal N(\mu, s^2)",
        r"$a, b$: `minval` -0.05 and `maxval` 0.05 by default; $\mu$: `mean`, 0; $s$: `stddev`, "
        "0.05. The same seed gives the bits that Keras gives.",
        "initializers.RandomUniform.__call__ initializers.RandomNormal.__call__",
        """
uniform = keras.initializers.RandomUniform(seed=0)
normal = keras.initializers.RandomNormal(seed=0)
uniform((4, 3)), normal((4, 3))
""",
        equal="""
uniform = initializers.RandomUniform(seed=0)
normal = initializers.RandomNormal(seed=0)
uniform((4, 3)), normal((4, 3))
""",
    ),
)

REGULARIZERS = (
    Idea(
        "The penalty of a kernel",
        r"R(W) = \lambda_1 \sum_i |w_i| + \lambda_2 \sum_i w_i^2",
        r"$\lambda_1$: `l1`; $\lambda_2$: `l2`, without the ½ that some books put before the "
        "squares. L1 pulls weights to 0, L2 keeps all of them small.",
        "regularizers.L1L2.__call__",
        """
kernel = keras.ops.array([[1.0, -2.0], [0.5, 0.0]])
keras.regularizers.L1L2(l1=0.1, l2=0.01)(kernel)
""",
        equal="regularizers.L1L2(l1=0.1, l2=0.01)(kernel)",
    ),
    Idea(
        "The penalty in the loss",
        r"L = \frac{1}{B} \sum_{i=1}^{B} \ell_i + \sum_l R(W_l)",
        r"$\ell_i$: the loss of sample $i$; $W_l$: the kernel of each layer with a regularizer. "
        "The penalties are not divided by the size of the batch, and biases have none.",
        "evaluation.forward layers.NaiveDense.losses",
        """
penalty = keras.regularizers.L2(0.01)
layer = keras.layers.Dense(3, kernel_regularizer=penalty)
layer.build((None, 4))
layer.losses  # fit adds them to the loss of each batch
""",
        equal="[regularizers.L2(0.01)(tf.constant(layer.get_weights()[0]))]",
    ),
)

KERNEL = """
w = np.array([[3.0, -0.3], [4.0, 0.4]])
"""

CONSTRAINTS = (
    Idea(
        "The longest weights allowed",
        r"w_j \leftarrow w_j \, \frac{\min(\lVert w_j \rVert, c)}{\lVert w_j \rVert + \epsilon}",
        r"$w_j$: the weights of unit $j$, a column of the kernel `(d, units)`; $c$: `max_value`; "
        r"$\epsilon$: $10^{-7}$. Applied after each step of the optimizer.",
        "constraints.MaxNorm.__call__",
        KERNEL + "keras.constraints.MaxNorm(2.0, axis=0)(w)",
        equal="constraints.MaxNorm(2.0, axis=0)(w)",
    ),
    Idea(
        "Weights of length 1",
        r"w_j \leftarrow \frac{w_j}{\lVert w_j \rVert + \epsilon}",
        r"$w_j$: the weights of unit $j$; $\epsilon$: $10^{-7}$.",
        "constraints.UnitNorm.__call__",
        KERNEL + "keras.constraints.UnitNorm(axis=0)(w)",
        equal="constraints.UnitNorm(axis=0)(w)",
    ),
    Idea(
        "No weight below 0",
        r"w_i \leftarrow \max(w_i, 0)",
        "$i$: an index of any length.",
        "constraints.NonNeg.__call__",
        KERNEL + "keras.constraints.NonNeg()(w)",
        equal="constraints.NonNeg()(w)",
    ),
)

IDEAS = {
    "layers": LAYERS,
    "initializers": INITIALIZERS,
    "regularizers": REGULARIZERS,
    "constraints": CONSTRAINTS,
}
