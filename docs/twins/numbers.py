"""Tensors, operations, geometry and gradients."""

from twins.idea import Idea

TENSORS = (
    Idea(
        "Rank and shape",
        r"\operatorname{shape}(x) = (n_0, n_1, \dots, n_{r-1}), \qquad"
        r" \operatorname{rank}(x) = r",
        "$n_k$: the length of axis $k$. A number has rank 0, a vector 1, a matrix 2.",
        "tensors.naive_shape tensors.naive_rank",
        """
rows = [[1, 2, 3], [4, 5, 6]]
x = keras.ops.convert_to_tensor(rows)
tuple(x.shape), len(x.shape)
""",
        equal="tensors.naive_shape(rows), tensors.naive_rank(rows)",
    ),
    Idea(
        "Strides",
        r"s_k = \prod_{l > k} n_l, \qquad \operatorname{place}(i) = \sum_k i_k \, s_k",
        "$n$: the shape; $s$: the strides, in elements; $i$: an index, each $i_k$ counted from 0. "
        "Memory is a row of numbers: the index says which one.",
        "tensors.naive_strides tensors.naive_flat_index",
        twin="tensors.strides tensors.flat_index",
    ),
    Idea(
        "Slices",
        r"y_{i_0, i_1} = m\left[(a_0 + i_0)\, s_0 + (a_1 + i_1)\, s_1\right]",
        "$m$: the memory of $x$ `(n_0 · n_1,)`; $a_k$: where the slice begins on axis $k$; $s$: "
        "the strides of $x$. A slice with a step $t$ has $a_k + t_k i_k$ instead.",
        "tensors.naive_slice",
        """
x = keras.ops.reshape(keras.ops.arange(12), (3, 4))
x[1:, ::2]
""",
        equal="tensors.naive_slice(x.numpy(), slice(1, None), slice(None, None, 2))",
    ),
    Idea(
        "Batches",
        r"x^{(k)} = x\left[kB : (k + 1)B\right], \qquad k = 0, \dots, \lceil n / B \rceil - 1",
        "$x$: $n$ samples; $B$: the batch size. The last batch may be smaller.",
        "tensors.naive_batch",
        """
x, number, batch_size = keras.ops.arange(10), 2, 4
x[number * batch_size : (number + 1) * batch_size]
""",
        equal="tensors.naive_batch(np.arange(10), 2, 4)",
    ),
)

OPS = (
    Idea(
        "Relu, element by element",
        r"y_i = \max(x_i, 0)",
        "$i$: an index of any length; $x$ and $y$ have the same shape.",
        "ops.naive_relu",
        "keras.ops.relu([[-1.0, 2.0], [3.0, -4.0]])",
        equal="ops.naive_relu([[-1.0, 2.0], [3.0, -4.0]])",
    ),
    Idea(
        "Broadcasting",
        r"n_k = \begin{cases} b_k & a_k = 1 \\ a_k & b_k = 1 \text{ or } a_k = b_k \end{cases}"
        r" \qquad (x + y)_i = x_{i'} + y_{i''}",
        "$a$, $b$: the two shapes, the shorter one filled up with ones in front; $n$: the shape of "
        "the result. $i'$ and $i''$ are $i$ with 0 in place of an axis of length 1.",
        "ops.naive_broadcast_shapes ops.broadcasting.source_index ops.naive_broadcast_to",
        """
matrix = keras.ops.ones((2, 3))
vector = keras.ops.array([1.0, 2.0, 3.0])
matrix + keras.ops.broadcast_to(vector, (2, 3))
""",
        equal="ops.naive_add(np.ones((2, 3)), np.array([1.0, 2.0, 3.0]))",
    ),
    Idea(
        "The product of two vectors",
        r"x \cdot y = \sum_i x_i \, y_i",
        "$x$, $y$: vectors `(n,)`; the result is a number.",
        "ops.naive_vector_dot",
        "keras.ops.dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])",
        equal="ops.naive_vector_dot([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])",
    ),
    Idea(
        "The product of matrices",
        r"(XY)_{ik} = \sum_j X_{ij} \, Y_{jk}",
        "$X$ `(m, n)`; $Y$ `(n, p)`; $XY$ `(m, p)`: the product of every row with every column.",
        "ops.naive_dot",
        """
x = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
y = [[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]]
keras.ops.dot(keras.ops.array(x), keras.ops.array(y))
""",
        equal="ops.naive_dot(x, y)",
    ),
    Idea(
        "Transpose and reshape",
        r"(X^{\mathsf T})_{ji} = X_{ij}, \qquad \operatorname{place}(i) = \operatorname{place}(i')",
        "A transpose moves numbers; a reshape keeps each in its place in memory, so that an index "
        "$i$ of the old shape and $i'$ of the new one stand for the same number.",
        "ops.naive_transpose ops.naive_reshape",
        """
x = keras.ops.reshape(keras.ops.arange(6), (2, 3))
keras.ops.transpose(x), keras.ops.reshape(x, (3, 2))
""",
        equal="""
x = np.arange(6).reshape(2, 3)
ops.naive_transpose(x), ops.naive_reshape(x, (3, 2))
""",
    ),
    Idea(
        "Convolution",
        r"y_{b,r,c,f} = \sum_{i,j,k} x_{b,\; rs+i,\; cs+j,\; k} \; W_{i,j,k,f}",
        "$x$: images `(B, height, width, channels)`; $W$: kernels `(rows, columns, channels, "
        'filters)`; $s$: the stride. With `"same"` padding, zeros around the images.',
        "ops.naive_conv2d",
        """
images = np.arange(32.0).reshape(1, 4, 4, 2)
kernels = np.arange(24.0).reshape(2, 2, 2, 3)
keras.ops.conv(
    images, kernels, strides=2, padding="same", data_format="channels_last"
)
""",
        equal='ops.naive_conv2d(images, kernels, strides=2, padding="same")',
    ),
)

