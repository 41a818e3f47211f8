"""Optimizers, schedules of their learning rates, and minimizers of all samples at once."""

from twins.idea import Idea

STEPS = """
w = keras.Variable([1.0, -2.0])
optimizer = keras.optimizers.{0}
for g in ([0.5, -1.0], [0.1, 0.3]):
    optimizer.apply([keras.ops.array(g)], [w])
w
"""
SCRATCH_STEPS = """
w = tf.Variable([1.0, -2.0])
optimizer = optimizers.{0}
for g in ([0.5, -1.0], [0.1, 0.3]):
    optimizer.apply([tf.constant(g)], [w])
w
"""


def steps(call: str) -> dict[str, str]:
    """Return two steps of an optimizer in both wings."""
    return {"keras": STEPS.format(call), "equal": SCRATCH_STEPS.format(call)}


SCALED = """
w = {0}([1.0])
optimizer = {1}.LossScaleOptimizer({1}.SGD(0.5), initial_scale=1024.0)
for g in (1024.0, float("inf"), 512.0):
    optimizer.apply([{2}([g])], [w])
w
"""

OPTIMIZERS = (
    Idea(
        "Stochastic gradient descent",
        r"w \leftarrow w - \eta \, g",
        r"$g$: the gradient of a batch's loss, of the shape of $w$; $\eta$: the learning rate.",
        "training.update_weights",
        **steps("SGD(learning_rate=0.1)"),
    ),
    Idea(
        "Momentum",
        r"m \leftarrow \mu \, m - \eta \, g, \qquad w \leftarrow"
        r" \begin{cases} w + m & \text{momentum} \\"
        r" w + \mu \, m - \eta \, g & \text{Nesterov} \end{cases}",
        r"$m$: the velocity, 0 at first; $\mu$: the momentum. The learning rate is inside of the "
        "velocity, so that a change of it takes effect gradually. Nesterov's $m$ is the new one.",
        "optimizers.SGD.update",
        **steps("SGD(learning_rate=0.1, momentum=0.9, nesterov=True)"),
    ),
    Idea(
        "Adagrad",
        r"a \leftarrow a + g^2, \qquad w \leftarrow w - \frac{\eta \, g}{\sqrt{a + \epsilon}}",
        r"$a$: the sum of squares, 0.1 at first; $\epsilon$: $10^{-7}$, inside of the root. "
        "Weights that moved much move less.",
        "optimizers.Adagrad.start optimizers.Adagrad.update",
        **steps("Adagrad(learning_rate=0.1)"),
    ),
    Idea(
        "RMSprop",
        r"""\begin{aligned}
v &\leftarrow \rho \, v + (1 - \rho) \, g^2, \quad
  w \leftarrow w - \frac{\eta \, g}{\sqrt{v + \epsilon}} \\
\text{centered:} \quad \bar g &\leftarrow \rho \, \bar g + (1 - \rho) \, g, \quad
  v - \bar g^2 \text{ for } v \\
\text{momentum:} \quad m &\leftarrow \mu \, m + \frac{\eta \, g}{\sqrt{v + \epsilon}}, \quad
  w \leftarrow w - m
\end{aligned}""",
        r"$v$: the running mean of squares, 0 at first; $\rho$: 0.9; $\epsilon$: $10^{-7}$, inside "
        "of the root.",
        "optimizers.RMSprop.update",
        **steps("RMSprop(learning_rate=0.1, momentum=0.5, centered=True)"),
    ),
    Idea(
        "Adam",
        r"""\begin{aligned}
m &\leftarrow m + (1 - \beta_1)(g - m) \\
v &\leftarrow v + (1 - \beta_2)(g^2 - v) \\
\alpha_t &= \eta \, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}, \qquad
  w \leftarrow w - \frac{\alpha_t \, m}{\sqrt{v} + \epsilon}
\end{aligned}""",
        r"$m$, $v$: the running means of gradient and square, 0 at first; $t$: the number of the "
        r"step, from 1 on; $\beta_1$: 0.9; $\beta_2$: 0.999; $\epsilon$: $10^{-7}$, outside of the "
        "root, and not corrected for $t$. With `amsgrad` the largest $v$ so far is under the root.",
        "optimizers.Adam.update optimizers.Adam._corrected_rate",
        **steps("Adam(learning_rate=0.1)"),
    ),
    Idea(
        "AdamW",
        r"w \leftarrow w - \eta \lambda \, w, \qquad \text{then Adam's step}",
        r"$\lambda$: `weight_decay`, 0.004, for every optimizer that is given one. The decay does "
        r"not "
        "pass through the running means, as an L2 penalty in the loss would.",
        "optimizers.base.Optimizer.move optimizers.AdamW.__init__",
        **steps("AdamW(learning_rate=0.1)"),
    ),
    Idea(
        "Adamax",
        r"m \leftarrow m + (1 - \beta_1)(g - m), \qquad u \leftarrow \max(\beta_2 u, |g|), \qquad"
        r" w \leftarrow w - \frac{\eta \, m}{(1 - \beta_1^t)(u + \epsilon)}",
        r"$u$: a decaying maximum in place of the root of a mean of squares; $t$: the number of "
        r"the "
        "step, from 1 on.",
        "optimizers.Adamax.update",
        **steps("Adamax(learning_rate=0.1)"),
    ),
    Idea(
        "Nadam",
        r"""\begin{aligned}
\mu_t &= \beta_1 \left( 1 - \tfrac{1}{2} \, 0.96^t \right), \qquad p_t = \prod_{s \le t} \mu_s \\
w &\leftarrow w - \eta \, \frac{\mu_{t+1} \, m / (1 - p_t \mu_{t+1}) + (1 - \mu_t) \, g / (1 - p_t)}
  {\sqrt{v / (1 - \beta_2^t)} + \epsilon}
\end{aligned}""",
        "$m$, $v$: as Adam's. Nesterov's look-ahead: the mean counts with the next step's weight.",
        "optimizers.Nadam.update",
        **steps("Nadam(learning_rate=0.1)"),
    ),
    Idea(
        "Adadelta",
        r"""\begin{aligned}
a &\leftarrow \rho \, a + (1 - \rho) \, g^2, \qquad
  s = \frac{\sqrt{d + \epsilon}}{\sqrt{a + \epsilon}} \, g \\
d &\leftarrow \rho \, d + (1 - \rho) \, s^2, \qquad w \leftarrow w - \eta \, s
\end{aligned}""",
        r"$a$, $d$: running means of the squares of gradients and of steps, 0 at first; $\rho$: "
        r"0.95; "
        r"$\epsilon$: $10^{-7}$, inside of both roots. The step $s$ has the unit of the weights.",
        "optimizers.Adadelta.update",
        **steps("Adadelta(learning_rate=1.0)"),
    ),
    Idea(
        "Lion",
        r"w \leftarrow w - \eta \operatorname{sign}(\beta_1 m + (1 - \beta_1) \, g), \qquad"
        r" m \leftarrow \beta_2 m + (1 - \beta_2) \, g",
        r"$m$: the running mean, 0 at first; $\beta_1$: 0.9; $\beta_2$: 0.99. Every weight moves "
        r"by "
        r"$\eta$, up or down.",
        "optimizers.Lion.update",
        **steps("Lion(learning_rate=0.1)"),
    ),
    Idea(
        "Ftrl",
        r"""\begin{aligned}
n' &= n + g^2, \qquad
  z \leftarrow z + g + 2 \lambda_s w - \frac{n'^{\,p} - n^p}{\eta} \, w \\
w &\leftarrow \frac{\operatorname{clip}(z, -\lambda_1, \lambda_1) - z}
  {n'^{\,p} / \eta + 2 \lambda_2 + \beta / \eta}, \qquad n \leftarrow n'
\end{aligned}""",
        r"$n$: the sum of squares, 0.1 at first; $z$: 0 at first; $p$: 0.5, minus the "
        r"`learning_rate_power`; $\lambda_1$, $\lambda_2$, $\lambda_s$: L1, L2 and shrinkage, 0 by "
        r"default. Where $|z| \le \lambda_1$ the weight is exactly 0.",
        "optimizers.Ftrl.update",
        **steps("Ftrl(learning_rate=0.1, l1_regularization_strength=0.1)"),
    ),
    Idea(
        "Clipping",
        r"g \leftarrow g \, \frac{c}{\max(\lVert g \rVert, c)} \qquad\text{or}\qquad"
        r" g_i \leftarrow \min(\max(g_i, -c), c)",
        r"$c$: `clipnorm` for each variable's norm, `global_clipnorm` for that of all variables "
        "together, `clipvalue` for each entry.",
        "optimizers.clipped",
        **steps("SGD(learning_rate=0.1, clipnorm=0.5)"),
    ),
    Idea(
        "Loss scaling",
        r"g = \frac{\nabla (s \, L)}{s}, \qquad s \leftarrow \begin{cases} s / 2 &"
        r" \text{a gradient is not finite: no step} \\ 2 s &"
        r" \text{after } n \text{ good steps} \end{cases}",
        r"$L$: the loss; $s$: the scale, 32,768 at first; $n$: 2,000, `dynamic_growth_steps`. In "
        "float16 a gradient below 3e-8 is 0, and one beyond 65,504 infinite: the scale moves all "
        "in between.",
        "optimizers.LossScaleOptimizer.apply",
        keras=SCALED.format("keras.Variable", "keras.optimizers", "keras.ops.array"),
        equal=SCALED.format("tf.Variable", "optimizers", "tf.constant"),
    ),
)


