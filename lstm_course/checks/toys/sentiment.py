"""What the checks of 06-sentiment do with a student's function: call it, and write down how it behaves.

A model is known here by its methods only (``predict_on_batch``, ``get_weights``, ``train_on_batch``, …).
It is run eagerly: to trace a graph would take longer than the few batches that are asked for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_course.checks.compare import described

SAME = 1e-5  # predictions that differ by less are the same
LEAST_FALL = 0.003  # of the loss, in eight updates: Adam at 0.001 reaches 0.013 to 0.04, SGD at 0.01 0.0005


def prepared(prepare: Callable[..., Any], *args: Any) -> Any:
    """Return the ids of each review as a line of numbers, without the padding at its ends."""
    value = pair(prepare(*args))
    rows = value and np.asarray(value[0])
    if np.ndim(rows) != 2 or rows.dtype.kind not in "fiu":
        return rows
    return [" ".join(f"{number:g}" for number in np.trim_zeros(row)) for row in rows]


def prepared_as_integers(prepare: Callable[..., Any], *args: Any) -> Any:
    """Return ids and mask; refuse ids that are no integers."""
    value = pair(prepare(*args))
    kind = value and np.asarray(value[0]).dtype
    if kind and kind.kind not in "iu":
        raise TypeError(f"expected ids that are integers, got {kind}")
    return value


def pair(value: Any) -> Any:
    """Return a pair as it is, and None; refuse anything else."""
    if value is not None and (not isinstance(value, (tuple, list)) or len(value) != 2):
        raise TypeError(f"expected ids and mask, got {described(value)}")
    return value


def new_model(build: Callable[..., Any], vocabulary_size: int, seed: int | None = None) -> Any:
    """Build a model that runs eagerly, with random weights of a moderate size if there is a seed."""
    model = build(vocabulary_size)
    if not hasattr(model, "predict_on_batch"):
        raise TypeError(f"expected a Keras model, got {described(model)}")
    model.run_eagerly = True
    if not getattr(model, "built", True):
        model.predict_on_batch(np.full((2, 3), 2, dtype=np.int32))
    if seed is not None:
        rng = np.random.default_rng(seed)
        for weight in model.trainable_variables:
            weight.assign(rng.normal(0, 0.5, weight.shape).astype(np.float32))
    return model


def asked(model: Any, ids: np.ndarray) -> np.ndarray:
    """Return the model's answers."""
    return np.asarray(model.predict_on_batch(ids), dtype=np.float64)


