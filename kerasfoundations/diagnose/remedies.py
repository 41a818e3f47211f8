"""What each mistake looks like in numbers, and the corrected line in four libraries."""

from __future__ import annotations

from typing import NamedTuple


class Remedy(NamedTuple):
    """A mistake in numbers, and lines that fix it.

    Attributes:
        numbers: What the numbers look like, a sentence.
        keras: The corrected line with Keras.
        tensorflow: The corrected line with TensorFlow.
        pytorch: The corrected line with PyTorch.
        jax: The corrected line with JAX and optax.
    """

    numbers: str
    keras: str
    tensorflow: str
    pytorch: str
    jax: str


_CALLED = (
    "model(x, training=True)",
    "normalize(z, *tf.nn.moments(z, [0]))",
    "model.train()",
    "model.apply(variables, x, train=True, mutable=['batch_stats'])",
)
_LOGITS = (
    "SparseCategoricalCrossentropy(from_logits=True)",
    "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=z)",
    "F.cross_entropy(z, y)",
    "optax.softmax_cross_entropy_with_integer_labels(z, y)",
)
_MEAN = (
    "SparseCategoricalCrossentropy(reduction='sum_over_batch_size')",
    "loss = tf.reduce_mean(losses)",
    "F.cross_entropy(z, y, reduction='mean')",
    "loss = losses.mean()",
)
_SQUARES = (
    "MeanSquaredError()",
    "tf.reduce_mean((p - y) ** 2)",
    "F.mse_loss(p, y)",
    "jnp.mean((p - y) ** 2)",
)
_TAPE = (
    "tape.gradient(loss, model.trainable_variables)",
    "tape.gradient(loss, variables)",
    "optimizer.zero_grad(); loss.backward()",
    "loss, grads = jax.value_and_grad(loss_fn)(params)",
)
_FLOAT32 = (
    "keras.config.set_dtype_policy('float32')",
    "x = tf.cast(x, tf.float32)",
    "model.float(); x = x.float()",
    "x = jnp.asarray(x, jnp.float32)",
)
_FLOAT64 = (
    "keras.config.set_floatx('float64')",
    "x = tf.cast(x, tf.float64)",
    "model.double(); x = x.double()",
    "jax.config.update('jax_enable_x64', True)",
)
_WEIGHTED = (
    "model.fit(x, y, sample_weight=w)",
    "tf.reduce_mean(w * losses)",
    "(w * F.cross_entropy(z, y, reduction='none')).mean()",
    "jnp.mean(w * losses)",
)
_HEADS = (
    "model.compile('adam', [loss1, loss2], loss_weights=[w1, w2])",
    "loss = w1 * loss1(y1, p1) + w2 * loss2(y2, p2)",
    "loss = w1 * loss1(p1, y1) + w2 * loss2(p2, y2)",
    "loss = w1 * loss1(p1, y1) + w2 * loss2(p2, y2)",
)
_MASKED = (
    "Embedding(..., mask_zero=True)",
    "tf.reduce_sum(mask * losses) / tf.reduce_sum(mask)",
    "F.cross_entropy(z, y, ignore_index=padding)",
    "(mask * losses).sum() / mask.sum()",
)
_ACTIVITY = (
    "loss += sum(model.losses)",
    "loss += lam * tf.reduce_sum(a**2) / len(x)",
    "loss = loss + lam * a.pow(2).sum() / len(x)",
    "loss = loss + lam * (a**2).sum() / len(x)",
)
_PENALTY = (
    "Dense(..., kernel_regularizer=L2(lam))",
    "loss += lam * sum(tf.reduce_sum(w**2) for w in kernels)",
    "loss = loss + lam * sum(w.pow(2).sum() for w in kernels)",
    "loss = loss + lam * sum((w**2).sum() for w in kernels)",
)
_PENALTY_L1 = (
    "Dense(..., kernel_regularizer=L1(lam))",
    "loss += lam * sum(tf.reduce_sum(abs(w)) for w in kernels)",
    "loss = loss + lam * sum(w.abs().sum() for w in kernels)",
    "loss = loss + lam * sum(abs(w).sum() for w in kernels)",
)
_NO_PENALTY = (
    "Dense(..., kernel_regularizer=None)",
    "loss = tf.reduce_mean(losses)",
    "torch.optim.SGD(parameters, lr, weight_decay=0)",
    "optax.sgd(lr)",
)
_CLIP = (
    "SGD(lr, global_clipnorm=1.0)",
    "grads, _ = tf.clip_by_global_norm(grads, 1.0)",
    "clip_grad_norm_(model.parameters(), 1.0)",
    "optax.chain(optax.clip_by_global_norm(1.0), optax.sgd(lr))",
)
_CLIPS = (
    "SGD(lr, clipnorm=1.0)",
    "grads = [tf.clip_by_norm(g, 1.0) for g in grads]",
    "for p in parameters: clip_grad_norm_([p], 1.0)",
    "jax.tree.map(lambda g: g * min(1, 1 / norm(g)), grads)",
)
_RATE = (
    "Adam(learning_rate=1e-3)",
    "w.assign_sub(lr * step)",
    "torch.optim.Adam(parameters, lr=1e-3)",
    "optax.adam(1e-3)",
)
_MOMENTUM = (
    "SGD(lr, momentum=0.9)",
    "m.assign(mu * m - lr * g); w.assign_add(m)",
    "torch.optim.SGD(parameters, lr, momentum=0.9)",
    "optax.sgd(lr, momentum=0.9)",
)
_NESTEROV = (
    "SGD(lr, momentum=0.9, nesterov=True)",
    "m.assign(mu * m - lr * g); w.assign_add(mu * m - lr * g)",
    "torch.optim.SGD(parameters, lr, momentum=0.9, nesterov=True)",
    "optax.sgd(lr, momentum=0.9, nesterov=True)",
)
_EPSILON = (
    "RMSprop(epsilon=1e-7)",
    "g / tf.sqrt(v + 1e-7)",
    "torch.optim.RMSprop(parameters, eps=1e-7)",
    "optax.rmsprop(lr, eps=1e-7)",
)
_ADAM = (
    "Adam(epsilon=1e-7)",
    "lr * tf.sqrt(1 - b2**t) / (1 - b1**t) * m / (tf.sqrt(v) + 1e-7)",
    "torch.optim.Adam(parameters, eps=1e-7)",
    "optax.adam(lr, eps=1e-7)",
)
_RMSPROP = (
    "RMSprop(lr, rho=0.9)",
    "v.assign(0.9 * v + 0.1 * g**2)",
    "torch.optim.RMSprop(parameters, lr, alpha=0.9, eps=1e-7)",
    "optax.rmsprop(lr, decay=0.9, eps=1e-7)",
)
_ADAGRAD = (
    "Adagrad(initial_accumulator_value=0.1)",
    "a = tf.Variable(tf.fill(w.shape, 0.1))",
    "torch.optim.Adagrad(parameters, initial_accumulator_value=0.1)",
    "optax.adagrad(lr, initial_accumulator_value=0.1)",
)
_DECAY = (
    "AdamW(lr, weight_decay=0.01)",
    "w.assign_sub(lr * (step + 0.01 * w))",
    "torch.optim.AdamW(parameters, lr, weight_decay=0.01)",
    "optax.adamw(lr, weight_decay=0.01)",
)
_SCHEDULE = (
    "SGD(learning_rate=schedule)",
    "lr = schedule(step)  # step: a tf.Variable, 0 at first",
    "optimizer.step(); scheduler.step()",
    "optax.sgd(schedule)",
)
_ACCUMULATE = (
    "SGD(lr, gradient_accumulation_steps=2)",
    "for a, g in zip(total, grads): a.assign_add(g / 2)",
    "(loss / 2).backward()  # step and zero_grad every second time",
    "optax.MultiSteps(optax.sgd(lr), 2)",
)
_KEPT = (
    "optimizer = Adam(lr)  # before the loop",
    "slots = [tf.Variable(tf.zeros_like(w)) for w in variables]",
    "optimizer = torch.optim.Adam(parameters)  # before the loop",
    "updates, state = tx.update(grads, state, params)",
)
_STATISTICS = (
    "BatchNormalization(momentum=0.99)",
    "moving.assign(0.99 * moving + 0.01 * batch)",
    "nn.BatchNorm1d(k, momentum=0.01, eps=1e-3)",
    "nn.BatchNorm(momentum=0.99, epsilon=1e-3)",
)
_FROZEN = (
    "base.trainable = False; base(x, training=False)",
    "variables = head_variables",
    "base.requires_grad_(False); base.eval()",
    "optax.multi_transform({'base': optax.set_to_zero(), 'head': tx}, labels)",
)
_AVERAGES = (
    "optimizer.finalize_variable_values(model.trainable_variables)",
    "for w, a in zip(variables, averages): w.assign(a)",
    "torch.optim.swa_utils.AveragedModel(model)",
    "params = optax.incremental_update(params, averages, 0.01)",
)
_SCALED = (
    "loss = optimizer.scale_loss(loss)",
    "grads = [g / scale for g in tape.gradient(scale * loss, variables)]",
    "scaler.scale(loss).backward(); scaler.step(optimizer); scaler.update()",
    "grads = jax.tree.map(lambda g: g / scale, scaled_grads)",
)
_BATCHES = (
    "for x, y in dataset: loss = model.train_on_batch(x, y)",
    "for x, y in dataset: loss = train_step(x, y)",
    "for x, y in DataLoader(data, batch_size, drop_last=False): ...",
    "for x, y in batches: params, loss = step(params, x, y)",
)
_ORDER = (
    "model.fit(x, y, shuffle=False)",
    "dataset.shuffle(len(x)).batch(32)",
    "DataLoader(TensorDataset(x, y), 32, shuffle=True)",
    "order = rng.permutation(len(x)); x, y = x[order], y[order]",
)
_AVERAGE_LOSS = (
    "keras.metrics.Mean().update_state(loss, sample_weight=len(x))",
    "total += loss * len(x); count += len(x)",
    "total += loss.item() * len(x); count += len(x)",
    "total += float(loss) * len(x); count += len(x)",
)
_RETURN = ("return loss", "return loss", "return loss.item()", "return params, loss")
_CODE = ("", "", "", "")

