"""The models."""

from twins.idea import Idea

COPIED = """
for own, keras_weight in zip(twin.weights, model.get_weights()):
    own.assign(keras_weight)
twin(x)
"""

MODELS = (
    Idea(
        "Layer after layer",
        r"f(x) = f_n(\dots f_2(f_1(x)) \dots)",
        "$f_l$: a layer; $x$: a batch of inputs `(B, ...)`.",
        "models.NaiveSequential.__call__",
        """
x = np.eye(4, dtype="float32")
dense = keras.layers.Dense
model = keras.Sequential([dense(5, "relu"), dense(3, "softmax")])
model(x)
""",
        equal="""
dense = layers.NaiveDense
twin = models.NaiveSequential([dense(4, 5, "relu"), dense(5, 3, "softmax")])
"""
        + COPIED,
    ),
    Idea(
        "Logits",
        r"z = h_{n-1} W_n + b_n, \qquad f(x) = \varphi(z)",
        r"$h_{n-1}$: the outputs of all layers but the last; $\varphi$: the activation of the last "
        "one. Losses of logits $z$ round nothing to 0 or 1.",
        "models.NaiveSequential.logits",
        """
x = np.eye(4, dtype="float32")
hidden, last = keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")
model = keras.Sequential([keras.Input((4,)), hidden, last])
kernel, bias = last.weights
hidden(x) @ kernel + bias
""",
        equal="""
dense = layers.NaiveDense
twin = models.NaiveSequential([dense(4, 5, "relu"), dense(5, 3, "softmax")])
for own, keras_weight in zip(twin.weights, model.weights):
    own.assign(keras_weight.numpy())
twin.logits(x)
""",
    ),
    Idea(
        "Weights out, weights in",
        r"\theta = (W_1, b_1, \dots, W_n, b_n)",
        "Arrays in the order of the layers, of the same shapes in both wings: a model trained in "
        "one opens in the other.",
        "models.NaiveSequential.get_weights models.NaiveSequential.set_weights",
        """
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model.set_weights([np.eye(4, 3), np.arange(3.0)])
model.get_weights()
""",
        equal="""
twin = models.NaiveSequential([layers.NaiveDense(4, 3)])
twin.set_weights(model.get_weights())
twin.get_weights()
""",
    ),
)

