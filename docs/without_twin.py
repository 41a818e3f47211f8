"""Names that have no counterpart in the other wing, and why: a sentence that answers a student."""

MADE_INSIDE_FIT = "Keras makes and compiles the step inside fit; it gives no step to call alone"
ONE_LINE_OF_LAYER = (
    "keras.layers computes it with one call of its backend; this is that call opened"
)
SCIPY_HAS_IT = (
    "with Keras the minimizer is SciPy's, which takes the loss and gives the minimum only"
)
WRITES_IN_PLACE = (
    "adds into parts of an array, one after the other; a keras.ops tensor cannot be written to, so "
    "tape_gradient through keras.ops gives these slopes there"
)
WITHOUT_TWIN = {
    ("distributed", "make_distributed_step"): MADE_INSIDE_FIT,
    ("execution", "CompiledEpoch"): "steps_per_execution of Keras's compile is what loops inside",
    ("execution", "compile_settings"): "words that only Keras's compile takes",
    ("execution", "compile_step"): MADE_INSIDE_FIT,
    ("execution", "num_traces"): "Keras wraps its tf.function in a plain one, which has no count",
    ("gradients", "Value"): (
        "one number that knows what made it; Keras's tensors know it only inside of the backend, "
        "where nothing can be read: keras.Function has the operations (recorded_operations), "
        "tape_gradient the slopes"
    ),
    ("gradients", "average_pooling2d_backward"): WRITES_IN_PLACE,
    ("gradients", "batch_normalization_backward"): "tape_gradient through the layer gives it",
    ("gradients", "conv2d_backward"): WRITES_IN_PLACE,
    ("gradients", "embedding_backward"): WRITES_IN_PLACE,
    ("gradients", "layer_normalization_backward"): "tape_gradient through the layer gives it",
    ("gradients", "max_pooling2d_backward"): WRITES_IN_PLACE,
    ("gradients", "simple_rnn_backward"): "tape_gradient through the layer gives it",
    ("layers", "average_pool"): ONE_LINE_OF_LAYER,
    ("layers", "convolve"): ONE_LINE_OF_LAYER,
    ("layers", "max_pool"): ONE_LINE_OF_LAYER,
    ("linear_regression", "mse_gradient"): "Keras takes this slope by its backend, inside fit",
    ("minimizers", "conjugate_direction"): SCIPY_HAS_IT,
    ("minimizers", "lbfgs_direction"): SCIPY_HAS_IT,
    ("minimizers", "line_search"): SCIPY_HAS_IT,
    ("training", "make_training_step"): MADE_INSIDE_FIT,
    ("training", "one_training_step"): MADE_INSIDE_FIT,
    ("training", "update_weights"): "a Keras optimizer moves the weights, in its apply",
    ("two_inputs", "NaiveTwoInputs"): (
        "keras.Model holds any graph of layers, however many inputs it has, and finds it by itself "
        "from inputs and outputs"
    ),
}
