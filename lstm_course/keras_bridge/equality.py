"""The proof: every option that both have, Keras beside the NumPy layers, largest differences in a table.

Both sides get the same random, distinct weights, inputs, masks and states, and the same random gradient at
their outputs; what comes back is compared element by element. Equal weights would be a weak test: constant
ones accept all twenty-four orders of the gates, and with a forget bias of 1 still six.

Keras runs its own loop, on the CPU, also where there is a GPU: NVIDIA's kernel shows zeros at masked steps,
and a GPU may multiply float32 numbers with less than their precision.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from lstm_course.errors import InputError
from lstm_course.keras_bridge.cases import BATCH, FEATURES, TIME, UNITS, Case, all_cases
from lstm_course.keras_bridge.convert import to_keras
from lstm_course.recurrent import Adam, layers, losses

#: Largest absolute difference allowed, by floating-point type.
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}


@dataclass(frozen=True)
class Row:
    """Largest absolute differences of one case in one floating-point type.

    A figure is nan where there is nothing to compare, and inf where either side has a number that is not
    finite: that is a difference, and fails.

    Attributes
    ----------
    name, dtype : str
        The case and the type.
    outputs, states, gradients : float
        Over all outputs; over all final states; over the gradients of input, initial states and weights.
    """

    name: str
    dtype: str
    outputs: float
    states: float
    gradients: float

    @property
    def largest(self) -> float:
        """Largest of the three."""
        return float(np.nanmax([self.outputs, self.states, self.gradients]))

    @property
    def passed(self) -> bool:
        """Whether it is within the tolerance of its type."""
        return self.largest <= TOLERANCE[self.dtype]


@contextmanager
def _on_the_cpu() -> Iterator[None]:
    """Keep TensorFlow off the GPU, if there is one."""
    with require_tensorflow().device("/CPU:0"):
        yield


@_on_the_cpu()
def compare(case: Case, dtype: str, seed: int = 0, make: Callable[[], Any] | None = None) -> Row:
    """Run one case on both sides.

    Parameters
    ----------
    case : Case
        What to run.
    dtype : {"float64", "float32"}
        Floating-point type of weights, inputs and computation.
    seed : int
        Seeds the weights, inputs, states and gradients.
    make : callable, optional
        Makes the layer that is put beside Keras's in place of the case's own; a test's broken one.

    Returns
    -------
    Row
        The largest differences.

    Raises
    ------
    InputError
        Keras runs on another backend than TensorFlow.
    """
    rng = np.random.default_rng(seed)
    twin_of: Any = case.make()
    twin_of.build(FEATURES, rng, np.dtype(dtype))
    # Gates without a bound let states grow, and with them the difference.
    size = 0.15 if getattr(_inner(twin_of), "recurrent_activation", None) in ("linear", "relu") else 0.3
    twin_of.set_weights([size * rng.standard_normal(w.shape).astype(dtype) for w in twin_of.weights])
    keras_layer = to_keras(twin_of, batch_size=BATCH)
    two = _directions(twin_of) == 2
    _keep_off_cudnn([keras_layer.forward_layer, keras_layer.backward_layer] if two else [keras_layer])
    ours = make() if make is not None else twin_of
    if make is not None:
        ours.set_weights(twin_of.weights)

    mask = case.mask_array()
    states = None
    if case.initial_state:
        count = {"SimpleRNN": 1, "GRU": 1, "LSTM": 2}[_cell_name(twin_of)] * _directions(twin_of)
        states = [rng.standard_normal((BATCH, UNITS)).astype(dtype) for _ in range(count)]
    for _ in range(case.batches):
        x = rng.standard_normal((BATCH, TIME, FEATURES)).astype(dtype)
        found = ours.forward(x, mask, states)
        parts = found if isinstance(found, list) else [found]
        d_parts = [rng.standard_normal(part.shape).astype(dtype) / part.size for part in parts]
        d_x = ours.backward(d_parts if isinstance(found, list) else d_parts[0])
        d_states = _initial_state_gradients(ours) if states else []
        expected, expected_gradients = _keras_gradients(keras_layer, x, mask, states, d_parts)

    outputs = len(parts) - _state_count(twin_of)
    return Row(
        case.name,
        dtype,
        _difference(parts[:outputs], expected[:outputs]),
        _difference(parts[outputs:], expected[outputs:]),
        _difference([d_x, *d_states, *ours.gradients], expected_gradients),
    )


def _directions(layer: Any) -> int:
    return 2 if isinstance(layer, layers.Bidirectional) else 1


def _inner(layer: Any) -> Any:
    return layer.forward_layer if _directions(layer) == 2 else layer


def _cell_name(layer: Any) -> str:
    return type(_inner(layer)).__name__


def _state_count(layer: Any) -> int:
    return _inner(layer).state_count * _directions(layer) if layer.return_state else 0


def _initial_state_gradients(layer: Any) -> list[np.ndarray]:
    if _directions(layer) == 1:
        return layer.d_initial_state
    return layer.forward_layer.d_initial_state + layer.backward_layer.d_initial_state


def _keep_off_cudnn(keras_layers: Iterable[Any]) -> None:
    """Make the layers that have the choice run Keras's own loop."""
    for keras_layer in keras_layers:
        if hasattr(keras_layer, "use_cudnn"):
            keras_layer.use_cudnn = False


