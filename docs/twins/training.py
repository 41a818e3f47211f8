"""The training: the loop, what it measures, and how it runs."""

from twins.idea import Idea

ONE_STEP = """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.train_on_batch(x, y)
model.get_weights()
"""

TRAINING = (
    Idea(
        "One step",
        r"L = \frac{1}{B} \sum_{i=1}^{B} \ell(f_\theta(x_i), y_i) + R(\theta), \qquad"
        r" \theta \leftarrow U(\theta, \nabla_\theta L)",
        r"$x$, $y$: a batch of $B$ samples; $f_\theta$: the model with the weights $\theta$; "
        r"$\ell$: the loss of a sample; $R$: the penalties; $U$: the optimizer's rule.",
        "training.one_training_step",
        ONE_STEP,
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
rule = optimizers.RMSprop()
training.one_training_step(twin, x, y, update=rule.apply)
twin.get_weights()
""",
    ),
    Idea(
        "The loop",
        r"\text{for each epoch } e: \qquad \text{for each batch } (x, y) \text{ of } \pi_e:"
        r" \qquad \theta \leftarrow U(\theta, \nabla_\theta L(x, y))",
        r"$\pi_e$: the order of the samples in epoch $e$. It is drawn from the seed and the "
        r"number of the epoch, so that both wings see the same batches.",
        "training.fit",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=5, batch_size=2, shuffle=False, verbose=0)
model.get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
training.fit(twin, x, y, epochs=5, batch_size=2, shuffle=False, verbose=0)
twin.get_weights()
""",
    ),
    Idea(
        "The order of the samples",
        r"\pi_e = \text{a permutation of } 0, \dots, n - 1, \text{ drawn from } (s, e)",
        "$n$: the number of samples; $s$: the seed; $e$: the number of the epoch. Keras's own "
        "`shuffle` draws from a generator that remembers; here any epoch can be drawn again.",
        "data.batches.epoch_order data.BatchGenerator.batch",
        twin="learner.DataLoader.__getitem__ learner.DataLoader.on_epoch_begin",
    ),
)

EVALUATION = (
    Idea(
        "The loss of a batch",
        r"L = \frac{1}{B} \sum_{i=1}^{B} \ell_i + \sum_l R(W_l)",
        r"$\ell_i$: the loss of sample $i$; $R(W_l)$: the penalties of layers with a regularizer. "
        "Training steps down this number, and evaluation reports it.",
        "evaluation.forward",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
predictions = model(x)
entropy = keras.losses.sparse_categorical_crossentropy
keras.ops.mean(entropy(y, predictions)) + sum(model.losses)
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(model.get_weights())
evaluation.forward(twin, x, y, losses.sparse_categorical_crossentropy)[1]
""",
    ),
    Idea(
        "Samples that count more than others",
        r"L = \frac{1}{B} \sum_{i=1}^{B} w_i\, \ell_i + \sum_l R(W_l)",
        r"$w_i$: the weight of sample $i$. The sum is divided by $B$, not by the sum of the "
        r"weights: whoever doubles all of them doubles the gradient.",
        "evaluation.forward",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
sample_weight = np.array([1.0, 0.5, 3.0, 0.0], "float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(x, y, sample_weight=sample_weight, batch_size=4, epochs=3, verbose=0)
model.get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
how = {"batch_size": 4, "epochs": 3, "verbose": 0}
training.fit(twin, x, y, sample_weight=sample_weight, **how)
twin.get_weights()
""",
    ),
    Idea(
        "Classes that count more than others",
        r"w_i = w_{c(i)}, \qquad \text{balanced:} \quad w_c = \frac{n}{k\, n_c}",
        "$c(i)$: the class of sample $i$; $n$: the number of samples, $n_c$ of them of class $c$; "
        "$k$: the number of classes. Balanced, a rare class counts as much as a frequent one.",
        "evaluation.class_weights",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(x, y, class_weight={0: 1.5, 2: 4.0}, batch_size=4, epochs=3, verbose=0)
model.get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
how = {"batch_size": 4, "epochs": 3, "verbose": 0}
training.fit(twin, x, y, class_weight={0: 1.5, 2: 4.0}, **how)
twin.get_weights()
""",
    ),
    Idea(
        "Means over all samples",
        r"\bar L = \frac{\sum_b n_b \, L_b}{\sum_b n_b}",
        "$L_b$: the mean of batch $b$; $n_b$: its size. The last batch may be smaller, and counts "
        "less.",
        "evaluation.measure evaluation.RunningMean.add",
        """
x, y = np.eye(5, 4, dtype="float32"), np.array([0, 1, 2, 1, 0])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
model.compile(
    loss="sparse_categorical_crossentropy", metrics=["accuracy"]
)
model.evaluate(x, y, batch_size=2, verbose=0)
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(model.get_weights())
list(evaluation.evaluate(twin, x, y, batch_size=2).values())
""",
    ),
    Idea(
        "Predictions",
        r"\hat y = \left( f(x^{(0)}), f(x^{(1)}), \dots \right)",
        "$x^{(k)}$: batch $k$ of the inputs; the predictions `(n, k)` are joined. The samples do "
        "not depend on each other, only memory asks for batches.",
        "evaluation.predict",
        """
x = np.eye(5, 4, dtype="float32")
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
model.predict(x, batch_size=2, verbose=0)
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(model.get_weights())
evaluation.predict(twin, x, batch_size=2)
""",
    ),
)

EXECUTION = (
    Idea(
        "Eager, graph, XLA",
        r"\text{calls from Python per epoch:} \qquad \underbrace{N K}_{\text{eager}} \quad"
        r" \underbrace{N}_{\text{graph, XLA}} \quad \underbrace{1}_{\text{epoch}}",
        "$N$: batches of an epoch; $K$: operations of a step, some eighty. The arithmetic is the "
        "same; XLA also saves the ways through memory between operations.",
        "execution.compile_step",
        twin="execution.compile_settings",
    ),
    Idea(
        "A whole epoch in one call",
        r"(\theta, k) \leftarrow (\operatorname{step}(\theta, x^{(k)}, y^{(k)}),\; k + 1)"
        r" \quad \text{while } k < N",
        "$x^{(k)}$, $y^{(k)}$: batch $k$, gathered from data that stay in memory; $N$: the number "
        "of batches. The loop is a part of the program.",
        "execution.CompiledEpoch._run",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile(
    "rmsprop",
    "sparse_categorical_crossentropy",
    jit_compile=True,
    steps_per_execution=2,
)
model.fit(x, y, epochs=3, batch_size=2, shuffle=False, verbose=0)
model.get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
how = {"epochs": 3, "batch_size": 2, "shuffle": False, "verbose": 0}
training.fit(twin, x, y, execution="epoch", **how)
twin.get_weights()
""",
    ),
    Idea(
        "Traces",
        r"\text{traces} = \left| \{ (\text{shape}, \text{dtype}) \text{ of the arguments} \}"
        r" \right|",
        "A `tf.function` runs its Python code once for each signature that it meets, and replays "
        "what was recorded. A signature with an open length `None` serves batches of any size.",
        "execution.num_traces",
        """
square = tf.function(keras.ops.square)
for length in (2, 3, 3):
    square(tf.ones(length))
square.experimental_get_tracing_count()
""",
        equal="execution.num_traces(square)",
    ),
)

IDEAS = {"training": TRAINING, "evaluation": EVALUATION, "execution": EXECUTION}