def rates(call: str) -> dict[str, str]:
    """Return the rates of a schedule at a few steps, in both wings."""
    steps = "[schedule(step) for step in (0, 50, 100, 150)]"
    name = call.partition("(")[0]
    keras = f"from keras.optimizers.schedules import {name}\nschedule = {call}\n{steps}"
    return {"keras": keras, "equal": f"schedule = schedules.{call}\n{steps}"}


SCHEDULES = (
    Idea(
        "Constants, one after the other",
        r"\eta_t = v_i \quad\text{for}\quad b_{i-1} < t \le b_i",
        "$b$: the boundaries; $v$: the values, one more; $t$: the number of steps so far.",
        "schedules.PiecewiseConstantDecay.rate",
        **rates("PiecewiseConstantDecay([50, 100], [0.1, 0.01, 0.001])"),
    ),
    Idea(
        "Exponential decay",
        r"\eta_t = \eta \, r^{\,t / s}",
        r"$\eta$: the initial rate; $r$: the factor for each $s$ steps. With `staircase`, "
        r"$\lfloor t / "
        r"s \rfloor$ in place of $t / s$.",
        "schedules.ExponentialDecay.rate",
        **rates("ExponentialDecay(0.1, decay_steps=100, decay_rate=0.5)"),
    ),
    Idea(
        "Inverse time decay",
        r"\eta_t = \frac{\eta}{1 + r \, t / s}",
        r"$\eta$: the initial rate; $r$, $s$: after $s$ steps the rate is $\eta / (1 + r)$. With "
        r"`staircase`, $\lfloor t / s \rfloor$ in place of $t / s$.",
        "schedules.InverseTimeDecay.rate",
        **rates("InverseTimeDecay(0.1, decay_steps=100, decay_rate=0.5)"),
    ),
    Idea(
        "Polynomial decay",
        r"\eta_t = (\eta - e) \left( 1 - \frac{\min(t, s)}{s} \right)^{p} + e",
        r"$\eta$: the initial rate; $e$: the end, reached after $s$ steps; $p$: the power, 1 for a "
        "line. With `cycle`, the next multiple of $s$ in place of $s$.",
        "schedules.PolynomialDecay.rate",
        **rates("PolynomialDecay(0.1, decay_steps=100, power=2.0)"),
    ),
    Idea(
        "Cosine decay",
        r"\eta_t = \eta \left( (1 - \alpha) \, "
        r"\frac{1 + \cos(\pi \min(t, s) / s)}{2} + \alpha \right)",
        r"$\eta$: the top, reached along a line if there are `warmup_steps`; $s$: the steps of the "
        r"fall; $\alpha$: the share that is left at the end.",
        "schedules.CosineDecay.rate schedules.CosineDecay._fallen",
        **rates("CosineDecay(0.1, decay_steps=100, alpha=0.1)"),
    ),
    Idea(
        "Cosine decay with restarts",
        r"\eta_t = \eta \left( (1 - \alpha) \, m^i \, \frac{1 + \cos(\pi p)}{2} + \alpha \right)",
        "$i$: the number of the period, each `t_mul` times as long as the one before; $p$: how "
        "much of "
        "it is done, from 0 to 1; $m$: `m_mul`.",
        "schedules.CosineDecayRestarts.rate schedules.CosineDecayRestarts._place",
        **rates("CosineDecayRestarts(0.1, first_decay_steps=40)"),
    ),
    Idea(
        "One cycle",
        r"""h(p) = \frac{1 + \cos(\pi p)}{2}, \qquad \eta_t = \begin{cases}
\eta + (\eta_0 - \eta) \, h(q / r) & q < r \\
\eta_1 + (\eta - \eta_1) \, h\left( \frac{q - r}{1 - r} \right) & q \ge r
\end{cases}""",
        r"$q = \min(t / n, 1)$: how much of the $n$ steps is done; $r$: `pct_start`, 0.25; "
        r"$\eta$: the "
        r"top; $\eta_0 = \eta / 25$: the start; $\eta_1 = \eta / 10^5$: the end.",
        "schedules.OneCycle.rate",
        twin="schedules.OneCycle.__call__",
    ),
)

