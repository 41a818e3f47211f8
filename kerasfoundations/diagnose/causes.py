"""Each cause in words, and how to fix it."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """A cause in words.

    Attributes:
        what: What the loop does, a clause without a full stop.
        mend: How to fix it, a sentence.
    """

    what: str
    mend: str


CAUSES: dict[str, Words] = {
    # outputs
    "batch_norm_mode": Words(
        "batch normalization runs in the wrong mode",
        "Call the model with training=True in the step and with training=False for predictions.",
    ),
    "normalization_epsilon": Words(
        "a normalization layer has a different epsilon",
        "Pass the same epsilon to both: Keras's default is 1e-3, PyTorch's and Flax's smaller.",
    ),
    "leaky_slope": Words(
        "the leaky ReLU has a different slope",
        "Pass the same slope to both: LeakyReLU of Keras has 0.3 by default, PyTorch's and JAX's "
        "0.01.",
    ),
    "frozen_batch_norm": Words(
        "batch normalization in a frozen layer normalizes with the batch",
        "Call a frozen base with training=False: in Keras, batch normalization with "
        "trainable=False normalizes with its moving statistics, also in the training step.",
    ),
    "dropout_mode": Words(
        "dropout runs in the wrong mode",
        "Call the model with training=True in the step and with training=False for predictions.",
    ),
    "dropout_rate": Words(
        "dropout drops a different fraction, or does not scale up what it keeps",
        "Drop the fraction rate and divide the rest by 1 - rate.",
    ),
    "dropout_mask_shared": Words(
        "dropout drops the same units for every sample of the batch",
        "Draw a mask of the batch's whole shape, (n, k), so that each sample has its own.",
    ),
    "pixels_not_scaled": Words(
        "the model gets inputs on a different scale",
        "Scale the inputs the same way on both sides: x / 255 once, or a Rescaling layer.",
    ),
    "channels_reversed": Words(
        "the images' channels run the other way round (BGR, not RGB)",
        "Turn them round once: x[..., ::-1].",
    ),
    "float16_in_between": Words(
        "something is rounded to float16 along the way",
        "Compute in the reference's dtype: look for casts and for a mixed-precision policy.",
    ),
    "bfloat16_in_between": Words(
        "something is rounded to bfloat16 along the way",
        "Compute in the reference's dtype: look for casts and for a mixed-precision policy.",
    ),
    "float32_in_between": Words(
        "something is rounded to float32 along the way, but the reference computes in float64",
        "Compute in float64 throughout: cast the data, and make variables and constants float64.",
    ),
    "bias_missing": Words(
        "a bias is not added",
        "Add the layer's bias: x @ W + b.",
    ),
    "kernel_transposed": Words(
        "a square kernel is used transposed",
        "Multiply x @ W, with W of Keras's shape (inputs, outputs); PyTorch's weight is W.T.",
    ),
    "another_activation": Words(
        "a layer has a different activation",
        "Apply the activation that the reference's layer has, in each layer.",
    ),
    "another_pooling": Words(
        "the mean is taken where the reference takes the maximum, or the other way round",
        "Use the reference's kind of pooling.",
    ),
    "padding_counted": Words(
        "the average pooling counts the zeros of the padding, but Keras leaves them out",
        "Divide by the number of real elements; in PyTorch pass count_include_pad=False.",
    ),
    "padding_place": Words(
        "as much is padded before as after, but Keras's padding 'same' with strides adds the odd "
        "row or column at the end",
        "Pad as Keras does: p // 2 before and p - p // 2 after, with p the rows that are missing.",
    ),
    "flatten_order": Words(
        "images are flattened in a different order from Keras's: height, width, channels",
        "Move the channels to the end before flattening, or reorder the kernel that follows.",
    ),
    "padding_processed": Words(
        "the mask is ignored: layers go on over the padding, but Keras skips it",
        "Keep the state where the token is padding: h = where(mask, new, h).",
    ),
    "time_axis": Words(
        "a recurrent layer runs over the samples of the batch in place of the time steps",
        "Tell it which axis is time: in PyTorch, batch_first=True for inputs (n, t, k).",
    ),
    "bidirectional_end": Words(
        "the backward direction's output is taken at the last time step, which has seen only "
        "that step",
        "Take its final state, which is its output at the first time step.",
    ),
    "bidirectional_order": Words(
        "the backward direction's outputs stay in the order in which they were made",
        "Reverse them in time before they are joined with the forward ones.",
    ),
    "layer_norm_unbiased": Words(
        "layer normalization divides by n - 1 in the variance",
        "Divide by n, as Keras does: the mean of the squared distances.",
    ),
    "attention_scale": Words(
        "attention scores are scaled by a different factor",
        "Divide them by the root of each head's key size.",
    ),
    "gate_order": Words(
        "the gates' weights are read in a different order from Keras's",
        "Keras's order is i, f, c, o in an LSTM and z, r, h in a GRU.",
    ),
    "update_gate_turned": Words(
        "the GRU's update gate z and 1 - z are exchanged",
        "Keras's rule is h = z·h + (1 - z)·new.",
    ),
    "kernel_flipped": Words(
        "the convolution flips its kernel, but Keras's (a cross-correlation) does not",
        "Multiply windows by the kernel as it is, or flip it first: kernel[::-1, ::-1].",
    ),
    "gru_reset_place": Words(
        "the GRU's reset gate acts on the other side of the recurrent product than Keras's",
        "Keras's default (reset_after=True) is r·(h·U + b); with reset_after=False it is (r·h)·U, "
        "as in the paper.",
    ),
    "softmax_axis": Words(
        "softmax is normalized over an axis other than the classes",
        "Sum over the last axis, and keep it: e / e.sum(axis=-1, keepdims=True).",
    ),
    "state_carried": Words(
        "a recurrent layer begins with the state that an earlier batch left",
        "Begin each batch with a state of zeros, unless the reference's layer is stateful.",
    ),
    "batch_standardized": Words(
        "each batch of inputs is standardized by its own mean and deviation",
        "Standardize all data once, with the training data's mean and deviation; or not at all, if "
        "the reference gets them as they are.",
    ),
    "predict_changes_weights": Words(
        "predict changes the weights, as batch normalization does in training mode",
        "Call the model with training=False in predict.",
    ),
    "random_outputs": Words(
        "the predictions are random, but the reference's are not",
        "Turn off whatever draws random numbers in predict.",
    ),
    "other_shape": Words("the shapes differ", "Return arrays of the reference's shapes."),
    # loss
    "loss_halved": Words(
        "the loss is half of Keras's (a ½ in front of the square, as in many books)",
        "Drop the ½; or keep it and, with plain gradient descent, double the learning rate.",
    ),
    "loss_doubled": Words("the loss is twice Keras's", "Divide it by 2."),
    "loss_negated": Words("the loss has the opposite sign", "Use the negative log-likelihood."),
    "loss_scaled": Words("the loss is a multiple of Keras's", "Remove the factor."),
    "loss_summed_over_outputs": Words(
        "the losses of a sample's outputs are summed, but Keras averages them",
        "Average over the last axis: reduce_mean(..., axis=-1).",
    ),
    "loss_averaged_over_outputs": Words(
        "the cross-entropy is averaged over the classes, but Keras sums over them",
        "Sum y·log(p) over the classes, and average over the samples only.",
    ),
    "loss_shifted": Words(
        "a constant is added to the loss",
        "Drop it: it changes no gradient, only the loss that is reported.",
    ),
    "loss_in_bits": Words("the logarithm has a different base", "Use the natural logarithm."),
    "softmax_twice": Words(
        "softmax (or sigmoid) is applied twice",
        "Pass the loss probabilities with from_logits=False, or logits with from_logits=True, but "
        "not probabilities as logits.",
    ),
    "logits_as_probabilities": Words(
        "logits are used as if they were probabilities",
        "Pass from_logits=True to the loss, or end the model with a softmax.",
    ),
    "probabilities_clipped": Words(
        "probabilities are clipped before the logarithm, but fit computes the loss from the logits",
        "Compute the cross-entropy from the logits: tf.nn.softmax_cross_entropy_with_logits, or "
        "Keras's loss with from_logits=True.",
    ),
    "labels_off_by_one": Words(
        "the labels are off by one",
        "Number the classes from 0, and check that labels are shifted once or not at all.",
    ),
    "labels_swapped": Words("the two classes are swapped", "Check which class is 1."),
    "arguments_swapped": Words(
        "the loss gets predictions and targets in the wrong order",
        "Keras's losses take the targets first: loss(y_true, y_pred); PyTorch's and optax's take "
        "the predictions first.",
    ),
    "targets_are_inputs": Words(
        "the outputs are compared with the inputs, not with the targets",
        "Compare them with y: a denoising autoencoder learns clean samples from noisy ones.",
    ),
    "label_smoothing": Words("labels are smoothed", "Remove label_smoothing, or use it in both."),
    "label_smoothing_missing": Words(
        "labels are not smoothed, but the reference's are",
        "Smooth them: y = (1 - s)·y + s / k, with k classes; of a sigmoid's, k is 2.",
    ),
    "label_smoothing_share": Words(
        "smoothed labels do not sum to 1: what is taken off is not spread over the classes",
        "Smooth them: y = (1 - s)·y + s / k, with k classes; of a sigmoid's, k is 2.",
    ),
    "log_missing": Words(
        "the loss takes probabilities for their logarithms",
        "Pass it log(p): log_softmax of the logits.",
    ),
    "axes_mixed": Words(
        "an array is reshaped where it should be transposed, which mixes its axes",
        "Exchange axes with a transpose, not with a reshape: (n, t, k) becomes (n, k, t), and "
        "(n, h, w, c) becomes (n, c, h, w).",
    ),
    "targets_rounded": Words(
        "the targets are rounded to integers",
        "Keep the targets of a regression as floats: no cast to int or long.",
    ),
    "hinge_labels": Words(
        "the hinge loss gets labels 0 and 1, which Keras converts to -1 and 1",
        "Convert them: y = 2·y - 1.",
    ),
    "poisson_log": Words(
        "the Poisson loss takes the outputs for logarithms of the rate: exp(p) - y·p",
        "Use p - y·log(p); or end both models without the exponential.",
    ),
    "label_ignored": Words(
        "samples of one label do not count in the loss",
        "Count all labels, or give the reference sample weights of 0 for that one.",
    ),
    "class_weight_of_prediction": Words(
        "the class weight is that of the predicted class, not of the true label",
        "Look it up with the label: class_weight[y].",
    ),
    "class_weights_mixed": Words(
        "the weights of the classes are not those of the reference",
        "Give each class its own: a rare class usually gets the larger weight, n / (k · count).",
    ),
    "focal_alpha": Words(
        "the focal loss weights the classes in a different way",
        "Weight class 1 by alpha and class 0 by 1 - alpha (apply_class_balancing), or none of two.",
    ),
    "focal_factor": Words(
        "the factor of the focal loss is a different one",
        "Multiply by (1 - p)**gamma, where p is the probability of the right class.",
    ),
    "normalization_axis": Words(
        "vectors are divided by the norm along the wrong axis",
        "Divide each by its own norm: axis=-1.",
    ),
    "loss_scale_reported": Words(
        "the returned loss is multiplied by the loss scale",
        "Scale it only for the tape, and return the loss itself.",
    ),
    "another_loss": Words("the loss is a different one", "Use the reference's loss."),
    "loss_after_step": Words(
        "the returned loss is computed after the update, but fit reports the one before it",
        "Return the loss that the tape recorded.",
    ),
    "running_loss": Words(
        "the returned loss is smoothed over the steps",
        "Return the loss of this call's batch, and smooth it where it is plotted.",
    ),
    "constant_loss": Words(
        "the returned loss is the same for every batch", "Return the loss of this call's batch."
    ),
    "loss_of_one": Words("the loss is that of a single sample", "Average over the batch."),
    "loss_weights_forgotten": Words(
        "the losses of several outputs are added up without their loss weights",
        "Multiply each output's loss by its weight before adding them up, as compile(loss_weights) "
        "does.",
    ),
    "output_loss_forgotten": Words(
        "the loss of one of several outputs is missing",
        "Add up the losses of all outputs, each times its loss weight.",
    ),
    # reduction
    "loss_summed": Words(
        "the losses of the samples are summed, but Keras averages them",
        "Use reduce_mean instead of reduce_sum over the batch.",
    ),
    "loss_averaged": Words(
        "the losses of the samples are averaged, but the reference sums them",
        "Use reduce_sum over the batch, as the reference's reduction='sum' does.",
    ),
    "fixed_batch_size": Words(
        "the sum over a batch is divided by a fixed number, even for a smaller batch",
        "Divide by the number of samples in the batch, as reduce_mean does.",
    ),
    "mean_of_means": Words(
        "means over pieces of the batch are averaged, so that samples of a smaller piece count "
        "more",
        "Add up the losses of all pieces, and divide once by the number of samples.",
    ),
    "broadcast": Words(
        "(n,) targets meet (n, 1) predictions and broadcast to (n, n): every prediction is "
        "compared with every target",
        "Give both the same shape: y[:, None], or squeeze the predictions.",
    ),
    "loss_not_reduced": Words("the loss is not a single number", "Average it over the batch."),
    "sample_weights_ignored": Words(
        "the sample weights (or class weights) are ignored",
        "Take them as a third argument, train_step(x, y, sample_weight), and multiply each "
        "sample's loss by its weight before averaging over the batch: reduce_mean(w * losses).",
    ),
    "sample_weights_normalized": Words(
        "the weighted losses are divided by the sum of the weights, as PyTorch's class weights do",
        "Divide by the number of samples, as Keras does: reduce_mean(w * losses).",
    ),
    "sample_weights_broadcast": Words(
        "weights (n, 1) and losses (n,) are broadcast to (n, n): each loss gets the mean weight",
        "Give both the shape (n,) before multiplying.",
    ),
    "sample_weights_value": Words(
        "the sample weights act differently", "Multiply each sample's loss by its weight, once."
    ),
    "mask_ignored": Words(
        "masked steps (the padding) are averaged in, but Keras leaves them out",
        "Multiply the losses by the mask and divide by its sum: "
        "reduce_sum(mask * losses) / reduce_sum(mask).",
    ),
    "mask_in_denominator": Words(
        "the masked losses are divided by the number of all steps",
        "Divide by the number of steps that count: reduce_sum(mask).",
    ),
    # regularization
    "activity_penalty_missing": Words(
        "a penalty on a layer's outputs (activity_regularizer, add_loss) is missing",
        "Add sum(model.losses) to the loss inside the tape, after the model was called.",
    ),
    "activity_penalty_doubled": Words(
        "the penalty on a layer's outputs is counted twice",
        "Add it once: a Keras model's compute_loss already includes it.",
    ),
    "activity_penalty_halved": Words(
        "the penalty on a layer's outputs is half of Keras's", "Drop the ½."
    ),
    "activity_penalty_divided": Words(
        "the penalty on a layer's outputs is divided by the batch size once more than Keras does",
        "Divide it once: from 3.14 on, sum(model.losses) is divided already.",
    ),
    "activity_penalty_summed": Words(
        "the penalty on a layer's outputs is summed over the batch, but Keras divides it by the "
        "batch size",
        "Divide it by the number of samples in the batch, as Keras does from 3.14 on.",
    ),
    "activity_penalty_value": Words(
        "the penalty on a layer's outputs, or what a layer adds by add_loss, is a multiple of the "
        "reference's",
        "Add the same: compare what is summed and what is averaged, over units and over samples.",
    ),
    "penalty_missing": Words(
        "a penalty of the reference is missing",
        "Add the penalties to the loss inside the tape: sum(model.losses) for a Keras model.",
    ),
    "penalty_doubled": Words(
        "the penalty is counted twice",
        "Add it once: a Keras model's compute_loss already includes it.",
    ),
    "penalty_halved": Words(
        "the penalty is half of Keras's (λ/2·w² instead of λ·w²)",
        "Drop the ½, or double λ.",
    ),
    "penalty_divided": Words(
        "the penalty is divided by the batch size", "Add it after averaging over the batch."
    ),
    "penalty_multiplied": Words(
        "the penalty is counted once per sample", "Add it after averaging over the batch."
    ),
    "penalty_on_bias": Words(
        "the penalty also applies to biases, but the reference's only to kernels",
        "Leave biases out of the penalty.",
    ),
    "penalty_not_reported": Words(
        "the penalty acts on the weights, but is missing from the returned loss, unlike in fit",
        "Add the penalty to the loss that the step returns.",
    ),
    "penalty_value": Words("the penalty has a different factor", "Use the reference's λ."),
    "penalty_added": Words(
        "there is a penalty that the reference does not have",
        "Remove it, or give the reference's layers the same kernel_regularizer.",
    ),
    "l1_for_l2": Words("the penalty is L1, but the reference's is L2", "Square the weights."),
    "norm_for_l2": Words(
        "the penalty is the norm of the weights, but the reference's is its square",
        "Leave the root out: λ·sum(w²).",
    ),
    "l2_for_l1": Words("the penalty is L2, but the reference's is L1", "Take absolute values."),
    # gradients
    "frozen_variable": Words(
        "a variable does not learn: it is frozen, untracked, or left out of the list",
        "Get the gradients of all trainable weights from the tape, and apply all of them.",
    ),
    "untracked_variable": Words(
        "a variable is not tracked: the loop does not know about it",
        "Create it with add_weight (a raw tf.Variable in a Keras layer is not tracked), or add it "
        "to the list of variables.",
    ),
    "gradients_accumulated": Words(
        "gradients accumulate from step to step: they are not reset to zero",
        "Set the gradients to zero before each step (zero_grad), or use a new tape.",
    ),
    "gradient_stale": Words(
        "the gradient is that of the previous step", "Compute each step's gradient before using it."
    ),
    "loss_scale_kept": Words(
        "the gradient is still multiplied by the loss scale",
        "Divide the gradients by the scale before the update; LossScaleOptimizer.apply does it.",
    ),
    "loss_scale_missing": Words(
        "the gradient is divided by a loss scale that the loss was not multiplied by",
        "Differentiate optimizer.scale_loss(loss) inside the tape, and return the loss itself.",
    ),
    "loss_not_scaled": Words(
        "the loss is not scaled, and float16 rounds small gradients to 0",
        "Wrap the optimizer in keras.optimizers.LossScaleOptimizer, and differentiate "
        "optimizer.scale_loss(loss).",
    ),
    "gradient_summed": Words(
        "the gradient is that of the sum over the batch, but the reported loss is the mean",
        "Divide the gradient by the batch size, or differentiate the mean: of losses that are not "
        "reduced, a tape returns the gradient of the sum.",
    ),
    "gradient_divided": Words(
        "the gradient is divided by the batch size one time too many",
        "Differentiate the mean, and do not divide again.",
    ),
    "gradient_halved": Words(
        "the gradient is half of the loss's gradient",
        "The derivative of (ŷ - y)² is 2·(ŷ - y): put the 2 back.",
    ),
    "gradient_doubled": Words("the gradient is twice the loss's gradient", "Divide it by 2."),
    "gradient_scaled": Words(
        "the gradient is a multiple of the loss's gradient", "Remove the factor."
    ),
    "gradient_negated": Words(
        "the weights climb the loss instead of descending", "Subtract the gradient: w -= η·g."
    ),
    "backward_through_moved_weights": Words(
        "the error passes backward through weights that this step has already moved",
        "Compute the gradients of all layers first, and update the weights afterwards.",
    ),
    "activation_derivative_forgotten": Words(
        "the derivative of an activation is left out of the backward pass",
        "Multiply the error by it: dL/dz = dL/da · f'(z). A softmax or sigmoid with cross-entropy "
        "already has it in p - y; a squared error does not.",
    ),
    "activation_derivative_place": Words(
        "the derivative of an activation is taken at the wrong place",
        "Take f'(z) at the sums z; from the activation itself it is a·(1 - a) for a sigmoid and "
        "1 - a² for tanh.",
    ),
    "bias_gradient_axis": Words(
        "the gradient of a bias is one number for all units",
        "Sum it over the samples alone: np.sum(error, axis=0).",
    ),
    "gradient_through_time": Words(
        "the gradient does not flow back through time",
        "Let it pass through the state of each time step: no stop_gradient or detach there, and "
        "a backward pass from the last step to the first.",
    ),
    "batch_norm_backward": Words(
        "the gradient does not flow through the batch's mean and variance",
        "Differentiate them too: dx = γ/σ·(dy - mean(dy) - x̂·mean(dy·x̂)); no stop_gradient or "
        "detach on them.",
    ),
    "embedding_rows_lost": Words(
        "the gradients of a word that occurs several times in the batch are not added up",
        "Add them up: np.add.at(grad, x, dh); E[x] -= ... keeps only one of them.",
    ),
    "padding_not_trained": Words(
        "the embedding of index 0 is not trained, but the reference's is",
        "Leave out padding_idx=0; or mask index 0 in the reference (mask_zero=True).",
    ),
    "pieces_summed": Words(
        "the gradients of the batch's pieces are added up, not averaged",
        "Divide the loss of each piece by the number of pieces, before its gradient is taken.",
    ),
    "penalty_slope_l1": Words(
        "the gradient of the L1 penalty is λ·w, not λ·sign(w)", "Use λ·sign(w)."
    ),
    "gradient_of_another_loss": Words(
        "the gradient is that of a different loss from the one reported",
        "With softmax or sigmoid and cross-entropy the error of the last layer is (p - y) / n, "
        "without the factor p·(1 - p) of the squared error.",
    ),
    "penalty_outside_tape": Words(
        "the penalty is reported, but does not reach the gradient",
        "Compute it inside the tape, or add its gradient by hand.",
    ),
    "weight_decay": Words(
        "the weights decay",
        "Remove the decay; or give it to the reference: taken off the weights it is "
        "weight_decay=... of a Keras optimizer, added to the gradient it is a "
        "kernel_regularizer=L2(λ / 2), which the loss then includes.",
    ),
    # update
    "learning_rate": Words("the learning rate differs", "Use the reference's learning rate."),
    "another_optimizer": Words(
        "the optimizer is a different one", "Use the reference's optimizer."
    ),
    "damped_momentum": Words(
        "the momentum is damped: m = μ·m + (1 - μ)·g",
        "Add the whole gradient: m = μ·m - η·g; w += m.",
    ),
    "nesterov": Words(
        "one of the two uses Nesterov momentum, the other does not",
        "With it the step is w += μ·m - η·g, without it w += m.",
    ),
    "epsilon_outside_root": Words(
        "epsilon is in a different place: outside the root",
        "Keras's RMSprop and Adagrad divide by sqrt(v + ε), its Adam by sqrt(v) + ε before the "
        "mean of squares is corrected.",
    ),
    "epsilon_inside_root": Words(
        "epsilon is inside the root, but Keras's Adam has it outside",
        "Divide by sqrt(v) + ε.",
    ),
    "epsilon_value": Words("epsilon differs", "Keras's default is 1e-7."),
    "adagrad_start_value": Words(
        "Adagrad's sum of squares starts at a different value",
        "Keras starts it at 0.1 (initial_accumulator_value), PyTorch at 0.",
    ),
    "adam_without_bias_correction": Words(
        "Adam's means are not corrected for starting at 0",
        "Use the step size η·sqrt(1 - β₂ᵗ) / (1 - β₁ᵗ), counting t from 1.",
    ),
    "adam_count": Words(
        "Adam's count of the steps is off",
        "Start t at 0, and add 1 once per step, before the first correction.",
    ),
    "decay_missing": Words(
        "the weights do not decay, but the reference's do",
        "Take λ·η·w off the weights at each step, in addition to the gradient's step.",
    ),
    "decay_without_rate": Words(
        "the decay is not multiplied by the learning rate",
        "Take λ·η·w off the weights, with the learning rate η of the step.",
    ),
    "decay_coupled": Words(
        "the decay is added to the gradient (as L2), but the reference takes it off the weights",
        "Leave the gradient as it is, and take λ·η·w off the weights (decoupled, as AdamW).",
    ),
    "decay_exclusions": Words(
        "the weights that decay are not the reference's",
        "Decay the same weights: Keras decays all of them, biases included, but those passed to "
        "exclude_from_weight_decay.",
    ),
    "decay_value": Words("the weights decay at a different rate", "Use the same weight_decay."),
    "adam_moments_shared": Words(
        "both of Adam's means are the same array (m = v = ...), updated twice in place",
        "Create an array for each: m = zeros_like(w) and v = zeros_like(w).",
    ),
    "nadam_schedule_missing": Words(
        "Nadam's momentum has no schedule",
        "Use β₁·(1 - 0.5·0.96ᵗ) as the momentum of step t, and the product of all of them so far "
        "in the correction, as Keras does.",
    ),
    "trust_ratio_missing": Words(
        "the trust ratio of Lamb is missing",
        "Multiply the step of each variable by ‖w‖ / ‖step‖ (by 1 where one of them is 0).",
    ),
    "weights_as_one_vector": Words(
        "the optimizer takes all weights for one vector, but its norms and means are those of each "
        "variable",
        "Update each variable by itself, with a norm (a trust ratio, a root mean square) of its "
        "own.",
    ),
    "matrices_as_vectors": Words(
        "the optimizer takes matrices for vectors (Adafactor keeps the means of a matrix's squares "
        "by row and by column)",
        "Update each matrix in its own shape.",
    ),
    "ftrl_sigma_zero": Words(
        "the weights are missing from Ftrl's linear term, because σ is 0",
        "Compute σ = (√(n + g²) - √n) / η before n is overwritten.",
    ),
    "slots_shared": Words(
        "variables of one shape share the slots of the optimizer (its momentum, its means)",
        "Keep slots for each variable: by its place in the list, not by its name or its shape; "
        "and an array of zeros for each, not one several times.",
    ),
    "updated_in_turns": Words(
        "a part of the weights is updated before the gradient of the others is taken",
        "Take all gradients at the same weights first, and update the weights afterwards.",
    ),
    "embedding_squares": Words(
        "the gradients of a word's places are added up before they are squared, but Keras squares "
        "each of them (on TensorFlow, an embedding's gradient is sparse)",
        "The loop does what the optimizer should: compare with batches in which no word occurs "
        "twice, or both with SGD, and expect a different rate for the embedding's rows.",
    ),
    "step_before_gradient": Words(
        "the step is made before the gradient is taken, by that of the previous call",
        "Take the gradient first, then make the step.",
    ),
    "gradients_applied_twice": Words(
        "the same gradients are applied twice", "Call the optimizer once per step."
    ),
    "rates_by_variable": Words(
        "the variables have learning rates of their own",
        "Use one rate for all weights, or the same factors in both: look for parameter groups, a "
        "factor that depends on a shape, or a second optimizer.",
    ),
    "rmsprop_seeded": Words(
        "RMSprop's mean of squares starts with the first g²",
        "Start it at 0, as Keras does: v = ρ·0 + (1 - ρ)·g².",
    ),
    "rho_value": Words(
        "rho differs",
        "Pass the same to both: RMSprop has 0.9 in Keras and 0.99 in PyTorch (alpha), Adadelta "
        "0.95 in Keras and 0.9 in PyTorch.",
    ),
    "centered": Words(
        "one of the two subtracts the squared mean, the other does not",
        "Pass the same centered to both.",
    ),
    "pytorch_adam": Words(
        "epsilon differs: the update is that of PyTorch's Adam",
        "Compare with keras.optimizers.Adam(epsilon=1e-8), and expect a small difference in the "
        "first steps; or divide by sqrt(v) + ε before the mean of squares is corrected, with "
        "Keras's ε = 1e-7.",
    ),
    "tensorflow1_adam": Words(
        "epsilon differs: the update is that of TensorFlow 1's Adam", "Pass epsilon=1e-7."
    ),
    "pytorch_rmsprop": Words(
        "the update is that of PyTorch's RMSprop: rho, and the size and place of epsilon, differ",
        "Pass alpha=0.9, eps=1e-7 to torch.optim.RMSprop, or rho=0.99 to the reference's; where "
        "gradients are tiny, sqrt(v + ε) and sqrt(v) + ε still differ.",
    ),
    "optax_rmsprop": Words(
        "epsilon differs: the update is that of optax's and JAX's RMSprop",
        "Pass eps=1e-7 to optax.rmsprop, or epsilon=1e-8 to the reference's RMSprop.",
    ),
    "tensorflow1_rmsprop": Words(
        "the update is that of TensorFlow 1's RMSprop, whose mean of squares starts at 1",
        "Start it at 0, as Keras does: v = ρ·0 + (1 - ρ)·g², with ε = 1e-7 inside of the root.",
    ),
    "pytorch_adagrad": Words(
        "the update is that of PyTorch's Adagrad",
        "Pass initial_accumulator_value=0.1 to torch.optim.Adagrad, or 0 to the reference's.",
    ),
    "jax_adagrad": Words(
        "the update is that of Adagrad of jax.example_libraries, which adds a damped momentum",
        "Pass momentum=0.0 to it, and initial_accumulator_value=0 to the reference's; or use "
        "optax's, which has Keras's defaults.",
    ),
    "pytorch_nadam": Words(
        "the update is that of PyTorch's NAdam, whose momentum grows more slowly",
        "Pass momentum_decay=1, eps=1e-7 to torch.optim.NAdam.",
    ),
    "pytorch_adadelta": Words(
        "the update is that of PyTorch's Adadelta",
        "Pass rho=0.95, eps=1e-7 to torch.optim.Adadelta, or rho=0.9, epsilon=1e-6 to the "
        "reference's.",
    ),
    "pytorch_adamax": Words(
        "epsilon differs: the update is that of PyTorch's Adamax",
        "Pass eps=1e-7 to torch.optim.Adamax, and expect a difference where gradients are tiny: "
        "there epsilon is added before the maximum.",
    ),
    "two_biases": Words(
        "a recurrent layer has two biases, which both learn: their sum moves twice as far",
        "Keep one of them at 0 and out of training.",
    ),
    "optimizer_setting": Words(
        "a setting of the optimizer differs", "Pass the reference's setting."
    ),
    "constraint_missing": Words(
        "a constraint of the reference is not applied after the step",
        "After each update assign the constrained value: w.assign(w.constraint(w)); an optimizer "
        "of Keras does it in apply.",
    ),
    "constraint_axis": Words(
        "a constraint takes norms along a different axis from the reference's",
        "Take them along axis 0 of a dense kernel (inputs, outputs); PyTorch's weight is "
        "transposed, so it is dim 1 there.",
    ),
    "constraint_early": Words(
        "a constraint of the reference is applied before the update, not after it",
        "Assign the constrained value after the update: the step then ends with weights that "
        "fulfil the constraint.",
    ),
    "schedule_offset": Words(
        "the schedule is asked at a different step",
        "Ask it with the number of steps already taken: 0 at the first.",
    ),
    "accumulation_missing": Words(
        "gradients are not accumulated",
        "Add up the gradients of that many batches, and take one step by their mean; or drop "
        "gradient_accumulation_steps from the reference's optimizer.",
    ),
    "accumulation_offset": Words(
        "accumulated gradients are applied at other steps",
        "Count first, then test: an update is due when the number of steps taken, this one "
        "included, is divisible by gradient_accumulation_steps.",
    ),
    "accumulation_added": Words(
        "gradients are accumulated over a different number of steps",
        "Take a step on each batch, or pass gradient_accumulation_steps to the reference's "
        "optimizer.",
    ),
    "nothing_moves": Words(
        "the step changes no weight",
        "Apply the gradients, and make set_weights assign to the variables that the step updates.",
    ),
    "gradient_clipped": Words(
        "the gradient is clipped, but the reference's is not",
        "Remove the clipping, or give the reference's optimizer clipnorm, global_clipnorm or "
        "clipvalue.",
    ),
    "clipping_kind": Words(
        "the gradient is clipped in a different way from the reference's",
        "clipnorm limits the norm of each variable's gradient (tf.clip_by_norm), global_clipnorm "
        "that of all together (tf.clip_by_global_norm), clipvalue each number "
        "(tf.clip_by_value): use the same.",
    ),
    "clipping_value": Words(
        "the gradient is clipped at a different limit",
        "Use the limit of the reference's optimizer.",
    ),
    "clipping_place": Words(
        "the momentum, or the step, is clipped, but the reference clips the gradient",
        "Clip the gradient before it reaches momentum and optimizer.",
    ),
    "clipping_before_unscaling": Words(
        "gradients are clipped while they still carry the loss scale",
        "Divide the gradients by the scale first, then clip them.",
    ),
    "clipping_missing": Words(
        "the gradient is not clipped, but the reference's is",
        "Clip it as the reference's optimizer does.",
    ),
    "frozen_layer_trained": Words(
        "a layer that is frozen in the reference learns",
        "Leave its weights out of the update: use model.trainable_variables, read after "
        "layer.trainable = False.",
    ),
    # state
    "slots_reset": Words(
        "the optimizer's state is lost at each step (slots reset, or the optimizer rebuilt)",
        "Create the slots, or the optimizer, once, before the loop.",
    ),
    "optimizer_rebuilt": Words(
        "the optimizer is rebuilt at each step, and starts over",
        "Create the optimizer once, before the loop.",
    ),
    "moving_statistics_not_updated": Words(
        "the moving statistics of batch normalization are not updated",
        "Call the model with training=True in the step, and assign the new statistics.",
    ),
    "frozen_statistics_moved": Words(
        "batch normalization in a frozen layer updates its moving statistics",
        "Call a frozen base with training=False.",
    ),
    "moving_statistics_momentum": Words(
        "the moving statistics use a different momentum",
        "Keras's rule is moving = momentum·moving + (1 - momentum)·batch; PyTorch's momentum is "
        "1 - momentum.",
    ),
    "moving_statistics_twice": Words(
        "the moving statistics are updated twice in each step",
        "Call the model in training mode only once per step.",
    ),
    "moving_variance_unbiased": Words(
        "the moving variance uses the unbiased variance of the batch",
        "Divide by n, as Keras does; PyTorch divides by n - 1.",
    ),
    "pytorch_batch_normalization": Words(
        "the moving statistics are those of PyTorch's batch normalization: momentum and variance "
        "differ",
        "PyTorch's momentum is 1 - momentum of Keras's, and it divides the variance by n - 1, "
        "Keras by n: pass the matching momentum; the variance differs by n / (n - 1), less with "
        "larger batches.",
    ),
    "momentum_missing": Words("there is no momentum", "Keep a velocity: m = μ·m - η·g; w += m."),
    "momentum_value": Words("the momentum differs", "Use the reference's momentum."),
    "velocity_rate": Words(
        "the learning rate is outside the velocity (Keras has it inside), and it changes",
        "Let the velocity hold steps: m = μ·m - η·g; w += m. PyTorch's holds gradients.",
    ),
    "amsgrad": Words("one of the two uses amsgrad", "Pass the same amsgrad to both."),
    "betas": Words(
        "the betas differ",
        "Pass the same to both: Keras's defaults are 0.9 and 0.999, Lion's 0.9 and 0.99.",
    ),
    "adam_count_frozen": Words(
        "Adam's means are corrected at each step as at the first: 1 - β without its power, or a "
        "count t that stays 1",
        "Divide by 1 - β**t, and count t up with each step: inside a tf.function or jax.jit a "
        "Python number is frozen at tracing, so keep t in a variable or pass it in.",
    ),
    "adam_moments_overwritten": Words(
        "Adam's means are overwritten by the corrected ones, and corrected again at the next step",
        "Keep m and v as they are, and correct copies of them.",
    ),
    "lion_mean_first": Words(
        "Lion's mean is updated before the sign is taken, not after it",
        "Take the sign of β₁·m + (1 - β₁)·g with the old m; then update m with β₂.",
    ),
    "schedule_frozen": Words(
        "the learning rate does not follow the schedule",
        "Ask the schedule at each step, with the number of steps taken; inside a tf.function keep "
        "the rate in a tf.Variable, because a Python number is frozen at tracing.",
    ),
    "accumulation_summed": Words(
        "accumulated gradients are added up, but Keras takes their mean",
        "Divide by the number of accumulated steps (or the loss, before backward).",
    ),
    "accumulator_kept": Words(
        "the accumulated gradients are not reset after an update",
        "Set them to 0 after each update.",
    ),
    "schedule_pace": Words(
        "the schedule runs at a different pace: it does not get the number of updates",
        "Count every update once: Keras asks schedule(optimizer.iterations).",
    ),
    "schedule_setting": Words(
        "the schedule has a different setting", "Give the schedule the reference's settings."
    ),
    "schedule_compounds": Words(
        "the decay compounds: at each step the previous rate is decayed once more by all "
        "of the decay so far",
        "Compute each rate from the first: first / (1 + decay·t), not from that of the last step.",
    ),
    "ema_start": Words(
        "the average of the weights starts elsewhere than at the weights after the first step",
        "Begin with a copy of the weights after the first step, as Keras does.",
    ),
    "ema_momentum": Words(
        "the average of the weights has a different momentum", "Use the reference's ema_momentum."
    ),
    "ema_frequency": Words(
        "the weights are replaced by their averages at steps other than the reference's",
        "Replace them every ema_overwrite_frequency steps.",
    ),
    "ema_overwrite_missing": Words(
        "the weights are not replaced by their averages, but the reference's are "
        "(ema_overwrite_frequency)",
        "Keep average = μ·average + (1 - μ)·w, and assign it to the weights every few steps.",
    ),
    # data
    "stale_batch": Words(
        "the step uses an earlier batch",
        "Use the arguments of this call: look for a cached batch, or a name from an outer scope.",
    ),
    "batch_size_ignored": Words(
        "the batch size is ignored: the loop makes its own batches",
        "Pass batch_size to whatever makes the batches.",
    ),
    "part_of_batch": Words("only part of the batch is used", "Use all samples of the batch."),
    "last_batch_padded": Words(
        "the smaller last batch is padded with zeros, and they count",
        "Leave the smaller batch as it is, or mask the padding.",
    ),
    "steps_twice": Words("the loop takes two steps on each batch", "Take one step per batch."),
    "shuffled_after_batching": Words(
        "the batches come in a different order: they are shuffled after batching",
        "Keep the given order; to shuffle, draw a new order of the samples before batching.",
    ),
    "shuffled_apart": Words(
        "inputs and labels are not in the same order",
        "Shuffle both with the same permutation.",
    ),
    "shuffled": Words(
        "the samples come in a different order",
        "Keep the order for the comparison, as fit does with shuffle=False.",
    ),
    "metric_not_reset": Words(
        "the loss reported for the epoch is a mean that also counts earlier batches",
        "Reset the metric, or the running sum, at the start of each epoch.",
    ),
    "ema_not_assigned": Words(
        "training ends with the last weights, but fit (with use_ema) ends with averaged ones",
        "After the last step assign the averages: optimizer.finalize_variable_values(variables).",
    ),
    "last_batch_dropped": Words(
        "the smaller last batch is dropped",
        "Use it: fit does, whatever its size (drop_remainder=False).",
    ),
    "last_batch_overweighted": Words(
        "the reported average counts the smaller last batch as much as the others",
        "Weight each batch's loss by its number of samples, as fit does.",
    ),
    "last_batch_reported": Words(
        "the loss reported for the epoch is that of its last batch",
        "Report the mean over all samples of the epoch.",
    ),
    "epoch_loss_summed": Words(
        "the loss reported for the epoch is a sum", "Divide it by the number of samples."
    ),
    # what cannot be compared
    "loop_raised": Words("the loop raises an error", "Make it run on these batches first."),
    "not_finite": Words(
        "the loop gives NaN or infinity where the reference does not",
        "Look for the log of 0 or of a negative number, a division by 0, or too large a step.",
    ),
    "both_not_finite": Words(
        "both give NaN or infinity", "Lower the learning rate, and check the data for NaN."
    ),
    "shapes_changed": Words(
        "the weights change shape", "Assign arrays of the variable's own shape."
    ),
    "no_loss": Words(
        "train_step returns no loss",
        "End it with `return loss`, the loss of this one batch; a function that trains for whole "
        "epochs is not a step.",
    ),
    "weights_not_set": Words(
        "set_weights does not set what get_weights returns",
        "Make both use the variables that train_step updates.",
    ),
    "other_weights": Words(
        "the weights have different shapes from the reference's",
        "Build the same model, and return its weights in the reference's order.",
    ),
    "unknown": Words(
        "no known cause explains it",
        "Look at the code of this stage, with the numbers above.",
    ),
}


def words(cause: str) -> Words:
    """Return a cause in words."""
    return CAUSES[cause]
