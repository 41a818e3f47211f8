"""What stands around the loop: the learner, callbacks, checkpoints, several devices."""

from twins.idea import Idea
from twins.training import ONE_STEP

LEARNER = (
    Idea(
        "An optimizer in three steps",
        r"g \leftarrow 0, \qquad g \leftarrow g + \nabla_w L, \qquad w \leftarrow w - \eta \, g",
        r"`zero_grad`, `add`, `step`: gradients of several batches may be summed before a step; "
        r"$\eta$: the learning rate.",
        "learner.BasicOptimizer.zero_grad learner.BasicOptimizer.add learner.BasicOptimizer.step",
        twin="learner.BasicOptimizer.zero_grad learner.BasicOptimizer.add "
        "learner.BasicOptimizer.step",
    ),
    Idea(
        "A step of the learner",
        r"\theta \leftarrow U(\theta, \nabla_\theta L), \qquad"
        r" \text{logs} = \left( L, \tfrac{1}{B} \sum_i m_1(y_i, \hat y_i), \dots \right)",
        "$U$: the optimizer's rule; $L$: the loss of the batch; $m$: the metrics, measured before "
        "the step.",
        "learner.Learner._train_on_batch learner.Learner._metric_values",
        ONE_STEP,
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
loader = learner.DataLoader(list(zip(x, y)), batch_size=4)
own = learner.Learner(
    (loader, None), twin, "rmsprop", "sparse_categorical_crossentropy"
)
own.fit(1, verbose=0)
twin.get_weights()
""",
    ),
    Idea(
        "A loader of batches",
        r"x^{(k)} = \left( x_{\pi(kB)}, \dots, x_{\pi(kB + B - 1)} \right)",
        r"$\pi$: the order of the epoch; $B$: the batch size. Samples that are pairs give a pair "
        "of arrays.",
        "learner.DataLoader.__iter__ learner.DataLoader.batch",
        twin="learner.DataLoader.__getitem__ learner.DataLoader.on_epoch_begin",
    ),
)

CALLBACKS = (
    Idea(
        "Early stopping",
        r"\text{stop after } p \text{ epochs without } L_e + \delta < L_{\text{best}}",
        r"$L_e$: the monitored value at the end of epoch $e$; $\delta$: `min_delta`; $p$: "
        r"`patience`. For a value to be maximized, $L_e - \delta > L_{\text{best}}$.",
        "callbacks.base.Monitor.is_better callbacks.EarlyStopping.on_epoch_end",
        """
stopping = keras.callbacks.EarlyStopping(monitor="loss", patience=2)
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
rule = keras.optimizers.SGD(0.0)  # nothing will improve
model.compile(rule, "sparse_categorical_crossentropy")
model.fit(
    x, y, epochs=9, shuffle=False, callbacks=[stopping], verbose=0
)
stopping.stopped_epoch
""",
        equal="""
from types import SimpleNamespace
own = callbacks.EarlyStopping(monitor="loss", patience=2)
own.learner = SimpleNamespace(stop_training=False)
own.on_train_begin()
for epoch in range(9):
    if not own.learner.stop_training:
        own.on_epoch_end(epoch, {"loss": 1.0})
own.stopped_epoch
""",
    ),
    Idea(
        "A lower rate on a plateau",
        r"\eta \leftarrow \max(f \eta,\; \eta_{\min}) \quad \text{after } p \text{ epochs without }"
        r" L_e + \delta < L_{\text{best}}",
        r"$\eta$: the learning rate; $f$: `factor`; $\eta_{\min}$: `min_lr`; $p$: `patience`; "
        r"$L_e$, $\delta$: as above. Then $p$ epochs are counted anew, after a `cooldown`.",
        "callbacks.ReduceLROnPlateau.on_epoch_end callbacks.ReduceLROnPlateau._reduce",
        """
plateau = keras.callbacks.ReduceLROnPlateau(
    monitor="loss", factor=0.5, patience=2, min_delta=99.0  # nothing counts
)
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
rule = keras.optimizers.SGD(0.8)
model.compile(rule, "sparse_categorical_crossentropy")
model.fit(x, y, epochs=5, callbacks=[plateau], verbose=0)
float(rule.learning_rate)  # reduced twice
""",
        equal="""
from types import SimpleNamespace
own = callbacks.ReduceLROnPlateau("loss", 0.5, 2, min_delta=99.0)
own.learner = SimpleNamespace(optimizer=optimizers.SGD(0.8))
own.on_train_begin()
for epoch in range(5):
    own.on_epoch_end(epoch, {"loss": 1.0})
own.learner.optimizer.learning_rate
""",
    ),
    Idea(
        "A rate for each epoch",
        r"\eta_e = s(e, \eta_{e-1})",
        r"$e$: the number of the epoch, from 0; $s$: a function of your own, called before it.",
        "callbacks.LearningRateScheduler.on_epoch_begin",
        """
scheduler = keras.callbacks.LearningRateScheduler(
    lambda epoch, rate: rate / 2 if epoch > 1 else rate
)
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile(keras.optimizers.SGD(0.8), "sparse_categorical_crossentropy")
model.fit(x, y, epochs=4, callbacks=[scheduler], verbose=0)
model.get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
own = callbacks.LearningRateScheduler(
    lambda epoch, rate: rate / 2 if epoch > 1 else rate
)
how = {"epochs": 4, "optimizer": "sgd", "learning_rate": 0.8, "verbose": 0}
training.fit(twin, x, y, callbacks=[own], **how)
twin.get_weights()
""",
    ),
    Idea(
        "The best model in a file",
        r"\theta_{\text{file}} \leftarrow \theta_e \quad \text{if } L_e < \min_{k < e} L_k",
        r"$\theta_e$: the weights after epoch $e$; $L_e$: the monitored value then.",
        "callbacks.ModelCheckpoint.on_epoch_end callbacks.base.Monitor.is_better",
        """
import tempfile
path = tempfile.mkdtemp() + "/best.keras"
best = keras.callbacks.ModelCheckpoint(
    path, monitor="loss", save_best_only=True
)
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
start = model.get_weights()
model.compile(keras.optimizers.SGD(0.8), "sparse_categorical_crossentropy")
model.fit(x, y, epochs=3, callbacks=[best], verbose=0)
keras.saving.load_model(path).get_weights()
""",
        equal="""
twin = softmax_regression.build_softmax_regression(4, 3)
twin.set_weights(start)
path = path.replace(".keras", ".npz")
own = callbacks.ModelCheckpoint(path, "loss", save_best_only=True)
how = {"epochs": 3, "optimizer": "sgd", "learning_rate": 0.8, "verbose": 0}
training.fit(twin, x, y, callbacks=[own], **how)
models.load_model(path).get_weights()
""",
    ),
    Idea(
        "The end at a loss that is not finite",
        r"\text{stop after batch } b \text{ if } L_b \in \{\text{NaN}, \infty\}",
        r"$L_b$: the mean loss of the epoch's batches up to $b$. Without this callback `fit` here "
        "raises a `DivergenceError`; Keras's goes on.",
        "callbacks.TerminateOnNaN.on_train_batch_end",
        """
x, y = np.eye(4, dtype="float32"), np.ones((4, 1))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(1e15), "mean_squared_error")
stop = keras.callbacks.TerminateOnNaN()
history = model.fit(x, y, epochs=99, callbacks=[stop], verbose=0)
len(history.epoch)
""",
        equal="""
line = linear_regression.build_linear_regression(4)
stop = callbacks.TerminateOnNaN()
how = {"epochs": 99, "optimizer": "sgd", "learning_rate": 1e15, "verbose": 0}
how |= {"loss": "mean_squared_error"}
len(training.fit(line, x, y, callbacks=[stop], **how))
""",
    ),
    Idea(
        "A row for each epoch",
        r"\text{row}_e = (e,\; \bar L_e,\; \bar m_e,\; \dots)",
        r"$\bar L_e$, $\bar m_e$: the loss and the metrics in the logs of epoch $e$, by name.",
        "loop.shared_callbacks.Rows.on_epoch_end",
        """
import tempfile
path = tempfile.mkdtemp() + "/training.csv"
x, y = np.eye(4, dtype="float32"), np.ones((4, 1))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
start = model.get_weights()
model.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
rows = keras.callbacks.CSVLogger(path)
model.fit(x, y, epochs=3, callbacks=[rows], verbose=0)
np.genfromtxt(path, delimiter=",", skip_header=1)
""",
        equal="""
line = linear_regression.build_linear_regression(4)
line.set_weights(start)
rows = callbacks.CSVLogger(path)
how = {"epochs": 3, "optimizer": "sgd", "learning_rate": 0.1, "verbose": 0}
how |= {"loss": "mean_squared_error"}
training.fit(line, x, y, callbacks=[rows], **how)
np.genfromtxt(path, delimiter=",", skip_header=1)
""",
    ),
    Idea(
        "The search for a learning rate",
        r"\eta_i = \eta_{\min} \left( \frac{\eta_{\max}}{\eta_{\min}} \right)^{i / (n - 1)},"
        r" \qquad \eta^* = \operatorname{argmin}_{\eta_i}"
        r" \frac{\partial \bar L}{\partial \log \eta}",
        r"$i$: the batch, from 0 to $n - 1$; $\bar L$: the losses, each averaged with its two "
        r"neighbours on either side; $\eta^*$: where they fall most steeply, before the smallest.",
        "callbacks.LearningRateFinder.on_train_batch_begin"
        " loop.shared_callbacks.RateSearch.smoothed_losses"
        " loop.shared_callbacks.RateSearch.suggestion",
        twin="callbacks.LearningRateFinder.on_train_begin"
        " callbacks.LearningRateFinder.on_train_batch_begin callbacks.LearningRateFinder.put_back",
    ),
    Idea(
        "A record of every batch",
        r"(L_1, L_2, \dots), \qquad \bar L_e = \frac{1}{n} \sum_b n_b L_b",
        r"$L_b$: the loss of a batch of $n_b$ samples; $\bar L_e$: the mean in the logs, in which "
        "one batch can hardly be seen.",
        "loop.shared_callbacks.Record.on_train_batch_end loop.shared_callbacks.Record.on_epoch_end",
        """
losses = []
record = keras.callbacks.LambdaCallback(
    on_train_batch_end=lambda batch, logs: losses.append(logs["loss"])
)
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=2, callbacks=[record], verbose=0)
len(losses)  # each the mean of the epoch so far: Keras's logs
""",
    ),
)

CHECKPOINTS = (
    Idea(
        "What a step depends on",
        r"(\theta, s, d)_{t+1} = U\bigl((\theta, s, d)_t,\; x^{(t)}, y^{(t)}\bigr)",
        r"$\theta$: the weights; $s$: the optimizer's slots and its learning rate; $d$: the state "
        r"of dropout; $x^{(t)}, y^{(t)}$: a batch, which follows from the seed, the epoch and the "
        r"step. Save these, and the rest of a training run is the same to the last bit.",
        "checkpoints._trackable checkpoints.Checkpoints._write checkpoints.Checkpoints._read",
        twin="checkpoints._variables checkpoints.Checkpoints._write checkpoints.Checkpoints._read",
    ),
    Idea(
        "Resume",
        r"\text{fit}_{0 \to n} = \text{fit}_{m \to n} \circ \text{fit}_{0 \to m}",
        "$m$: the epochs that a killed training run has done; $n$: the epochs asked for.",
        "training.fit",
        """
