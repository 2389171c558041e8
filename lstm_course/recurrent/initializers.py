"""Random initial weights, drawn as Keras draws them.

The distributions are Keras's; the random numbers are NumPy's, so equal seeds do not give equal weights in
the two libraries. Where equal weights are wanted, ``keras_bridge`` copies them.
"""

import numpy as np


def glorot_uniform(
    shape: tuple[int, int], rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float64
) -> np.ndarray:
    """Uniform on [−a, a] with a = √(6 / (rows + columns)) [1]_.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns): the fan-in and the fan-out.
    rng : numpy.random.Generator
        Source of the randomness.
    dtype : data type
        Floating-point type of the result.

    References
    ----------
    .. [1] Glorot & Bengio (2010), equation 16.

    Examples
    --------
    >>> bool(np.abs(glorot_uniform((3, 3), np.random.default_rng(0))).max() <= 1)
    True
    """
    limit = np.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def orthogonal(
    shape: tuple[int, int], rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float64
) -> np.ndarray:
    """Matrix whose shorter side is orthonormal, drawn uniformly over all such matrices [1]_.

    All its singular values are 1, so it neither shrinks nor stretches a vector along that side.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns).
    rng : numpy.random.Generator
        Source of the randomness.
    dtype : data type
        Floating-point type of the result.

    References
    ----------
    .. [1] Saxe, McClelland & Ganguli (2014).

    Examples
    --------
    >>> u = orthogonal((2, 8), np.random.default_rng(0))
    >>> np.allclose(u @ u.T, np.eye(2))
    True
    """
    tall = (max(shape), min(shape))
    q, r = np.linalg.qr(rng.standard_normal(tall))
    q *= np.sign(np.diag(r))  # without this the draw is not uniform
    return (q if shape == tall else q.T).astype(dtype)


def embedding_uniform(
    shape: tuple[int, int], rng: np.random.Generator, dtype: np.typing.DTypeLike = np.float64
) -> np.ndarray:
    """Uniform on [−0.05, 0.05], Keras's default for word vectors."""
    return rng.uniform(-0.05, 0.05, shape).astype(dtype)
