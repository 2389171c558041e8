"""Pictures of a training run: learning curves, confusion matrix, reliability, probability word by word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lstm_course.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLASS_NAMES = ("negative", "positive")


def calibration_bins(
    probabilities: np.ndarray, labels: np.ndarray, bins: int = 10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort predictions into equally wide bins of the predicted probability of "positive".

    Parameters
    ----------
    probabilities : ndarray of shape (n,)
        Predicted probabilities of the positive class.
    labels : ndarray of shape (n,)
        What is true: 0 or 1.
    bins : int
        The number of bins between 0 and 1.

    Returns
    -------
    counts : ndarray of shape (bins,), int
        How many predictions fall into each bin.
    predicted, observed : ndarray of shape (bins,)
        Per bin the mean predicted probability and the fraction that is positive; NaN where it is empty.

    Raises
    ------
    InputError
        Arrays of different length, or a probability outside [0, 1].

    Examples
    --------
    >>> counts, predicted, observed = calibration_bins([0.1, 0.9, 0.7, 1.0], [0, 1, 0, 1], bins=2)
    >>> counts
    array([1, 3])
    >>> observed.round(3)
    array([0.   , 0.667])
    """
    probabilities, labels = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    if probabilities.shape != labels.shape or probabilities.ndim != 1:
        raise InputError("one label per probability", f"shapes {probabilities.shape} and {labels.shape}")
    if not np.all((probabilities >= 0) & (probabilities <= 1)):
        raise InputError("probabilities from 0 to 1", "others")
    place = np.minimum((probabilities * bins).astype(int), bins - 1)  # 1.0 belongs to the last bin
    counts = np.bincount(place, minlength=bins)
    filled = np.maximum(counts, 1)
    predicted = np.where(counts, np.bincount(place, probabilities, bins) / filled, np.nan)
    observed = np.where(counts, np.bincount(place, labels, bins) / filled, np.nan)
    return counts, predicted, observed