REMEDIES: dict[str, Remedy] = {
    name: Remedy(numbers, *lines)
    for name, numbers, lines in (
        # outputs
        ("batch_norm_mode", "Outputs differ, and change with the rest of the batch.", _CALLED),
        (
            "frozen_batch_norm",
            "Losses differ from the first step, though predict agrees.",
            _FROZEN,
        ),
        (
            "normalization_epsilon",
            "Outputs differ by a few thousandths, more where inputs hardly vary.",
            (
                "BatchNormalization(epsilon=1e-3)",
                "(z - mean) / tf.sqrt(variance + 1e-3)",
                "nn.BatchNorm2d(k, eps=1e-3)",
                "nn.BatchNorm(epsilon=1e-3)",
            ),
        ),
        (
            "leaky_slope",
            "Outputs differ only where a unit is below 0.",
            (
                "LeakyReLU(negative_slope=0.3)",
                "tf.nn.leaky_relu(z, 0.3)",
                "nn.LeakyReLU(0.3)",
                "jax.nn.leaky_relu(z, 0.3)",
            ),
        ),
        (
            "dropout_mode",
            "Predictions change from call to call, or training never changes.",
            (
                "model(x, training=True)",
                "tf.nn.dropout(a, rate)",
                "model.train()",
                "model.apply(params, x, train=True, rngs={'dropout': key})",
            ),
        ),
        (
            "dropout_rate",
            "In training mode the mean of the outputs is off by the factor 1 - rate.",
            (
                "Dropout(0.5)",
                "tf.nn.dropout(a, 0.5)",
                "nn.Dropout(0.5)",
                "jnp.where(keep, a / 0.5, 0)",
            ),
        ),
        (
            "pixels_not_scaled",
            "Outputs are saturated: first losses are far above log(k).",
            ("Rescaling(1 / 255)", "x = tf.cast(x, tf.float32) / 255", "ToTensor()", "x / 255"),
        ),
        ("float16_in_between", "Relative differences are about 1e-3 to 1e-4.", _FLOAT32),
        ("bfloat16_in_between", "Relative differences are about 1e-2.", _FLOAT32),
        ("float32_in_between", "Relative differences are about 1e-7, not 1e-16.", _FLOAT64),
        (
            "bias_missing",
            "Outputs are off by the same amount for all samples.",
            ("Dense(k)", "x @ W + b", "nn.Linear(n, k)", "x @ w + b"),
        ),
        (
            "kernel_transposed",
            "Outputs differ, although all shapes agree.",
            ("Dense(k)", "x @ W + b", "linear.weight.copy_(W.T)", "x @ w + b"),
        ),
        (
            "channels_reversed",
            "Outputs differ where the channels do.",
            ("x[..., ::-1]", "tf.reverse(x, axis=[-1])", "x.flip(1)", "x[..., ::-1]"),
        ),
        (
            "kernel_flipped",
            "Outputs differ, although all shapes agree.",
            (
                "Conv2D(filters, size)",
                "tf.nn.conv2d(x, kernel, 1, 'VALID')",
                "F.conv2d(x, kernel)",
                "lax.conv_general_dilated(x, kernel, (1, 1), 'VALID')",
            ),
        ),
        (
            "gru_reset_place",
            "Outputs differ, less where the reset gate is near 1.",
            (
                "GRU(k, reset_after=False)",
                "tf.tanh(x_h + r * (h @ U_h + b_h))",
                "torch.tanh(x_h + r * (h @ U_h + b_h))",
                "jnp.tanh(x_h + r * (h @ U_h + b_h))",
            ),
        ),
        (
            "another_activation",
            "Outputs differ where the two functions do.",
            (
                "Dense(k, activation='relu')",
                "tf.nn.relu(x @ W + b)",
                "nn.ReLU()",
                "jax.nn.relu(x @ w + b)",
            ),
        ),
        (
            "another_pooling",
            "Outputs are too small, or too large.",
            (
                "MaxPooling2D(2)",
                "tf.nn.max_pool2d(a, 2, 2, 'VALID')",
                "nn.MaxPool2d(2)",
                "nn.max_pool(a, (2, 2), strides=(2, 2))",
            ),
        ),
        (
            "padding_counted",
            "Outputs differ at the borders of images.",
            (
                "AveragePooling2D(3, padding='same')",
                "tf.nn.avg_pool2d(a, 3, 3, 'SAME')",
                "nn.AvgPool2d(3, padding=1, count_include_pad=False)",
                "nn.avg_pool(a, (3, 3), padding='SAME', count_include_pad=False)",
            ),
        ),
        (
            "padding_place",
            "Outputs are those of an image moved by one row and column.",
            (
                "Conv2D(k, 3, strides=2, padding='same')",
                "tf.nn.conv2d(x, W, 2, 'SAME')",
                "conv(F.pad(x, (0, 1, 0, 1)))",
                "nn.Conv(k, (3, 3), strides=2, padding='SAME')(x)",
            ),
        ),
        (
            "flatten_order",
            "Outputs differ, although all shapes agree.",
            (
                "Flatten()",
                "tf.reshape(a, (len(a), -1))",
                "a.permute(0, 2, 3, 1).flatten(1)",
                "a.reshape(len(a), -1)",
            ),
        ),
        (
            "padding_processed",
            "Outputs differ more the more padding there is.",
            (
                "Embedding(k, n, mask_zero=True)",
                "h = tf.where(mask[:, t, None], new, h)",
                "pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)",
                "h = jnp.where(mask[:, t, None], new, h)",
            ),
        ),
        (
            "time_axis",
            "Outputs of a sample change with the other samples.",
            (
                "LSTM(k)",
                "for t in range(x.shape[1]): h = cell(x[:, t], h)",
                "nn.LSTM(n, k, batch_first=True)",
                "_, outputs = jax.lax.scan(cell, h, x.swapaxes(0, 1))",
            ),
        ),
        (
            "bidirectional_end",
            "Half of the features are wrong.",
            (
                "Bidirectional(GRU(k))",
                "tf.concat([ahead[:, -1], back[:, 0]], axis=-1)",
                "torch.cat([out[:, -1, :k], out[:, 0, k:]], dim=-1)",
                "jnp.concatenate([ahead[:, -1], back[:, 0]], axis=-1)",
            ),
        ),
        (
            "bidirectional_order",
            "Half of the features are those of the other end of the sequence.",
            (
                "Bidirectional(LSTM(k, return_sequences=True))",
                "tf.concat([ahead, tf.reverse(back, [1])], axis=-1)",
                "torch.cat([ahead, back.flip(1)], dim=-1)",
                "jnp.concatenate([ahead, back[:, ::-1]], axis=-1)",
            ),
        ),
        (
            "layer_norm_unbiased",
            "Normalized features are too small by the root of n / (n - 1).",
            (
                "LayerNormalization()",
                "tf.nn.moments(x, [-1], keepdims=True)",
                "x.var(-1, unbiased=False, keepdim=True)",
                "jnp.var(x, -1, keepdims=True)",
            ),
        ),
        (
            "attention_scale",
            "Attention is sharper, or more even, than the reference's.",
            (
                "MultiHeadAttention(heads, key_dim)",
                "scores / tf.sqrt(float(key_dim))",
                "scores / key_dim**0.5",
                "scores / jnp.sqrt(key_dim)",
            ),
        ),
        (
            "dropout_mask_shared",
            "The loss of a batch varies too much from mask to mask; its mean is right.",
            (
                "Dropout(rate)",
                "tf.nn.dropout(h, rate)",
                "F.dropout(h, rate, self.training)",
                "mask = jax.random.bernoulli(key, 1 - rate, h.shape)",
            ),
        ),
        (
            "gate_order",
            "Outputs differ, although all shapes agree.",
            (
                "LSTM(k)",
                "i, f, c, o = tf.split(z, 4, axis=-1)",
                "i, f, g, o = z.chunk(4, dim=-1)",
                "i, f, g, o = jnp.split(z, 4, axis=-1)",
            ),
        ),
        (
            "update_gate_turned",
            "Outputs forget early steps, or remember only those.",
            (
                "GRU(k)",
                "h = z * h + (1 - z) * new",
                "h = z * h + (1 - z) * new",
                "h = z * h + (1 - z) * new",
            ),
        ),
        (
            "softmax_axis",
            "Each class's probabilities sum to 1, a sample's do not.",
            (
                "Dense(k, activation='softmax')",
                "tf.nn.softmax(z, axis=-1)",
                "torch.softmax(z, dim=-1)",
                "jax.nn.softmax(z, axis=-1)",
            ),
        ),
        (
            "state_carried",
            "Two predictions of the same input differ, and converge.",
            (
                "LSTM(k, stateful=False)",
                "h = tf.zeros((len(x), k))",
                "out, _ = self.lstm(x)",
                "h = jnp.zeros((len(x), k))",
            ),
        ),
        (
            "batch_standardized",
            "Losses differ in training only, and outputs change with the rest of the batch.",
            (
                "Normalization(mean=m, variance=v)",
                "x = (x - mean) / deviation",
                "x = (x - mean) / deviation",
                "x = (x - mean) / deviation",
            ),
        ),
        (
            "predict_changes_weights",
            "Weights before and after predict differ.",
            (
                "model(x, training=False)",
                "model(x, training=False)",
                "model.eval()",
                "model.apply(v, x, train=False)",
            ),
        ),
        (
            "random_outputs",
            "Two predictions of the same input differ.",
            (
                "model(x, training=False)",
                "model(x, training=False)",
                "model.eval()",
                "model.apply(v, x, train=False)",
            ),
        ),
        ("other_shape", "The shapes differ.", _CODE),
        # loss
        ("loss_halved", "Every loss is exactly half.", _SQUARES),
        ("loss_doubled", "Every loss is exactly twice as large.", _SQUARES),
        ("loss_negated", "Losses are negative, and fall without end.", _LOGITS),
        ("loss_scaled", "Every loss is the same multiple.", _MEAN),
        ("loss_scale_reported", "Losses are 2^k times as large.", _SCALED),
        (
            "loss_shifted",
            "All losses are off by the same amount, and gradients are right.",
            (
                "CosineSimilarity()",
                "tf.reduce_mean(-similarity)",
                "-F.cosine_similarity(p, y).mean()",
                "jnp.mean(-similarity)",
            ),
        ),
        ("loss_summed_over_outputs", "Losses are k times as large, with k outputs.", _SQUARES),
        ("loss_averaged_over_outputs", "Losses are 1/k of Keras's, with k classes.", _LOGITS),
        ("loss_in_bits", "Losses are 1.443 (or 0.434) times Keras's.", _LOGITS),
        ("softmax_twice", "Losses stay near log(k), and fall slowly.", _LOGITS),
        ("logits_as_probabilities", "Losses are NaN, infinite or absurdly large.", _LOGITS),
        ("probabilities_clipped", "Losses of confidently wrong answers stop at 16.1.", _LOGITS),
        ("labels_off_by_one", "Losses are right for none of the labels; accuracy is 0.", _LOGITS),
        ("labels_swapped", "Losses of the two classes are exchanged.", _LOGITS),
        (
            "arguments_swapped",
            "Losses are far too large: the logarithm is that of labels, of 0 and 1.",
            (
                *("loss(y_true, y_pred)", "loss_fn(y, model(x))"),
                *("criterion(model(x), y)", "loss(predictions, y)"),
            ),
        ),
        (
            "targets_are_inputs",
            "Losses fall only to the noise that the inputs carry.",
            (
                *("fit(noisy, clean)", "loss_fn(clean, model(noisy))"),
                *("criterion(model(noisy), clean)", "loss(model(params, noisy), clean)"),
            ),
        ),
        (
            "label_smoothing",
            "Losses do not fall to 0, even for right answers.",
            (
                "CategoricalCrossentropy(label_smoothing=0.0)",
                "tf.nn.softmax_cross_entropy_with_logits(y, z)",
                "F.cross_entropy(z, y, label_smoothing=0.0)",
                "optax.softmax_cross_entropy(z, y)",
            ),
        ),
        (
            "label_smoothing_missing",
            "Losses are too small where the model is sure.",
            (
                "CategoricalCrossentropy(label_smoothing=0.1)",
                "y = 0.9 * y + 0.1 / k",
                "F.cross_entropy(z, y, label_smoothing=0.1)",
                "optax.smooth_labels(y, 0.1)",
            ),
        ),
        (
            "label_smoothing_share",
            "Losses are far too large, and do not fall to those of smoothed labels.",
            (
                "CategoricalCrossentropy(label_smoothing=0.1)",
                "y = 0.9 * y + 0.1 / k",
                "F.cross_entropy(z, y, label_smoothing=0.1)",
                "optax.smooth_labels(y, 0.1)",
            ),
        ),
        ("log_missing", "Losses lie between -1 and 0.", _LOGITS),
        (
            "axes_mixed",
            "Losses of sequences are about log(k), and fall slowly.",
            (
                "SparseCategoricalCrossentropy(from_logits=True)",
                "tf.nn.sparse_softmax_cross_entropy_with_logits(y, z)",
                "F.cross_entropy(z.transpose(1, 2), y)",
                "optax.softmax_cross_entropy_with_integer_labels(z, y)",
            ),
        ),
        (
            "targets_rounded",
            "Losses are right for targets that are whole numbers.",
            (
                "y.astype('float32')",
                "tf.cast(y, tf.float32)",
                "y.float()",
                "jnp.asarray(y, jnp.float32)",
            ),
        ),
        (
            "hinge_labels",
            "Losses of samples labelled 0 are always 1.",
            ("Hinge()", "y = 2 * y - 1", "y = 2 * y - 1", "y = 2 * y - 1"),
        ),
        (
            "poisson_log",
            "Losses grow exponentially with the outputs.",
            (
                "Poisson()",
                "tf.reduce_mean(p - y * tf.math.log(p))",
                "nn.PoissonNLLLoss(log_input=False)",
                "jnp.mean(p - y * jnp.log(p))",
            ),
        ),
        ("label_ignored", "Samples of one label change nothing.", _LOGITS),
        (
            "class_weight_of_prediction",
            "Losses of single samples are those of other weights.",
            (
                "model.fit(x, y, class_weight={0: 1.0, 1: 3.0})",
                "tf.reduce_mean(tf.gather(class_weight, y) * losses)",
                "(class_weight[y] * F.cross_entropy(z, y, reduction='none')).mean()",
                "jnp.mean(class_weight[y] * losses)",
            ),
        ),
        (
            "class_weights_mixed",
            "Losses of each class are off by a factor of its own.",
            (
                "model.fit(x, y, class_weight={0: 1.0, 1: 3.0})",
                "tf.reduce_mean(tf.gather(class_weight, y) * losses)",
                "(class_weight[y] * F.cross_entropy(z, y, reduction='none')).mean()",
                "jnp.mean(class_weight[y] * losses)",
            ),
        ),
        (
            "focal_alpha",
            "Losses of each class are off by a factor of its own.",
            (
                "BinaryFocalCrossentropy(apply_class_balancing=True, alpha=0.25)",
                "weight = y * alpha + (1 - y) * (1 - alpha)",
                "weight = y * alpha + (1 - y) * (1 - alpha)",
                "weight = y * alpha + (1 - y) * (1 - alpha)",
            ),
        ),
        (
            "focal_factor",
            "Losses of easy samples are too large.",
            (
                "BinaryFocalCrossentropy(gamma=2.0)",
                "(1 - p) ** gamma * -tf.math.log(p)",
                "(1 - p) ** gamma * -torch.log(p)",
                "(1 - p) ** gamma * -jnp.log(p)",
            ),
        ),
        (
            "normalization_axis",
            "A sample's loss depends on the other samples of the batch.",
            (
                "CosineSimilarity(axis=-1)",
                "tf.nn.l2_normalize(p, axis=-1)",
                "F.normalize(p, dim=-1)",
                "p / jnp.linalg.norm(p, axis=-1, keepdims=True)",
            ),
        ),
        ("another_loss", "Losses have no constant ratio to Keras's.", _LOGITS),
        ("loss_after_step", "Losses are those of one step later.", _RETURN),
        ("running_loss", "Losses lag behind, and the first ones weigh for long.", _RETURN),
        ("constant_loss", "All losses are equal.", _RETURN),
        ("loss_of_one", "The loss is one of the samples' losses.", _MEAN),
        (
            "loss_weights_forgotten",
            "Losses are off by (1 - weight) times an output's own loss.",
            _HEADS,
        ),
        ("output_loss_forgotten", "Losses are too small, by an output's own loss.", _HEADS),
        # reduction
        ("loss_summed", "Losses are n times as large, with n samples in the batch.", _MEAN),
        (
            "loss_averaged",
            "Losses are 1/n of Keras's.",
            (
                "MeanSquaredError(reduction='sum')",
                "loss = tf.reduce_sum(losses)",
                "F.mse_loss(p, y, reduction='sum')",
                "loss = losses.sum()",
            ),
        ),
        ("fixed_batch_size", "Only the loss of the smaller last batch is too small.", _MEAN),
        (
            "broadcast",
            "Losses stop at the variance of the targets.",
            ("y = y[:, None]", "p = tf.squeeze(p, -1)", "p = p.squeeze(-1)", "p = p[:, 0]"),
        ),
        ("mean_of_means", "Losses differ where a batch does not divide evenly.", _MEAN),
        ("loss_not_reduced", "The loss is an array.", _MEAN),
        ("sample_weights_ignored", "Losses are equal only where all weights are 1.", _WEIGHTED),
        ("sample_weights_normalized", "Losses are off by n / Σw.", _WEIGHTED),
        (
            "sample_weights_broadcast",
            "The loss is the plain mean times the mean weight.",
            _WEIGHTED,
        ),
        ("sample_weights_value", "Losses of single samples are off by a power of w.", _WEIGHTED),
        ("mask_ignored", "Losses differ more the more padding there is.", _MASKED),
        ("mask_in_denominator", "Losses are too small, by the share of padding.", _MASKED),
        # regularization
        (
            "activity_penalty_missing",
            "Losses are too small, by an amount that x changes.",
            _ACTIVITY,
        ),
        (
            "activity_penalty_doubled",
            "Losses are too large, by an amount that x changes.",
            _ACTIVITY,
        ),
        ("activity_penalty_halved", "Half of the penalty on outputs is missing.", _ACTIVITY),
        ("activity_penalty_divided", "The penalty on outputs is 1/n of Keras's.", _ACTIVITY),
        ("activity_penalty_summed", "The penalty on outputs is n times Keras's.", _ACTIVITY),
        ("activity_penalty_value", "Losses differ by a multiple of what is added.", _ACTIVITY),
        ("penalty_missing", "Losses are too small, by the same amount for all batches.", _PENALTY),
        ("penalty_doubled", "Losses are too large, by the same amount for all batches.", _PENALTY),
        ("penalty_halved", "Half of the penalty is missing.", _PENALTY),
        ("penalty_divided", "The penalty is 1/n of Keras's.", _PENALTY),
        ("penalty_multiplied", "The penalty is n times Keras's.", _PENALTY),
        ("norm_for_l2", "The penalty only doubles when all weights do.", _PENALTY),
        ("penalty_on_bias", "The penalty agrees only while biases are 0.", _PENALTY),
        ("penalty_not_reported", "Weights agree, losses lack the penalty.", _PENALTY),
        ("penalty_value", "The penalty is a multiple of Keras's.", _PENALTY),
        ("penalty_added", "Losses are too large by a multiple of Σw².", _NO_PENALTY),
        (
            "l1_for_l2",
            "The penalty grows with sizes of weights, not with squares.",
            _PENALTY,
        ),
        (
            "l2_for_l1",
            "The penalty grows with squares of weights, not with sizes.",
            _PENALTY_L1,
        ),
        # gradients
        ("frozen_variable", "One variable never changes.", _TAPE),
        ("untracked_variable", "There are fewer weights than the reference has.", _TAPE),
        ("gradients_accumulated", "Steps grow: the second is twice the first.", _TAPE),
        ("gradient_stale", "Each step is the one before it; the first may be 0.", _TAPE),
        ("loss_scale_kept", "Steps are 2^k times as large.", _SCALED),
        ("loss_scale_missing", "Steps are 1 / 2^k of the reference's.", _SCALED),
        ("loss_not_scaled", "Small gradients are exactly 0.", _SCALED),
        ("gradient_summed", "Steps are n times as large; the loss is right.", _MEAN),
        ("gradient_divided", "Steps are 1/n of the reference's.", _MEAN),
        ("gradient_halved", "Steps are half as large.", _SQUARES),
        ("gradient_doubled", "Steps are twice as large.", _SQUARES),
        ("gradient_scaled", "Steps of one variable, or all, are the same multiple.", _TAPE),
        (
            "gradient_negated",
            "Losses rise; each step is minus the right one.",
            (
                "optimizer.apply(grads, variables)",
                "w.assign_sub(lr * g)",
                "p -= lr * p.grad",
                "w - lr * g",
            ),
        ),
        (
            "backward_through_moved_weights",
            "Output weights move correctly; hidden steps are a little off, more with larger rates.",
            (
                *_TAPE[:2],
                "loss.backward(); optimizer.step()",
                _TAPE[3],
            ),
        ),
        (
            "activation_derivative_forgotten",
            "Hidden (or all) steps are too large: 4 times or more with a sigmoid.",
            (*_TAPE[:1], "back = (error @ W.T) * a * (1 - a)", "loss.backward()", _TAPE[3]),
        ),
        (
            "activation_derivative_place",
            "Hidden steps are off by factors from 0.8 to above 1, element by element.",
            (*_TAPE[:1], "back = (error @ W.T) * a * (1 - a)", "loss.backward()", _TAPE[3]),
        ),
        (
            "gradient_of_another_loss",
            "Losses are right; steps vanish where the model is sure, even if it is wrong.",
            (*_TAPE[:1], "error = (p - y) / n", "F.cross_entropy(z, y).backward()", _TAPE[3]),
        ),
        (
            "bias_gradient_axis",
            "Kernels move correctly; all biases of a layer move by the same number.",
            (*_TAPE[:1], "db = tf.reduce_sum(error, axis=0)", "loss.backward()", _TAPE[3]),
        ),
        (
            "gradient_through_time",
            "Output weights move correctly; the recurrent layer's steps are off.",
            (
                *("LSTM(k)", "h = tf.tanh(x[:, t] @ W + h @ U + b)  # no tf.stop_gradient"),
                *("out, h = rnn(x)  # no h.detach()", "jax.lax.scan(cell, h, x)"),
            ),
        ),
        (
            "batch_norm_backward",
            "Steps after the normalization are right, those before it are off.",
            (
                *("BatchNormalization()", "mean, var = tf.nn.moments(z, [0])"),
                *("nn.BatchNorm1d(k)", "mean, var = z.mean(0), z.var(0)"),
            ),
        ),
        (
            "embedding_rows_lost",
            "Rows of words that occur once are right, the others move too little.",
            (
                *(_TAPE[0], "tf.tensor_scatter_nd_add(E, x[..., None], -lr * dh)"),
                *("nn.Embedding(n, k)", "E.at[x].add(-lr * dh)"),
            ),
        ),
        (
            "padding_not_trained",
            "One row of the embedding never changes.",
            (
                *("Embedding(n, k, mask_zero=True)", "tf.gather(E, x)"),
                *("nn.Embedding(n, k)", "E[x]"),
            ),
        ),
        ("pieces_summed", "Steps are as many times too large as there are pieces.", _ACCUMULATE),
        ("penalty_slope_l1", "Losses are right; small weights shrink too slowly.", _PENALTY_L1),
        ("penalty_outside_tape", "Losses are right; steps lack a multiple of w.", _PENALTY),
        ("weight_decay", "Steps differ by a multiple of the weights.", _DECAY),
        # update
        ("learning_rate", "All steps are the same multiple of the reference's.", _RATE),
        ("another_optimizer", "The ratios of steps change from step to step.", _RATE),
        ("damped_momentum", "The first step is 1 - μ of the reference's.", _MOMENTUM),
        (
            "nesterov",
            "The first step is 1 + μ times (or 1 / (1 + μ) of) the reference's.",
            _NESTEROV,
        ),
        ("epsilon_outside_root", "Steps differ where gradients are tiny, by up to 1e3.", _EPSILON),
        ("epsilon_inside_root", "Steps differ where gradients are tiny, by up to 1e3.", _ADAM),
        ("epsilon_value", "Steps differ where gradients are tiny.", _EPSILON),
        ("adagrad_start_value", "First steps differ most: small gradients step too far.", _ADAGRAD),
        ("adam_without_bias_correction", "First steps are 3.2 times as large.", _ADAM),
        ("adam_count", "First steps are off; later ones agree more and more.", _ADAM),
        ("adam_moments_shared", "Steps depend on the scale of gradients; NaN is likely.", _ADAM),
        (
            "nadam_schedule_missing",
            "First steps are off by up to a half; later ones agree more and more.",
            (
                "Nadam(lr)",
                "mu = 0.9 * (1 - 0.5 * 0.96**t)",
                "torch.optim.NAdam(parameters, lr, eps=1e-7, momentum_decay=1)",
                "optax.nadam(lr, eps=1e-7)",
            ),
        ),
        (
            "trust_ratio_missing",
            "Steps of each variable are off by a factor of their own, which changes slowly.",
            (
                *("Lamb(lr)", "w.assign_sub(lr * tf.norm(w) / tf.norm(step) * step)"),
                *("p -= lr * p.norm() / step.norm() * step", "optax.lamb(lr)"),
            ),
        ),
        (
            "weights_as_one_vector",
            "Steps of each variable are off by a factor of their own, with Lamb or Adafactor.",
            (
                *("Lamb(lr)", "for w, s in pairs: w.assign_sub(lr * ratio(w, s) * s)"),
                *("for p in parameters: p -= lr * ratio(p, s) * s", "optax.lamb(lr)"),
            ),
        ),
        (
            "matrices_as_vectors",
            "Biases move correctly, matrices do not, with Adafactor or Muon.",
            (
                *("Adafactor(lr)", "v = tf.tensordot(rows, columns, 0) / tf.reduce_mean(rows)"),
                *("torch.optim.Adafactor(parameters, lr)", "optax.adafactor(lr)"),
            ),
        ),
        (
            "ftrl_sigma_zero",
            "Weights fall toward 0, as if they had started there, with Ftrl.",
            (
                *("Ftrl(lr)", "sigma = (tf.sqrt(n + g**2) - tf.sqrt(n)) / lr; n.assign_add(g**2)"),
                "sigma = ((n + g * g).sqrt() - n.sqrt()) / lr; n += g * g",
                "sigma = (jnp.sqrt(n + g**2) - jnp.sqrt(n)) / lr; n = n + g**2",
            ),
        ),
        (
            "slots_shared",
            "Only variables of the same shape move wrongly, in the first step all but one of them.",
            (
                *("SGD(lr, momentum=0.9)", "m = [tf.Variable(tf.zeros_like(w)) for w in weights]"),
                *("state[p] = torch.zeros_like(p)", "m = jax.tree.map(jnp.zeros_like, params)"),
            ),
        ),
        (
            "updated_in_turns",
            "The part that moves first moves correctly; the rest is a little off.",
            (
                *_TAPE[:2],
                "loss.backward(); first.step(); second.step()",
                _TAPE[3],
            ),
        ),
        (
            "embedding_squares",
            "Only rows of words that occur several times in the batch are off.",
            (
                *("SGD(lr)", "optimizer.apply([tf.convert_to_tensor(g) for g in grads], w)"),
                *("torch.optim.SGD(parameters, lr)", "optax.sgd(lr)"),
            ),
        ),
        (
            "step_before_gradient",
            "The first step is 0; losses are those after the step.",
            (
                *("grads = tape.gradient(loss, w); optimizer.apply(grads, w)", _TAPE[1]),
                *("optimizer.zero_grad(); loss.backward(); optimizer.step()", _TAPE[3]),
            ),
        ),
        ("gradients_applied_twice", "Each step is as long as two.", _RATE),
        ("rates_by_variable", "Steps of each variable are a multiple of their own.", _RATE),
        ("rmsprop_seeded", "First steps are 0.32 times as large.", _RMSPROP),
        ("rho_value", "First steps are off by √((1 - ρ) / (1 - ρ')).", _RMSPROP),
        ("centered", "First steps are longer by 5 %.", _RMSPROP),
        ("pytorch_adam", "Steps differ where gradients are tiny, most at first.", _ADAM),
        ("tensorflow1_adam", "Steps differ where gradients are tiny.", _ADAM),
        ("pytorch_rmsprop", "First steps are 3.2 times as large.", _RMSPROP),
        ("optax_rmsprop", "Steps differ where gradients are tiny.", _RMSPROP),
        ("tensorflow1_rmsprop", "First steps are far too small.", _RMSPROP),
        ("pytorch_adagrad", "First steps are all of the same size.", _ADAGRAD),
        (
            "jax_adagrad",
            "Steps point the same way, but keep on after the gradient has turned.",
            (
                "Adagrad(initial_accumulator_value=0)",
                "w.assign_sub(lr * g / tf.sqrt(a + 1e-7))",
                "torch.optim.Adagrad(parameters, lr)",
                "optimizers.adagrad(lr, momentum=0.0)",
            ),
        ),
        (
            "pytorch_nadam",
            "First steps are far shorter, later ones slowly catch up.",
            (
                "Nadam(lr)",
                "mu = 0.9 * (1 - 0.5 * 0.96**t)",
                "torch.optim.NAdam(parameters, lr, eps=1e-7, momentum_decay=1)",
                "optax.nadam(lr, eps=1e-7)",
            ),
        ),
        (
            "pytorch_adadelta",
            "First steps are 2.2 times as large.",
            (
                "Adadelta(lr, rho=0.95, epsilon=1e-7)",
                "v.assign(0.95 * v + 0.05 * g**2)",
                "torch.optim.Adadelta(parameters, lr, rho=0.95, eps=1e-7)",
                "optax.adadelta(lr, rho=0.95, eps=1e-7)",
            ),
        ),
        (
            "pytorch_adamax",
            "Steps differ where gradients are tiny.",
            (
                "Adamax(lr, epsilon=1e-7)",
                "w.assign_sub(lr / (1 - b1**t) * m / (u + 1e-7))",
                "torch.optim.Adamax(parameters, lr, eps=1e-7)",
                "optax.adamax(lr, eps=1e-7)",
            ),
        ),
        (
            "two_biases",
            "Gradients agree; the biases of a recurrent layer move twice as far.",
            (
                "LSTM(k)",
                "z = x @ w + h @ u + b",
                "lstm.bias_hh_l0.requires_grad_(False)",
                "z = x @ w + h @ u + b",
            ),
        ),
        ("optimizer_setting", "Steps differ by a setting of the same rule.", _CODE),
        (
            "constraint_missing",
            "Steps agree until a weight leaves what the constraint allows.",
            (
                "optimizer.apply(grads, variables)",
                "w.assign(tf.clip_by_norm(w, 1.0, axes=[0]))",
                "with torch.no_grad(): p.clamp_(min=0)",
                "optax.keep_params_nonnegative()",
            ),
        ),
        (
            "constraint_axis",
            "Steps differ where the norm along one of the axes is beyond its limit.",
            (
                "MaxNorm(2, axis=0)",
                "w.assign(tf.clip_by_norm(w, 2, axes=[0]))",
                "p.data = torch.renorm(p.data, 2, 0, 2)  # of p (outputs, inputs)",
                "w / jnp.maximum(1, jnp.linalg.norm(w, axis=0) / 2)",
            ),
        ),
        (
            "constraint_early",
            "Weights end a step outside of what the constraint allows.",
            (
                "optimizer.apply(grads, variables)",
                "w.assign_sub(lr * g); w.assign(tf.maximum(w, 0))",
                "optimizer.step(); p.data.clamp_(min=0)",
                "params = jax.tree.map(jax.nn.relu, optax.apply_updates(params, u))",
            ),
        ),
        ("schedule_offset", "All steps are off by what the rate changes in one step.", _SCHEDULE),
        (
            "accumulation_missing",
            "The reference does not move at the first step; the loop does.",
            _ACCUMULATE,
        ),
        ("accumulation_offset", "Steps are made, but one call early or late.", _ACCUMULATE),
        ("accumulation_added", "Some steps are 0.", _ACCUMULATE),
        ("decay_missing", "Steps differ by λ·η·w.", _DECAY),
        ("decay_without_rate", "Weights shrink 1/η times too fast.", _DECAY),
        ("decay_coupled", "Steps differ by more where gradients are small.", _DECAY),
        (
            "decay_exclusions",
            "Some variables' steps differ by λ·η·w, others' agree.",
            (
                "optimizer.exclude_from_weight_decay(var_names=['bias'])",
                "if len(w.shape) > 1: w.assign_sub(lr * decay * w)",
                "AdamW([{'params': kernels}, {'params': biases, 'weight_decay': 0}])",
                "optax.adamw(lr, mask=is_kernel)",
            ),
        ),
        ("decay_value", "Steps differ by a multiple of w.", _DECAY),
        ("nothing_moves", "All steps are 0.", _TAPE),
        ("gradient_clipped", "Large steps are shorter, small ones right.", _CLIP),
        ("clipping_kind", "Ratios of steps differ from variable to variable.", _CLIPS),
        ("clipping_value", "Large steps are off by one factor.", _CLIP),
        ("clipping_place", "Steps agree until the limit is reached.", _CLIP),
        (
            "clipping_before_unscaling",
            "Steps are all but equal in size, and far too short.",
            (
                "LossScaleOptimizer(SGD(lr, global_clipnorm=1.0))",
                "grads, _ = tf.clip_by_global_norm([g / scale for g in grads], 1.0)",
                "scaler.unscale_(optimizer); clip_grad_norm_(model.parameters(), 1.0)",
                "grads = jax.tree.map(lambda g: g / scale, grads)  # then clip",
            ),
        ),
        ("clipping_missing", "Large steps are longer, small ones right.", _CLIP),
        ("frozen_layer_trained", "Weights that the reference keeps change.", _FROZEN),
        # state
        ("slots_reset", "Each step is like a first one.", _KEPT),
        ("optimizer_rebuilt", "Each step is the optimizer's very first.", _KEPT),
        ("moving_statistics_not_updated", "Moving means stay 0; predictions are bad.", _STATISTICS),
        (
            "moving_statistics_momentum",
            "Moving statistics run too fast or too slowly.",
            _STATISTICS,
        ),
        ("moving_statistics_twice", "Moving statistics take two steps at a time.", _STATISTICS),
        ("moving_variance_unbiased", "Moving variances are off by n / (n - 1).", _STATISTICS),
        (
            "pytorch_batch_normalization",
            "Moving statistics run ahead of Keras's, and their variances by n / (n - 1).",
            _STATISTICS,
        ),
        ("frozen_statistics_moved", "Moving statistics that the reference keeps change.", _FROZEN),
        (
            "momentum_missing",
            "The first step is right; later ones are up to 10 times too small.",
            _MOMENTUM,
        ),
        ("momentum_value", "The first step is right; the second is not.", _MOMENTUM),
        ("velocity_rate", "Steps agree until the rate changes.", _MOMENTUM),
        (
            "amsgrad",
            "Steps agree until gradients shrink.",
            (
                "Adam(amsgrad=False)",
                "v.assign(b2 * v + (1 - b2) * g**2)",
                "torch.optim.Adam(parameters, amsgrad=False)",
                "optax.adam(lr)",
            ),
        ),
        (
            "betas",
            "The first step is right; later ones are not.",
            (
                "Adam(beta_1=0.9, beta_2=0.999)",
                "m.assign(0.9 * m + 0.1 * g)",
                "torch.optim.Adam(parameters, betas=(0.9, 0.999))",
                "optax.adam(lr, b1=0.9, b2=0.999)",
            ),
        ),
        (
            "adam_count_frozen",
            "The first step is right; later ones are too large by up to 3.",
            _ADAM,
        ),
        (
            "adam_moments_overwritten",
            "The first step is right; the second is not, and they vanish.",
            _ADAM,
        ),
        (
            "lion_mean_first",
            "The first step is right; later ones have some signs the other way round.",
            (
                "Lion(lr)",
                "step = tf.sign(b1 * m + (1 - b1) * g); m.assign(b2 * m + (1 - b2) * g)",
                "step = torch.sign(b1 * m + (1 - b1) * g); m.mul_(b2).add_(g, alpha=1 - b2)",
                "optax.lion(lr)",
            ),
        ),
        ("schedule_frozen", "Steps agree at first, then stay as large.", _SCHEDULE),
        (
            "accumulation_summed",
            "Steps are as many times too large as gradients are added.",
            _ACCUMULATE,
        ),
        ("accumulator_kept", "The first step is right; later ones grow.", _ACCUMULATE),
        (
            "schedule_pace",
            "Steps are right at first, then off by what the schedule changes too fast or slowly.",
            _SCHEDULE,
        ),
        (
            "schedule_setting",
            "Steps are right where the setting does not matter, at a stair's edge, for instance.",
            _SCHEDULE,
        ),
        ("schedule_compounds", "The first steps are right; later ones are too small.", _SCHEDULE),
        ("ema_start", "The first average is far from the weights.", _AVERAGES),
        ("ema_momentum", "Steps agree except every few.", _AVERAGES),
        ("ema_frequency", "Steps agree except every few.", _AVERAGES),
        ("ema_overwrite_missing", "Steps agree except every few.", _AVERAGES),
        # data
        ("stale_batch", "Losses are those of an earlier batch.", _BATCHES),
        ("batch_size_ignored", "One step is as long as several.", _BATCHES),
        ("part_of_batch", "Losses are right for some samples of each batch.", _BATCHES),
        ("last_batch_padded", "Only the last batch differs.", _BATCHES),
        ("steps_twice", "Each step is as long as two.", _BATCHES),
        ("shuffled_after_batching", "Losses are right, in a different order.", _ORDER),
        ("shuffled_apart", "Losses stay near those of guessing.", _ORDER),
        ("shuffled", "Single steps agree; an epoch does not.", _ORDER),
        ("last_batch_dropped", "The smaller batch changes nothing.", _BATCHES),
        (
            "last_batch_overweighted",
            "Steps agree; the epoch's loss does not, by little.",
            _AVERAGE_LOSS,
        ),
        ("last_batch_reported", "The epoch's loss is that of its last batch.", _AVERAGE_LOSS),
        ("epoch_loss_summed", "The epoch's loss grows with the number of batches.", _AVERAGE_LOSS),
        (
            "metric_not_reset",
            "The epoch's loss lags behind, more so with each epoch.",
            (
                "metric.reset_state()",
                "total, count = 0.0, 0",
                "total, count = 0.0, 0",
                "total, count = 0.0, 0",
            ),
        ),
        ("ema_not_assigned", "Steps agree; the weights after fit do not.", _AVERAGES),
        # what cannot be compared
        ("loop_raised", "There are none: the loop raises.", _CODE),
        ("not_finite", "The loop's are NaN or infinite.", _LOGITS),
        ("both_not_finite", "Both are NaN or infinite.", _RATE),
        ("shapes_changed", "The shapes change.", _CODE),
        ("no_loss", "There is no loss.", _RETURN),
        ("weights_not_set", "Weights read back are not those that were set.", _CODE),
        ("other_weights", "The shapes differ.", _CODE),
        ("unknown", "They fit none of the above.", _CODE),
    )
}


def mend_in(framework: str, cause: str) -> str:
    """Return how to fix a cause in the framework of a loop, as a sentence; or nothing.

    Example:
        >>> mend_in("PyTorch", "leaky_slope")
        ' In PyTorch: nn.LeakyReLU(0.3)'
        >>> mend_in("", "leaky_slope")
        ''
    """
    line = getattr(REMEDIES[cause], framework.lower(), "") if cause in REMEDIES else ""
    return f" In {framework}: {line}" if line else ""