def _difference(found: Iterable[np.ndarray], expected: Iterable[Any]) -> float:
    """Return the largest difference over all pairs of arrays, nan if there is no pair."""
    differences = []
    for ours, theirs in zip(found, expected, strict=True):
        theirs = np.asarray(theirs)
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            raise AssertionError(f"ours {ours.shape} {ours.dtype}, Keras's {theirs.shape} {theirs.dtype}")
        differences.append(_apart(ours, theirs))
    return max(differences, default=float("nan"))


def _apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Return the largest difference of two arrays, inf where one of them has a number that is not finite."""
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        return float("inf")
    return float(np.abs(ours - theirs).max())


def require_tensorflow() -> Any:
    """Return the module that takes Keras's gradients.

    Raises
    ------
    InputError
        Keras runs on another backend.
    """
    if keras.config.backend() != "tensorflow":
        hint = "Set KERAS_BACKEND=tensorflow: the gradients are taken by its tape."
        raise InputError("the TensorFlow backend for the comparison", keras.config.backend(), hint)
    import tensorflow

    return tensorflow


def _keras_gradients(layer, x, mask, states, d_parts):
    """Return Keras's outputs, and its gradients of x, of the initial states and of the weights."""
    tensorflow = require_tensorflow()
    x = tensorflow.constant(x)
    states = [tensorflow.constant(state) for state in states or []]
    options = {"initial_state": states} if states else {}
    with tensorflow.GradientTape() as tape:
        tape.watch([x, *states])
        found = layer(x, mask=None if mask is None else tensorflow.constant(mask), **options)
        parts = list(found) if isinstance(found, (list, tuple)) else [found]
        loss = tensorflow.add_n(
            [tensorflow.reduce_sum(part * d_part) for part, d_part in zip(parts, d_parts, strict=True)]
        )
    sources = [x, *states, *(variable.value for variable in layer.trainable_weights)]
    gradients = tape.gradient(loss, sources, unconnected_gradients="zero")
    return [part.numpy() for part in parts], [gradient.numpy() for gradient in gradients]


