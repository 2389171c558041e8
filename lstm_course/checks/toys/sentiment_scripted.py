"""A model for 06-sentiment whose losses are written down in advance, so that its training takes no time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np


class History:
    """What ``fit`` returns, and leaves in the model."""

    def __init__(self, model: Scripted) -> None:
        self.model, self.history, self.epoch = model, {}, []  # type: ignore[var-annotated]


class Scripted:
    """Looks like a Keras model, but its losses are written down in advance, and so are its weights.

    Parameters
    ----------
    script : dict of str to list of float
        ``loss``, ``accuracy``, ``val_loss`` and ``val_accuracy`` after each epoch; ``weights``, the value of
        every weight before the first epoch and after each one, all different.
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
        self.weights = [np.full((2, 3), script["weights"][0]), np.full(3, script["weights"][0])]
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

    def save(self, *args: Any, **options: Any) -> None:
        """Refuse: Keras could not load a file of this model."""
        raise TypeError("this stand-in can save its weights and no more: use save_weights_only=True")

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
            weight[...] = self.script["weights"][min(self.passes + 1, len(self.script["weights"]) - 1)]
        return {"loss": self.script["loss"][self._at()], "accuracy": self.script["accuracy"][self._at()]}

    def _epoch(self) -> int:
        """Return after which epoch the model had the weights that it has now; 0 is before the first."""
        return int(np.abs(np.subtract(self.script["weights"], self.weights[0][0, 0])).argmin())

    def _at(self) -> int:
        return min(max(self._epoch() - 1, 0), len(self.script["loss"]) - 1)

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
        self.history = history = History(self)
        self.stop_training = False
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
            tell(x, "on_epoch_begin")
            logs: dict[str, float] = {}
            for batch, (rows, labels) in enumerate(batches(x, y, batch_size or 32, shuffle, self.passes)):
                for one in calls:
                    one.on_train_batch_begin(batch, {})
                logs = self._learn(rows, labels)
                for one in calls:
                    one.on_train_batch_end(batch, dict(logs))
            self._end_epoch()
            tell(x, "on_epoch_end")
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
        if not self._epoch():
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


def tell(x: Any, what: str) -> None:
    """Call a method of a data set that wants to know when an epoch begins or ends, to shuffle perhaps."""
    method = getattr(x, what, None)
    if callable(method):
        method()


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
    """Train a scripted model.

    Returns
    -------
    tuple
        The rows and labels that it was trained on, pass by pass, each an array of shape (reviews, 2); a
        weight that it is left with; what was returned.
    """
    model = Scripted(script, ids, labels, validation)
    returned = train(model, ids, labels, validation, epochs, patience)
    passes = [np.array(rows) for rows in model.trained if rows]
    return passes, float(model.weights[0][0, 0]), returned