def learning_curves(history: Mapping[str, Sequence[float]]) -> Figure:
    """Draw loss and accuracy over the epochs, on training and on validation data.

    Parameters
    ----------
    history : mapping of str to sequence of float
        ``loss``, ``accuracy``, ``validation_loss``, ``validation_accuracy``: one value per epoch.

    Returns
    -------
    Figure
        Loss on the left, accuracy on the right.
    """
    from lstm_course.plots.style import PALETTE, new_figure

    fig, axes = new_figure(8.0, 3.4, columns=2)
    epochs = np.arange(1, len(history["loss"]) + 1)
    for ax, measure, unit in zip(
        axes, ("loss", "accuracy"), ("nats per review", "fraction right"), strict=True
    ):
        ax.plot(epochs, history[measure], "o--", color=PALETTE[0], label="training")
        ax.plot(epochs, history[f"validation_{measure}"], "s-", color=PALETTE[1], label="validation")
        ax.set(xlabel="epoch", ylabel=f"{measure} ({unit})")
        ax.set_xticks(epochs[:: max(1, len(epochs) // 8)])
        ax.legend(frameon=False)
    return fig


def confusion_matrix(counts: np.ndarray, names: Sequence[str] = CLASS_NAMES) -> Figure:
    """Draw how often each true class was predicted as each class.

    Parameters
    ----------
    counts : ndarray of shape (classes, classes), int
        ``counts[true, predicted]``.
    names : sequence of str
        The classes' names.

    Returns
    -------
    Figure
        One square per pair, with its number and its share of the true class.

    Raises
    ------
    InputError
        Not a square of as many rows as names.
    """
    from lstm_course.plots.style import new_figure

    counts = np.asarray(counts)
    if counts.shape != (len(names), len(names)):
        raise InputError(f"counts of shape {(len(names), len(names))}", str(counts.shape))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    fig, ax = new_figure(4.2, 3.6)
    image = ax.imshow(share, vmin=0, vmax=1, aspect="equal", cmap="cividis")
    ax.grid(False)
    for true, predicted in np.ndindex(counts.shape):
        color = "black" if share[true, predicted] > 0.5 else "white"  # the map runs from dark to bright
        ax.text(
            predicted,
            true,
            f"{counts[true, predicted]:,}\n{share[true, predicted]:.1%}",
            ha="center",
            va="center",
            color=color,
        )
    ax.set(xlabel="predicted", ylabel="true", xticks=range(len(names)), yticks=range(len(names)))
    ax.set_xticklabels(names)
    ax.set_yticklabels(names, rotation=90, va="center")
    fig.colorbar(image, ax=ax, label="share of the true class", shrink=0.9)
    return fig


def reliability_diagram(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> Figure:
    """Draw whether probabilities can be taken at their word (are 8 in 10 reviews at 0.8 positive?).

    Parameters
    ----------
    probabilities : ndarray of shape (n,)
        Predicted probabilities of the positive class.
    labels : ndarray of shape (n,)
        What is true: 0 or 1.
    bins : int
        The number of equally wide bins.

    Returns
    -------
    Figure
        Above, the observed fraction against the predicted probability, with the diagonal of a perfectly
        calibrated model; below, how many predictions each bin holds.
    """
    from lstm_course.plots.style import MUTED, PALETTE, new_figure

    counts, predicted, observed = calibration_bins(probabilities, labels, bins)
    filled = counts > 0
    fig, (above, below) = new_figure(4.6, 4.8, rows=2, sharex=True, height_ratios=[3, 1])
    above.plot([0, 1], [0, 1], color=MUTED, linestyle=":", label="perfectly calibrated")
    above.plot(predicted[filled], observed[filled], "o-", color=PALETTE[0], label="the model")
    above.set(ylabel="fraction that is positive", xlim=(0, 1), ylim=(0, 1), aspect="auto")
    above.legend(frameon=False, loc="upper left")
    edges = np.linspace(0, 1, bins + 1)
    below.bar(edges[:-1], counts, width=1 / bins, align="edge", color=PALETTE[5], edgecolor="white")
    below.set(xlabel="predicted probability of “positive”", ylabel="reviews")
    return fig


def probability_by_word(words: Sequence[str], probabilities: np.ndarray) -> Figure:
    """Draw how the probability of "positive" moves as a review is read, one bar per word.

    Parameters
    ----------
    words : sequence of str
        The words in the order they are read.
    probabilities : ndarray of shape (words,)
        The probability after each of them.

    Returns
    -------
    Figure
        Bars rise from 0.5 towards positive and fall towards negative, as many as there are words.

    Raises
    ------
    InputError
        No word at all, or not one probability per word.
    """
    from lstm_course.plots.style import INK, PALETTE, new_figure

    values = np.asarray(probabilities, dtype=np.float64)
    if not words or values.shape != (len(words),):
        raise InputError("one probability per word, and at least one", f"{len(words)} words, {values.shape}")
    fig, ax = new_figure(max(4.0, min(16.0, 0.32 * len(words) + 1.2)), 3.2)
    places = np.arange(len(words))
    positive = values >= 0.5
    for chosen, color, hatch, name in ((positive, PALETTE[0], "", 1), (~positive, PALETTE[1], "//", 0)):
        # The hatching tells the two apart without colour.
        ax.bar(
            places[chosen],
            values[chosen] - 0.5,
            bottom=0.5,
            color=color,
            edgecolor="white",
            hatch=hatch,
            linewidth=0.5,
            label=CLASS_NAMES[name],
        )
    ax.axhline(0.5, color=INK, linewidth=0.8)
    ax.set(ylim=(0, 1), xlim=(-0.7, len(words) - 0.3), ylabel="probability of “positive”")
    ax.set_xlabel("words in reading order")
    step = max(1, -(-len(words) // 60))  # beyond 60 words the labels would overlap
    ax.set_xticks(places[::step])
    ax.set_xticklabels(list(words)[::step], rotation=60, ha="right", rotation_mode="anchor")
    ax.grid(axis="x", visible=False)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, 1.16), ncols=2)
    return fig