@_on_the_cpu()
def compare_training(
    dtype: str, *, steps: int = 20, seed: int = 0, dense_embedding_gradient: bool = True
) -> Row:
    """Train the same classifier of token sequences on both sides with Adam, and compare the curves.

    Embedding with a mask, LSTM, Dense; binary cross-entropy from logits; one fixed batch of random ids with
    padding on the right.

    Parameters
    ----------
    dtype : {"float64", "float32"}
        Floating-point type.
    steps : int
        Number of updates.
    seed : int
        Seeds weights, ids and labels.
    dense_embedding_gradient : bool
        Sum the gradients of a word that occurs several times before Keras's Adam sees them. TensorFlow
        hands an embedding's gradient over as one slice per occurrence, and Adam in Keras 3 (seen in
        3.15.1) squares the slices one by one, so that its second moment is Σ g² where the algorithm has
        (Σ g)². With ``False`` that difference shows.

    Returns
    -------
    Row
        ``outputs`` is the largest difference of the loss over the steps, ``states`` that of the final
        weights.

    Raises
    ------
    InputError
        Keras runs on another backend than TensorFlow.
    """
    tensorflow = require_tensorflow()
    rng = np.random.default_rng(seed)
    model = layers.Sequential([layers.Embedding(20, 4, mask_zero=True), layers.LSTM(UNITS), layers.Dense(1)])
    model.build(1, rng, np.dtype(dtype))
    twin = to_keras(model)
    _keep_off_cudnn(twin.layers)
    ids = rng.integers(1, 20, (8, 10))
    ids[np.arange(10) >= rng.integers(1, 11, 8)[:, None]] = 0
    labels = rng.integers(0, 2, (8, 1)).astype(dtype)

    # Keras's Adam passes these through float32 whatever the type of the weights; sums of few powers of
    # two survive that unchanged.
    settings = {"learning_rate": 2.0**-6, "beta_1": 0.875, "beta_2": 1 - 2.0**-10, "epsilon": 2.0**-23}
    adam, keras_adam = Adam(**settings), keras.optimizers.Adam(**settings)
    curve, keras_curve = [], []
    for _ in range(steps):
        loss, d_logits = losses.binary_crossentropy_from_logits(labels, model.forward(ids))
        model.backward(d_logits)
        adam.update(model.weights, model.gradients)
        curve.append(loss)
        with tensorflow.GradientTape() as tape:
            logits = twin(ids, training=True)
            keras_loss = tensorflow.reduce_mean(
                keras.losses.binary_crossentropy(labels, logits, from_logits=True)
            )
        weights = twin.trainable_weights
        gradients = tape.gradient(keras_loss, [weight.value for weight in weights])
        if dense_embedding_gradient:
            gradients = [tensorflow.convert_to_tensor(gradient) for gradient in gradients]
        keras_adam.apply(gradients, weights)
        keras_curve.append(float(keras_loss))
    return Row(
        f"training: Embedding, LSTM, Dense; {steps} steps of Adam (loss; weights)",
        dtype,
        _apart(np.array(curve), np.array(keras_curve)),
        _difference(model.weights, twin.get_weights()),
        float("nan"),
    )


def equality_rows(seed: int = 0) -> Iterator[Row]:
    """Yield the whole table, row by row, each case in float64 and in float32."""
    for case in all_cases():
        for dtype in TOLERANCE:
            yield compare(case, dtype, seed)
    for dtype in TOLERANCE:
        yield compare_training(dtype, seed=seed)


def format_rows(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the table's lines: a head, a line for each row, and the largest difference of each type."""
    yield f"{'case':<75} {'type':<8} {'outputs':>8} {'states':>8} {'gradients':>9}"
    largest: dict[str, float] = {}
    failed = total = 0
    for row in rows:
        cells = "".join(
            f" {'—' if np.isnan(value) else format(value, '.1e'):>{width}}"
            for value, width in ((row.outputs, 8), (row.states, 8), (row.gradients, 9))
        )
        yield f"{row.name:<75} {row.dtype:<8}{cells}" + ("" if row.passed else "  FAILED")
        largest[row.dtype] = max(largest.get(row.dtype, 0.0), row.largest)
        total, failed = total + 1, failed + (not row.passed)
    for dtype, value in largest.items():
        yield f"largest difference in {dtype}: {value:.1e} (allowed: {TOLERANCE[dtype]:.0e})"
    yield f"{total} comparisons, {failed} failed"