import tempfile
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
model.compile("rmsprop", "sparse_categorical_crossentropy")
backup = keras.callbacks.BackupAndRestore(tempfile.mkdtemp())
model.fit(x, y, epochs=2, callbacks=[backup], verbose=0)
len(model.history.epoch)  # called again after a kill, it resumes
""",
    ),
)

DISTRIBUTED = (
    Idea(
        "A share of the batch for each device",
        r"g = \sum_r g_r, \qquad g_r = \frac{\partial}{\partial \theta}"
        r" \Bigl( \frac{1}{n} \sum_{i \in S_r} \ell_i + \frac{1}{K} \sum_l R(W_l) \Bigr)",
        r"$S_r$: the samples of replica $r$, of $K$ replicas; $n$: the size of the whole batch, "
        r"not of the share; $R$: the penalties. The sum is an all-reduce: every replica receives "
        r"it, and updates its own copy of $\theta$ by the same rule.",
        "distributed._step_on_share",
        """
x, y = np.eye(4, dtype="float32"), np.array([0, 1, 2, 1])
strategy = tf.distribute.MirroredStrategy(["CPU:0"])
with strategy.scope():
    dense = keras.layers.Dense(3, "softmax")
    model = keras.Sequential([keras.Input((4,)), dense])
    start = model.get_weights()
    model.compile("rmsprop", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=4, shuffle=False, verbose=0)
model.get_weights()
""",
        equal="""
def build():
    twin = softmax_regression.build_softmax_regression(4, 3)
    twin.set_weights(start)
    return twin
how = {"epochs": 1, "batch_size": 4, "shuffle": False, "verbose": 0}
strategy = tf.distribute.MirroredStrategy(["CPU:0"])
distributed.fit(build, x, y, strategy=strategy, **how)[0].get_weights()
""",
    ),
    Idea(
        "The step that all take together",
        r"\theta_r \leftarrow U(\theta_r, g) \quad \text{for each replica } r",
        r"$\theta_r$: the copy of the weights on replica $r$; $g$: the sum of all gradients. Equal "
        r"copies and equal gradients stay equal without ever being sent.",
        "distributed.make_distributed_step",
        twin="distributed.fit",
    ),
)

IDEAS = {
    "learner": LEARNER,
    "callbacks": CALLBACKS,
    "checkpoints": CHECKPOINTS,
    "distributed": DISTRIBUTED,
}
