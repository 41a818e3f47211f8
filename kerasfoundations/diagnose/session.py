"""What a loop computes, and what its reference computes from the same inputs.

There are two kinds of questions. Moves: steps from fresh slots, one after the other, first on one
batch repeatedly, then on all batches. Probes: the loss of a batch at weights of our choice. Each
move is compared with the reference's from the very weights that the loop had before it, so that
differences never accumulate.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kerasfoundations.diagnose.findings import Check, Finding
from kerasfoundations.diagnose.loops import LoopFailure, Watched
from kerasfoundations.diagnose.moves import PIECE, Move, Sample, Squared, Tolerance, shifted
from kerasfoundations.diagnose.reference import (
    Arrays,
    Reference,
    ShadowOptimizer,
    constrained,
)
from kerasfoundations.diagnose.rules import Rule
from kerasfoundations.diagnose.steppers import by_element, decayed, known_rule, stepper
from kerasfoundations.diagnose.storage import stored

Batch = tuple[np.ndarray, ...]  # inputs, targets, and sample weights if there are any

Answer = tuple[list[Check], Finding | None]

REPEATS, FEW_REPEATS = 5, 3  # moves on the first batch; of a large model
OTHERS, FEW_OTHERS = 7, 4  # at most that many moves on the other batches
_LARGE = 2_000_000  # weights
_SUREST = 14.0  # how far apart logits may be before a step


@dataclass
class Session:
    """A loop, its reference, and everything computed with them so far.

    Attributes:
        reference: The reference.
        loop: The loop.
        batches: The batches.
        tolerance: What counts as rounding.
        start: The weights both begin with.
        moves: The moves so far.
        notes: Remarks for the report.
    """

    reference: Reference
    loop: Watched
    batches: list[Batch]
    tolerance: Tolerance
    start: Sequence[np.ndarray] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(0)
        self.reference.forget_the_steady(self.first[0])
        self.start = stored(self.reference.weights())
        self.hidden = list(self.start) if self.loop.partial else []
        self.sample = Sample(self.reference.shapes, self.reference.trainable)
        self.shadow = ShadowOptimizer(self.reference)
        self.shadow.mark()
        # Of moves that begin with fresh slots, by the sizes of their rows.
        self.shadows: dict[tuple[int, tuple[int, ...]], ShadowOptimizer] = {}
        self._shaken: list[np.ndarray] = []  # the gradients, moved as much as rounding does
        self._last: tuple[bytes, Sequence[np.ndarray]] | None = None  # after the last move
        self.steady = np.ones(self.sample.size, bool)
        self.anew = False  # whether set_weights also gives the loop fresh slots
        self.cuts: set[int] = set()  # numbers of the moves before which weights were set
        self.forbidden = False  # whether the loop takes no weights but its own

    @functools.cached_property
    def rule(self) -> Rule | None:
        """The rule of the reference's optimizer without its clipping and its decay, if known."""
        return known_rule(self.reference)

    @functools.cached_property
    def decays(self) -> bool:
        """Whether the reference's optimizer decays the weights."""
        return bool(self.reference.config().get("weight_decay"))

    @property
    def large(self) -> bool:
        """Whether the model is so large that fewer moves are made."""
        return sum(math.prod(shape) for shape in self.reference.shapes) > _LARGE

    @property
    def first(self) -> Batch:
        """The first batch."""
        return self.batches[0]

    @property
    def smaller(self) -> Batch | None:
        """The last batch that is smaller than the first."""
        found = [batch for batch in self.batches if len(batch[0]) < len(self.first[0])]
        return found[-1] if found else None

    # Weights to ask at

    def near(self, scale: float = 1.0, seed: int = 0) -> Arrays:
        """Return non-zero weights near the start; `quiet` ones if the reference is random."""
        random = np.random.default_rng(seed)
        trainable = set(self.reference.trainable)
        if self.forbidden:
            return self.quiet(self.start)
        pairs = enumerate(self.start)
        moved = [shifted(w, scale, i in trainable, random) for i, w in pairs]
        return self.quiet(self.reference.allowed(moved))

    def quiet(self, weights: Sequence[np.ndarray]) -> Arrays:
        """Return weights with which random layers change nothing: what reads their outputs is 0."""
        quiet = list(weights)
        place = self.behind() if self.reference.stochastic else None
        if place is not None:
            quiet[place] = np.zeros_like(quiet[place])
        return quiet

    def behind(self) -> int | None:
        """Return the place of the first kernel behind the last random layer, if there is one."""
        model = self.reference.model
        layers = list(model._flatten_layers())
        last = max(layers.index(layer) for layer in self.reference.stochastic)
        behind = [w for layer in layers[last + 1 :] for w in layer.weights if len(w.shape) > 1]
        return next((i for i, w in enumerate(model.weights) if behind and w is behind[0]), None)

    def sure(self, gap: float) -> Arrays:
        """Return weights with the last layer scaled until logits are as far apart as `gap`."""
        weights = self.near()
        spread = 0.0 if self.forbidden else self._gap(weights)
        if not spread:
            return weights
        last = [layer for layer in self.reference.model._flatten_layers() if layer.weights][-1]
        own = {id(weight) for weight in last.weights}
        factor = gap / max(spread, 1e-6)
        scaled = [
            w * np.asarray(factor, w.dtype) if id(v) in own else w
            for w, v in zip(weights, self.reference.model.weights, strict=True)
        ]
        return self.reference.allowed(scaled)

    def _gap(self, weights: Arrays) -> float:
        """Return how far apart logits of the first batch are, at most; 0 if there are none."""
        self.reference.set(weights)
        logits = self.reference.outputs(self.first[0], training=True).logits
        if logits is None:
            return 0.0
        spread = np.abs(logits) if logits.shape[-1] == 1 else np.ptp(logits, axis=-1)
        return float(spread.max())

    # Questions

    def trying(self, ask: Callable[[], Any]) -> Any:
        """Evaluate at weights of our choice; if the loop refuses them, at its own."""
        try:
            return ask()
        except LoopFailure as failure:
            if failure.cause != "loop_raised" or self.forbidden:
                raise
        self.forbidden = True
        self.notes.append("The loop refuses weights other than its own: it was asked at those.")
        return ask()

    def loss(self, weights: Sequence[np.ndarray], *batch: np.ndarray) -> float:
        """Return the loop's loss at these weights.

        It is asked twice, and the second answer counts: what an earlier batch leaves behind is
        checked elsewhere.
        """
        for _ in range(2):
            self.set(weights)
            found = self.loop.step(*batch)
        return found

    def set(self, weights: Sequence[np.ndarray]) -> None:
        """Set the loop's weights."""
        self.loop.set(weights)

    def right_loss(self, weights: Sequence[np.ndarray], *batch: np.ndarray) -> tuple[float, float]:
        """Return the reference's loss at these weights, and how far rounding moves it."""
        self.reference.set(weights)
        found = self.reference.total(*batch)
        self.reference.set(self.shake(weights))
        return found, abs(self.reference.total(*batch) - found)

    def penalty(self, weights: Sequence[np.ndarray]) -> float:
        """Return the reference's penalties at these weights."""
        self.reference.set(weights)
        return self.reference.penalty()

    def shake(self, weights: Sequence[np.ndarray]) -> Arrays:
        """Return the weights, each moved by about as much as rounding moves it."""
        return [self._shaken_a_little(w) for w in weights]

    def _shaken_a_little(self, weight: np.ndarray) -> np.ndarray:
        shaken = np.empty(weight.shape, weight.dtype)
        old, new = weight.reshape(-1), shaken.reshape(-1)
        for at in range(0, old.size, PIECE):
            piece = slice(at, at + PIECE)
            factors = self.random.uniform(-1, 1, old[piece].shape)
            new[piece] = (1 + 2 * self.tolerance.epsilon * factors) * old[piece]
        return shaken

    # Moves

    def run(self) -> None:
        """Make all moves: on the first batch repeatedly, on all batches, two far from the start."""
        # If layers draw random numbers, each move starts at weights that ignore them.
        random = bool(self.reference.stochastic)
        start = self.near() if random else self.start
        self._moves(start, [0] * (FEW_REPEATS if self.large else REPEATS), "same", random)
        back = start if random else self.moves[-1].after
        self._far_moves(start, random)
        self._moves(back, self._others(), "all", random)
        if random:
            self._find_what_is_steady()
        self._find_whether_set_begins_anew(start)
        self._add_slack()
        self._last = None
        for move in self.moves if random else ():
            move.leave_out(~self.steady)

    def lasting(self) -> None:
        """Correct losses that are means over all samples so far, as Keras's metrics are."""
        moves = self.moves
        sizes = np.array([move.size for move in moves], float)
        right = np.array([move.right_loss for move in moves])
        seen = np.array([move.loss for move in moves])
        means = np.cumsum(sizes * right) / np.cumsum(sizes)
        slack = 10 * self.tolerance.values * np.abs(means) + 20 * max(m.loss_slack for m in moves)
        if (np.abs(seen - means) > slack).any() or (np.abs(seen - right) <= slack).all():
            return
        totals = np.cumsum(sizes) * seen
        for move, loss in zip(moves, np.diff(totals, prepend=0.0) / sizes, strict=True):
            move.loss = float(loss)
        self.loop.since = float(totals[-1]), float(sizes.sum())
        self.notes.append(
            "train_step returns the mean loss of all samples so far, as Keras's metrics do; the "
            "loss of each batch was computed from it."
        )

    def check_reference(self) -> None:
        """Check that the reference's `train_step` does what its parts do.

        Raises:
            ValueError: if it does something else.
        """
        if self.reference.stochastic or not self.moves:
            return
        move, reference = self.moves[0], self.reference
        reference.set(move.before)
        reference.refresh()
        loss = reference.step(*self.batches[move.batch])
        after = reference.weights()
        moved = self._trained(after) - self._trained(move.before)
        left = self.sample.norms(moved - move.right)
        allowed = move.slack + 1e-2 * float(np.linalg.norm(move.right)) + 1e-12
        if abs(loss - move.right_loss) > 1e-3 * abs(loss) + 1e-9 or (left > allowed).any():
            raise ValueError(
                f"received the reference {reference.model.name!r}, whose train_step does something "
                f"other than its loss, gradients and optimizer{self.reference.unusual()}, expected "
                "a plain compiled Keras model: pass a model that overrides train_step as the loop; "
                "layers that change their own weights cannot be compared."
            )

    def losses_are_right(self) -> bool:
        """Return whether all steps returned the reference's loss at the same weights."""
        return all(
            abs(m.loss - m.right_loss)
            <= 10 * self.tolerance.values * abs(m.right_loss) + 20 * m.loss_slack + 1e-12
            for m in self.moves
            if m.run != "far"
        )

    def reference_losses(self, equal: bool) -> np.ndarray:
        """Return the losses of the reference's own training on the same batches.

        If the loop is equal, they are the losses at the loop's weights.
        """
        if self.reference.stochastic or equal:
            return np.array([move.right_loss for move in self.moves if move.run != "far"])
        reference = self.reference
        reference.set(self.start)
        reference.refresh()
        losses, back = [], None
        for move in self.moves:
            if move.run == "far":
                back = reference.weights() if back is None else back
                reference.set(move.before)
            elif move.run == "all" and back is not None:
                reference.set(back)
                back = None
            loss = reference.step(*self.batches[move.batch])
            losses += [loss] if move.run != "far" else []
        return np.array(losses)

    def _others(self) -> list[int]:
        """Return the other batches, a smaller one among them, and the first two again."""
        count = len(self.batches)
        last = [count - 1] if count > 1 else []
        most = FEW_OTHERS if self.large else OTHERS
        middle = list(range(1, count - 1))[: most - 3]
        return (middle + last + [0, 1 % count])[:most]

    def _moves(
        self, start: Sequence[np.ndarray], batches: Sequence[int], run: str, back: bool
    ) -> None:
        """Make moves on some batches: the first from these weights, or each from these weights."""
        for index, batch in enumerate(batches):
            if back or not index:
                self.set(start)
                self.cuts.add(len(self.moves))
            self._move(batch, run)

    def _far_moves(self, start: Sequence[np.ndarray], back: bool) -> None:
        """Make moves from weights where gradients are large, and once more from the start."""
        far = self.sure(10.0)
        try:
            self._moves(far, [0], "far", back)
            # A sigmoid rounds to 1 beyond 16, and a loop that takes its log may differ there.
            if back or self._gap(self.loop.weights(self.hidden)) > _SUREST:
                self._moves(far, [0], "far", back)
            else:
                self._move(0, "far")
        except LoopFailure as failure:
            if failure.cause != "loop_raised":
                raise
            self.notes.append("The loop refuses weights whose outputs are sure: they are left out.")
        self._moves(start, [0], "far", back)

    def _find_whether_set_begins_anew(self, start: Sequence[np.ndarray]) -> None:
        """Recognize a loop whose `set_weights` also starts its optimizer over."""
        first = self.moves[0]
        again = [move for move in self.moves if move.run == "far"][-1]
        apart = np.where(self.steady, again.delta - first.delta, 0.0)
        rounding = 10 * self.tolerance.updates * np.linalg.norm(first.delta * self.steady)
        distance = float(np.linalg.norm(apart))
        continued = float(np.linalg.norm((again.delta - again.right) * self.steady))
        if not first.delta.any() or distance > rounding + first.slack.max():
            return
        if continued < distance:  # in low precision, all moves are alike
            return
        if self.reference.stochastic and not self._remembers(start):
            return
        self.anew = True
        before = [move.right for move in self.moves]
        kept, off = [(move.right, move.free) for move in self.moves], self._off()
        shadow = self.shadow
        self._step_anew()
        if self._off() > 1.01 * off:  # that step is the same either way, as a sign may be
            self.anew, self.shadow = False, shadow
            for move, (right, free) in zip(self.moves, kept, strict=True):
                move.right, move.free = right, free
            return
        changed = any(not np.allclose(a, m.right) for a, m in zip(before, self.moves, strict=True))
        same = [move for move in self.moves if move.run == "same"]
        left = [float(np.linalg.norm((m.delta - m.right) * self.steady)) for m in same]
        whole = [float(np.linalg.norm(m.right)) for m in same]
        if changed and all(a <= 0.05 * b for a, b in zip(left, whole, strict=True)):
            self.notes.append(
                "set_weights begins anew: it also resets the optimizer's slots (and its number of "
                "steps). Each run of steps was compared with a fresh optimizer's."
            )

    def _off(self) -> float:
        """Return how far all moves are from the reference's, together."""
        return sum(float(np.linalg.norm((m.delta - m.right) * self.steady)) for m in self.moves)

    def _remembers(self, start: Sequence[np.ndarray]) -> bool:
        """Return whether a second step, without `set_weights` before it, continues the first."""
        batch, first = self.first, self.moves[0].gradient
        self.set(start)
        self.loop.step(*batch)
        before = self.loop.weights(self.hidden)
        self.reference.set(before)
        row = self.sample.row(self.reference.gradients(*batch)[1])
        steady = self.steady_at(before, batch, row)
        self.loop.step(*batch)
        after = self.loop.weights(self.hidden)
        seen = self._trained(after) - self._trained(before)
        made = [stepper(self)([row])[0], stepper(self)([first, row])[1]]
        fresh, continued = (float(np.linalg.norm((seen - m)[steady])) for m in made)
        return continued < fresh

    def _step_anew(self) -> None:
        """Compute the reference's moves once more, with fresh slots wherever weights were set."""
        trainable, row = self.reference.trainable, self.sample.row
        for number, move in enumerate(self.moves):
            self.reference.set(move.before)
            if number in self.cuts:
                self.shadow = ShadowOptimizer(self.reference)
                self.shadow.mark()
            _, gradients, _ = self.reference.gradients(*self.batches[move.batch])
            given = self.reference.given(gradients)
            right = self.shadow.moves([move.before[i] for i in trainable], given)
            move.right, move.free = row(right), row(self.shadow.free)

    def play(
        self,
        moves: Callable[[list[np.ndarray]], Any],
        rows: list[np.ndarray],
        places: np.ndarray | slice = slice(None),
        decay: bool = True,
    ) -> Any:
        """Return what a rule, as `Rule.moves`, makes of a row of gradients for each move.

        Args:
            moves: The rule.
            rows: The gradients, at some places of the weights.
            places: Those places.
            decay: Whether what the reference's decay takes off the weights is added.
        """
        if len(rows) != len(self.moves):
            return moves(rows)
        ends = sorted({*(self.cuts if self.anew else ()), 0, len(rows)})
        made = [row for a, b in itertools.pairwise(ends) for row in moves(rows[a:b])]
        if not decay or not self.decays:
            return made
        off = decayed(self, self.rule)
        return [row + part[places] for row, part in zip(made, off, strict=True)]

    def held(self, rows: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Return predicted moves as the reference's constraints leave them."""
        constraints = self.reference.constraints
        if not constraints or len(rows) != len(self.moves):
            return list(rows)
        return [self._held(move, np.array(row)) for move, row in zip(self.moves, rows, strict=True)]

    def _held(self, move: Move, row: np.ndarray) -> np.ndarray:
        for place, part in zip(self.reference.trainable, self.sample.parts, strict=True):
            constraint = self.reference.constraints.get(place)
            if constraint is None or not np.isfinite(row[part]).all():
                continue
            if math.prod(self.reference.shapes[place]) == part.stop - part.start:
                before = move.before[place]
                after = (before + row[part].reshape(before.shape)).astype(before.dtype)
                row[part] = (constrained(constraint, after).astype("float64") - before).ravel()
            else:  # only some elements are known
                row[part] += move.right[part] - move.free[part]
        return row

    def _move(self, number: int, run: str) -> None:
        """Take one step of the loop, and the reference's own from the same weights.

        What is large goes as soon as it can, before more comes.
        """
        batch, reference, row = self.batches[number], self.reference, self.sample.row
        before = self.loop.weights(self.hidden)
        last, self._last = self._last, None
        old_weights = last[1] if last and last[0] == _digest(before) else stored(before)
        loss = self.loop.step(*batch)
        after = self.loop.weights(self.hidden)
        new_weights = stored(after)
        self._last = _digest(after), new_weights
        old_row, new_row = self._trained(before), self._trained(after)
        is_finite = np.isfinite(loss) and all(np.isfinite(w).all() for w in after)
        del after
        reference.set(before)
        right_loss, gradients, moved = reference.gradients(*batch)
        penalty = reference.penalty_gradients(batch[0]) if reference.model.losses else None
        rounding = self.tolerance.penalty * self.penalty(before) / 20
        old = [before[index] for index in reference.trainable]
        ends = self.shadow.ends(old, reference.given(gradients))
        if not is_finite:
            self._refuse_nan(loss, new_weights, right_loss, ends[1])
        free, right = (row(end) - old_row for end in ends)
        gradient, norms = self._row(gradients), np.array([_norm(g) for g in gradients])
        del gradients, ends, old
        shaken = self.shake(before)
        del before
        reference.set(shaken)
        del shaken
        other_loss, other_gradients, _ = reference.gradients(*batch)
        self._shaken.append(self._row(other_gradients))
        if self.loop.partial:
            for place, value in zip(reference.moving, moved, strict=True):
                self.hidden[place] = value
        self.moves.append(
            Move(
                *(number, len(batch[0]), run, old_weights, new_weights, old_row, loss),
                *(right_loss, abs(other_loss - right_loss) + rounding),
                *(new_row - old_row, gradient),
                np.zeros_like(old_row) if penalty is None else row(penalty),
                *(right, free, 4 * self.tolerance.epsilon * self.sample.norms(old_row), norms),
                moved,
            )
        )

    def _trained(self, weights: Sequence[np.ndarray]) -> np.ndarray:
        """Return the trainable ones of all weights in a row."""
        return self.sample.row([weights[i] for i in self.reference.trainable])

    def _row(self, gradients: Arrays) -> np.ndarray:
        """Return the gradients that the reference last computed, with their squares."""
        row, squares = self.sample.row(gradients), self.reference.squares(gradients)
        return row if squares is None else Squared.of(row, self.sample.row(squares))

    def _add_slack(self) -> None:
        """Add how far gradients that differ by rounding carry the moves apart."""
        moves = stepper(self)
        plain = moves([move.gradient for move in self.moves])
        for move, one, other in zip(self.moves, plain, moves(self._shaken), strict=True):
            move.slack += 40 * self.sample.norms(np.where(self.steady, other - one, 0.0))
        # A single shake may leave a number unchanged: the largest change of all of them counts.
        share = max(move.loss_slack / (abs(move.right_loss) + 1e-12) for move in self.moves)
        near = [move for move in self.moves if move.run != "far"]
        norms = [self.sample.norms(move.right) + 1e-30 for move in near]
        shares = np.max([m.slack / n for m, n in zip(near, norms, strict=True)], axis=0)
        for move, norm in zip(near, norms, strict=True):
            move.slack = np.maximum(move.slack, np.minimum(shares, 0.1) * norm)
        for move in self.moves:
            move.loss_slack = max(move.loss_slack, min(share, 1e-4) * abs(move.right_loss))

    def _refuse_nan(
        self, loss: float, after: Sequence[np.ndarray], right_loss: float, right: Arrays
    ) -> None:
        """End the comparison at a step that gives NaN."""
        if not np.isfinite(right_loss) or not all(np.isfinite(move).all() for move in right):
            raise LoopFailure(
                "both_not_finite",
                f"step number {len(self.moves) + 1} gives NaN or infinity in the reference as well",
            )
        own = [after[place] for place in self.reference.trainable]
        counted = self.rule is not None and self.rule.kind == "adam" and not self.moves
        if counted and np.isfinite(loss) and all(np.isnan(w).all() for w in own):
            raise LoopFailure(
                "adam_count",
                "the first step makes all weights NaN, as 0 / 0 does: t is 0, and 1 - β⁰ = 0",
            )
        what = f"the loss {loss}" if not np.isfinite(loss) else "non-finite weights"
        raise LoopFailure(
            "not_finite",
            f"train_step number {len(self.moves) + 1} gives {what}; the reference's loss at the "
            f"same weights on the same batch is {right_loss:.6g}",
        )

    def steady_at(
        self, weights: Sequence[np.ndarray], batch: Batch, gradient: np.ndarray
    ) -> np.ndarray:
        """Return which elements of the gradient do not depend on random numbers, `(m,)`."""
        steady = np.ones(self.sample.size, bool)
        size = np.abs(gradient)
        allowed = self.tolerance.updates * (0.1 * size + 1e-3 * size.max())
        for _ in range(2 if self.reference.stochastic else 0):
            self.reference.set(weights)
            _, gradients, _ = self.reference.gradients(*batch)
            steady &= np.abs(self.sample.row(gradients) - gradient) <= allowed
        return steady

    def _find_what_is_steady(self) -> None:
        """Exclude from the moves what depends on random numbers in the reference's gradient."""
        for move in self.moves:
            self.steady &= self.steady_at(move.before, self.batches[move.batch], move.gradient)
        config = self.reference.config()
        limit = config.get("global_clipnorm")
        norms = [float(np.linalg.norm(move.norms)) for move in self.moves]
        if limit and not self.steady.all() and max(norms) > 0.3 * limit:
            self.steady[:] = False
        elif config.get("clipnorm") or not by_element(self.reference.optimizer):
            for part in self.sample.parts:
                self.steady[part] = self.steady[part].all()
        if not self.steady.any():
            self.notes.append(
                "Every update depends on random numbers, because of what the optimizer does with "
                "whole gradients: updates were not compared. Set the rate of dropout to 0 in both "
                "to compare them."
            )


def _digest(weights: Sequence[np.ndarray]) -> bytes:
    """Return what tells these weights from others."""
    found = hashlib.blake2b()
    for weight in weights:
        found.update(np.ascontiguousarray(weight).view(np.uint8).data)
    return found.digest()


def _norm(array: np.ndarray) -> float:
    """Return the norm, summed in float64, without a copy of a large array."""
    flat = np.asarray(array).ravel()
    if flat.dtype.kind != "f":  # bfloat16
        flat = flat.astype("float64")
    return float(np.sqrt(np.einsum("i,i->", flat, flat, dtype="float64")))