GEOMETRY = (
    Idea(
        "Affine maps",
        r"p' = M p + o, \qquad P' = P M^{\mathsf T} + o",
        "$p$: a point; $M$: a matrix `(m, d)`; $o$: the offset `(m,)`; $P$: points as rows `(n, "
        "d)`. A dense layer without activation has the kernel $M^{\\mathsf T}$ and the bias $o$.",
        "geometry.linear geometry.translate geometry.affine",
        """
points = np.array([[1.0, 0.0], [0.0, 2.0]])
matrix = np.array([[0.0, -1.0], [1.0, 0.5]])
offset = np.array([3.0, 0.0])
layer = keras.layers.Dense(2)
layer.build((None, 2))
layer.set_weights([matrix.T, offset])
layer(points)
""",
        equal="geometry.affine(points, matrix, offset)",
    ),
    Idea(
        "Rotation and scaling",
        r"R(\alpha) = \begin{pmatrix} \cos\alpha & -\sin\alpha \\ \sin\alpha & \cos\alpha"
        r" \end{pmatrix}, \qquad S = \begin{pmatrix} s_0 & 0 \\ 0 & s_1 \end{pmatrix}",
        r"$\alpha$: the angle, counterclockwise; $s$: a factor for each axis.",
        "geometry.rotation geometry.rotate geometry.scale",
        twin="geometry.linear geometry.rotate geometry.scale",
    ),
    Idea(
        "Layers without activation are one layer",
        r"M_2 (M_1 p + o_1) + o_2 = (M_2 M_1)\, p + (M_2 o_1 + o_2)",
        "$M_1$, $o_1$: the first map; $M_2$, $o_2$: the second. Depth needs a bend in between.",
        "geometry.compose geometry.collapse",
        twin="geometry.collapse",
    ),
    Idea(
        "The fold of relu",
        r"p'_k = \max(p_k, 0)",
        "$p$: a point. What lies left of or below an axis is folded onto it.",
        "geometry.fold",
        "keras.ops.relu([[-1.0, 2.0], [3.0, -4.0]])",
        equal="geometry.fold([[-1.0, 2.0], [3.0, -4.0]])",
    ),
    Idea(
        "What each layer makes of the points",
        r"h_0 = P, \qquad h_l = \varphi_l(h_{l-1} W_l + b_l)",
        r"$P$: points `(n, 2)`; $h_l$: the outputs of layer $l$ `(n, units)`; of the last layer, "
        r"what softmax is applied to.",
        "geometry.layer_views",
        twin="geometry.layer_views",
    ),
)

IDEAS = {"tensors": TENSORS, "ops": OPS, "geometry": GEOMETRY}
