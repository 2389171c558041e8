"""How good predictions are: accuracy, cross-entropy, F1 and calibration, from probabilities alone."""

from __future__ import annotations

import numpy as np

from lstm_course.errors import InputError
from lstm_course.plots.training import calibration_bins

CLIP = 1e-7  # a probability of exactly 0 or 1 that is wrong would cost infinitely much


def confusion_counts(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return ``counts[true, predicted]`` of shape (2, 2); a probability of 0.5 or more predicts 1.

    Examples
    --------
    >>> confusion_counts(np.array([0.2, 0.5, 0.9]), np.array([0, 0, 1]))
    array([[1, 1],
           [0, 1]])
    """
    predicted = (np.asarray(probabilities) >= 0.5).astype(int)
    return np.bincount(2 * np.asarray(labels, dtype=int) + predicted, minlength=4).reshape(2, 2)


def evaluate(probabilities: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Measure predicted probabilities of the positive class against the labels.

    Parameters
    ----------
    probabilities : ndarray of shape (n,)
        Predicted probabilities that a review is positive.
    labels : ndarray of shape (n,)
        0 or 1.

    Returns
    -------
    dict of str to float
        ``accuracy``: fraction right. ``loss``: mean cross-entropy in nats per review. ``f1`` of the
        positive class: 2 TP / (2 TP + FP + FN), 0 when there is nothing positive. ``calibration_error``:
        the expected calibration error over ten equally wide bins, the mean over all reviews of
        distance between mean predicted probability and fraction positive in the review's bin.

    Raises
    ------
    InputError
        No predictions, NaN or values outside [0, 1], not one label per prediction.

    References
    ----------
    Guo, Pleiss, Sun & Weinberger (2017), "On Calibration of Modern Neural Networks", equation 3.

    Examples
    --------
    >>> measured = evaluate(np.array([0.8, 0.8, 0.3, 0.3]), np.array([1, 0, 0, 0]))
    >>> {name: round(value, 3) for name, value in measured.items()}
    {'accuracy': 0.75, 'loss': 0.636, 'f1': 0.667, 'calibration_error': 0.3}
    """
    probabilities = np.asarray(probabilities, dtype=np.float64)
    labels = np.asarray(labels)
    if probabilities.size == 0:
        raise InputError("at least one prediction", "none")
    counts, predicted, observed = calibration_bins(probabilities, labels)
    (true_negative, false_positive), (false_negative, true_positive) = confusion_counts(probabilities, labels)
    of_truth = np.clip(np.where(labels == 1, probabilities, 1 - probabilities), CLIP, 1)
    positives = 2 * true_positive + false_positive + false_negative
    filled = counts > 0
    gaps = np.abs(predicted[filled] - observed[filled])
    return {
        "accuracy": float((true_positive + true_negative) / labels.size),
        "loss": float(-np.log(of_truth).mean()),
        "f1": float(2 * true_positive / positives) if positives else 0.0,
        "calibration_error": float((counts[filled] * gaps).sum() / labels.size),
    }
