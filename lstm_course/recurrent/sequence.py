"""What the three sequence loops share: the time axis in front, masks, initial states, tiny gradients.

Arrays are (batch, time, …) outside and (time, batch, …) inside, so that the data of one step lie together
in memory.
"""

import numpy as np


class Buffers:
    """Memory that a layer uses again for every batch.

    A fresh array of some megabytes costs more than the arithmetic on it: the operating system hands it over
    page by page, each at its first touch. A layer that passes its own ``Buffers`` pays that once. The arrays
    of the previous call are overwritten, so its cache is no longer good; without ``Buffers`` every call
    allocates, and every cache keeps.

    Examples
    --------
    >>> buffers = Buffers()
    >>> first = buffers.take("gates", (4, 5), np.dtype(np.float32))
    >>> np.shares_memory(first, buffers.take("gates", (2, 3), np.dtype(np.float32)))
    True
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, np.dtype], np.ndarray] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """Return an array of this shape with any content, made of the memory kept under this name."""
        size = int(np.prod(shape))
        kept = self._kept.get((name, dtype))
        if kept is None or kept.size < size:
            kept = self._kept[name, dtype] = np.empty(size, dtype)
        return kept[:size].reshape(shape)


def time_major(x: np.ndarray, go_backwards: bool = False, out: np.ndarray | None = None) -> np.ndarray:
    """Copy (batch, time, …) to a contiguous (time, batch, …), last step first with ``go_backwards``."""
    steps = np.swapaxes(x, 0, 1)
    steps = steps[::-1] if go_backwards else steps
    if out is None:
        return steps.copy()
    np.copyto(out, steps)
    return out


def batch_major(steps: np.ndarray, go_backwards: bool = False) -> np.ndarray:
    """Copy (time, batch, …) back to (batch, time, …), undoing ``time_major`` with the same flag."""
    return np.swapaxes(steps[::-1] if go_backwards else steps, 0, 1).copy()  # a copy for one sequence too


def check_sequence(x: np.ndarray, features: int) -> np.ndarray:
    """Return x as an array, or say what is wrong with its shape.

    Raises
    ------
    ValueError
        If x is not of shape (batch, time, features) with at least one step.
    """
    x = np.asarray(x)
    if x.ndim != 3 or x.shape[2] != features:
        hint = "One sequence of shape (time, features) becomes a batch of one with x[None]."
        raise ValueError(f"expected x of shape (batch, time, {features}), got {x.shape}. {hint}")
    if x.shape[1] == 0:
        raise ValueError(f"expected at least one time step, got x of shape {x.shape}. Drop empty batches.")
    return x


def check_mask(mask: np.ndarray | None, batch: int, time: int) -> np.ndarray | None:
    """Return the mask as booleans of shape (batch, time); ``None`` where nothing is masked.

    Raises
    ------
    ValueError
        If its shape is another.
    """
    if mask is None:
        return None
    mask = np.asarray(mask)
    if mask.shape != (batch, time):
        raise ValueError(
            f"expected a mask of shape (batch, time) = {(batch, time)}, got {mask.shape}. "
            "It holds one True or False a step: True where the step counts."
        )
    mask = mask.astype(bool)
    return None if mask.all() else mask


def prepare(
    x: np.ndarray,
    features: int,
    dtype: np.dtype,
    mask: np.ndarray | None,
    go_backwards: bool,
    buffers: Buffers | None = None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """Check a batch of sequences and its mask, and put the steps in front, in the order of reading.

    Parameters
    ----------
    x : ndarray of shape (batch, time, features)
        The sequences.
    features : int
        What the last axis must be.
    dtype : data type
        Type of the computation.
    mask : ndarray of shape (batch, time), or None
        True where a step counts.
    go_backwards : bool
        Whether the last step is read first.
    buffers : Buffers, optional
        Memory for the inputs.

    Returns
    -------
    inputs : ndarray of shape (time, batch, features)
        Contiguous.
    steps_mask : ndarray of bool of shape (time, batch, 1), or None
        ``None`` where nothing is masked.
    """
    x = check_sequence(x, features)
    mask = check_mask(mask, *x.shape[:2])
    batch, time, _ = x.shape
    inputs = (buffers or Buffers()).take("inputs", (time, batch, features), dtype)
    time_major(x, go_backwards, out=inputs)
    return inputs, None if mask is None else time_major(mask[:, :, None], go_backwards)


def state_or_zeros(
    state: np.ndarray | None, batch: int, units: int, dtype: np.dtype, name: str
) -> np.ndarray:
    """Return the initial state, zeros where there is none.

    Raises
    ------
    ValueError
        If its shape is not (batch, units).
    """
    if state is None:
        return np.zeros((batch, units), dtype)
    state = np.asarray(state, dtype)
    if state.shape != (batch, units):
        raise ValueError(
            f"expected {name} of shape (batch, units) = {(batch, units)}, got {state.shape}. "
            "Give one initial state for each sequence of the batch."
        )
    return state


def check_gradient(gradient: np.ndarray, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return a gradient that arrives from outside.

    Raises
    ------
    ValueError
        If it is not of the shape of what it is the gradient of.
    """
    gradient = np.asarray(gradient)
    if gradient.shape != shape:
        raise ValueError(
            f"expected {name} of shape {shape}, got {gradient.shape}. "
            "A gradient has the shape of the array that it belongs to."
        )
    return gradient


def gradient_or_zeros(
    gradient: np.ndarray | None, shape: tuple[int, ...], dtype: np.dtype, name: str
) -> np.ndarray:
    """Return a copy of a gradient that arrives from outside, for the loop to change; zeros where none does.

    Raises
    ------
    ValueError
        If it is of the wrong shape.
    """
    if gradient is None:
        return np.zeros(shape, dtype)
    return np.array(check_gradient(gradient, shape, name), dtype)


def flusher(dtype: np.dtype) -> float:
    """Return the number K for which adding K and taking it away again turns tiny numbers into 0.

    Through many steps a vanishing gradient ends among the subnormal numbers, below 1.2e-38 in float32,
    where many processors are slower, some by an order of magnitude. Adding K rounds to a multiple of K · ε:
    what is far smaller is lost, what is larger than K comes back but for its last digit, and what lies
    between loses digits. K is set so that numbers under about 2⁴⁰ times the smallest normal number go to 0
    (1.3e-26 in float32), which leaves room for the products of a few more steps before the next flush.
    float16 has no room for such a K: there it is 0, and nothing is flushed.
    """
    limits = np.finfo(dtype)
    number = float(limits.tiny) / float(limits.eps) * 2.0**40
    return number if number < float(limits.max) else 0.0


#: A backward loop flushes its running gradients once in so many steps: often enough, and almost free.
FLUSH_EVERY = 8


def flush(t: int, *running: np.ndarray) -> None:
    """Turn what is tiny in the running gradients of step t into 0, in place, at every eighth step."""
    if t % FLUSH_EVERY == 0:
        for gradient in running:
            tiny = gradient.dtype.type(flusher(gradient.dtype))
            gradient += tiny
            gradient -= tiny