MLP = (
    Idea(
        "The network",
        r"h_l = \operatorname{relu}(h_{l-1} W_l + b_l), \qquad"
        r" P = \operatorname{softmax}(h_{n-1} W_n + b_n)",
        "$h_0 = X$: images as rows `(B, 784)`; $W_1$ `(784, 512)`; $W_2$ `(512, 10)`; $P$ `(B, "
        "10)`: a probability for each class. 407,050 weights.",
        "mlp.build_mlp",
        """
relu = keras.layers.Dense(512, "relu")
softmax = keras.layers.Dense(10, "softmax")
model = keras.Sequential([keras.Input((784,)), relu, softmax])
model.count_params()
""",
        equal="sum(weight.numpy().size for weight in mlp.build_mlp().weights)",
    ),
    Idea(
        "A hidden layer",
        r"h = \operatorname{relu}(X W + b)",
        "$X$ `(B, d)`; $W$ `(d, units)`; $b$ `(units,)`. Without relu, two layers would be one: "
        "$(X W_1) W_2 = X (W_1 W_2)$.",
        "layers.NaiveDense.affine layers.NaiveDense.__call__ layers.relu",
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
)

CNN = (
    Idea(
        "A stage of filters",
        r"y_{b,i,j} = \max_{p,q \in \{0, 1\}} \operatorname{relu}"
        r" \Bigl( N \Bigl( \sum_{r,s} x_{b,\,2i+p+r-1,\,2j+q+s-1} \, W_{r,s} \Bigr) \Bigr)",
        "$x$ `(B, height, width, channels)`, with zeros around it; $W_{r,s}$ `(channels, "
        "filters)`, 3×3 of them; $N$: batch normalization; $y$ `(B, height / 2, width / 2, "
        "filters)`, rounded down.",
        "layers.convolve layers.NaiveBatchNormalization.__call__ layers.relu layers.max_pool",
        """
images = keras.random.normal((2, 8, 8, 1), seed=0)
stage = [
    keras.layers.Conv2D(4, 3, padding="same", use_bias=False),
    keras.layers.BatchNormalization(momentum=0.9),
    keras.layers.Activation("relu"),
    keras.layers.MaxPooling2D(2),
]
keras.Sequential(stage)(images)
""",
        equal="""
x = layers.convolve(images, tf.constant(stage[0].get_weights()[0]), padding="same")
layers.max_pool(layers.relu(layers.NaiveBatchNormalization(4)(x)), 2)
""",
    ),
    Idea(
        "The network",
        r"P = \operatorname{softmax}\bigl(\operatorname{flatten}(S_3(S_2(S_1(x)))) \, W + b\bigr)",
        "$S_l$: a stage, of 32, 64 and 128 filters; $x$ `(B, 28, 28, 1)`; the stages give `(B, 14, "
        "14, 32)`, `(B, 7, 7, 64)` and `(B, 3, 3, 128)`; $W$ `(1152, 10)`.",
        "cnn.build_cnn",
        twin="cnn.build_cnn",
    ),
)

LENET = (
    Idea(
        "Filters, then means",
        r"y_{b,i,j} = \frac{1}{4} \sum_{p,q \in \{0, 1\}} \tanh"
        r" \Bigl( \sum_{r,s} x_{b,\,2i+p+r,\,2j+q+s} \, W_{r,s} + b \Bigr)",
        "$x$ `(B, height, width, channels)`; $W_{r,s}$ `(channels, filters)`, 5×5 of them; $b$ "
        "`(filters,)`; $y$ `(B, (height - 4) / 2, (width - 4) / 2, filters)`, rounded down.",
        "layers.convolve layers.tanh layers.average_pool",
        """
images = keras.random.normal((2, 14, 14, 6), seed=0)
stage = [keras.layers.Conv2D(16, 5, activation="tanh"), keras.layers.AveragePooling2D(2)]
keras.Sequential(stage)(images)
""",
        equal="""
W, b = stage[0].get_weights()
layers.average_pool(layers.tanh(layers.convolve(images, tf.constant(W)) + b), 2)
""",
    ),
    Idea(
        "The network",
        r"h = \tanh\bigl(\tanh(\operatorname{flatten}(S_2(S_1(x))) \, W_3 + b_3)"
        r" \, W_4 + b_4\bigr),"
        r" \qquad P = \operatorname{softmax}(h W_5 + b_5)",
        "$S_l$: filters and means, of 6 and 16 filters, around $x$ `(B, 28, 28, 1)` two rows and "
        "columns of zeros; they give `(B, 14, 14, 6)` and `(B, 5, 5, 16)`; $W_3$ `(400, 120)`; "
        "$W_4$ `(120, 84)`; $W_5$ `(84, 10)`. 61,706 weights.",
        "lenet.build_lenet5",
        twin="lenet.build_lenet5",
    ),
)

RESNET = (
    Idea(
        "A block with a shortcut",
        r"y = \operatorname{relu}\bigl(F(x) + S(x)\bigr), \qquad"
        r" F = N_2 \circ C_2 \circ \operatorname{relu} \circ N_1 \circ C_1",
        "$C_1$, $C_2$: convolutions 3×3; $N_1$, $N_2$: batch normalizations; $S$: the shortcut, "
        "$x$ itself, or where the shape changes a convolution 1×1 and a normalization. The "
        "gradient of $x$ has a way around $F$.",
        "layers.NaiveResidualBlock.__call__",
        twin="layers.ResidualBlock.call",
    ),
    Idea(
        "The network",
        r"P = \operatorname{softmax}\bigl(\operatorname{mean}_{h,w}(B_8(\dots B_1(S(x)) \dots))"
        r" \, W + b\bigr)",
        "$S$: a convolution 7×7, a normalization, relu and pooling; $B_l$: residual blocks, of 64, "
        "128, 256 and 512 filters, two each; $x$ `(B, 28, 28, 1)`; $W$ `(512, 10)`.",
        "resnet.build_resnet18",
        twin="resnet.build_resnet18",
    ),
)

TRANSFER = (
    Idea(
        "A frozen layer",
        r"\theta_l \leftarrow \theta_l, \qquad \frac{\partial L}{\partial \theta_l}"
        r" \text{ is not asked for}",
        r"$\theta_l$: the weights of layer $l$. They stay where they are, the moving statistics "
        "of a batch normalization as well.",
        "layers.NaiveLayer.trainable_weights models.NaiveSequential.trainable_weights",
        """
x = np.eye(3, dtype="float32")
layers_of_both = [keras.layers.Dense(2, "relu"), keras.layers.Dense(2)]
model = keras.Sequential([keras.Input((3,)), *layers_of_both])
model.layers[0].trainable = False
model.trainable_weights
""",
        equal="""
dense = layers.NaiveDense
twin = models.NaiveSequential([dense(3, 2, "relu"), dense(2, 2)])
twin.set_weights(model.get_weights())
twin.layers[0].trainable = False
twin.trainable_weights
""",
    ),
    Idea(
        "A new head",
        r"P = \operatorname{softmax}(h(x) \, W + b)",
        "$h$: the layers of a trained model but the last, frozen; $h(x)$ `(B, d)`; $W$ `(d, "
        "num_classes)` and $b$, the only weights that learn; $P$ `(B, num_classes)`.",
        "transfer.with_new_head",
        twin="transfer.with_new_head",
    ),
)

TWO_INPUTS = (
    Idea(
        "One branch, used twice",
        r"f(x_1, x_2) = g\bigl([h(x_1), h(x_2)]\bigr)",
        "$x_1$, $x_2$ `(B, d)`: row $i$ of both is one sample; $h$: the branch, with one set of "
        "weights, which gives `(B, k)`; $[a, b]$ joins rows, `(B, 2k)`; $g$: the head.",
        "two_inputs.NaiveTwoInputs.joined two_inputs.NaiveTwoInputs.__call__",
        """
x = np.eye(4, dtype="float32")
first, second = keras.Input((4,)), keras.Input((4,))
branch = keras.layers.Dense(3, "relu")
joined = keras.layers.Concatenate()([branch(first), branch(second)])
head = keras.layers.Dense(1, "sigmoid")
model = keras.Model([first, second], head(joined))
model([x, x[::-1]])
""",
        equal="""
dense, chain = layers.NaiveDense, models.NaiveSequential
parts = chain([dense(4, 3, "relu")]), chain([dense(6, 1, "sigmoid")])
twin = two_inputs.NaiveTwoInputs(*parts)
twin.set_weights(model.get_weights())
twin((x, x[::-1]))
""",
    ),
    Idea(
        "Which is larger?",
        r"h(x) = \operatorname{relu}(x V + c), \qquad"
        r" p = \sigma\bigl(h(x_1) \, W_1 + h(x_2) \, W_2 + b\bigr)",
        "$x_1$, $x_2$: images as rows `(B, 784)`; $V$ `(784, 64)`; $W_1$, $W_2$: the halves of $W$ "
        "`(128, 1)`; $p$ `(B, 1)`: the probability that the first digit is the larger one.",
        "two_inputs.build_comparator",
        twin="two_inputs.build_comparator",
    ),
    Idea(
        "Slopes of shared weights",
        r"\frac{\partial L}{\partial V} = x_1^{\mathsf T} E_1 + x_2^{\mathsf T} E_2, \qquad"
        r" E_i = (e \, W_i^{\mathsf T}) \odot [h(x_i) > 0], \qquad e = \tfrac{1}{B} (p - y)",
        "$e$ `(B, 1)`: the slope of the logits; $E_i$ `(B, k)`: what comes back by input $i$. The "
        "tape adds both, as Keras does inside `fit`.",
        "two_inputs.fit",
        twin="two_inputs.fit",
    ),
)

IDEAS = {
    "models": MODELS,
    "mlp": MLP,
    "lenet": LENET,
    "cnn": CNN,
    "resnet": RESNET,
    "transfer": TRANSFER,
    "two_inputs": TWO_INPUTS,
}
