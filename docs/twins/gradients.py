"""Gradients, three ways, and what they are used for."""

from twins.idea import Idea

GRADIENTS = (
    Idea(
        "Central differences",
        r"\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}",
        "$h$: a small step, $10^{-6}$; $e_i$: 1 at place $i$, else 0. A witness that needs no "
        "library, but two calls of $f$ for each number. Keras has the tape instead, which agrees.",
        "gradients.numerical_gradient",
        """
x = tf.constant([1.0, 2.0], "float64")
with tf.GradientTape() as tape:
    tape.watch(x)
    y = keras.ops.sum(x**3)
tape.gradient(y, x)
""",
        equal="gradients.numerical_gradient(lambda x: np.sum(x**3), [1.0, 2.0])",
    ),
    Idea(
        "The chain rule on a graph",
        r"\bar x = \sum_{z \,\text{computed from}\, x} \bar z \, \frac{\partial z}{\partial x},"
        r" \qquad \bar f = 1",
        r"$\bar x = \partial f / \partial x$: what `backward` writes to `grad`. Each operation "
        r"notes its local slopes $\partial z / \partial x$ on the way forward; the way back "
        "multiplies and sums them, the last operation first.",
        "gradients.Value.__add__ gradients.Value.__mul__ gradients.Value.relu"
        " gradients.Value.backward",
        """
w, x, b = (tf.Variable(v) for v in (2.0, 3.0, -1.0))
with tf.GradientTape() as tape:
    y = keras.ops.relu(w * x + b)
tape.gradient(y, [w, x, b])
""",
        equal="""
w, x, b = (gradients.Value(v) for v in (2.0, 3.0, -1.0))
(w * x + b).relu().backward()
[w.grad, x.grad, b.grad]
""",
    ),
    Idea(
        "The tape",
        r"\nabla f(x) = \left( \frac{\partial f}{\partial x_1}, \dots,"
        r" \frac{\partial f}{\partial x_n} \right)",
        "$x$: a number or an array; the gradient has its shape. The tape records what is done to "
        "$x$, and replays it backwards.",
        "gradients.tape_gradient",
        twin="gradients.tape_gradient",
    ),
    Idea(
        "Backpropagation of a dense network",
        r"""\begin{aligned}
a_0 &= X, \quad a_l = \varphi(z_l), \quad P = \operatorname{softmax}(z_L) \\
z_l &= a_{l-1} W_l + b_l \\
\delta_L &= \tfrac{1}{B}(P - Y) \\
\delta_{l-1} &= (\delta_l W_l^{\mathsf T}) \odot \varphi'(z_{l-1}) \\
\frac{\partial L}{\partial W_l} &= a_{l-1}^{\mathsf T} \delta_l, \qquad
  \frac{\partial L}{\partial b_l} = \sum_{\text{rows}} \delta_l
\end{aligned}""",
        r"$X$ `(B, d)`; $Y$: one-hot labels `(B, k)`; $\delta_l = \partial L / \partial z_l$ `(B, "
        r"units)`, of the mean loss; $\varphi$: relu, with $\varphi'(z) = [z > 0]$, or sigmoid, "
        r"with $\varphi'(z) = a(1 - a)$.",
        "gradients.mlp_backward",
        """
dense = keras.layers.Dense
model = keras.Sequential([dense(5, "relu"), dense(3, "softmax")])
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
with tf.GradientTape() as tape:
    loss = keras.losses.sparse_categorical_crossentropy(y, model(x))
    loss = keras.ops.mean(loss)
tape.gradient(loss, model.trainable_weights)
""",
        equal="gradients.mlp_backward(model.get_weights(), x, y)[1]",
    ),
    Idea(
        "Backpropagation of a convolution",
        r"\frac{\partial L}{\partial W_{p,q}} = \sum_{b,i,j}"
        r" x_{b,\,si+p,\,sj+q}^{\mathsf T} \; u_{b,i,j}, \qquad"
        r" \frac{\partial L}{\partial x_{b,\,si+p,\,sj+q}} \mathrel{+}= u_{b,i,j} \,"
        r" W_{p,q}^{\mathsf T}",
        "$x_{b,i,j}$: the channels of a pixel, a row; $W_{p,q}$ `(channels, filters)`; $u$: the "
        "gradient of the outputs `(B, height', width', filters)`; $s$: the stride.",
        "gradients.conv2d_backward",
        """
x = keras.random.normal((2, 5, 5, 3), seed=0)
kernel = keras.random.normal((3, 3, 3, 4), seed=1)
with tf.GradientTape() as tape:
    tape.watch([x, kernel])
    y = keras.ops.conv(x, kernel, data_format="channels_last")
    loss = keras.ops.sum(y**2)
tape.gradient(loss, [x, kernel])
""",
        equal="gradients.conv2d_backward(x.numpy(), kernel.numpy(), 2 * y.numpy())",
    ),
    Idea(
        "Backpropagation of max pooling",
        r"\frac{\partial L}{\partial x_{b,\,si+p,\,sj+q}} \mathrel{+}="
        r" \begin{cases} u_{b,i,j} & (p, q) \text{ first largest of the window} \\"
        r" 0 & \text{otherwise} \end{cases}",
        "$u$: the gradient of the outputs `(B, height', width', channels)`; $s$: the stride. Each "
        "channel by itself.",
        "gradients.max_pooling2d_backward",
        """
x = keras.random.normal((1, 4, 4, 2), seed=0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = keras.ops.max_pool(x, 2, data_format="channels_last")
    loss = keras.ops.sum(y**2)
tape.gradient(loss, x)
""",
        equal="gradients.max_pooling2d_backward(x.numpy(), 2 * y.numpy())",
    ),
    Idea(
        "Backpropagation of average pooling",
        r"\frac{\partial L}{\partial x_{b,\,si+p,\,sj+q}} \mathrel{+}= \frac{u_{b,i,j}}{n}",
        "$u$: the gradient of the outputs `(B, height', width', channels)`; $s$: the stride; $n$: "
        "how many pixels of the window lie in the image.",
        "gradients.average_pooling2d_backward",
        """
x = keras.random.normal((1, 5, 5, 2), seed=0)
with tf.GradientTape() as tape:
    tape.watch(x)
    y = keras.ops.average_pool(x, 2, padding="same", data_format="channels_last")
    loss = keras.ops.sum(y**2)
tape.gradient(loss, x)
""",
        equal="gradients.average_pooling2d_backward(x.numpy(), 2 * y.numpy(), 2, padding='same')",
    ),
    Idea(
        "Backpropagation of an embedding",
        r"\frac{\partial L}{\partial E_w} = \sum_{b,t:\; x_{b,t} = w} u_{b,t}",
        "$x$: words as numbers, `(B, T)`; $u$: the gradient of the outputs `(B, T, d)`. A tape "
        "gives slices: which rows, and what belongs to each.",
        "gradients.embedding_backward",
        """
x = np.array([[2, 0, 2], [1, 1, 0]])
layer = keras.layers.Embedding(4, 2)
with tf.GradientTape() as tape:
    y = layer(x)
    loss = keras.ops.sum(y**2)
tf.convert_to_tensor(tape.gradient(loss, layer.trainable_weights[0].value))
""",
        equal="gradients.embedding_backward(x, 2 * y.numpy(), input_dim=4)",
    ),
    Idea(
        "Backpropagation of layer normalization",
        r"\frac{\partial L}{\partial x} = \frac{1}{\sigma} \left( \gamma u -"
        r" \overline{\gamma u} - n \, \overline{\gamma u n} \right), \qquad"
        r" \frac{\partial L}{\partial \gamma} = \sum u n,"
        r" \qquad \frac{\partial L}{\partial \beta} = \sum u",
        r"$n = (x - \bar x) / \sigma$ and $\sigma = \sqrt{\operatorname{var}(x) + \epsilon}$, row "
        "by row; $u$: the gradient of the outputs; a bar is the mean of a row, a sum goes over all "
        "rows.",
        "gradients.layer_normalization_backward",
        """
x = keras.random.normal((8, 3), seed=0)
layer = keras.layers.LayerNormalization()
with tf.GradientTape() as tape:
    tape.watch(x)
    y = layer(x)
    loss = keras.ops.sum(y**3)
tape.gradient(loss, [x, *layer.trainable_weights])
""",
        equal="gradients.layer_normalization_backward(x.numpy(), np.ones(3), 3 * y.numpy() ** 2)",
    ),
    Idea(
        "Backpropagation of batch normalization",
        r"\frac{\partial L}{\partial x} = \frac{\gamma}{\sigma} \left( u - \overline{u} -"
        r" n \, \overline{u n} \right), \qquad \frac{\partial L}{\partial \gamma} = \sum u n,"
        r" \qquad \frac{\partial L}{\partial \beta} = \sum u",
        r"$n = (x - \bar x) / \sigma$ and $\sigma = \sqrt{\operatorname{var}(x) + \epsilon}$, "
        "channel by channel; $u$: the gradient of the outputs; a bar is the mean over all axes but "
        "the last, a sum goes over the same axes.",
        "gradients.batch_normalization_backward",
        """
x = keras.random.normal((8, 3), seed=0)
layer = keras.layers.BatchNormalization()
with tf.GradientTape() as tape:
    tape.watch(x)
    y = layer(x, training=True)
    loss = keras.ops.sum(y**3)
tape.gradient(loss, [x, *layer.trainable_weights])
""",
        equal="gradients.batch_normalization_backward(x.numpy(), np.ones(3), 3 * y.numpy() ** 2)",
    ),
    Idea(
        "Second derivatives",
        r"\frac{\partial^2 f}{\partial x^2} ="
        r" \frac{\partial}{\partial x} \frac{\partial f}{\partial x}",
        "$x$: a number, or an array whose elements are taken one by one. A tape watches another "
        "tape at work.",
        "gradients.tape_second_derivative",
        twin="gradients.tape_second_derivative",
    ),
    Idea(
        "Gradient descent",
        r"x_{t+1} = x_t - \eta \, \nabla f(x_t)",
        r"$x$: a point `(d,)`; $\eta$: the learning rate. Any other optimizer has a rule of its "
        "own in place of this one.",
        "gradients.descend",
        twin="gradients.descend",
    ),
    Idea(
        "One coefficient at a time",
        r"w \leftarrow \operatorname{argmin}_{v} f(v), \qquad"
        r" v \in \{w, \; w + h e_i, \; w - h e_i\}",
        r"$w$: a point `(d,)`; $e_i$: 1 at place $i$, otherwise 0; $h$: how far a coefficient is "
        r"moved. Two calls of $f$ for each $i$, and no slopes.",
        "gradients.coordinate_search",
        twin="gradients.coordinate_search",
    ),
    Idea(
        "A saddle",
        r"f(x) = x_1^2 - x_2^2",
        "$x$: points `(..., 2)`. At (0, 0) both slopes are zero, and there is a way down.",
        "gradients.saddle",
        twin="gradients.saddle",
    ),
    Idea(
        "A surface with several minima",
        r"f(x) = \frac{1}{2} \sum_{i=1}^{d} (x_i^4 - 16 x_i^2 + 5 x_i)",
        r"$x$: points `(..., d)`. Each coordinate has two valleys, so that there are $2^d$ minima.",
        "gradients.styblinski_tang",
        twin="gradients.styblinski_tang",
    ),
)

IDEAS = {"gradients": GRADIENTS}