MINIMIZERS = (
    Idea(
        "Descent without a learning rate",
        r"w \leftarrow w + t \, d, \qquad d \cdot \nabla f(w) < 0",
        "$f$: the loss of all samples, penalties included; $d$: a direction that leads downhill; "
        "$t$: "
        "a length, found by a search along it.",
        "minimizers.minimize",
        twin="minimizers.minimize",
    ),
    Idea(
        "How far to go",
        r"f(w + t d) \le f(w) + 10^{-4} \, t \, f', \qquad"
        r" |\nabla f(w + t d) \cdot d| \le c \, |f'|, \qquad f' = \nabla f(w) \cdot d",
        "Wolfe's conditions: the loss falls enough, and the slope has become flat enough; $c$: the "
        "`curvature`, 0.9.",
        "minimizers.line_search",
        """
from scipy.optimize import line_search
w, d = np.array([1.0, 1.0]), np.array([-2.0, -8.0])
loss, slope = lambda w: w @ (w * [1, 4]), lambda w: 2 * w * [1, 4]
length = line_search(loss, slope, w, d)[0]
value, start = loss(w + length * d), slope(w) @ d
value <= loss(w) + 1e-4 * length * start
""",
        equal="""
length = minimizers.line_search(lambda w: (loss(w), slope(w)), w, d)
loss(w + length * d) <= loss(w) + 1e-4 * length * start
""",
    ),
    Idea(
        "L-BFGS",
        r"d = -H \nabla f(w), \qquad H y_i \approx s_i",
        "$s_i$: a recent step; $y_i$: how the gradient changed along it. $H$ stands for the "
        "inverse "
        "of the second derivatives, and is never written down: two passes over the pairs apply it.",
        "minimizers.lbfgs_direction",
        """
from scipy.optimize import LbfgsInvHessProduct
g = np.array([1.0, 2.0])
s, y = np.array([[1.0, 0.0]]), np.array([[2.0, 0.0]])
# SciPy's H begins with 1, ours with (s · y) / (y · y).
-LbfgsInvHessProduct(s, y).matvec(g) * [1, s[0] @ y[0] / (y[0] @ y[0])]
""",
        equal="minimizers.lbfgs_direction(g, s, y)",
    ),
    Idea(
        "Conjugate gradients",
        r"d = -g + \beta \, d', \qquad"
        r" \beta = \max\left( 0, \frac{g \cdot (g - g')}{g' \cdot g'} \right)",
        "$g$: the gradient here; $g'$, $d'$: gradient and direction of the step before (Polak and "
        "Ribière). A direction that leads uphill is replaced by $-g$.",
        "minimizers.conjugate_direction",
        """
from scipy.optimize import minimize
loss, slope = lambda w: w @ (w * [1, 4]), lambda w: 2 * w * [1, 4]
found = minimize(loss, np.array([1.0, 1.0]), jac=slope, method="CG")
found.x
""",
        equal="""
w, before, d = np.array([1.0, 1.0]), np.ones(2), np.zeros(2)
for _ in range(2):
    g = slope(w)
    d = minimizers.conjugate_direction(g, before, d)
    w, before = w - (g @ d) / (d @ (slope(d))) * d, g
w
""",
    ),
)

IDEAS = {"optimizers": OPTIMIZERS, "schedules": SCHEDULES, "minimizers": MINIMIZERS}
