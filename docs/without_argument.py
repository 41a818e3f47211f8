"""Arguments of Keras that the wing from scratch leaves out, or gives another default, and why.

Each line names the classes or functions that it holds for; a test compares it with Keras.
"""

NAMED_LATER = (
    "set `layer.name` once the layer is made; the summary, files and both conversions keep it"
)
FROZEN_LATER = "set `layer.trainable` once the layer is made, as Keras's layers have it as well"
NO_GLOBAL_DTYPE = (
    "Keras's `None` is a setting of the whole program, float32 at first; from scratch there "
    "is none, and a layer without weights keeps the dtype of its inputs"
)
ALWAYS_CAST = "a layer with weights always casts its inputs to what it computes in, Keras's default"
KERNELS_PAY = (
    "dense layers and convolutions have penalties and constraints; a layer of your own adds "
    "others to its `losses`"
)
RECURRENT_PLAIN = (
    "the recurrent layer shows the loop over the steps alone: no penalties, no dropout, no state "
    "that is kept from one batch to the next"
)
STARTS_KNOWN = (
    "these weights start at 0 or 1, Keras's defaults; `set_weights` gives them any other start"
)
BIAS_FREE = "a bias is hardly ever penalized: it makes no output more sensitive to the inputs"
NORM_FREE = "one factor and one summand for each channel are hardly ever penalized or limited"
TUNING_OF_LARGE = "made to tune and to shrink large models, which no lesson here does"
NO_MASKS = "from scratch every word of a sequence counts: there is no mask beside the data"
DROPPED_ALONE = (
    "each number is dropped by itself; to drop whole channels or steps, Keras has layers as well"
)
LAST_AXIS = (
    "from scratch classes, outputs and channels lie along the last axis; transpose what has "
    "them elsewhere"
)
PLAIN_CONVOLUTION = (
    "`convolve` is the plain convolution; dilated and grouped kernels are others, which no "
    "network here needs"
)
NO_OTHER_NORM = "batch renormalization and statistics over several devices are other formulas"
KEEPS_ORDER = (
    "from scratch a sample's numbers keep their order; `NaiveReshape` gives them other axes"
)
SET_WEIGHTS = "`set_weights` does the same once the layer is made"
NO_LABEL_LEFT_OUT = (
    "a sample weight of 0 leaves a sample out of the sum; the mean alone still counts it"
)
SCORES_ONLY = (
    "it is for predictions that are class numbers, best first; a model's outputs are scores"
)
NAME_SHOWN_NOWHERE = "from scratch nothing shows the name of an optimizer or a schedule"
USUAL_FANS = (
    "the numbers of inputs and outputs are counted as Keras counts them by default: the last "
    "two axes"
)
ONE_CURVE = "all outputs share one curve; measure each label by an `AUC` of its own"
ONE_FORMULA = "`relu` is one formula; write one with other bends as a function of your own"
FEWER_FILES = (
    "both wings write what both can write alike: scalars, histograms of each epoch, and the graph"
)
EXECUTION = "`execution` says all three in one word: `eager`, `graph`, `xla` or `epoch`"
ONE_OUTPUT = (
    "a chain of layers has one output, and so one loss; the page on `fit` has the loop for several"
)
NEEDED = "without data there is nothing to do, so they have no default"
SIZES = (
    "`fit` takes 128 samples, as the first network of the book, the others 1,024; Keras takes 32"
)
EPOCHS = "5 epochs, as the first network of the book; Keras takes 1"
LOSS = "that of the first network of the book; Keras's `None` asks for a loss inside of the model"
VERBOSE = "`fit` takes 0 or 1, and Keras's `auto` is 1; evaluating and predicting show nothing"
NO_HOOKS = "`fit` takes a list, by default an empty one; evaluating and predicting call nobody"
ALL_BATCHES = "all batches are used; to use some of them, slice arrays, or call `take` of a dataset"
ALWAYS_DICT = "results always come as a dict by name, which Keras returns if asked"
# Of (module, argument): the reason, and the classes and functions that it is for.
WITHOUT_ARGUMENT = {
    ("callbacks", "embeddings_freq"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "embeddings_metadata"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "histogram_freq"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "profile_batch"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "update_freq"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "write_graph"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "write_images"): (FEWER_FILES, "TensorBoard"),
    ("callbacks", "write_steps_per_second"): (FEWER_FILES, "TensorBoard"),
    ("initializers", "input_axes"): (
        USUAL_FANS,
        "GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform VarianceScaling",
    ),
    ("initializers", "output_axes"): (
        USUAL_FANS,
        "GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform VarianceScaling",
    ),
    ("layers", "activity_regularizer"): (
        KERNELS_PAY,
        "Activation AveragePooling2D BatchNormalization Dropout Embedding Flatten "
        "GlobalAveragePooling2D Layer LayerNormalization MaxPooling2D Reshape SimpleRNN",
    ),
    ("layers", "autocast"): (
        ALWAYS_CAST,
        "Activation AveragePooling2D BatchNormalization Conv2D Dense Dropout Embedding "
        "Flatten GlobalAveragePooling2D Layer LayerNormalization MaxPooling2D Reshape "
        "SimpleRNN",
    ),
    ("layers", "axis"): (LAST_AXIS, "BatchNormalization softmax"),
    ("layers", "beta_constraint"): (NORM_FREE, "BatchNormalization LayerNormalization"),
    ("layers", "beta_initializer"): (STARTS_KNOWN, "BatchNormalization LayerNormalization"),
    ("layers", "beta_regularizer"): (NORM_FREE, "BatchNormalization LayerNormalization"),
    ("layers", "bias_constraint"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "bias_initializer"): (STARTS_KNOWN, "Conv2D Dense SimpleRNN"),
    ("layers", "bias_regularizer"): (BIAS_FREE, "Conv2D Dense SimpleRNN"),
    ("layers", "data_format"): (KEEPS_ORDER, "Flatten"),
    ("layers", "dilation_rate"): (PLAIN_CONVOLUTION, "Conv2D"),
    ("layers", "dropout"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "dtype"): (
        NO_GLOBAL_DTYPE,
        "Activation AveragePooling2D BatchNormalization Conv2D Dense Dropout Embedding "
        "Flatten GlobalAveragePooling2D Layer LayerNormalization MaxPooling2D Reshape "
        "SimpleRNN",
    ),
    ("layers", "embeddings_constraint"): (KERNELS_PAY, "Embedding"),
    ("layers", "embeddings_regularizer"): (KERNELS_PAY, "Embedding"),
    ("layers", "gamma_constraint"): (NORM_FREE, "BatchNormalization LayerNormalization"),
    ("layers", "gamma_initializer"): (STARTS_KNOWN, "BatchNormalization LayerNormalization"),
    ("layers", "gamma_regularizer"): (NORM_FREE, "BatchNormalization LayerNormalization"),
    ("layers", "go_backwards"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "groups"): (PLAIN_CONVOLUTION, "Conv2D"),
    ("layers", "keepdims"): (KEEPS_ORDER, "GlobalAveragePooling2D"),
    ("layers", "kernel_constraint"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "kernel_regularizer"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "lora_alpha"): (TUNING_OF_LARGE, "Dense Embedding"),
    ("layers", "lora_rank"): (TUNING_OF_LARGE, "Dense Embedding"),
    ("layers", "mask_zero"): (NO_MASKS, "Embedding"),
    ("layers", "max_value"): (ONE_FORMULA, "relu"),
    ("layers", "moving_mean_initializer"): (STARTS_KNOWN, "BatchNormalization"),
    ("layers", "moving_variance_initializer"): (STARTS_KNOWN, "BatchNormalization"),
    ("layers", "name"): (
        NAMED_LATER,
        "Activation AveragePooling2D BatchNormalization Conv2D Dense Dropout Embedding "
        "Flatten GlobalAveragePooling2D Layer LayerNormalization MaxPooling2D Reshape "
        "SimpleRNN",
    ),
    ("layers", "negative_slope"): (ONE_FORMULA, "relu"),
    ("layers", "noise_shape"): (DROPPED_ALONE, "Dropout"),
    ("layers", "quantization_config"): (TUNING_OF_LARGE, "Dense Embedding"),
    ("layers", "recurrent_constraint"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "recurrent_dropout"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "recurrent_regularizer"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "renorm"): (NO_OTHER_NORM, "BatchNormalization"),
    ("layers", "renorm_clipping"): (NO_OTHER_NORM, "BatchNormalization"),
    ("layers", "renorm_momentum"): (NO_OTHER_NORM, "BatchNormalization"),
    ("layers", "return_state"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "stateful"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "synchronized"): (NO_OTHER_NORM, "BatchNormalization"),
    ("layers", "threshold"): (ONE_FORMULA, "relu"),
    ("layers", "trainable"): (
        FROZEN_LATER,
        "Activation AveragePooling2D BatchNormalization Conv2D Dense Dropout Embedding "
        "Flatten GlobalAveragePooling2D Layer LayerNormalization MaxPooling2D Reshape "
        "SimpleRNN",
    ),
    ("layers", "unroll"): (RECURRENT_PLAIN, "SimpleRNN"),
    ("layers", "weights"): (SET_WEIGHTS, "Embedding"),
    ("losses", "axis"): (
        LAST_AXIS,
        "BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy "
        "CategoricalFocalCrossentropy CosineSimilarity SparseCategoricalCrossentropy "
        "binary_crossentropy binary_focal_crossentropy categorical_crossentropy "
        "categorical_focal_crossentropy cosine_similarity sparse_categorical_crossentropy",
    ),
    ("losses", "ignore_class"): (
        NO_LABEL_LEFT_OUT,
        "SparseCategoricalCrossentropy sparse_categorical_crossentropy",
    ),
    ("metrics", "axis"): (LAST_AXIS, "CategoricalCrossentropy SparseCategoricalCrossentropy"),
    ("metrics", "from_sorted_ids"): (
        SCORES_ONLY,
        "SparseTopKCategoricalAccuracy sparse_top_k_categorical_accuracy",
    ),
    ("metrics", "ignore_class"): (NO_LABEL_LEFT_OUT, "SparseCategoricalCrossentropy"),
    ("metrics", "label_weights"): (ONE_CURVE, "AUC"),
    ("metrics", "multi_label"): (ONE_CURVE, "AUC"),
    ("metrics", "num_labels"): (ONE_CURVE, "AUC"),
    ("optimizers", "name"): (
        NAME_SHOWN_NOWHERE,
        "Adadelta Adagrad Adam AdamW Adamax Ftrl Lion LossScaleOptimizer Nadam RMSprop SGD",
    ),
    ("schedules", "name"): (
        NAME_SHOWN_NOWHERE,
        "CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay "
        "PiecewiseConstantDecay PolynomialDecay",
    ),
    ("training", "batch_size"): (SIZES, "evaluate fit predict"),
    ("training", "callbacks"): (NO_HOOKS, "evaluate fit predict"),
    ("training", "epochs"): (EPOCHS, "fit"),
    ("training", "jit_compile"): (EXECUTION, "compile"),
    ("training", "loss"): (LOSS, "compile"),
    ("training", "loss_weights"): (ONE_OUTPUT, "compile"),
    ("training", "return_dict"): (ALWAYS_DICT, "evaluate"),
    ("training", "run_eagerly"): (EXECUTION, "compile"),
    ("training", "steps"): (ALL_BATCHES, "evaluate predict"),
    ("training", "steps_per_execution"): (EXECUTION, "compile"),
    ("training", "verbose"): (VERBOSE, "evaluate fit predict"),
    ("training", "x"): (NEEDED, "evaluate fit"),
}

# What only an older Keras takes: it has a layer of its own for this now.
OF_OLDER_KERAS = {("layers", "LayerNormalization", "rms_scaling")}

# Names that Keras has no original of.
OF_THIS_PACKAGE = {
    "callbacks": "LearningRateFinder Progress Recorder TimeLimit",
    "initializers": "get",
    "layers": "ResidualBlock average_pool convolve max_pool",
    "losses": "get mnist_loss",
    "metrics": "get",
    "optimizers": "get",
    "schedules": "OneCycle",
}
