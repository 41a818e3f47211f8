"""Layers and their activations."""

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
        "Smooth and leaky relatives of relu",
        r"""\begin{aligned}
\operatorname{leaky\_relu}(x) &= \max(x, 0) + a \min(x, 0) \\
\operatorname{elu}(x) &= \max(x, 0) + \alpha \left( e^{\min(x, 0)} - 1 \right) \\
\operatorname{selu}(x) &= \lambda \operatorname{elu}(x) \\
\operatorname{gelu}(x) &= x \, \Phi(x) \\
\operatorname{silu}(x) &= x \, \sigma(x) \\
\operatorname{softplus}(x) &= \log(1 + e^x)
\end{aligned}""",
        r"$a$: 0.2; $\alpha$: 1, in selu 1.6733; $\lambda$: 1.0507; $\Phi(x)$: the share of the "
        r"normal distribution below $x$; $\sigma$: the sigmoid. Layers take these names; silu is "
        "also called `swish`.",
        "layers.leaky_relu layers.elu layers.selu layers.gelu layers.silu layers.softplus",
        """
x = np.array([[-1.0, 0.0, 2.0]], "float32")
names = ["leaky_relu", "elu", "selu", "gelu", "silu", "softplus"]
[keras.activations.get(name)(x) for name in names]
""",
        equal="[getattr(layers, name)(x) for name in names]",
    ),
    Idea(
        "Bounded activations, and the plain ones",
        r"\tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}, \qquad"
        r" \operatorname{softsign}(x) = \frac{x}{1 + |x|}",
        "Both lie between -1 and 1. `exponential` is $e^x$; `linear` is $x$, a layer without "
        "activation.",
        "layers.tanh layers.softsign layers.exponential layers.linear",
        """
x = np.array([[-1.0, 0.0, 2.0]], "float32")
names = ["tanh", "softsign", "exponential", "linear"]
[keras.activations.get(name)(x) for name in names]
""",
        equal="[getattr(layers, name)(x) for name in names]",
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
        "Average pooling",
        r"y_{b,i,j,c} = \frac{1}{n} \sum_{p,q} x_{b,\,si+p,\,sj+q,\,c}",
        "$x$: images `(B, height, width, channels)`; $p, q$: less than the size of the window; "
        "$s$: the stride, by default the same size; $n$: how many pixels of the window lie in the "
        "image.",
        "layers.average_pool",
        """
images = keras.random.normal((2, 5, 5, 3), seed=0)
keras.layers.AveragePooling2D(2, padding="same")(images)
""",
        equal='layers.average_pool(images, 2, padding="same")',
    ),
    Idea(
        "Reshape",
        r"y_{b,\,i,\,j} = x_{b,\,i k + j}",
        "$x$ `(B, h · k)` becomes `(B, h, k)`: the numbers keep their order. Any axes do; one "
        "length may be -1.",
        "layers.NaiveReshape.__call__ layers.NaiveReshape.output_shape",
        """
x = keras.random.normal((4, 12), seed=0)
keras.layers.Reshape((3, -1))(x)
""",
        equal="layers.NaiveReshape((3, -1))(x)",
    ),
    Idea(
        "Embedding",
        r"y_{b,t} = E_{x_{b,t}}, \qquad"
        r" \frac{\partial L}{\partial E_w} = \sum_{b,t:\; x_{b,t} = w} u_{b,t}",
        "$x$: words as numbers, `(B, T)`; $E$ `(words, d)`: a row for each; $u$: the gradient of "
        "the outputs `(B, T, d)`. The tape gives it as slices. Keras on TensorFlow squares the "
        "slices of a word one by one, where an optimizer squares; here they are added up first.",
        "layers.NaiveEmbedding.__call__",
        """
x = np.array([[2, 0, 2], [1, 1, 0]])
layer = keras.layers.Embedding(3, 4)
layer(x)
""",
        equal="""
twin = layers.NaiveEmbedding(3, 4)
twin.embeddings.assign(layer.get_weights()[0])
twin(x)
""",
    ),
    Idea(
        "A recurrent layer",
        r"h_t = \tanh(x_t W + h_{t-1} U + b), \qquad h_{-1} = 0",
        "$x$ `(B, T, d)`, such as the rows of images; $W$ `(d, units)`; $U$ `(units, units)`; $b$ "
        "`(units,)`; the outputs are the last state $h_{T-1}$ `(B, units)`.",
        "layers.NaiveSimpleRNN.affine layers.NaiveSimpleRNN.__call__",
        """
x = keras.random.normal((2, 5, 3), seed=0)
layer = keras.layers.SimpleRNN(4)
layer(x)
""",
        equal="""
twin = layers.NaiveSimpleRNN(3, 4)
for own, keras_weight in zip(twin.weights, layer.get_weights()):
    own.assign(keras_weight)
twin(x)
""",
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
        "Layer normalization",
        r"y = \gamma \, \frac{x - \mu}{\sqrt{v + \epsilon}} + \beta, \qquad"
        r" \mu = \frac{1}{d} \sum_j x_j, \quad v = \frac{1}{d} \sum_j (x_j - \mu)^2",
        r"Sample by sample: $x$ `(d,)`; $\gamma$, $\beta$ `(d,)`, they learn; $\epsilon$: 0.001, "
        "inside of the root. Training and use are the same.",
        "layers.NaiveLayerNormalization.__call__",
        """
x = keras.random.normal((8, 3), seed=0)
keras.layers.LayerNormalization()(x)
""",
        equal="layers.NaiveLayerNormalization(3)(x)",
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

IDEAS = {"layers": LAYERS}
