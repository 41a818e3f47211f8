"""What weights start from, cost, and must not be."""

from twins.idea import Idea

INITIALIZERS = (
    Idea(
        "Glorot's uniform weights",
        r"w \sim U[-\ell, \ell), \qquad \ell = \sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}",
        r"$n_{\text{in}}$, $n_{\text{out}}$: inputs and outputs of a unit; of a convolution, the "
        "channels and the filters, each times the pixels of the kernel. The variance of the "
        "outputs is then about that of the inputs, forward and backward.",
        "initializers.GlorotUniform.__init__ initializers.VarianceScaling.__call__",
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
        "initializers.HeUniform.__init__",
        """
initializer = keras.initializers.HeUniform(seed=0)
initializer((3, 3, 2, 4))
""",
        equal="initializers.HeUniform(seed=0)((3, 3, 2, 4))",
    ),
    Idea(
        "Weights as wide as a layer asks for",
        r"\operatorname{var}(w) = \frac{s}{n}",
        r"$s$: the scale; $n$: `fan_in`, `fan_out`, or the mean of both. Of scale 1 and `fan_avg` "
        "they are Glorot's, of scale 2 and `fan_in` He's, of scale 1 and `fan_in` LeCun's: "
        "uniform, or normal and drawn again beyond two standard deviations.",
        "initializers.VarianceScaling.__call__ initializers.HeNormal.__init__",
        """
own = keras.initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=0)
glorot = keras.initializers.GlorotNormal(seed=0)
he = keras.initializers.HeNormal(seed=0)
lecun = keras.initializers.LecunNormal(seed=0)
own((4, 3)), glorot((4, 3)), he((4, 3)), lecun((4, 3))
""",
        equal="""
own = initializers.VarianceScaling(2.0, "fan_out", "uniform", seed=0)
glorot = initializers.GlorotNormal(seed=0)
he = initializers.HeNormal(seed=0)
lecun = initializers.LecunNormal(seed=0)
own((4, 3)), glorot((4, 3)), he((4, 3)), lecun((4, 3))
""",
    ),
    Idea(
        "Orthogonal weights",
        r"W = g \, Q, \qquad Q^T Q = I, \qquad A = Q R",
        "$A$: normal numbers; $Q$, $R$: its factors, with the signs that make the diagonal of $R$ "
        "positive; $g$: the gain. Of a wide matrix the rows are orthogonal.",
        "initializers.Orthogonal.__call__",
        """
initializer = keras.initializers.Orthogonal(seed=0)
initializer((4, 3))
""",
        equal="initializers.Orthogonal(seed=0)((4, 3))",
    ),
    Idea(
        "Weights that are not drawn",
        r"w = c",
        "$c$: 0 for biases, 1 for the factors of a normalization, or any number.",
        "initializers.Constant.__call__",
        """
zeros, ones = keras.initializers.Zeros(), keras.initializers.Ones()
zeros((3,)), ones((3,)), keras.initializers.Constant(0.1)((3,))
""",
        equal="""
zeros, ones = initializers.Zeros(), initializers.Ones()
zeros((3,)), ones((3,)), initializers.Constant(0.1)((3,))
""",
    ),
    Idea(
        "Uniform and normal weights",
        r"w \sim U[a, b), \qquad w \sim \mathcal N(\mu, s^2)",
        r"$a, b$: `minval` -0.05 and `maxval` 0.05 by default; $\mu$: `mean`, 0; $s$: `stddev`, "
        "0.05. The same seed gives the bits that Keras gives. A truncated normal draws again what "
        "is more than $2s$ from the mean.",
        "initializers.RandomUniform.__call__ initializers.RandomNormal.__call__"
        " initializers.TruncatedNormal.__call__",
        """
uniform = keras.initializers.RandomUniform(seed=0)
normal = keras.initializers.RandomNormal(seed=0)
truncated = keras.initializers.TruncatedNormal(seed=0)
uniform((4, 3)), normal((4, 3)), truncated((4, 3))
""",
        equal="""
uniform = initializers.RandomUniform(seed=0)
normal = initializers.RandomNormal(seed=0)
truncated = initializers.TruncatedNormal(seed=0)
uniform((4, 3)), normal((4, 3)), truncated((4, 3))
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
    "initializers": INITIALIZERS,
    "regularizers": REGULARIZERS,
    "constraints": CONSTRAINTS,
}