def answers(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Return the shape and the range of what a model answers."""
    model = new_model(build, vocabulary_size, seed)
    for weight in model.trainable_variables[-2:]:
        weight.assign(4 * np.asarray(weight))
    found = asked(model, ids)
    low, high = found.min(), found.max()
    if not np.isfinite(found).all():
        return list(found.shape), "not finite"
    if high - low < SAME:
        return list(found.shape), f"always {high:.3g}"
    lower = "below -1" if low < -1.001 else "from -1" if low < -0.001 else "from 0"
    return list(found.shape), f"{lower} {'to beyond 1' if high > 1.001 else 'to 1'}"


def padding(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Say whether padding on the right changes what a model answers."""
    model = new_model(build, vocabulary_size, seed)
    first = asked(model, ids)
    for more in (1, 9):
        other = asked(model, np.pad(ids, ((0, 0), (0, more))))
        if other.shape != first.shape:  # an answer for every word: compare those that have a word
            other = other[:, : first.shape[1]]
        if np.abs(other - first).max() > SAME:
            made = any(
                getattr(layer, "mask_zero", False) or type(layer).__name__ == "Masking"
                for layer in layers_of(model)
            )
            return f"changes the answer, and {'a mask is made' if made else 'no layer makes a mask'}"
    return "changes nothing"


def layers_of(model: Any) -> list[Any]:
    """Return all layers of a model, those inside other layers too."""
    found = []
    for layer in getattr(model, "layers", ()):
        found += [layer, *layers_of(layer)]
    return found


def reading(build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, seed: int) -> Any:
    """Say at which places the word counts, and between which neighbours the order counts."""
    model = new_model(build, vocabulary_size, seed)
    batch, time = ids.shape
    variants = [ids]
    for t in range(time):
        other = ids.copy()
        other[:, t] = ids.max() + 1
        variants.append(other)
    for t in range(time - 1):
        other = ids.copy()
        other[:, [t, t + 1]] = ids[:, [t + 1, t]]
        variants.append(other)
    found = asked(model, np.concatenate(variants)).reshape(len(variants), batch, -1)
    counts = [bool((np.abs(other - found[0]) > SAME).any()) for other in found[1:]]
    return counts[:time], counts[time:]


def loss_of(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, seed: int
) -> Any:
    """Return what a model answers and its loss, without what the weights alone add to it."""
    model = new_model(build, vocabulary_size, seed)
    found = asked(model, ids)
    wanted = np.broadcast_to(labels.reshape((-1,) + (1,) * (found.ndim - 1)), found.shape)
    result = model.test_on_batch(ids, np.array(wanted, dtype=np.float32), return_dict=True)
    return found, float(result["loss"]) - sum(float(loss) for loss in model.losses)


def size(build: Callable[..., Any], vocabulary_size: int, fewest: int, most: int) -> Any:
    """Say how many weights a model has and whether each id has a vector."""
    large, small = new_model(build, vocabulary_size), new_model(build, vocabulary_size // 2)
    number = int(large.count_params())
    within = "too few" if number < fewest else "too many" if number > most else "within the bounds"
    rows = max((w.shape[0] for w in large.get_weights() if w.ndim == 2), default=0)
    vectors = "each id has a vector" if rows >= vocabulary_size else "the last ids have no vector"
    same = number == int(small.count_params())
    return within, vectors, "has no influence" if same else "counts"


def learning(
    build: Callable[..., Any], vocabulary_size: int, ids: np.ndarray, labels: np.ndarray, updates: int
) -> Any:
    """Say what moves when a model is trained on one small batch, and what becomes of its loss."""
    model = new_model(build, vocabulary_size)
    found = asked(model, ids)
    wanted = np.array(
        np.broadcast_to(labels.reshape((-1,) + (1,) * (found.ndim - 1)), found.shape), dtype=np.float32
    )
    before = [w.copy() for w in model.get_weights()]
    first = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    for _ in range(updates):
        model.train_on_batch(ids, wanted)
    last = model.test_on_batch(ids, wanted, return_dict=True)["loss"]
    moved = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    what = "all weights move" if all(moved) else "some weights do not move"
    if not any(moved):
        what = "no weight moves"
    elif not moved[0] and all(moved[1:]):  # the first layer has the word vectors
        what = "the word vectors do not move"
    fall = first - last
    how = "falls" if fall > LEAST_FALL else "hardly falls" if fall > -0.05 else "rises"
    return what, how if np.isfinite(last) else "is not finite"


def usable(build: Callable[..., Any], vocabulary_size: int) -> Any:
    """Say whether two calls make two models, and how they answer to odd batches."""
    one, other = new_model(build, vocabulary_size), new_model(build, vocabulary_size)
    kept = [w.copy() for w in other.get_weights()]
    for weight in one.trainable_variables:
        weight.assign(np.asarray(weight) + 1)
    untouched = all(np.array_equal(a, b) for a, b in zip(kept, other.get_weights(), strict=True))
    models = "two models" if one is not other and untouched else "two names of one model"
    shapes: list[Any] = []
    for batch, time in ((1, 1), (1, 9), (3, 1)):
        with contextlib.suppress(Exception):
            shapes.append(list(np.shape(one.predict_on_batch(np.full((batch, time), 2, dtype=np.int64)))))
    number = ["none", "some", "some", "all"][len(shapes)]
    compiled = bool(getattr(one, "compiled", getattr(one, "optimizer", None) is not None))
    return models, number, "compiled" if compiled else "not compiled"


class History:
    """What ``fit`` returns."""

    def __init__(self, model: Scripted) -> None:
        self.model, self.history, self.epoch = model, {}, []  # type: ignore[var-annotated]


class Scripted:
    """Looks like a Keras model, but its losses are written down in advance; its weights count the epochs.

    Parameters
    ----------
    script : dict of str to list of float
        ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy`` after each epoch.
    ids, labels, validation
        What it is to be trained and validated on. The first id of each row names the row.
    """

    name, built, compiled, optimizer = "scripted", True, True, None
    metrics = ()
    metrics_names = ("loss", "accuracy")

    def __init__(self, script: Any, ids: np.ndarray, labels: np.ndarray, validation: Any) -> None:
        self.script, self.stop_training = script, False
        self.own = {int(row[0]): int(label) for row, label in zip(ids, labels, strict=True)}
        self.held = {int(row[0]): int(label) for row, label in zip(*validation, strict=True)}
        self.passes, self.trained = 0, [[]]  # type: tuple[int, list[list[tuple[int, int]]]]
        self.weights = [np.zeros((2, 3)), np.zeros(3)]
        self.trainable_weights = self.trainable_variables = self.variables = self.weights

    def get_weights(self) -> list[np.ndarray]:
        """Return copies."""
        return [weight.copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Take copies."""
        for own, other in zip(self.weights, weights, strict=True):
            own[...] = other

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write the weights to a file."""
        with open(filepath, "wb") as file:
            np.savez(file, *self.weights)

    def load_weights(self, filepath: Any) -> None:
        """Read them back."""
        with np.load(filepath) as arrays:
            self.set_weights([arrays[name] for name in arrays.files])

    def compile(self, *args: Any, **options: Any) -> None:
        """Do nothing."""

    def reset_metrics(self) -> None:
        """Do nothing."""

    def _learn(self, x: Any, y: Any) -> dict[str, float]:
        """Note the rows of one batch; once there are as many as reviews, an epoch is over."""
        rows, labels = np.asarray(x)[:, 0], np.asarray(y).reshape(-1)
        self.trained[-1] += [(int(row), round(float(label))) for row, label in zip(rows, labels, strict=True)]
        for weight in self.weights:
            weight[...] = self.passes + 1
        return {"loss": self.script["loss"][self._at()], "accuracy": self.script["accuracy"][self._at()]}

    def _at(self) -> int:
        return int(min(max(self.weights[0][0, 0] - 1, 0), len(self.script["loss"]) - 1))

    def _end_epoch(self) -> None:
        self.passes += 1
        self.trained.append([])

    def train_on_batch(self, x: Any, y: Any, **options: Any) -> Any:
        """Train on one batch."""
        logs = self._learn(x, y)
        if len(self.trained[-1]) >= len(self.own):
            self._end_epoch()
        return logs if options.get("return_dict") else list(logs.values())

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
        **options: Any,
    ) -> History:
        """Go through the data ``epochs`` times and call the callbacks as Keras does."""
        history, self.stop_training = History(self), False
        calls = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks] if callbacks else []
        for one in calls:
            one.set_model(self)
            one.set_params({"epochs": epochs, "verbose": verbose, "steps": None})
            one.on_train_begin({})
        if validation_split and y is not None:
            cut = int(len(x) * (1 - validation_split))
            x, y, validation_data = x[:cut], y[:cut], (x[cut:], y[cut:])
        for epoch in range(initial_epoch, epochs):
            for one in calls:
                one.on_epoch_begin(epoch, {})
            logs: dict[str, float] = {}
            for batch, (rows, labels) in enumerate(batches(x, y, batch_size or 32, shuffle, self.passes)):
                for one in calls:
                    one.on_train_batch_begin(batch, {})
                logs = self._learn(rows, labels)
                for one in calls:
                    one.on_train_batch_end(batch, dict(logs))
            self._end_epoch()
            if validation_data is not None:
                loss, accuracy = self._judged(*joined(validation_data))
                logs |= {"val_loss": loss, "val_accuracy": accuracy}
            for key, value in logs.items():
                history.history.setdefault(key, []).append(value)
            history.epoch.append(epoch)
            for one in calls:
                one.on_epoch_end(epoch, dict(logs))
            if self.stop_training:
                break
        for one in calls:
            one.on_train_end({})
        return history

    def _judged(self, x: Any, y: Any) -> tuple[float, float]:
        """Return loss and accuracy of the weights that the model has now on some data."""
        rows = {int(row) for row in np.asarray(x)[:, 0]}
        if not self.weights[0][0, 0]:
            return 0.7, 0.5
        prefix = "val_" if rows <= self.held.keys() else ""
        loss, accuracy = (self.script[prefix + name][self._at()] for name in ("loss", "accuracy"))
        return loss, accuracy

    def evaluate(self, x: Any = None, y: Any = None, **options: Any) -> Any:
        """Return loss and accuracy."""
        loss, accuracy = self._judged(*joined((x, y) if y is not None else x))
        return {"loss": loss, "accuracy": accuracy} if options.get("return_dict") else [loss, accuracy]

    def test_on_batch(self, x: Any, y: Any, **options: Any) -> Any:
        """Return loss and accuracy."""
        return self.evaluate(x, y, **options)

    def predict(self, x: Any, *args: Any, **options: Any) -> np.ndarray:
        """Return probabilities of which the binary cross-entropy is the loss in the script."""
        rows = np.asarray(x)[:, 0]
        of_truth = np.exp(-self._judged(x, None)[0])
        truth = [(self.held | self.own)[int(row)] for row in rows]
        return np.array([[of_truth if label else 1 - of_truth] for label in truth])

    def __call__(self, x: Any, *args: Any, **options: Any) -> np.ndarray:
        """Return probabilities."""
        return self.predict(x)


def batches(x: Any, y: Any, batch_size: int, shuffle: bool, epoch: int) -> Any:
    """Yield the batches of one epoch: of two arrays, or of something that yields batches itself."""
    if y is None:
        yield from x
        return
    rows, labels = np.asarray(x), np.asarray(y)
    if len(rows) != len(labels):
        raise ValueError(f"expected as many labels as reviews, got {len(rows)} and {len(labels)}")
    order = np.random.default_rng(epoch).permutation(len(rows)) if shuffle else np.arange(len(rows))
    for start in range(0, len(order), batch_size):
        yield rows[order[start : start + batch_size]], labels[order[start : start + batch_size]]


def joined(data: Any) -> tuple[Any, Any]:
    """Return inputs and labels of a pair, or of something that yields batches."""
    if isinstance(data, (tuple, list)):
        return data[0], data[1]
    parts = [(np.asarray(x), np.asarray(y).reshape(-1)) for x, y in data]
    return np.concatenate([x for x, _ in parts]), np.concatenate([y for _, y in parts])


def scripted_training(
    train: Callable[..., Any],
    script: Any,
    ids: np.ndarray,
    labels: np.ndarray,
    validation: tuple[np.ndarray, np.ndarray],
    epochs: int,
    patience: int,
) -> Any:
    """Train a scripted model; say on what, how long, which weights it has and what was returned."""
    model = Scripted(script, ids, labels, validation)
    returned = train(model, ids, labels, validation, epochs, patience)
    passes = [rows for rows in model.trained if rows]
    if isinstance(returned, np.ndarray) and returned.ndim == 1:
        returned = returned.tolist()
    return (
        trained_on(model, passes),
        "the same each time" if len(passes) > 1 and passes[0] == passes[1] else "a new one each time",
        len(passes),
        int(model.weights[0][0, 0]),
        [float(value) for value in returned]
        if isinstance(returned, (list, tuple)) and all(np.ndim(value) == 0 for value in returned)
        else returned,
    )


def trained_on(model: Scripted, passes: list[list[tuple[int, int]]]) -> str:
    """Say which rows were trained on, with which labels."""
    rows = [row for part in passes for row, _ in part]
    own = [row for row in rows if row in model.own]
    truth = model.own | model.held
    if not rows:
        return "nothing"
    if any(row not in truth for row in rows):
        return "rows that are no reviews"
    if any(truth[row] != label for part in passes for row, label in part):
        return "reviews with the labels of others"
    if not own:
        return "the validation reviews"
    if len(own) < len(rows):
        return "the validation reviews as well"
    if any(len({row for row, _ in part}) < len(model.own) for part in passes):
        return "only some of the reviews"
    return "every review with its label"


def accuracy_of(trial: Callable[..., Any], seed: int, enough: float) -> float:
    """Run a trial; more than enough is enough."""
    return min(float(trial(seed)), enough)


def entries(confusion: Callable[..., Any], *args: Any) -> Any:
    """Return the four counts in order of size."""
    value = np.asarray(confusion(*args))
    return np.sort(value.reshape(-1)) if value.size == 4 and value.dtype.kind in "fiub" else value


def set_and_order(worst_errors: Callable[..., Any], *args: Any) -> Any:
    """Return the indices in order of size, and as they came."""
    value = worst_errors(*args)
    if value is None:
        return None
    found = np.asarray(value)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise TypeError(f"expected indices in one row, got {type(value).__name__} of shape {found.shape}")
    return sorted(found.tolist()), found.tolist()


WITH_NETWORKS = (answers, padding, reading, loss_of, size, learning, usable, accuracy_of)
"""The drives that take seconds, because they build or train networks."""
