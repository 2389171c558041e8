"""How a network's outputs are judged: the rules by which the papers call a sequence right.

With the outputs y, the targets t, and S the scored steps of one sequence:

    error             mean over S and the outputs k of |y_k − t_k|                       (1)
    within            |y_k − t_k| < tolerance for all k, at all steps in S               (2)
    most active       argmax_k y_k = argmax_k t_k at all steps in S                      (3)
    most active set   min y_k over the k that may come > max y_k over the others         (4)

Outputs at other steps are not looked at. Where the targets are noisy, t is the target without its noise.

Source: Hochreiter & Schmidhuber (1997): (4) in experiment 1, (2) in all others; (3) is the usual rule for a
softmax.
"""

import numpy as np

from lstm_course.tasks.batch import Batch


def mean_absolute_error(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """Mean absolute error of each sequence, equation (1).

    Parameters
    ----------
    outputs : ndarray of shape (batch, time, outputs)
        What the network put out.
    batch : Batch
        What it should have put out.

    Returns
    -------
    ndarray of float64, shape (batch,)
        0 for a sequence without a scored step.
    """
    rows, steps = _scored_steps(outputs, batch, batch.scored)
    distances = np.abs(outputs[rows, steps] - batch.expected[rows, steps]).mean(axis=-1)
    counts = np.bincount(rows, minlength=len(batch))
    return np.bincount(rows, weights=distances, minlength=len(batch)) / np.maximum(counts, 1)


def within(
    outputs: np.ndarray, batch: Batch, tolerance: float, steps: np.ndarray | None = None
) -> np.ndarray:
    """Whether all outputs of a sequence lie within the tolerance of their targets, equation (2).

    Parameters
    ----------
    outputs : ndarray of shape (batch, time, outputs)
        What the network put out.
    batch : Batch
        What it should have put out.
    tolerance : float
        Below which every absolute error must lie.
    steps : ndarray of bool, shape (batch, time), optional
        Where to look; by default at all scored steps.

    Returns
    -------
    ndarray of bool, shape (batch,)
        Which sequences are right.
    """
    where = _scored_steps(outputs, batch, batch.scored if steps is None else steps)
    return _at_every_step(
        (np.abs(outputs[where] - batch.expected[where]) < tolerance).all(-1), where[0], batch
    )


def most_active_is_target(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """Whether the most active output is the target's at every scored step, equation (3).

    Parameters
    ----------
    outputs : ndarray of shape (batch, time, outputs)
        What the network put out: probabilities or logits.
    batch : Batch
        With one-hot targets.

    Returns
    -------
    ndarray of bool, shape (batch,)
        Which sequences are right.
    """
    where = _scored_steps(outputs, batch, batch.scored)
    return _at_every_step(outputs[where].argmax(-1) == batch.expected[where].argmax(-1), where[0], batch)


def most_active_are_allowed(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """Whether the symbols that may come next are the most active ones at every scored step, equation (4).

    Parameters
    ----------
    outputs : ndarray of shape (batch, time, outputs)
        What the network put out.
    batch : Batch
        With ``allowed``.

    Returns
    -------
    ndarray of bool, shape (batch,)
        Which sequences are right.
    """
    return _at_every_step(*_steps_allowed(outputs, batch), batch)


def steps_before_first_mistake(outputs: np.ndarray, batch: Batch) -> np.ndarray:
    """Count the predictions that fulfil equation (4) before the first one that does not.

    The measure of Gers, Schmidhuber & Cummins (2000) on endless streams.

    Parameters
    ----------
    outputs : ndarray of shape (batch, time, outputs)
        What the network put out.
    batch : Batch
        With ``allowed``.

    Returns
    -------
    ndarray of int64, shape (batch,)
        All scored steps of a sequence without a mistake.
    """
    fine, _ = _steps_allowed(outputs, batch)
    so_far = np.ones_like(batch.scored)
    so_far[batch.scored] = fine
    return np.count_nonzero(np.logical_and.accumulate(so_far, axis=1) & batch.scored, axis=1)


def _steps_allowed(outputs: np.ndarray, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Equation (4) at each scored step, and the sequence that each belongs to; both of shape (steps,)."""
    if batch.allowed is None:
        raise ValueError("expected a batch with allowed, got None. Only a problem with a grammar has it.")
    where = _scored_steps(outputs, batch, batch.scored)
    allowed = batch.allowed[where]
    weakest_allowed = np.where(allowed, outputs[where], np.inf).min(-1)
    strongest_other = np.where(allowed, -np.inf, outputs[where]).max(-1)
    return weakest_allowed > strongest_other, where[0]


def _scored_steps(outputs: np.ndarray, batch: Batch, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if outputs.shape != batch.targets.shape:
        raise ValueError(
            f"expected outputs of shape {batch.targets.shape}, got {outputs.shape}. "
            "Give the outputs of all steps of all sequences: (batch, time, outputs)."
        )
    rows, columns = np.nonzero(steps)
    return rows, columns


def _at_every_step(fine: np.ndarray, rows: np.ndarray, batch: Batch) -> np.ndarray:
    return np.bincount(rows[~fine], minlength=len(batch)) == 0
