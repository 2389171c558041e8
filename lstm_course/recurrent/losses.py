"""Losses, each with its gradient: cross-entropy from logits, and squared error.

A logit is a score before the sigmoid or the softmax. Taking the loss from logits keeps both stable: the
logarithm of a probability that rounds to 0 is never formed. Every function returns ``(loss, d_logits)``
with the loss averaged over the batch, in nats (squared error: in squared units), as Keras averages it.
"""

import numpy as np

from lstm_course.recurrent.activations import sigmoid


def _as_floats(scores: np.ndarray) -> np.ndarray:
    """Return what a model gave out; whole numbers as float64, since a gradient is none."""
    scores = np.asarray(scores)
    return scores.astype(np.float64) if np.issubdtype(scores.dtype, np.integer) else scores


def _check_same_shape(targets: np.ndarray, outputs: np.ndarray, name: str) -> None:
    if targets.shape != outputs.shape:
        raise ValueError(
            f"expected {name} of the shape of the targets, {targets.shape}, got {outputs.shape}. "
            "Labels (batch,) beside logits (batch, 1) want targets[:, None]."
        )


def binary_crossentropy_from_logits(labels: np.ndarray, logits: np.ndarray) -> tuple[float, np.ndarray]:
    """Binary cross-entropy −y log σ(a) − (1 − y) log(1 − σ(a)), averaged over all elements.

    Parameters
    ----------
    labels : ndarray
        0 or 1, or probabilities in between, of the shape of ``logits``.
    logits : ndarray
        Scores a before the sigmoid.

    Returns
    -------
    loss : float
        In nats.
    d_logits : ndarray
        ∂L/∂a = (σ(a) − y) / size, of the shape of ``logits``.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    A model that knows nothing pays log 2:

    >>> loss, d_logits = binary_crossentropy_from_logits(np.array([1.0, 0.0]), np.zeros(2))
    >>> round(loss, 4), d_logits.tolist()
    (0.6931, [-0.25, 0.25])
    """
    labels, logits = np.asarray(labels), _as_floats(logits)
    _check_same_shape(labels, logits, "logits")
    losses = np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))
    d_logits = (sigmoid(logits) - labels) / logits.dtype.type(logits.size)
    return float(losses.mean()), d_logits.astype(logits.dtype)


def categorical_crossentropy_from_logits(targets: np.ndarray, logits: np.ndarray) -> tuple[float, np.ndarray]:
    """Cross-entropy −Σ_k y_k log softmax(a)_k, averaged over everything but the last axis.

    Parameters
    ----------
    targets : ndarray
        Class indices of shape ``logits.shape[:-1]``, or probabilities (one-hot vectors, say) of the shape
        of ``logits``.
    logits : ndarray of shape (..., classes)
        Scores a before the softmax.

    Returns
    -------
    loss : float
        In nats per position.
    d_logits : ndarray of shape (..., classes)
        ∂L/∂a = (softmax(a) Σ y − y) / number of positions.

    Raises
    ------
    ValueError
        If the shapes do not fit or a class index is out of range.

    Examples
    --------
    >>> loss, _ = categorical_crossentropy_from_logits(np.array([2]), np.zeros((1, 4)))
    >>> bool(np.isclose(loss, np.log(4)))
    True
    """
    targets, logits = np.asarray(targets), _as_floats(logits)
    if np.issubdtype(targets.dtype, np.integer) and targets.shape == logits.shape[:-1]:
        classes = logits.shape[-1]
        if targets.size and (targets.min() < 0 or targets.max() >= classes):
            raise ValueError(
                f"expected class indices from 0 to {classes - 1}, got {targets.min()} to {targets.max()}. "
                "The last axis of the logits has one entry per class."
            )
        targets = np.eye(classes, dtype=logits.dtype)[targets]
    _check_same_shape(targets, logits, "logits")
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    positions = logits[..., 0].size
    loss = -(targets * log_softmax).sum() / positions
    mass = targets.sum(axis=-1, keepdims=True)
    d_logits = (np.exp(log_softmax) * mass - targets) / logits.dtype.type(positions)
    return float(loss), d_logits.astype(logits.dtype)


def squared_error(targets: np.ndarray, outputs: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean squared error over all elements.

    Parameters
    ----------
    targets, outputs : ndarray of the same shape
        What should come out and what came out.

    Returns
    -------
    loss : float
        Mean of (output − target)².
    d_outputs : ndarray
        2 (output − target) / size.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> loss, d_outputs = squared_error(np.array([1.0, 1.0]), np.array([1.0, 3.0]))
    >>> loss, d_outputs.tolist()
    (2.0, [0.0, 2.0])
    """
    targets, outputs = np.asarray(targets), _as_floats(outputs)
    _check_same_shape(targets, outputs, "outputs")
    difference = outputs - targets
    d_outputs = difference * outputs.dtype.type(2 / max(difference.size, 1))
    return float((difference * difference).mean()), d_outputs.astype(outputs.dtype)
